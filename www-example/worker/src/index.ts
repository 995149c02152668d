// What stands between the page and Qonto: it holds the token, and checks all that comes from outside.

import { createPaymentLink, isPaymentLinkError, type Payload, type PaymentLinkError } from "qonto-payment-links";

interface Env {
  /** An OAuth access token with the scope `payment_link.write`. */
  QONTO_TOKEN?: string;
  /** `"production"`, `"sandbox"` or a URL. */
  QONTO_BASE_URL?: string;
  /** The sandbox wants it. */
  QONTO_STAGING_TOKEN?: string;
}

const PATH = "/api/v2/payment_links";
const MAX_BODY_BYTES = 64 * 1024;
const IDEMPOTENCY_KEY = /^[\w-]{1,64}$/;

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    if (url.pathname !== PATH) return refusal(404, "not_found", "there is nothing here");
    if (request.method !== "POST") return refusal(405, "method_not_allowed", "expected POST", { Allow: "POST" });

    // A page of another site must not make a visitor's browser create links.
    const origin = request.headers.get("Origin");
    if (origin !== null && origin !== url.origin) {
      return refusal(403, "forbidden_origin", "the request comes from another site");
    }
    if (!/^application\/json\s*(;|$)/i.test(request.headers.get("Content-Type") ?? "")) {
      return refusal(415, "unsupported_media_type", "expected the content type application/json");
    }
    const idempotencyKey = request.headers.get("X-Qonto-Idempotency-Key") ?? undefined;
    if (idempotencyKey !== undefined && !IDEMPOTENCY_KEY.test(idempotencyKey)) {
      return refusal(400, "invalid_idempotency_key", "expected X-Qonto-Idempotency-Key to be a UUID");
    }
    const text = await textUpTo(MAX_BODY_BYTES, request);
    if (text === null) return refusal(413, "content_too_large", `expected at most ${MAX_BODY_BYTES} bytes`);
    let payload: Payload;
    try {
      payload = JSON.parse(text);
    } catch {
      return refusal(400, "invalid_json", "the body is not JSON");
    }
    if (!env.QONTO_TOKEN) return refusal(500, "not_configured", "the Worker has no QONTO_TOKEN");

    try {
      const link = await createPaymentLink(env.QONTO_TOKEN, payload, {
        baseUrl: env.QONTO_BASE_URL ?? "production",
        ...(env.QONTO_STAGING_TOKEN && { stagingToken: env.QONTO_STAGING_TOKEN }),
        ...(idempotencyKey && { idempotencyKey }),
      });
      return answer(201, { payment_link: link });
    } catch (error) {
      if (isPaymentLinkError(error)) return answer(statusOf(error), error.toJSON(), retryAfter(error));
      // Misuse, such as a QONTO_BASE_URL that is no URL. What it says is for the log, not for the page.
      console.error(error instanceof Error ? error.message : "createPaymentLink threw what is no error");
      return refusal(500, "not_configured", "the Worker is not set up to create payment links");
    }
  },
} satisfies ExportedHandler<Env>;

/** The body as text, or `null` as soon as it is too long. */
async function textUpTo(limit: number, { body }: Request): Promise<string | null> {
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = "";
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > limit) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function statusOf(error: PaymentLinkError): number {
  switch (error.code) {
    case "validation":
      return 422;
    case "rate_limited":
      return 429;
    case "timeout":
      return 504;
    default:
      return 502;
  }
}

function retryAfter({ retryAfterMs }: PaymentLinkError): Record<string, string> {
  return retryAfterMs === undefined ? {} : { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) };
}

/** A refusal of the Worker's own, in the form Qonto's errors have. */
function refusal(status: number, code: string, detail: string, headers?: Record<string, string>): Response {
  return answer(status, { errors: [{ code, detail }] }, headers);
}

function answer(status: number, body: unknown, headers?: Record<string, string>): Response {
  return Response.json(body, {
    status,
    headers: { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", ...headers },
  });
}
