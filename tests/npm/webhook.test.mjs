// verifyWebhook and signWebhook from the packed package, against signatures that Node's own HMAC makes.
import assert from "node:assert/strict";
import { createHmac, webcrypto } from "node:crypto";
import { test } from "node:test";
import { inspect } from "node:util";
import vm from "node:vm";
import { installed } from "./packed.mjs";

// Node 18 has it behind a flag.
globalThis.crypto ??= webcrypto;
const { isPaymentLinkError, isWebhookError, signWebhook, verifyWebhook, WebhookError } = await installed();

const SECRET = "whsec_VuvcYxzMbryt1UBytq58jtGBxCgbQdzX";
const NOW = 1_704_110_400;
const EVENT = {
  id: "123e4567-e89b-12d3-a456-426614174000",
  type: "v1/payment-links",
  created_at: "2025-01-24T10:55:00Z",
  data: {
    event: "updated",
    status: "paid",
    payment_link_id: "0199e1de-4fa1-7324-9aed-0b0f6a65243e",
    amount: { currency: "EUR", value: "13.30" },
    resource_metadata: { invoice_number: "H2025-343" },
    expired_at: "2026-10-14T08:37:47Z",
    added_next_year: ["é", "€", "😀"],
  },
};
const BODY = JSON.stringify(EVENT);

const hex = (body, { secret = SECRET, t = NOW } = {}) => createHmac("sha256", secret).update(`${t}.`).update(body).digest("hex");
const header = (body, options) => `t=${options?.t ?? NOW},v1=${hex(body, options)}`;
const verify = (body, signature = header(body), { secret = SECRET, ...options } = {}) => verifyWebhook(body, signature, secret, { now: NOW, ...options });

/** Rejects with this code, and with neither secret nor stack of a parser. */
async function refused(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.ok(isWebhookError(error) && error instanceof WebhookError && !isPaymentLinkError(error), inspect(error));
    assert.equal(error.code, code, error.message);
    assert.equal(error.name, "WebhookError");
    assert.match(error.message, /^expected .*, received .*[^.{}]$/);
    assert.ok(!inspect(error, { showHidden: true, depth: 9 }).includes(SECRET));
    return true;
  });
}

test("the example of Qonto's documentation is authentic", async () => {
  const signature = "t=1704110400,v1=56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805";
  assert.deepEqual(await verify('{"test":"data"}', signature, { secret: "test-secret" }), { test: "data" });
  assert.equal(await signWebhook('{"test":"data"}', "test-secret", { now: NOW }), signature);
});

test("an event comes out as it is, with the fields nobody knows yet", async () => {
  assert.deepEqual(await verify(BODY), EVENT);
});

test("text and bytes of every kind are the same body", async () => {
  const bytes = Buffer.from(BODY);
  const inside = new Uint8Array(bytes.length + 9);
  inside.set(bytes, 5);
  for (const body of [
    BODY, bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer, inside.subarray(5, 5 + bytes.length),
    new DataView(inside.buffer, 5, bytes.length), vm.runInNewContext("Uint8Array.from(bytes)", { bytes }),
    vm.runInNewContext("Uint8Array.from(bytes).buffer", { bytes }),
  ]) {
    assert.deepEqual(await verify(body, header(bytes)), EVENT, inspect(body).slice(0, 60));
    assert.equal(await signWebhook(body, SECRET, { now: NOW }), header(bytes));
  }
});

test("the secret is text or bytes", async () => {
  for (const secret of ["clé-€-😀-of-some-length", "x"]) {
    const signature = header(BODY, { secret });
    for (const form of [secret, Buffer.from(secret), new Uint8Array(Buffer.from(secret)).buffer]) {
      assert.deepEqual(await verify(BODY, signature, { secret: form }), EVENT);
    }
  }
});

test("of several signatures one has to be right, wherever it stands", async () => {
  const [right, other, upper] = [hex(BODY), hex(BODY, { secret: "another" }), hex(BODY).toUpperCase()];
  for (const signature of [
    `t=${NOW},v1=${other},v1=${right}`, `t=${NOW},v1=${right},v1=${other}`, `v1=${other},t=${NOW},v1=${right},v0=1`,
    `t=${NOW}, v1=${upper}`, `t=${NOW},v1=deadbeef,v1=${right}`,
  ]) {
    assert.deepEqual(await verify(BODY, signature), EVENT, signature);
  }
  await refused(verify(BODY, `t=${NOW},v1=${other},v1=${other}`), "wrong_signature");
});

