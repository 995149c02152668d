// Misbehaviour on demand. A mode is one of three kinds:
//   answer    replaces the API, nothing is created
//   created   the API creates the link, then what it says about it is changed
//   transport decides itself when and how the bytes leave
import { setTimeout as sleep } from "node:timers/promises";
import { NOTATIONS, RULES } from "./amount.mjs";
import { html, json, refusal, send, signInPage, text } from "./answer.mjs";

const HUGE_BYTES = 1024 * 1024;
const PIECE_BYTES = 16;

/**
 * @typedef {import("./answer.mjs").Answer} Answer
 * @typedef {Record<string, any>} Params
 * @typedef {{ mode: string, times: number | null } & Params} Behaviour
 * @typedef {{
 *   res: import("node:http").ServerResponse,
 *   proceed: () => Promise<Answer>,
 *   closing: AbortSignal,
 * }} Exchange
 *
 * @typedef {{ kind: "answer", params: string[], answer: (params: Params, traceId: string) => Answer }} AnswerMode
 * @typedef {{ kind: "created", params: string[],
 *   reading?: (params: Params, usual: import("./api.mjs").Reading) => import("./api.mjs").Reading,
 *   change?: (answer: Answer) => Answer }} CreatedMode
 * @typedef {{ kind: "transport", params: string[], createOnly?: boolean,
 *   run: (exchange: Exchange, params: Params) => Promise<void> }} TransportMode
 * @typedef {AnswerMode | CreatedMode | TransportMode} Mode
 */

/** @param {(link: Record<string, any>) => unknown} change @returns {CreatedMode} */
const changedLink = (change) => ({
  kind: "created",
  params: [],
  change: ({ status, body }) => json(status, change(JSON.parse(body).payment_link)),
});

/** @param {string[]} params @param {AnswerMode["answer"]} answer @returns {AnswerMode} */
const instead = (params, answer) => ({ kind: "answer", params, answer });

/** @param {string[]} params @param {TransportMode["run"]} run @returns {TransportMode} */
const transport = (params, run) => ({ kind: "transport", params, run });

/** @param {number | undefined} seconds @returns {Record<string, string>} */
const retryAfter = (seconds) => (seconds === undefined ? {} : { "Retry-After": String(seconds) });

/** @type {Record<string, Mode>} */
export const MODES = {
  ok: transport([], async ({ res, proceed }) => send(res, await proceed())),

  error_documented: instead(
    ["status", "detail", "pointer"],
    ({ status = 400, detail = "vat_rate is invalid", pointer = "/data/attributes/vat_rate" }, traceId) =>
      refusal(status, [
        { code: "invalid", detail, source: { pointer } },
        { code: "invalid", detail: "per_page is invalid", source: { parameter: "per_page" } },
      ], traceId),
  ),
  error_object: instead(["status", "detail"], ({ status = 404, detail = "Not found" }, traceId) =>
    json(status, { errors: { message: detail }, trace_id: traceId })),
  error_flat: instead(["status", "detail"], ({ status = 400, detail = "bad request" }, traceId) =>
    json(status, { code: "bad_request", message: detail, trace_id: traceId })),
  error_oauth: instead(
    ["status", "detail"],
    ({ status = 401, detail = "the access token expired" }) =>
      json(status, { error: "invalid_token", error_description: detail }),
  ),
  error_text: instead(["status", "detail"], ({ status = 502, detail = "bad gateway" }) =>
    text(status, detail)),
  error_html: instead(["status"], ({ status = 500 }) => signInPage(status)),
  error_empty: instead(["status"], ({ status = 500 }) => ({ status, headers: {}, body: "" })),

  not_connected: instead([], (_, traceId) =>
    refusal(400, [{ code: "invalid", detail: "connection with the provider does not exist" }], traceId)),
  forbidden: instead([], (_, traceId) =>
    refusal(403, [{ code: "forbidden", detail: "missing required oauth scope" }], traceId)),
  not_found: instead([], (_, traceId) =>
    refusal(404, [{ code: "not_found", detail: "not found" }], traceId)),
  rate_limited: instead(["retry_after"], ({ retry_after }, traceId) =>
    refusal(429, [{ code: "too_many_requests", detail: "rate limit exceeded" }], traceId, retryAfter(retry_after))),
  unavailable: instead(["retry_after"], ({ retry_after }, traceId) =>
    refusal(503, [{ code: "unavailable", detail: "service unavailable" }], traceId, retryAfter(retry_after))),
  redirect: instead(["status"], ({ status = 302 }) =>
    ({ ...html(status, ""), headers: { Location: "/sign-in" } })),
  html_200: instead([], () => signInPage()),

  delay: transport(["ms"], async ({ res, proceed, closing }, { ms = 1000 }) => {
    const answer = await proceed();
    await sleep(ms, undefined, { signal: closing });
    send(res, answer);
  }),
  hang: transport([], async () => {}),
  slow_body: transport(["ms"], async ({ res, proceed, closing }, { ms = 100 }) => {
    const { status, headers, body } = await proceed();
    const bytes = Buffer.from(body);
    res.writeHead(status, { ...headers, "Content-Length": String(bytes.length) });
    for (let at = 0; at < bytes.length && !res.destroyed; at += PIECE_BYTES) {
      res.write(bytes.subarray(at, at + PIECE_BYTES));
      await sleep(ms, undefined, { signal: closing });
    }
    res.end();
  }),
  cut: transport([], async ({ res, proceed }) => {
    const { status, headers, body } = await proceed();
    const bytes = Buffer.from(body);
    res.writeHead(status, { ...headers, "Content-Length": String(bytes.length) });
    res.write(bytes.subarray(0, bytes.length / 2), () => res.destroy());
  }),
  reset: transport([], async ({ res }) => {
    res.socket?.resetAndDestroy();
  }),
  created_then_reset: {
    kind: "transport",
    params: [],
    createOnly: true,
    run: async ({ res, proceed }) => {
      await proceed();
      res.socket?.resetAndDestroy();
    },
  },

  wrong_amount: {
    kind: "created",
    params: ["rule", "notation", "value"],
    reading: (params, usual) => {
      const other = usual.notation === "percent" ? "fraction" : "percent";
      const wrong = Object.keys(params).length > 0 ? params : { notation: other };
      return { ...usual, ...wrong };
    },
  },
  not_json: {
    kind: "created",
    params: [],
    change: (answer) => ({ ...answer, body: answer.body.slice(0, -1) }),
  },
  wrong_shape: changedLink(({ id }) => ({ data: { id } })),
  unwrapped: changedLink((link) => link),
  extra_fields: changedLink((link) => ({
    payment_link: {
      ...link,
      status: "in_review",
      potential_payment_methods: [...link.potential_payment_methods, "bank_transfer"],
      settlement: { estimated_at: null, batches: [1, 2] },
    },
    meta: { api_version: "2.1" },
  })),
  no_id: changedLink(({ id, ...link }) => ({ payment_link: link })),
  javascript_url: changedLink((link) => ({ payment_link: { ...link, url: "javascript:alert(1)" } })),
  huge: changedLink((link) => ({ payment_link: { ...link, padding: "x".repeat(HUGE_BYTES) } })),
};

