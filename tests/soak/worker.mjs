// The example's Worker in workerd, on loopback, for 20 000 links while the stand-in misbehaves in one call of
// twenty: what becomes of every call, whether a link is made twice, whether memory stays flat, and what it all
// costs over a bare `fetch` that does the same in a workerd of its own, with the same faults.
import { DatabaseSync } from "node:sqlite";
import { startStandIn } from "../../www-example/stand-in/server.mjs";
import { TOKEN } from "../../www-example/tests/shop.mjs";
import { quantile, shown } from "./flat.mjs";
import { startWorkerd } from "./workerd.mjs";

/** The Makefile says how many. */
const LINKS = Number(process.env.LINKS);
const ROUNDS = 20;
/** More would only wait in this process, which is the customers and the stand-in at once. */
const CONCURRENCY = 4;
const FAULT_EVERY = 20;
/** How much more than that of the bare fetch, which grows as well, workerd may grow from the first third of the
 *  calls to the last, in MiB. */
const GROWTH_BOUND = 8;
const KEY = "x-qonto-idempotency-key";

/** One after the other; `once` concerns the first request of a call only, the others each. */
const FAULTS = [
  { mode: "rate_limited", retry_after: 0, once: true },
  { mode: "rate_limited", retry_after: 0 },
  { mode: "unavailable", retry_after: 0, once: true },
  { mode: "unavailable" },
  { mode: "error_documented" },
  { mode: "error_object" },
  { mode: "error_flat" },
  { mode: "error_oauth" },
  { mode: "error_text" },
  { mode: "error_html" },
  { mode: "error_empty" },
  { mode: "not_connected" },
  { mode: "forbidden" },
  { mode: "not_found" },
  { mode: "redirect" },
  { mode: "html_200" },
  { mode: "hang" },
  { mode: "reset" },
  { mode: "created_then_reset" },
  { mode: "cut" },
  { mode: "delay", ms: 200 },
  { mode: "slow_body", ms: 4 },
  { mode: "wrong_amount", notation: "fraction" },
  { mode: "not_json" },
  { mode: "wrong_shape" },
  { mode: "no_id" },
  { mode: "javascript_url" },
  { mode: "huge" },
  { mode: "unwrapped" },
  { mode: "extra_fields" },
];

/** Which call, by its number, meets which fault. */
const faultOf = (number) => (number % FAULT_EVERY === 0 ? FAULTS[(number / FAULT_EVERY) % FAULTS.length] : undefined);

/** A basket of one to five lines, of which no two are the same. */
function basket(number) {
  return {
    potential_payment_methods: ["credit_card", "paypal"],
    reusable: number % 2 === 0,
    items: Array.from({ length: 1 + (number % 5) }, (_, line) => ({
      title: `Article ${number}-${line}`,
      quantity: 1 + ((number + line) % 7),
      unit_price: { value: `${1 + (number % 300)}.${String((number * 7 + line) % 100).padStart(2, "0")}`, currency: "EUR" },
      vat_rate: ["20", "5.5", "21.0", "10"][(number + line) % 4],
      type: "good",
    })),
  };
}

// The stand-in's links, seen from here as well.
const DATABASE = "file:soak?mode=memory&cache=shared";
const requests = new Map();
let sentAgain = 0;

const standIn = await startStandIn({
  token: TOKEN,
  db: DATABASE,
  misbehave({ headers }) {
    const key = headers[KEY];
    const [, number] = key.split(":");
    const earlier = requests.get(key) ?? 0;
    requests.set(key, earlier + 1);
    // The stand-in would give the same link again; whoever keeps no keys would make a second one.
    if (earlier > 0 && linksOf.all(key).length > 0) sentAgain++;
    const { once, ...fault } = faultOf(Number(number)) ?? { mode: "ok" };
    return once && earlier > 0 ? { mode: "ok" } : fault;
  },
});
const database = new DatabaseSync(DATABASE);
const linksOf = database.prepare("SELECT id FROM payment_links WHERE idempotency_key = ?");
const secrets = { QONTO_TOKEN: TOKEN, QONTO_BASE_URL: standIn.url };

/** The two that are measured, each with what it gathers. */
const sides = {
  worker: { path: "/api/v2/payment_links", workerd: await startWorkerd(secrets), calls: [], hanging: [], samples: [], seconds: 0 },
  bare: { path: "/bare", workerd: await startWorkerd(secrets), calls: [], hanging: [], samples: [], seconds: 0 },
};

async function call(kind, number) {
  const key = `${kind}:${number}`;
  const { path, workerd } = sides[kind];
  const start = performance.now();
  try {
    const response = await fetch(workerd.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", [KEY]: key },
      body: JSON.stringify({ payment_link: basket(number) }),
    });
    const text = await response.text();
    return { key, number, status: response.status, body: JSON.parse(text), ms: performance.now() - start };
  } catch (error) {
    return { key, number, status: 0, body: { message: error.message }, ms: performance.now() - start };
  }
}

/** Runs these calls, so many at once. Those that hang hold no place, and are waited for at the end. */
async function round(kind, from, to) {
  const { calls, hanging } = sides[kind];
  let next = from;
  const start = performance.now();
  await Promise.all(Array.from({ length: CONCURRENCY }, async () => {
    while (next < to) {
      const number = next++;
      if (faultOf(number)?.mode === "hang") hanging.push(call(kind, number));
      else calls.push(await call(kind, number));
    }
  }));
  sides[kind].seconds += (performance.now() - start) / 1000;
}

