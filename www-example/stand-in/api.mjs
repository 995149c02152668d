// The payment links API: every request is checked against openapi.yaml before a handler sees it.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { OpenAPIBackend } from "openapi-backend";
import { parse } from "yaml";
import { basketAmount } from "./amount.mjs";
import { json, refusal } from "./answer.mjs";
import { refusalsOf } from "./refusals.mjs";

const DOCUMENT = new URL("openapi.yaml", import.meta.url);
/** What a customer may pay with; the account has no iDEAL. */
const METHODS = ["credit_card", "apple_pay", "paypal", "ideal"];
const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000;

/** The formats that openapi.yaml names. */
const FORMATS = {
  uuid: /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i,
  uri: URL.canParse,
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
};

/**
 * @typedef {import("./answer.mjs").Answer} Answer
 * @typedef {import("./amount.mjs").Rule} Rule
 * @typedef {import("./amount.mjs").Notation} Notation
 * @typedef {{ rule: Rule, notation: Notation, value?: string }} Reading how the amount is found
 * @typedef {{ traceId: string, reading: Reading, baseUrl: string }} Call
 * @typedef {{ method: string, path: string, search: string,
 *   headers: import("node:http").IncomingHttpHeaders, body: string }} ApiRequest
 */

/**
 * @param {{ links: import("./links.mjs").LinkStore, token?: string, now: () => number }} options
 * @returns {Promise<OpenAPIBackend>}
 */
export async function createApi({ links, token, now }) {
  const notFound = (call) =>
    refusal(404, [{ code: "not_found", detail: "not found" }], call.traceId);

  const api = new OpenAPIBackend({
    definition: parse(await readFile(DOCUMENT, "utf8")),
    strict: true,
    coerceTypes: true,
    ajvOpts: { allErrors: true, strictNumbers: true, formats: FORMATS },
    securityHandlers: {
      accessToken: (context) => checkToken(context.request.headers.authorization, token),
    },
    handlers: {
      createPaymentLink: ({ request }, call) => create(request, call),
      listPaymentLinks: ({ request }) => list(request.query),
      listPaymentMethods: () =>
        json(200, {
          payment_link_payment_methods: METHODS.map((name) => ({ name, enabled: name !== "ideal" })),
        }),
      getConnection: () => json(200, connection),
      connect: ({ request }, call) => connect(request.requestBody, call),
      listPayments: ({ request }, call) =>
        links.get(request.params.id) ? payments(request.params.id, request.query) : notFound(call),

      getPaymentLink: ({ request }, call) => {
        const link = links.get(request.params.id);
        return link ? json(200, link) : notFound(call);
      },

      deactivatePaymentLink: ({ request }, call) => {
        links.deactivate(request.params.id);
        const link = links.get(request.params.id);
        return link ? json(200, link) : notFound(call);
      },

      unauthorizedHandler: ({ security }, call) =>
        refusal(401, [{ code: "unauthorized", detail: security.accessToken.error }], call.traceId),
      validationFail: ({ validation, request }, call) =>
        refusal(400, refusalsOf(validation.errors, request.requestBody), call.traceId),
      notFound: (_, call) => notFound(call),
      methodNotAllowed: (_, call) =>
        refusal(405, [{ code: "method_not_allowed", detail: "method not allowed" }], call.traceId),
    },
  });
  /** The account is connected until it asks again. @type {Record<string, string>} */
  let connection = { status: "enabled" };
  return api.init();

  /** @param {Record<string, string>} wanted @param {Call} call @returns {Answer} */
  function connect({ user_bank_account_id }, { baseUrl }) {
    connection = {
      connection_location: `${baseUrl}/sign-in`,
      status: "pending",
      bank_account_id: user_bank_account_id,
    };
    return json(201, connection);
  }

  /** @param {string} id @param {Record<string, any>} query @returns {Answer} */
  function payments(id, { page = 1, per_page = 100, "status[]": statuses, sort_by }) {
    const found = links.payments(id, sort_by).filter(({ status }) => !statuses || statuses.includes(status));
    const start = (page - 1) * per_page;
    return json(200, {
      payments: found.slice(start, start + per_page),
      meta: meta({ page, perPage: per_page, total: found.length }),
    });
  }

  /** @param {any} request @param {Call} call @returns {Answer} */
  function create(request, { traceId, reading, baseUrl }) {
    const idempotencyKey = request.headers["x-qonto-idempotency-key"];
    const createdMs = now();
    const earlier = idempotencyKey && links.firstAnswer(idempotencyKey, createdMs);
    if (earlier) return json(201, { payment_link: earlier });

    const wanted = request.requestBody.payment_link;
    const stray = strayCurrency(wanted.items ?? []);
    if (stray !== -1) {
      const pointer = `/payment_link/items/${stray}/unit_price/currency`;
      const detail = "currency must be the same for all items";
      return refusal(400, [{ code: "invalid", detail, source: { pointer } }], traceId);
    }

    const link = newLink(wanted, { reading, baseUrl, createdMs });
    links.add(link, { request: request.requestBody, idempotencyKey, createdMs });
    return json(201, { payment_link: link });
  }

  /** @param {Record<string, any>} query @returns {Answer} */
  function list({ page = 1, per_page = 100, "status[]": statuses, sort_by }) {
    const found = links.page({ page, perPage: per_page, statuses, sortBy: sort_by });
    return json(200, {
      payment_links: found.links,
      meta: meta({ page, perPage: per_page, total: found.total }),
    });
  }
}

