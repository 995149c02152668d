// The API's types: what they take, what they refuse, and what narrows what. Compiled and never run: a line that
// should be refused says so.
import * as api from "qonto-payment-links";
import type {
  AmountDiagnosis, BasketPayload, BasketTotals, Issue, IssueCode, IssueParams, Item, Money, Payload, PaymentLink, PaymentLinkError,
  PaymentLinkErrorCode, PaymentMethod, Preview, Rounding, Totals, WebhookErrorCode, WebhookEvent,
} from "qonto-payment-links";
import * as twin from "qonto-payment-links/js";
import { createPaymentLinkHandler, type PaymentLinkHandlerOptions } from "qonto-payment-links/server";
import * as slim from "qonto-payment-links/slim";
import { type Equal, holds } from "./holds";

const price: Money = { value: "10.99", currency: "EUR" };
const item: Item = { title: "Tea", quantity: 1, unit_price: price, vat_rate: "21.0" };
const basket: BasketPayload = { items: [item], reusable: true, potential_payment_methods: ["credit_card"] };
const amount: Money = price;
const invoice = { invoice_id: "7", invoice_number: "F-1", debitor_name: "Ada", amount, potential_payment_methods: ["ideal"] } as const;

// Payloads.
const payloads: Payload[] = [basket, invoice, { payment_link: basket }, { payment_link: invoice }, { ...basket, redirect_url: "https://a.example" }];
// @ts-expect-error a rate is a string
const numericRate: Item = { ...item, vat_rate: 21 };
// @ts-expect-error a price is a string
const numericPrice: Money = { value: 10.99, currency: "EUR" };
// @ts-expect-error a quantity is a number
const textQuantity: Item = { ...item, quantity: "1" };
// @ts-expect-error there is no such way to pay
const unknownMethod: PaymentMethod = "cash";
// @ts-expect-error there is no such unit
const unknownUnit: Item = { ...item, measure_unit: "ounce" };
// @ts-expect-error there is no such type
const unknownType: Item = { ...item, type: "goods" };
// @ts-expect-error there is no such field
const unknownField: Item = { ...item, name: "Tea" };
// @ts-expect-error a title is required
const untitled: Item = { quantity: 1, unit_price: price, vat_rate: "21" };
// @ts-expect-error what is not given is left out
const undefinedUnit: Item = { ...item, measure_unit: undefined };
// @ts-expect-error `reusable` is required
const notSaid: BasketPayload = { items: [item], potential_payment_methods: ["paypal"] };
// @ts-expect-error `reusable` is a boolean
const saidInText: BasketPayload = { ...basket, reusable: "true" };
// @ts-expect-error neither a basket nor an invoice
const neither: Payload = { potential_payment_methods: ["paypal"] };
// A list that nobody may change is one.
const frozen: BasketPayload = { ...basket, items: Object.freeze([item]), potential_payment_methods: ["paypal"] as const };

// Calls take what can be a payload, and no other.
api.createPaymentLink("token", basket);
api.createPaymentLink(async () => "token", { payment_link: invoice }, { rounding: "rate", retries: 0, signal: new AbortController().signal });
api.createPaymentLink(null, basket, { baseUrl: "/api" });
// @ts-expect-error a rate is a string
api.createPaymentLink("token", { ...basket, items: [{ ...item, vat_rate: 21 }] });
// @ts-expect-error a token is a string, or a function that gives one
api.createPaymentLink(5, basket);
// @ts-expect-error there is no such check
api.createPaymentLink("token", basket, { amountCheck: "always" });
// @ts-expect-error there is no such option
api.createPaymentLink("token", basket, { timeout: 5 });
// @ts-expect-error an idempotency key is for what creates something
api.getPaymentLink("token", "1", { idempotencyKey: "x" });
// @ts-expect-error there is no such order
api.listPaymentLinks("token", { sort_by: "amount" });
holds<Equal<Awaited<ReturnType<typeof api.createPaymentLink>>, PaymentLink>>();
holds<Equal<Awaited<ReturnType<typeof api.recoverPaymentLink>>, PaymentLink[]>>();
export async function pages() {
  const first = await api.listPaymentLinks("token", { status: ["open", "paid"], per_page: 50 });
  for await (const { payment_links } of api.listPaymentLinks("token")) first.payment_links.push(...payment_links);
  for await (const { payments } of api.listPayments("token", "1")) holds<Equal<(typeof payments)[0], api.Payment>>();
}

// Any value may be asked about; an option may not be anything.
api.previewTotals(undefined);
api.validatePayload(Symbol("x"), { vatRates: "fraction" });
// @ts-expect-error there is no such rule
api.previewTotals(basket, { rounding: "up" });
// @ts-expect-error there is no such notation
api.validatePayload(basket, { vatRates: "decimal" });
// @ts-expect-error validation gives no lines
api.validatePayload(basket, { lines: true });
holds<Equal<ReturnType<typeof api.previewTotals>, Preview>>();
holds<Equal<Rounding, "line" | "rate" | "total" | "unit">>();

