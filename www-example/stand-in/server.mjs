// The HTTP server: routes between the API, the payment page and the control paths under /_stand-in.
import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { callApi, createApi } from "./api.mjs";
import { json, refusal, send, signInPage } from "./answer.mjs";
import {
  concernsCreation, CurrentBehaviour, MODES, parseBehaviourHeader, readBehaviour,
} from "./behaviour.mjs";
import { LinkStore } from "./links.mjs";
import { payPage } from "./pay-page.mjs";

const BODY_LIMIT = 4 * 1024 * 1024;
const REQUESTS_KEPT = 50;
const LINKS_SHOWN = 1000;

/**
 * @typedef {import("node:http").IncomingMessage} IncomingMessage
 * @typedef {import("node:http").ServerResponse} ServerResponse
 * @typedef {{ method: string, path: string, search: string,
 *   headers: import("node:http").IncomingHttpHeaders, body: string }} Received
 *
 * @typedef {object} StandInOptions
 * @property {number} [port] 0 (the default) takes any free one
 * @property {string} [host] loopback unless said otherwise
 * @property {string} [db] a file, or ":memory:" (the default)
 * @property {string} [token] the access token to accept; without it any is accepted
 * @property {string} [stagingToken] answer like the sandbox when X-Qonto-Staging-Token is not this
 * @property {import("./amount.mjs").Rule} [rule] where amounts are rounded, default "line"
 * @property {import("./amount.mjs").Notation} [notation] how vat_rate is read, default "percent"
 * @property {() => number} [now] milliseconds since 1970, for tests
 * @property {(request: Received) => { mode: string, [param: string]: unknown } | undefined} [misbehave]
 *   the behaviour for this request alone, asked before the one that is set
 */

