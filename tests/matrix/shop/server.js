// The proxy handler of a shop, the same in every cell that has a server.
import { createPaymentLinkHandler } from "qonto-payment-links/server";
import { answer, payload } from "./shop.js";

export const handle = createPaymentLinkHandler({ token: "a-token", allowedOrigins: "same-origin", maxItems: 1, retries: 0, fetch: answer });

/** For where no server listens: what the handler answers to the page's request. */
export async function serve() {
  const headers = { "Content-Type": "application/json" };
  const request = new Request("https://shop.example/v2/payment_links", { method: "POST", headers, body: JSON.stringify(payload) });
  const response = await handle(request);
  return [response.status, (await response.json()).payment_link.id].join(" ");
}
