// What src/api says of requests and answers. Written by tests/docs.rs: UPDATE_DOCS=1 cargo test --test docs
/*REQUESTS*/
/** The header that carries the trace id of an answer. */
export const TRACE_ID = "X-Tyk-Trace-Id";

/** The most bytes of an answer that are read. */
export const MAX_BODY = 1048576;
/*END_REQUESTS*/
