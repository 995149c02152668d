// The table of src/api/webhook.rs, as far as JavaScript needs it.
import type { WebhookErrorCode } from "../index";

// Written by tests/docs.rs: UPDATE_DOCS=1 cargo test --test docs
/*WEBHOOK_TABLE*/
export const TOLERANCE_SECONDS = 300;
export const MAX_HEADER = 1024;
export const WEBHOOK_TABLE: Record<WebhookErrorCode, string> = {
  parsed_body: "expected the raw body as it came, a string or bytes (await it, and read it before a JSON parser does), received type `{received}`",
  missing_header: "expected the header `X-Qonto-Signature`, received none",
  malformed_header: "expected a header of the form `t=<unix seconds>,v1=<64 hex digits>`, received {received}",
  wrong_signature: "expected a signature of this body with this secret, received another; the body must be the bytes that came, unchanged",
  stale: "expected a webhook at most {tolerance} seconds old, received one {received} seconds old",
  future: "expected a webhook at most {tolerance} seconds ahead of the clock, received one {received} seconds ahead",
  unreadable_event: "expected a JSON object in UTF-8, received another body",
};
/*END_WEBHOOK_TABLE*/
