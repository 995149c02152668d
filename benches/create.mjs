// What createPaymentLink costs over a bare fetch with JSON.stringify, on loopback: the ratio of the medians, the two
// in turn, for baskets of several sizes. Both read the answer and parse it. They run warm, as on a server that has been
// up for some seconds: V8 compiles WebAssembly with its better compiler only after many calls. The API is played in a
// process of its own, as it is in life, and then in this one, where no process has to be woken and both wait less.
// Node: scripts/run node benches/create.mjs
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createPaymentLink, previewTotals } from "../pkg/index.js";

const FILE = fileURLToPath(import.meta.url);
const SIZES = [1, 5, 50];
const WARM_UP = 20_000;
const CALLS = 6_000;
const TOKEN = "tok_benchmark_1";

const payloadOf = (items) => ({
  potential_payment_methods: ["credit_card"],
  reusable: true,
  items: Array.from({ length: items }, (_, i) => ({
    title: `Item ${i}`, quantity: i + 1, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0", type: "good",
  })),
});
const answerTo = (payload) => {
  const { gross: value, currency } = previewTotals(payload).totals;
  return JSON.stringify({
    payment_link: {
      id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e", status: "open", amount: { value, currency }, url: "https://pay.qonto.com/x",
      items: payload.items, reusable: true, created_at: "2026-11-24T00:00:00.000Z",
    },
  });
};
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] * 1000;

/** Plays the API; gives its port, what sets its answer, and what ends it. */
async function serve() {
  let answer;
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    response.writeHead(201, { "content-type": "application/json" });
    response.end(answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: server.address().port,
    set: (text) => { answer = text; },
    end: () => { server.closeAllConnections(); server.close(); },
  };
}

/** The same in a process of its own. */
async function serveApart() {
  const child = fork(FILE, ["serve"]);
  const [port] = await once(child, "message");
  const set = async (text) => { child.send(text); await once(child, "message"); };
  return { port, set, end: () => child.kill() };
}

async function measure(where, { port, set, end }) {
  const baseUrl = `http://127.0.0.1:${port}`;
  const bare = async (payload) => {
    const response = await fetch(`${baseUrl}/v2/payment_links`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ payment_link: payload }),
    });
    return (await response.json()).payment_link;
  };
  const ours = (payload) => createPaymentLink(TOKEN, payload, { baseUrl, amountCheck: "exact" });
  console.log(`\nthe API in ${where}\nitems  bare fetch  createPaymentLink  ratio`);
  for (const [place, items] of SIZES.entries()) {
    const payload = payloadOf(items);
    await set(answerTo(payload));
    const warmUp = place === 0 ? WARM_UP : CALLS;
    const times = { bare: [], ours: [] };
    for (let i = 0; i < warmUp + CALLS; i++) {
      for (const [name, call] of i % 2 ? [["ours", ours], ["bare", bare]] : [["bare", bare], ["ours", ours]]) {
        const start = performance.now();
        await call(payload);
        if (i >= warmUp) times[name].push(performance.now() - start);
      }
    }
    const [theirs, own] = [median(times.bare), median(times.ours)];
    console.log(`${String(items).padStart(5)}  ${theirs.toFixed(0).padStart(7)} µs  ${own.toFixed(0).padStart(14)} µs  ${(own / theirs).toFixed(2).padStart(5)}`);
  }
  end();
}

if (process.argv[2] === "serve") {
  const { port, set } = await serve();
  process.on("message", (text) => { set(text); process.send("set"); });
  process.on("disconnect", () => process.exit());
  process.send(port);
} else {
  await measure("a process of its own", await serveApart());
  await measure("this process", await serve());
}