/** @param {number} min @param {number} max */
const integer = (min, max) => ({
  expected: `an integer from ${min} to ${max}`,
  read: (value) => {
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    return Number.isInteger(number) && number >= min && number <= max ? number : undefined;
  },
});

/** @param {(value: string) => boolean} fits @param {string} expected */
const string = (fits, expected) => ({
  expected,
  read: (value) => (typeof value === "string" && fits(value) ? value : undefined),
});

/** How each parameter is read, from JSON or from a header. */
const PARAMS = {
  status: integer(200, 599),
  ms: integer(0, 600_000),
  retry_after: integer(0, 86_400),
  detail: string(() => true, "a string"),
  pointer: string(() => true, "a string"),
  rule: string((value) => RULES.some((rule) => rule === value), `one of ${RULES.join(", ")}`),
  notation: string((value) => NOTATIONS.some((name) => name === value), `one of ${NOTATIONS.join(", ")}`),
  value: string((value) => /^-?\d+\.\d\d$/.test(value), "a decimal with two places as a string"),
};

/**
 * @param {unknown} wanted `{ mode, times?, ...params }`
 * @returns {Behaviour}
 * @throws {RangeError} that says what was expected
 */
export function readBehaviour(wanted) {
  if (typeof wanted !== "object" || wanted === null) throw new RangeError("expected an object");
  const { mode, times = null, ...given } = /** @type {Params} */ (wanted);
  if (typeof mode !== "string" || !Object.hasOwn(MODES, mode)) {
    throw new RangeError(`mode must be one of ${Object.keys(MODES).join(", ")}`);
  }
  if (times !== null && !(Number.isInteger(times) && times > 0)) {
    throw new RangeError("times must be null or an integer above 0");
  }
  const params = Object.entries(given).map(([name, value]) => {
    if (!MODES[mode].params.includes(name)) throw new RangeError(`${mode} has no parameter ${name}`);
    const read = PARAMS[name].read(value);
    if (read === undefined) throw new RangeError(`${name} must be ${PARAMS[name].expected}`);
    return [name, read];
  });
  return { mode, times, ...Object.fromEntries(params) };
}

/** `mode; name=value; ...`, the form of the header X-Stand-In-Behaviour. @param {string} header */
export function parseBehaviourHeader(header) {
  const [mode, ...params] = header.split(";").map((part) => part.trim());
  return readBehaviour({
    ...Object.fromEntries(params.map((param) => param.split(/=(.*)/s, 2))),
    mode,
  });
}

/** The behaviour in force until it is changed or used up. */
export class CurrentBehaviour {
  /** @type {Behaviour} */
  #behaviour = { mode: "ok", times: null };

  get value() {
    return this.#behaviour;
  }

  /** @param {Behaviour} behaviour */
  set(behaviour) {
    this.#behaviour = behaviour;
  }

  reset() {
    this.#behaviour = { mode: "ok", times: null };
  }

  /** One use of it. What concerns created links alone waits for one. @param {boolean} isCreate */
  take(isCreate) {
    const behaviour = this.#behaviour;
    if (!isCreate && concernsCreation(behaviour)) return { mode: "ok", times: null };
    if (behaviour.times === 1) this.reset();
    else if (behaviour.times !== null) this.#behaviour = { ...behaviour, times: behaviour.times - 1 };
    return behaviour;
  }
}

/** @param {Behaviour} behaviour */
export function concernsCreation({ mode }) {
  const definition = MODES[mode];
  return definition.kind === "created" || (definition.kind === "transport" && definition.createOnly === true);
}
