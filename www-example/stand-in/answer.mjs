// Answers as plain data, and the ways to write them down. No logic of the API lives here.

/**
 * @typedef {{ status: number, headers: Record<string, string>, body: string }} Answer
 * @typedef {{ code: string, detail: string, source?: { pointer?: string, parameter?: string } }} ErrorEntry
 */

/** @param {number} status @param {unknown} value @param {Record<string, string>} [headers] @returns {Answer} */
export function json(status, value, headers = {}) {
  return {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", ...headers },
    body: JSON.stringify(value),
  };
}

/** @param {number} status @param {string} body @param {Record<string, string>} [headers] @returns {Answer} */
export function html(status, body, headers = {}) {
  return { status, headers: { "Content-Type": "text/html; charset=utf-8", ...headers }, body };
}

/** @param {number} status @param {string} body @returns {Answer} */
export function text(status, body) {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body };
}

/**
 * The documented error body.
 * @param {number} status
 * @param {ErrorEntry[]} errors
 * @param {string} traceId
 * @param {Record<string, string>} [headers]
 */
export function refusal(status, errors, traceId, headers) {
  return json(status, { errors, trace_id: traceId }, headers);
}

/** What the sandbox shows instead of an answer when the staging token is missing. */
export function signInPage(status = 200) {
  return html(
    status,
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sign in</title></head>'
      + "<body><h1>Sign in</h1></body></html>",
  );
}

/** @param {import("node:http").ServerResponse} res @param {Answer} answer */
export function send(res, answer) {
  res.writeHead(answer.status, {
    ...answer.headers,
    "Content-Length": String(Buffer.byteLength(answer.body)),
  });
  res.end(answer.body);
}
