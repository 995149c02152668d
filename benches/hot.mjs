// What a call costs when the module is warm: validation with totals, and a change of a live basket.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Basket } from "../pkg/index.js";
import { measure } from "./measure.mjs";
import { DOUBTS, FAULTS, faulty, ring } from "./payloads.mjs";
import * as byHand from "./peers/by-hand.mjs";
import * as dinero from "./peers/dinero.mjs";
import * as ours from "./peers/ours.mjs";
import * as serde from "./peers/serde.mjs";
import * as valibot from "./peers/valibot-decimal.mjs";
import * as zod from "./peers/zod-big.mjs";

export const SIZES = [1, 5, 50, 1_000, 10_000];
export const LIVE_SIZES = [1, 50, 10_000];
export const OURS = "ours";
export const ZOD = "zod + big.js";
export const BY_HAND = "hand-written JavaScript";
const DINERO = "dinero.js + hand-written checks";
export const PEERS = {
  [ZOD]: zod,
  "valibot + decimal.js": valibot,
  [DINERO]: dinero,
  "serde-wasm-bindgen": serde,
  [BY_HAND]: byHand,
};
const ALL = { [OURS]: ours, ...PEERS };
/** Of dinero.js nothing is left where nothing is added up. */
const { [DINERO]: _, ...JUDGES } = ALL;

const isError = ({ severity }) => severity !== "warning";

/** All give the same totals, and find the same payloads invalid. */
function agree(payload, valid) {
  const { totals, issues } = ours.validateAndTotal(payload);
  assert.equal(issues.some(isError), !valid, "what is expected of ours");
  assert.equal(ours.validate(payload).some(isError), !valid);
  for (const [name, peer] of Object.entries(PEERS)) {
    const theirs = peer.validateAndTotal(payload);
    assert.equal(theirs.issues.length === 0, valid, `${name} finds it ${valid ? "invalid" : "valid"}: ${JSON.stringify(theirs.issues.slice(0, 3))}`);
    if (peer.validate) assert.equal(peer.validate(payload).length === 0, valid, name);
    if (valid) assert.deepEqual({ ...theirs.totals, rounding: "line" }, totals, name);
    else assert.equal(theirs.totals ?? null, null, name);
  }
}

/**
 * Shows all of them the odd baskets of the cases of the rules, behind which engines make slower code for what is written in
 * JavaScript; gives of how many each peer thinks otherwise than ours.
 */
export function oddities() {
  const cases = JSON.parse(readFileSync(new URL("../tests/fixtures/rules.json", import.meta.url), "utf8"))
    .filter(({ payload, options }) => !options && !payload?.payment_link && !payload?.invoice_id && !payload?.amount);
  for (const { payload } of cases) ours.validateAndTotal(payload);
  const differs = ({ validateAndTotal }) => ({ payload, valid, gross }) => {
    try {
      const { totals, issues } = validateAndTotal(payload);
      return (issues.length === 0) !== valid || (valid && totals.gross !== gross);
    } catch {
      return true;
    }
  };
  return { cases: cases.length, by: Object.entries(PEERS).map(([name, peer]) => [name, cases.filter(differs(peer)).length]) };
}

/** Reads an answer as a page does, and gives a number that depends on it. */
const read = ({ totals, issues }) =>
  (issues.length > 0 ? issues[0].message.length + issues[0].path.length : 0) + (totals ? totals.gross.length + totals.byRate.length : 0);
const totaller = (contestant) => (payload) => read(contestant.validateAndTotal(payload));
const validator = (contestant) => (payload) => contestant.validate(payload).length;

const each = (makeRun, payloads, contestants = ALL) =>
  Object.fromEntries(Object.entries(contestants).map(([name, contestant]) => [name, { run: makeRun(contestant), payloads }]));

/** Large calls need fewer and longer rounds. */
const optionsFor = (size) => (size < 1_000 ? {} : { rounds: 15, roundMs: 15, warmUpMs: 250 });

/** Microseconds a call on valid baskets, by size and contestant; `same` is the same object again and again. */
export function valid() {
  for (const size of SIZES) for (const payload of ring(size)) agree(payload, true);
  measure(each(totaller, ring(5)), { rounds: 1, warmUpMs: 600 });
  return SIZES.map((size) => {
    const payloads = ring(size);
    const same = payloads.slice(0, 1);
    return {
      size,
      ...measure(each(totaller, payloads), optionsFor(size)),
      same: measure(each(totaller, same, { [OURS]: ours, [ZOD]: zod, [BY_HAND]: byHand }), optionsFor(size)),
    };
  });
}

/** As `valid`, without totals, of those that can do one without the other. */
export function validation() {
  const validators = Object.fromEntries(Object.entries(ALL).filter(([, { validate }]) => validate));
  return SIZES.map((size) => ({ size, ...measure(each(validator, ring(size), validators), optionsFor(size)) }));
}

/**
 * Microseconds a call on invalid baskets, by size and contestant, of which each has one fault in one item; beside it
 * ours on valid ones, on each fault alone, and on what it only warns of.
 */
export function invalid() {
  // The last one fills a report with a hundred issues.
  const single = Object.values(FAULTS).slice(0, -1);
  const kinds = Object.entries({ ...FAULTS, ...DOUBTS });
  for (const size of SIZES) {
    for (const payload of faulty(size, single)) agree(payload, false);
    for (const fault of Object.values(FAULTS)) agree(faulty(size, [fault])[0], false);
    for (const doubt of Object.values(DOUBTS)) agree(faulty(size, [doubt])[0], true);
  }
  measure(each(totaller, faulty(5, single), JUDGES), { rounds: 1, warmUpMs: 600 });
  return SIZES.map((size) => {
    const payloads = faulty(size, single);
    const run = totaller(ours);
    const ofOurs = { valid: { run, payloads: ring(size) }, mixed: { run, payloads } };
    for (const [name, fault] of kinds) ofOurs[name] = { run, payloads: faulty(size, [fault]) };
    return { size, ...measure(each(totaller, payloads, JUDGES), optionsFor(size)), byFault: measure(ofOurs, optionsFor(size)) };
  });
}

/** A keystroke: the quantity of one item changes, and the gross total is read. Microseconds, of ours and of big.js over all items. */
export function live() {
  const contestants = {};
  for (const size of LIVE_SIZES) {
    const [payload] = ring(size);
    const basket = new Basket(payload);
    let [i, j] = [0, 0];
    contestants[`${OURS} ${size}`] = {
      payloads: [null],
      run() {
        i = (i + 7_919) % size;
        basket.setQuantity(i, 1 + ((i + ++j) % 9));
        return basket.gross.length;
      },
    };
    contestants[`${ZOD} ${size}`] = {
      payloads: [payload],
      run({ items }) {
        i = (i + 7_919) % size;
        items[i].quantity = 1 + ((i + ++j) % 9);
        return zod.totalsOf(payload).gross.length;
      },
    };
    for (let changes = 0; changes < 20; changes++) {
      contestants[`${OURS} ${size}`].run();
      assert.equal(zod.totalsOf(basket.toPayload()).gross, basket.gross, "big.js and we disagree");
    }
  }
  const times = measure(contestants, { rounds: 25, roundMs: 10, warmUpMs: 200 });
  return LIVE_SIZES.map((size) => ({ size, ours: times[`${OURS} ${size}`], big: times[`${ZOD} ${size}`] }));
}
