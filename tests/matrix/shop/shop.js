// What a shop does with the package, the same in every cell; it gives one line.
import { Basket, createPaymentLink, issueCodes, previewTotals, validatePayload } from "qonto-payment-links";
import { message } from "qonto-payment-links/messages/it";

export const payload = {
  items: [{ title: "Tea", quantity: 1, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0" }],
  reusable: false,
  potential_payment_methods: ["credit_card"],
};

/** Stands for Qonto's API. */
export const answer = async () => {
  const link = { id: "a-link", url: "https://pay.qonto.com/a-link", status: "open", amount: { value: "13.30", currency: "EUR" } };
  return new Response(JSON.stringify({ payment_link: link }), { status: 201, headers: { "Content-Type": "application/json" } });
};

export async function shop() {
  const basket = new Basket(payload);
  basket.setQuantity(0, 3);
  const [issue] = validatePayload({ ...payload, items: null }).issues;
  const link = await createPaymentLink(null, payload, { baseUrl: "https://shop.example", retries: 0, fetch: answer });
  return [previewTotals(payload).totals?.gross, basket.gross, link.id, issue?.code, issueCodes.too_long.severity, issue && message(issue)].join(" ");
}