/**
 * @param {OpenAPIBackend} api
 * @param {ApiRequest} request
 * @param {Call} call
 * @returns {Promise<Answer>}
 */
export async function callApi(api, { method, path, search, headers, body }, call) {
  if (!isDecodable(path)) {
    const detail = "path must be percent-encoded utf-8";
    return refusal(400, [{ code: "invalid", detail }], call.traceId);
  }
  const isJson = /^application\/json\s*(;|$)/i.test(headers["content-type"] ?? "");
  return api.handleRequest(
    { method, path, headers, query: parseQuery(search), body: isJson ? body : undefined },
    call,
  );
}

/** The router decodes and would throw. @param {string} path */
function isDecodable(path) {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Repeated names end in `[]`. @param {string} search @returns {Record<string, string | string[]>} */
function parseQuery(search) {
  const query = new URLSearchParams(search);
  return Object.fromEntries(
    [...query.keys()].map((name) =>
      [name, name.endsWith("[]") ? query.getAll(name) : /** @type {string} */ (query.get(name))]),
  );
}

/**
 * @param {string | undefined} authorization
 * @param {string | undefined} token the one that is accepted; without it any bearer token is
 * @returns {true | { error: string }}
 */
function checkToken(authorization = "", token) {
  const [, scheme, credentials] = /^(?:(bearer) +)?(\S+)$/i.exec(authorization) ?? [];
  if (credentials?.includes(":")) return { error: "OAuth2 authentication is required here" };
  if (!scheme || (token !== undefined && credentials !== token)) {
    return { error: "the access token is missing, invalid or expired" };
  }
  return true;
}

/** The first item whose currency is not that of the first, or -1. @param {any[]} items */
function strayCurrency(items) {
  return items.findIndex((item) => item.unit_price.currency !== items[0].unit_price.currency);
}

/** @param {{ page: number, perPage: number, total: number }} list */
function meta({ page, perPage, total }) {
  const pages = Math.ceil(total / perPage);
  return {
    current_page: page,
    next_page: nextPage(page, pages),
    prev_page: page > 1 ? page - 1 : null,
    total_pages: pages,
    total_count: total,
    per_page: perPage,
  };
}

/** As the real API was seen to answer: null at the end, 0 on an empty list. */
function nextPage(page, pages) {
  if (pages === 0) return 0;
  return page < pages ? page + 1 : null;
}

/**
 * @param {Record<string, any>} wanted
 * @param {{ reading: Reading, baseUrl: string, createdMs: number }} terms
 */
function newLink(wanted, { reading, baseUrl, createdMs }) {
  const id = randomUUID();
  const isBasket = wanted.items !== undefined;
  const computed = isBasket
    ? basketAmount(wanted.items, reading)
    : basketAmount([{ quantity: 1, unit_price: wanted.amount, vat_rate: "0" }], reading);
  const { currency } = isBasket ? wanted.items[0].unit_price : wanted.amount;
  return {
    id,
    status: "open",
    expiration_date: new Date(createdMs + LIFETIME_MS).toISOString(),
    potential_payment_methods: wanted.potential_payment_methods,
    amount: { value: reading.value ?? computed, currency },
    resource_type: isBasket ? "Basket" : "Invoice",
    items: wanted.items ?? null,
    reusable: wanted.reusable ?? false,
    created_at: new Date(createdMs).toISOString(),
    url: `${baseUrl}/pay/${id}`,
    invoice_id: wanted.invoice_id ?? null,
    invoice_number: wanted.invoice_number ?? null,
    debitor_name: wanted.debitor_name ?? null,
  };
}