test("what is signed by another secret, over another body or at another time is refused", async () => {
  await refused(verify(BODY, header(BODY, { secret: `${SECRET}x` })), "wrong_signature");
  await refused(verify(BODY, header(BODY, { secret: SECRET.toLowerCase() })), "wrong_signature");
  await refused(verify(BODY, `t=${NOW + 1},v1=${hex(BODY)}`), "wrong_signature");
  await refused(verify(BODY, `t=0${NOW},v1=${hex(BODY)}`), "wrong_signature");
  await refused(verify(BODY, `t=${NOW},v1=${createHmac("sha256", SECRET).update(BODY).digest("hex")}`), "wrong_signature");
  await refused(verify("", header(BODY)), "wrong_signature");
  await refused(verify(`${BODY} `, header(BODY)), "wrong_signature");
  await refused(verify(JSON.stringify(EVENT, null, 2), header(BODY)), "wrong_signature");
});

test("one byte that differs, at any place, is refused", async () => {
  const bytes = Buffer.from(BODY);
  for (let place = 0; place < bytes.length; place += 7) {
    const changed = Uint8Array.from(bytes);
    changed[place] ^= 1;
    await refused(verify(changed, header(bytes)), "wrong_signature");
  }
});

test("a signature of one digit that differs, at any place, is refused", async () => {
  const right = hex(BODY);
  for (let place = 0; place < 64; place += 3) {
    const digit = right[place] === "0" ? "1" : "0";
    await refused(verify(BODY, `t=${NOW},v1=${right.slice(0, place)}${digit}${right.slice(place + 1)}`), "wrong_signature");
  }
});

test("the tolerance is 300 seconds in either direction, or what the option says", async () => {
  const at = (t, options) => verify(BODY, header(BODY, { t }), options);
  assert.deepEqual(await at(NOW - 300), EVENT);
  assert.deepEqual(await at(NOW + 300), EVENT);
  await refused(at(NOW - 301), "stale");
  await refused(at(NOW + 301), "future");
  await refused(at(NOW - 1, { toleranceSeconds: 0 }), "stale");
  assert.deepEqual(await at(NOW, { toleranceSeconds: 0 }), EVENT);
  assert.deepEqual(await at(NOW - 86_400, { toleranceSeconds: 86_400 }), EVENT);
  await refused(at(0), "stale");
  await refused(at("999999999999999"), "future");
  await assert.rejects(at(NOW - 4_000), { message: "expected a webhook at most 300 seconds old, received one 4000 seconds old" });
  await assert.rejects(at(NOW + 500, { toleranceSeconds: 60 }), {
    message: "expected a webhook at most 60 seconds ahead of the clock, received one 500 seconds ahead",
  });
});

test("a time stamp that nobody signed is not believed: the signature is judged first", async () => {
  await refused(verify(BODY, `t=1,v1=${hex(BODY)}`), "wrong_signature");
});

test("the clock is the machine's, unix seconds, or a Date", async () => {
  const signature = await signWebhook(BODY, SECRET);
  assert.ok(Math.abs(Number(signature.slice(2).split(",")[0]) - Date.now() / 1000) < 5);
  assert.deepEqual(await verifyWebhook(BODY, signature, SECRET), EVENT);
  await refused(verifyWebhook(BODY, header(BODY), SECRET), "stale");
  for (const now of [NOW, NOW + 0.9, new Date(NOW * 1000), vm.runInNewContext(`new Date(${NOW * 1000})`)]) {
    assert.deepEqual(await verify(BODY, header(BODY), { now, toleranceSeconds: 0 }), EVENT);
    assert.equal(await signWebhook(BODY, SECRET, { now }), header(BODY));
  }
});

for (const [name, signature, code] of [
  ["undefined", null, "missing_header"], ["empty", "", "missing_header"], ["white space", "  ", "missing_header"],
  ["a number", 5, "malformed_header"], ["an object", {}, "malformed_header"], ["headers", new Headers(), "malformed_header"],
  ["a list", [header(BODY)], "malformed_header"],
  ["another scheme's", `sha256=${hex(BODY)}`, "malformed_header"], ["the bare signature", hex(BODY), "malformed_header"],
  ["without t", `v1=${hex(BODY)}`, "malformed_header"], ["with t twice", `t=${NOW},${header(BODY)}`, "malformed_header"],
  ["two headers in one", `${header(BODY)}, ${header(BODY)}`, "malformed_header"],
  ["a signed t", `t=+${NOW},v1=${hex(BODY)}`, "malformed_header"], ["a t with decimals", `t=${NOW}.0,v1=${hex(BODY)}`, "malformed_header"],
  ["a t with an exponent", `t=17e8,v1=${hex(BODY)}`, "malformed_header"], ["no v1", `t=${NOW}`, "malformed_header"],
  ["an odd number of digits", `t=${NOW},v1=${hex(BODY).slice(1)}`, "malformed_header"],
  ["no hex digits", `t=${NOW},v1=${hex(BODY).replace(/./, "z")}`, "malformed_header"],
  ["base64", `t=${NOW},v1=${Buffer.from(hex(BODY), "hex").toString("base64")}`, "malformed_header"],
  ["huge", `t=${NOW}${`,v1=${hex(BODY)}`.repeat(100_000)}`, "malformed_header"],
  ["a lone surrogate", "t=\ud800", "malformed_header"],
]) {
  test(`a header that is ${name} is ${code}`, async () => {
    await refused(verifyWebhook(BODY, signature ?? undefined, SECRET, { now: NOW }), code);
    if (signature === null) await refused(verifyWebhook(BODY, null, SECRET, { now: NOW }), code);
  });
}

