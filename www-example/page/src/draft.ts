// The basket as it was typed: kept over a reload, and made into the payload Qonto gets.

import type { BasketPayload, Rounding } from "qonto-payment-links";

export interface DraftItem {
  title: string;
  quantity: string;
  unit_price: string;
  vat_rate: string;
  type: string;
  measure_unit: string;
  description: string;
}

export interface Draft {
  items: DraftItem[];
  methods: string[];
  reusable: boolean;
  redirectUrl: string;
  rounding: Rounding;
}

export const CURRENCY = "EUR";
const STORED_AS = "draft";

export const emptyItem: DraftItem = {
  title: "",
  quantity: "1",
  unit_price: "",
  vat_rate: "20",
  type: "",
  measure_unit: "",
  description: "",
};

export const seed: Draft = {
  items: [
    { ...emptyItem, title: "Espresso beans, 1 kg", quantity: "2", unit_price: "18.00", vat_rate: "5.5" },
    { ...emptyItem, title: "Stoneware cup", quantity: "4", unit_price: "14.50", vat_rate: "20" },
    { ...emptyItem, title: "Tasting evening, 1 seat", quantity: "1", unit_price: "32.00", vat_rate: "10" },
  ],
  methods: ["credit_card", "apple_pay"],
  reusable: false,
  redirectUrl: "",
  rounding: "line",
};

/**
 * The payload, with every value as it was typed: what is wrong with it is the package's to say,
 * so the type promises more than the values may hold.
 */
export function toPayload(draft: Draft): BasketPayload {
  return {
    items: draft.items.map((item) => ({
      title: item.title,
      ...(item.quantity && { quantity: Number(item.quantity) }),
      unit_price: { value: item.unit_price, currency: CURRENCY },
      vat_rate: item.vat_rate,
      ...(item.type && { type: item.type }),
      ...(item.measure_unit && { measure_unit: item.measure_unit }),
      ...(item.description && { description: item.description }),
    })),
    reusable: draft.reusable,
    potential_payment_methods: draft.methods,
    ...(draft.redirectUrl && { redirect_url: draft.redirectUrl }),
  } as BasketPayload;
}

export function save(draft: Draft): void {
  try {
    localStorage.setItem(STORED_AS, JSON.stringify(draft));
  } catch {
    // Storage may be full or forbidden; the page works without it.
  }
}

/** The draft of the last visit, else the seed. */
export function load(): Draft {
  try {
    const stored: Partial<Draft> | null = JSON.parse(localStorage.getItem(STORED_AS) ?? "null");
    const items = stored?.items?.map((item) => ({ ...emptyItem, ...item }));
    return items ? { ...seed, ...stored, items } : seed;
  } catch {
    return seed;
  }
}
