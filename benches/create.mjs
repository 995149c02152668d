// What createPaymentLink costs over a bare fetch with JSON.stringify, on loopback: the ratio of the medians, the two
// in turn. Node: scripts/run node benches/create.mjs
import { once } from "node:events";
import { createServer } from "node:http";
import { createPaymentLink } from "../pkg/index.js";

const CALLS = 8_000;
const WARM_UP = 4_000;
const TOKEN = "tok_benchmark_1";

const payload = {
  potential_payment_methods: ["credit_card"],
  reusable: true,
  items: Array.from({ length: 5 }, (_, i) => ({
    title: `Item ${i}`, quantity: i + 1, unit_price: { value: "10.99", currency: "EUR" }, vat_rate: "21.0", type: "good",
  })),
};
const answer = JSON.stringify({
  payment_link: {
    id: "0196a0c8-5c5e-7b1c-9d53-6a1f2b3c4d5e", status: "open", amount: { value: "199.47", currency: "EUR" },
    url: "https://pay.qonto.com/x", items: payload.items, reusable: true, created_at: "2026-11-24T00:00:00.000Z",
  },
});
const server = createServer(async (request, response) => {
  for await (const _ of request);
  response.writeHead(201, { "content-type": "application/json" });
  response.end(answer);
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const baseUrl = `http://127.0.0.1:${server.address().port}`;

async function bare() {
  const response = await fetch(`${baseUrl}/v2/payment_links`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ payment_link: payload }),
  });
  return (await response.json()).payment_link;
}
const ours = () => createPaymentLink(TOKEN, payload, { baseUrl, amountCheck: "exact" });

const times = { bare: [], ours: [] };
for (let i = 0; i < CALLS; i++) {
  for (const [name, call] of i % 2 ? [["ours", ours], ["bare", bare]] : [["bare", bare], ["ours", ours]]) {
    const start = performance.now();
    await call();
    if (i >= WARM_UP) times[name].push(performance.now() - start);
  }
}
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] * 1000;
const [bareMedian, ourMedian] = [median(times.bare), median(times.ours)];
console.log(`bare fetch         ${bareMedian.toFixed(0)} µs\ncreatePaymentLink  ${ourMedian.toFixed(0)} µs\nratio              ${(ourMedian / bareMedian).toFixed(2)}`);
server.closeAllConnections();
server.close();
