// Figures for the eye, from exact decimal strings: Intl reads those without a detour over floats.

import type { DecimalString, Money } from "qonto-payment-links";

const asText = (value: DecimalString) => value as `${number}`;

export function money({ value, currency }: Money): string {
  return new Intl.NumberFormat(undefined, { style: "currency", currency }).format(asText(value));
}

export function percent(rate: DecimalString): string {
  const format = { style: "unit", unit: "percent", maximumFractionDigits: 20 } as const;
  return new Intl.NumberFormat(undefined, format).format(asText(rate));
}