/** What is wrong with the account of a call, or nothing. */
function fault({ key, number, status, body }) {
  const ids = linksOf.all(key).map(({ id }) => id);
  if (ids.length > 1) return `${ids.length} links`;
  if (status === 201) {
    return body.payment_link?.id !== undefined && body.payment_link.id === ids[0] ? undefined : "201, but that link does not exist";
  }
  if (body.name !== "PaymentLinkError" || typeof body.code !== "string" || typeof body.maybeCreated !== "boolean") {
    return `neither a link nor a typed error: ${status} ${body.message}`;
  }
  if (ids.length > 0 && !body.maybeCreated) return `${body.code}, not maybeCreated, but the link exists`;
  if (body.link && body.link.id !== ids[0]) return `${body.code} with a link that does not exist`;
  if (!faultOf(number)) return `${body.code} without a fault: ${body.message}`;
  return undefined;
}

try {
  const before = (round) => Math.floor((LINKS * round) / ROUNDS);
  for (let i = 0; i < ROUNDS; i++) {
    for (const kind of i % 2 ? ["worker", "bare"] : ["bare", "worker"]) {
      await round(kind, before(i), before(i + 1));
      sides[kind].samples.push(await sides[kind].workerd.memory());
    }
    console.error(`${before(i + 1)} of ${LINKS} calls`);
  }
  for (const side of Object.values(sides)) {
    side.atOnce = side.calls.length;
    side.calls.push(...(await Promise.all(side.hanging)));
  }
} finally {
  for (const { workerd } of Object.values(sides)) await workerd.stop();
}

const { calls } = sides.worker;
const wrong = calls.map((each) => [each.key, fault(each)]).filter(([, what]) => what);
const twice = database.prepare(
  "SELECT count(*) AS n FROM (SELECT 1 FROM payment_links GROUP BY idempotency_key HAVING count(*) > 1)",
).get().n;
const bareFailed = sides.bare.calls.filter(({ number, status }) => !faultOf(number) && status !== 201).length;

const outcomes = new Map();
for (const { key, status, body } of calls) {
  const code = status === 201 ? "created" : (body.code ?? "no answer");
  const row = outcomes.get(code) ?? { calls: 0, maybeCreated: 0, links: 0 };
  row.calls++;
  row.maybeCreated += body.maybeCreated ? 1 : 0;
  row.links += linksOf.all(key).length;
  outcomes.set(code, row);
}
const inTotal = (field) => [...outcomes.values()].reduce((sum, row) => sum + row[field], 0);
const print = (...cells) => console.log(cells.map((cell, i) => (i ? String(cell).padStart(14) : String(cell).padEnd(26))).join(""));
const faulty = calls.filter(({ number }) => faultOf(number)).length;

console.log(`\n${calls.length} calls, ${CONCURRENCY} at once, ${faulty} with a fault (${FAULTS.length} kinds)\n`);
print("outcome", "calls", "maybeCreated", "links made");
for (const [code, row] of [...outcomes].sort(([, a], [, b]) => b.calls - a.calls)) print(code, row.calls, row.maybeCreated, row.links);
print("together", inTotal("calls"), inTotal("maybeCreated"), inTotal("links"));
print("not accounted for", wrong.length);
print("links made twice", twice);
print("sent again though made", sentAgain);

// A fault takes the time it takes: what the Worker costs is seen in the calls without one.
const [ours, theirs] = [sides.worker, sides.bare].map(({ calls, atOnce, seconds }) => {
  const times = calls.filter(({ number }) => !faultOf(number)).map(({ ms }) => ms);
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99), rate: atOnce / seconds };
});
console.log("");
print("", "Worker", "bare fetch", "ratio");
for (const name of ["p50", "p95", "p99"]) print(`latency, ${name}, ms`, ours[name].toFixed(1), theirs[name].toFixed(1), (ours[name] / theirs[name]).toFixed(2));
print("calls per second", ours.rate.toFixed(0), theirs.rate.toFixed(0), (ours.rate / theirs.rate).toFixed(2));

console.log("\nmemory in MiB, garbage collected");
const bareGrew = shown("bare fetch", sides.bare.samples.map(({ workerd }) => workerd));
const grew = shown("Worker", sides.worker.samples.map(({ workerd }) => workerd));
const moduleGrew = shown("its module", sides.worker.samples.map(({ module }) => module));

await standIn.close();
database.close();
for (const [key, what] of wrong.slice(0, 20)) console.error(`${key}: ${what}`);
const failures = [
  calls.length !== LINKS && `${LINKS - calls.length} calls never came to an end`,
  wrong.length > 0 && `${wrong.length} calls are not accounted for`,
  twice > 0 && `${twice} links were made twice`,
  sentAgain > 0 && `${sentAgain} requests were sent again though their link existed`,
  bareFailed > 0 && `${bareFailed} calls of the bare fetch failed`,
  grew > Math.max(bareGrew, 0) + GROWTH_BOUND && `workerd grew by more than ${GROWTH_BOUND} MiB over that of the bare fetch`,
  moduleGrew > 0 && "the memory of the module grew",
].filter(Boolean);
for (const failure of failures) console.error(`failed: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
