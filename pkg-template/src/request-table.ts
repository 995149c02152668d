// What src/api says of requests and answers. Written by tests/docs.rs: UPDATE_DOCS=1 cargo test --test docs
/*REQUESTS*/
/** The header that carries the trace id of an answer. */
export const TRACE_ID = "X-Tyk-Trace-Id";

/** The most bytes of an answer that are read. */
export const MAX_BODY = 1048576;

/** The time-out of a call that names none. */
export const DEFAULT_TIMEOUT_MS = 30000;

/** The options of a call, in the order in which they are handed over. */
export const OPTIONS = [
  "idempotencyKey",
  "baseUrl",
  "amountCheck",
  "timeoutMs",
  "retries",
  "stagingToken",
  "signal",
  "onResponse",
  "headers",
  "onAmountMismatch",
  "allowTokenInBrowser",
  "fetch",
] as const;

/** The calls, by their numbers. */
export const VERBS = [
  "create",
  "recover",
  "get",
  "list",
  "deactivate",
  "payments",
  "methods",
  "connection",
  "connect",
] as const;

/** What may happen in a call, by its number. */
export const EVENTS = [
  "ready",
  "token",
  "no_token",
  "thrown",
  "missing",
  "answer",
  "timeout",
  "aborted",
] as const;

/** What Rust looks at in the document of a 2xx answer. */
export const FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "payment_link",
  "id",
  "url",
  "amount",
  "value",
  "currency",
  "status",
  "payment_links",
  "payments",
  "payment_link_payment_methods",
  "connection",
  "connection_location",
  "meta",
  "current_page",
  "next_page",
]);
/*END_REQUESTS*/
