/**
 * The proxy between a page and Qonto, as one function from `Request` to `Response`: for Cloudflare Workers,
 * Hono, Next.js route handlers, Deno and Bun. It holds the token, checks all that comes from outside, takes
 * prices from the shop's own catalogue, and passes on to the page what a page may know.
 *
 * ```ts
 * import { createPaymentLinkHandler } from "qonto-payment-links/server";
 *
 * export const POST = createPaymentLinkHandler({ token, allowedOrigins: "same-origin", maxItems: 50, price });
 * ```
 *
 * In the page: `createPaymentLink(null, payload, { baseUrl: "/api" })` posts to `/api/v2/payment_links`.
 */
import type { CreateOptions, Item, Token } from "./index.js";

/** An item as the page sent it, whatever that is: nothing in it is checked yet, and it may have further fields. */
export type PageItem = { readonly [field: string]: unknown };

/** What the shop's catalogue says of an item. What is given here wins over what the page says. */
export type CatalogueItem = Pick<Item, "unit_price" | "vat_rate"> & Partial<Item>;

/** Whether a request may go on: `false`, or how long to wait, is a 429; a `Response` is answered as it is. */
export type RateLimitVerdict = boolean | undefined | Response | {
  /** How long to wait, in seconds. */
  retryAfterSeconds: number;
};

/** Beside its own options, those of `createPaymentLink`, which are checked with the first link. */
export interface PaymentLinkHandlerOptions extends Omit<CreateOptions, "idempotencyKey" | "signal" | "allowTokenInBrowser"> {
  /** An OAuth access token with the scope `payment_link.write`, or a function that gives one. */
  token: Exclude<Token, null>;
  /**
   * The origins whose pages may ask for links, such as `["https://shop.example"]`; they get CORS headers.
   * `"same-origin"` is the origin that the request itself names: behind a proxy that changes the address of
   * a request, list the origin instead. A request without `Origin` is no page's and is let through.
   */
  allowedOrigins: "same-origin" | readonly string[];
  /** The most items a basket may have (1 to 10 000); the longest body follows from it. */
  maxItems: number;
  /**
   * The shop's own price and VAT rate of an item, or `null` for one it does not sell. With it, what the page
   * says of prices and rates is ignored, a link is always a basket's, and the page chooses quantities (whole
   * ones, unless the answer gives the quantity itself) and the texts that the answer leaves out.
   * What it throws is answered with a 500, and so is what takes longer than 30 seconds.
   */
  price?: (item: PageItem, index: number) => CatalogueItem | null | undefined | Promise<CatalogueItem | null | undefined>;
  /** Asked before the body is read, which it must leave alone. What it throws, or takes 30 seconds for, is answered with a 500. */
  rateLimit?: (request: Request) => RateLimitVerdict | Promise<RateLimitVerdict>;
  /**
   * Told of every failure that is not the page's: a `PaymentLinkError` with all that Qonto said and its
   * trace id, or whatever was thrown. What it throws is ignored, and it is not waited for.
   */
  onError?: (error: unknown, request: Request) => void | Promise<void>;
}

/**
 * Makes the handler. It answers a POST with 201 and `{ payment_link }`, and everything else with the JSON form
 * of a `PaymentLinkError`; it never rejects.
 * @throws {TypeError} for an option that is missing, unknown, or of the wrong type or value.
 */
export declare function createPaymentLinkHandler(
  options: PaymentLinkHandlerOptions,
): (request: Request) => Promise<Response>;
