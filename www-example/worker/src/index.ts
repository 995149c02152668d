// What stands between the page and Qonto: it holds the token. All checks are the package's.

import { isPaymentLinkError } from "qonto-payment-links";
import { createPaymentLinkHandler } from "qonto-payment-links/server";

interface Env {
  /** An OAuth access token with the scope `payment_link.write`. */
  QONTO_TOKEN?: string;
  /** `"production"`, `"sandbox"` or a URL. */
  QONTO_BASE_URL?: string;
  /** The sandbox wants it. */
  QONTO_STAGING_TOKEN?: string;
}

const PATH = "/api/v2/payment_links";
const MAX_ITEMS = 50;

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== PATH) {
      return new Response(null, { status: 404, headers: { "Cache-Control": "no-store" } });
    }
    const handle = createPaymentLinkHandler({
      token: () => env.QONTO_TOKEN ?? "",
      baseUrl: env.QONTO_BASE_URL ?? "production",
      ...(env.QONTO_STAGING_TOKEN && { stagingToken: env.QONTO_STAGING_TOKEN }),
      allowedOrigins: "same-origin",
      maxItems: MAX_ITEMS,
      onError: log,
    });
    return handle(request);
  },
} satisfies ExportedHandler<Env>;

/** For the shop: why there was no link, and what Qonto's support asks for. */
function log(error: unknown): void {
  if (isPaymentLinkError(error)) console.error(error.code, error.traceId ?? "without a trace id", error.message);
  else console.error(error instanceof Error ? error.message : "something was thrown that is no error");
}