for (const [name, body] of [
  ["an object", EVENT], ["a list", [1]], ["null", null], ["undefined", undefined], ["a number", 5], ["a symbol", Symbol("x")],
  ["a promise of the text", Promise.resolve(BODY)], ["a request", new Request("https://shop.example", { method: "POST", body: BODY })],
]) {
  test(`a body that is ${name} is refused, with the way out`, async () => {
    const type = body === null ? "null" : typeof body;
    await refused(verifyWebhook(body, header(BODY), SECRET, { now: NOW }), "parsed_body");
    await assert.rejects(verifyWebhook(body, header(BODY), SECRET), { message: new RegExp(`raw body.*before a JSON parser.*\`${type}\`$`) });
    await refused(signWebhook(body, SECRET), "parsed_body");
  });
}

test("authentic bytes that are no JSON object are no event", async () => {
  const bytes = [
    "", "{", "null", "5", '"text"', "[{}]", "\u0000", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xff, 0xfe]),
  ];
  for (const body of bytes) await refused(verify(body, header(body)), "unreadable_event");
});

test("a byte order mark is signed and not read", async () => {
  const body = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(BODY)]);
  assert.deepEqual(await verify(body, header(body)), EVENT);
  assert.deepEqual(await verify(`\ufeff${BODY}`, header(body)), EVENT);
  await refused(verify(BODY, header(body)), "wrong_signature");
});

test("a header of twenty megabytes does not make memory grow", async () => {
  const huge = `${header(BODY)},${"x".repeat(20 << 20)}`;
  const before = process.memoryUsage();
  for (let i = 0; i < 20; i++) await refused(verify(BODY, huge), "malformed_header");
  const { arrayBuffers, external } = process.memoryUsage();
  assert.ok(external + arrayBuffers - before.external - before.arrayBuffers < 4 << 20);
});

test("a body of a megabyte, and names that are dangerous elsewhere, are a body like another", async () => {
  const big = JSON.stringify({ ...EVENT, padding: "é".repeat(500_000) });
  assert.equal((await verify(big)).padding.length, 500_000);
  const odd = await verify('{"__proto__":{"polluted":1},"constructor":2}', header('{"__proto__":{"polluted":1},"constructor":2}'));
  assert.deepEqual(Object.keys(odd), ["__proto__", "constructor"]);
  assert.equal({}.polluted, undefined);
});

test("a body that is changed while it is verified is read as it was signed", async () => {
  const bytes = Uint8Array.from(Buffer.from(BODY));
  const promise = verify(bytes, header(BODY));
  bytes.fill(0x20);
  assert.deepEqual(await promise, EVENT);
});

for (const [name, arguments_] of [
  ["an empty secret", [BODY, header(BODY), ""]], ["no secret", [BODY, header(BODY), undefined]],
  ["an empty secret of bytes", [BODY, header(BODY), new Uint8Array()]], ["a secret that is a number", [BODY, header(BODY), 5]],
  ["a secret that is a key's wrapper", [BODY, header(BODY), { secret: SECRET }]],
  ...[NaN, Infinity, -1, "300", null, 2 ** 32, 5n].map((toleranceSeconds) => [
    `toleranceSeconds ${inspect(toleranceSeconds)}`, [BODY, header(BODY), SECRET, { toleranceSeconds }],
  ]),
  ...[NaN, Infinity, -1, "1704110400", null, new Date(NaN), Date.now(), () => NOW, {}].map((now) => [
    `now ${inspect(now)}`, [BODY, header(BODY), SECRET, { now }],
  ]),
]) {
  test(`${name} is a TypeError`, async () => {
    await assert.rejects(verifyWebhook(...arguments_), (error) => {
      assert.ok(error instanceof TypeError, inspect(error));
      assert.match(error.message, /^expected .*, received /);
      assert.ok(!inspect(error).includes(SECRET));
      return true;
    });
  });
}

test("an error of another copy of the package is known, and others are not", () => {
  const foreign = Object.assign(new Error("x"), { name: "WebhookError", code: "stale" });
  assert.ok(isWebhookError(foreign));
  for (const other of [null, undefined, "x", {}, new Error("x"), { name: "WebhookError", code: "stale" }, Object.assign(new Error("x"), { code: "stale" })]) {
    assert.ok(!isWebhookError(other));
  }
});