// Totals: a basket's have VAT, an invoice's have none.
declare const totals: Totals;
if (totals.byRate) holds<Equal<typeof totals, BasketTotals>>();
else holds<Equal<typeof totals.vat, undefined>>();
holds<Equal<typeof totals.gross, string>>();

// Issues: a code says which parameters there are.
declare const issue: Issue;
switch (issue.code) {
  case "too_long":
    holds<Equal<typeof issue.params.max, number>>();
    // @ts-expect-error another code's
    issue.params.expected.length;
    break;
  case "unknown_value":
    holds<Equal<typeof issue.params.expected, string[]>>();
    holds<Equal<typeof issue.params.nearest, string | undefined>>();
    break;
  // @ts-expect-error there is no such code
  case "too_wide":
}
holds<Equal<IssueCode, keyof IssueParams>>();
holds<Equal<Issue["severity"], "error" | "warning">>();
holds<Equal<Issue<"blank">["code"], "blank">>();

// Errors: a code says which fields there are.
declare const error: PaymentLinkError;
switch (error.code) {
  case "validation":
    holds<Equal<typeof error.issues, Issue[]>>();
    holds<Equal<typeof error.maybeCreated, false>>();
    break;
  case "amount_mismatch":
    holds<Equal<typeof error.link, PaymentLink>>();
    holds<Equal<typeof error.diagnosis, AmountDiagnosis | undefined>>();
    break;
  case "unavailable":
    holds<Equal<typeof error.maybeCreated, false>>();
    break;
  default:
    holds<Equal<typeof error.maybeCreated, boolean>>();
    holds<Equal<typeof error.link, undefined>>();
}
/** Every code, so that one that is added has to be thought of. */
export const ADVICE: Record<PaymentLinkErrorCode, string> = {
  validation: "", unauthorized: "", forbidden: "", not_connected: "", not_found: "", rejected: "", rate_limited: "", server: "",
  network: "", timeout: "", aborted: "", bad_answer: "", amount_mismatch: "", unavailable: "",
};
export const WEBHOOK_ADVICE: Record<WebhookErrorCode, string> = {
  parsed_body: "", missing_header: "", malformed_header: "", wrong_signature: "", stale: "", future: "", unreadable_event: "",
};
export function told(e: unknown): string {
  if (api.isPaymentLinkError(e)) return e.code === "rate_limited" ? String(e.retryAfterMs) : e.toJSON().code;
  if (api.isWebhookError(e)) return e.code;
  // @ts-expect-error it is unknown
  return e.message;
}
const made = new api.PaymentLinkError({ code: "timeout", message: "x", maybeCreated: true });
holds<Equal<typeof made, PaymentLinkError>>();
// @ts-expect-error a validation error has issues
new api.PaymentLinkError({ code: "validation", message: "x", maybeCreated: false });

// Live baskets.
export function live(): string | null {
  using it = new api.Basket(basket, { rounding: "unit" });
  it.setUnitPrice(it.add(item), "1.00");
  // @ts-expect-error a rate is a string
  it.setVatRate(0, 21);
  // @ts-expect-error a rate is a string
  it.add({ ...item, vat_rate: 21 });
  // @ts-expect-error it cannot be set
  it.size = 5;
  holds<Equal<ReturnType<typeof it.toPayload>, BasketPayload>>();
  return it.gross;
}

// Webhooks.
export function about(event: WebhookEvent): string {
  if (event.type === "v1/payment-links") return event.data.payment_link_id;
  // @ts-expect-error other events have other data
  return event.data.payment_link_id.trim();
}
// @ts-expect-error a parsed body has no signature
api.verifyWebhook({ id: "1" }, "t=1", "secret");

// The proxy handler.
const shop: PaymentLinkHandlerOptions = { token: "x", allowedOrigins: ["https://shop.example"], maxItems: 5 };
holds<Equal<ReturnType<typeof createPaymentLinkHandler>, (request: Request) => Promise<Response>>>();
createPaymentLinkHandler({ ...shop, price: ({ sku }) => (sku === "tea" ? { unit_price: price, vat_rate: "20" } : null) });
// @ts-expect-error a rate is a string
createPaymentLinkHandler({ ...shop, price: () => ({ unit_price: price, vat_rate: 20 }) });

// The other entries have the same types, so that what one gives the other takes.
holds<Equal<typeof twin.previewTotals, typeof api.previewTotals>>();
holds<Equal<typeof twin.init, typeof api.init>>();
holds<Equal<slim.Basket, api.Basket>>();
holds<Equal<keyof typeof slim, keyof typeof api>>();
holds<Equal<keyof typeof twin, keyof typeof api>>();
api.init();
slim.init(new Uint8Array(8));
slim.init(fetch("/module.wasm"));
slim.init({} as WebAssembly.Module);
// @ts-expect-error the module is required
slim.init();
// @ts-expect-error a URL is not a module: fetch it
slim.init("/module.wasm");
// @ts-expect-error the module is inside
api.init(new Uint8Array(8));

export { frozen, neither, notSaid, numericPrice, numericRate, payloads, saidInText, textQuantity, undefinedUnit, unknownField, unknownMethod, unknownType, unknownUnit, untitled };