/**
 * @param {StandInOptions} [options]
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startStandIn({
  port = 0,
  host = "127.0.0.1",
  db = ":memory:",
  token,
  stagingToken,
  rule = "line",
  notation = "percent",
  now = Date.now,
  misbehave,
} = {}) {
  const links = new LinkStore(db);
  const behaviour = new CurrentBehaviour();
  /** @type {Received[]} */
  let requests = [];
  const closing = new AbortController();
  let url = "";

  const api = await createApi({ links, token, now });
  const server = createServer((req, res) => {
    serve(req, res).catch((error) => {
      if (closing.signal.aborted || res.destroyed) return;
      console.error(`stand-in: ${req.method} ${req.url}: ${error.message}`);
      if (res.headersSent) res.destroy();
      else send(res, refusal(500, [{ code: "internal", detail: "internal error" }], traceIdOf(res)));
    });
  });

  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (error) {
    links.close();
    throw new Error(cannotListen(error, host, port), { cause: error });
  }
  url = addressOf(server, host);

  return {
    url,
    async close() {
      closing.abort();
      server.close();
      server.closeAllConnections();
      await once(server, "close");
      links.close();
    },
  };

  /** @param {IncomingMessage} req @param {ServerResponse} res */
  async function serve(req, res) {
    res.setHeader("X-Tyk-Trace-Id", randomBytes(16).toString("hex"));
    const received = await receive(req);
    if (!received) {
      const tooLarge = [{ code: "invalid", detail: "request body is too large" }];
      return send(res, refusal(413, tooLarge, traceIdOf(res), { Connection: "close" }));
    }
    const { path } = received;
    if (path.startsWith("/_stand-in/")) return send(res, control(req, received, traceIdOf(res)));
    if (path === "/sign-in") return send(res, signInPage());
    if (path.startsWith("/pay/")) return send(res, payPage(links, path.slice("/pay/".length)));

    requests = [...requests, received].slice(-REQUESTS_KEPT);
    return answerApi(res, received);
  }

  /** @param {ServerResponse} res @param {Received} received */
  async function answerApi(res, received) {
    const traceId = traceIdOf(res);
    const isCreate = received.method === "POST" && received.path === "/v2/payment_links";
    const header = received.headers["x-stand-in-behaviour"];
    let wanted;
    try {
      wanted = header === undefined
        ? misbehave?.(received) ?? behaviour.take(isCreate)
        : parseBehaviourHeader(String(header));
    } catch (error) {
      return send(res, refusal(400, [{ code: "stand_in", detail: error.message }], traceId));
    }

    const { mode: name, times, ...params } = wanted;
    const mode = header !== undefined && !isCreate && concernsCreation(wanted) ? MODES.ok : MODES[name];
    const usual = { rule, notation };
    const proceed = async (reading = usual) => {
      if (stagingToken !== undefined && received.headers["x-qonto-staging-token"] !== stagingToken) {
        return signInPage();
      }
      return callApi(api, received, { traceId, reading, baseUrl: url });
    };

    switch (mode.kind) {
      case "answer":
        return send(res, mode.answer(params, traceId));
      case "created": {
        const answer = await proceed(mode.reading?.(params, usual));
        return send(res, answer.status === 201 && mode.change ? mode.change(answer) : answer);
      }
      case "transport":
        return mode.run({ res, proceed, closing: closing.signal }, params);
    }
  }

  /** A payment of the link `{ id }`. @param {string} body @param {string} traceId */
  function pay(body, traceId) {
    const { id } = JSON.parse(body || "{}");
    const link = links.get(String(id));
    if (!link) return refusal(404, [{ code: "not_found", detail: "not found" }], traceId);
    const at = new Date(now()).toISOString();
    const payment = {
      id: randomUUID(),
      amount: link.amount,
      status: "paid",
      created_at: at,
      payment_method: link.potential_payment_methods[0],
      paid_at: at,
      debitor_email: "ada@example.com",
    };
    links.pay(link.id, payment);
    return json(201, payment);
  }

  /** @param {IncomingMessage} req @param {Received} received @param {string} traceId */
  function control(req, { method, path, body }, traceId) {
    if (!isLoopback(req.socket.remoteAddress)) {
      return refusal(403, [{ code: "stand_in", detail: "control paths answer on loopback only" }], traceId);
    }
    switch (`${method} ${path}`) {
      case "GET /_stand-in/behaviour":
        return json(200, behaviour.value);
      case "PUT /_stand-in/behaviour":
        try {
          behaviour.set(readBehaviour(JSON.parse(body)));
        } catch (error) {
          return refusal(400, [{ code: "stand_in", detail: error.message }], traceId);
        }
        return json(200, behaviour.value);
      case "DELETE /_stand-in/behaviour":
        behaviour.reset();
        return json(200, behaviour.value);
      case "GET /_stand-in/requests":
        return json(200, { requests });
      case "DELETE /_stand-in/requests":
        requests = [];
        return json(200, { requests });
      case "GET /_stand-in/links":
        return json(200, { payment_links: links.page({ page: 1, perPage: LINKS_SHOWN }).links });
      case "POST /_stand-in/payments":
        return pay(body, traceId);
      default:
        return refusal(404, [{ code: "not_found", detail: "not found" }], traceId);
    }
  }
}

/** @param {IncomingMessage} req @returns {Promise<Received | undefined>} nothing if it is too large */
async function receive(req) {
  const pieces = [];
  let size = 0;
  for await (const piece of req) {
    size += piece.length;
    if (size <= BODY_LIMIT) pieces.push(piece);
  }
  if (size > BODY_LIMIT) return undefined;
  const [path, search = ""] = String(req.url).split(/\?(.*)/s, 2);
  return {
    method: String(req.method),
    path,
    search,
    headers: req.headers,
    body: Buffer.concat(pieces).toString(),
  };
}

/** @param {ServerResponse} res */
const traceIdOf = (res) => String(res.getHeader("X-Tyk-Trace-Id"));

/** @param {string | undefined} address */
function isLoopback(address = "") {
  return address === "::1" || /^(::ffff:)?127\./.test(address);
}

/** @param {import("node:http").Server} server @param {string} host */
function addressOf(server, host) {
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  if (host === "0.0.0.0" || host === "::") return `http://localhost:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** @param {NodeJS.ErrnoException} error @param {string} host @param {number} port */
function cannotListen(error, host, port) {
  if (error.code === "EADDRINUSE") return `port ${port} of ${host} is in use, choose another with --port`;
  return `cannot listen on port ${port} of ${host}: ${error.message}`;
}
