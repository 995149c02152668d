// The schema in the libraries that take one: forms, a server's validator, procedures.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { sValidator } from "@hono/standard-validator";
import { FieldApi, FormApi } from "@tanstack/form-core";
import { TRPCError, initTRPC } from "@trpc/server";
import { build } from "esbuild";
import { Window } from "happy-dom";
import { Hono } from "hono";
import { COMPILES, EXAMPLE, PACKAGE, installed, project, run } from "./packed.mjs";

const { paymentLinkSchema, validatePayload } = await installed();
const standard = paymentLinkSchema["~standard"];

const withRate = (vat_rate) => ({ ...EXAMPLE, items: [{ ...EXAMPLE.items[0], vat_rate }] });
const BAD = withRate("21,0");
const MESSAGE = "expected a decimal such as `21.0`, received `21,0`; did you mean `21.0`?";
/** Valid, with warnings: such a rate does not exist, and a dollar is no euro. */
const DOUBTFUL = { ...EXAMPLE, items: [{ ...EXAMPLE.items[0], unit_price: { value: "1.00", currency: "USD" }, vat_rate: "0.21" }] };

test("the schema is of version 1, with a vendor", () => {
  assert.equal(standard.version, 1);
  assert.equal(standard.vendor, "qonto-payment-links");
});

test("a valid payload comes back at once and as it is, wrapped or not", () => {
  for (const payload of [EXAMPLE, { payment_link: EXAMPLE }, Object.freeze({ ...EXAMPLE })]) {
    const result = standard.validate(payload);
    assert.equal(result.value, payload);
    assert.deepEqual(Object.keys(result), ["value"]);
  }
});

test("warnings do not fail, and are not among the issues of what fails", () => {
  assert.ok(validatePayload(DOUBTFUL).issues.length >= 2);
  assert.equal(standard.validate(DOUBTFUL).value, DOUBTFUL);
  const { issues } = standard.validate({ ...DOUBTFUL, reusable: "yes" });
  assert.deepEqual(issues.map(({ code }) => code), ["wrong_type"]);
});

test("an issue has a message, and a path of keys from the value that was given", () => {
  const { issues, value } = standard.validate(BAD);
  assert.equal(value, undefined);
  assert.deepEqual(issues, [{
    message: MESSAGE,
    path: ["items", 0, "vat_rate"],
    code: "not_a_decimal",
    params: { example: "21.0", received: "21,0", nearest: "21.0" },
  }]);
  assert.deepEqual(standard.validate({ payment_link: BAD }).issues[0].path, ["payment_link", "items", 0, "vat_rate"]);
  assert.deepEqual(standard.validate({ payment_link: null }).issues[0].path, ["payment_link"]);
  assert.deepEqual(standard.validate(null).issues[0].path, []);
});

test("an issue can be said in another language", async () => {
  const dir = await project({ "main.mjs": `export { message } from "${PACKAGE}/messages/de";` });
  const { message } = await import(pathToFileURL(join(dir, "main.mjs")).href);
  assert.equal(message(standard.validate({ ...EXAMPLE, items: [{ ...EXAMPLE.items[0], quantity: 0 }] }).issues[0]), "Menge über 0 erwartet, `0` erhalten");
});

test("any value at all gets a result and no exception", () => {
  const throwing = new Proxy({}, { getOwnPropertyDescriptor() { throw new Error("no"); }, get() { throw new Error("no"); }, ownKeys() { throw new Error("no"); } });
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  for (const value of [undefined, null, 1n, Symbol("x"), () => 1, NaN, [], "x", new Date(), throwing, revoked.proxy, Object.create({ payment_link: EXAMPLE })]) {
    const { issues } = standard.validate(value);
    assert.ok(issues.length > 0);
    for (const { message, path } of issues) assert.ok(typeof message === "string" && Array.isArray(path));
  }
});

test("more than a hundred issues end with how many more there are, and never with none", () => {
  // A hundred warnings, and behind them the error that makes the payload invalid.
  const items = [...Array.from({ length: 100 }, () => ({ ...EXAMPLE.items[0], unknown: 1 })), { ...EXAMPLE.items[0], title: "" }];
  const { issues } = standard.validate({ ...EXAMPLE, items });
  assert.deepEqual(issues.map(({ code }) => code), ["more_issues"]);
});

test("other options are another schema, and a wrong one is a TypeError when a value is validated", () => {
  const fractions = paymentLinkSchema.with({ vatRates: "fraction" })["~standard"];
  assert.equal(fractions.validate(EXAMPLE).issues[0].code, "rate_not_a_fraction");
  assert.ok(fractions.validate(withRate("0.21")).value);
  assert.ok(standard.validate(EXAMPLE).value);
  const wrong = paymentLinkSchema.with({ vatRates: "per mille" });
  assert.throws(() => wrong["~standard"].validate(EXAMPLE), TypeError);
});

test("JSON Schema is there for three targets, each time anew, and throws for others", () => {
  const { input, output } = standard.jsonSchema;
  for (const target of ["draft-2020-12", "draft-07", "openapi-3.0"]) {
    const schema = input({ target });
    assert.deepEqual(output({ target }), schema);
    schema.title = "changed";
    schema.anyOf.length = 0;
    assert.notDeepEqual(input({ target }), schema);
  }
  assert.equal(input({ target: "draft-07" }).$schema, "http://json-schema.org/draft-07/schema#");
  for (const word of ["$ref", "$defs", "$schema", "$comment", "examples"]) {
    assert.ok(!JSON.stringify(input({ target: "openapi-3.0" })).includes(`"${word}"`), word);
  }
  for (const target of ["draft-04", "openapi-3.1", "", "toString", undefined]) {
    assert.throws(() => input({ target }), { name: "TypeError", message: /^expected the target `draft-2020-12`/ });
  }
});

test("the schema compiles nothing before it validates", async () => {
  const dir = await project({
    "main.mjs": `
      let compiled = 0;
      WebAssembly.Module = class extends WebAssembly.Module { constructor(bytes) { super(bytes); compiled++; } };
      const { paymentLinkSchema } = await import("${PACKAGE}");
      const schema = paymentLinkSchema.with({ vatRates: "fraction" });
      schema["~standard"].jsonSchema.input({ target: "draft-2020-12" });
      const before = compiled;
      schema["~standard"].validate({});
      console.log(before, compiled);`,
  });
  assert.equal(await run(process.execPath, ["main.mjs"], { cwd: dir }), `0 ${COMPILES}\n`);
});

test("a bundle that does not use the schema does not carry it", async () => {
  const dir = await project({});
  const bundle = async (name) => {
    const contents = `import { ${name} } from "${PACKAGE}"; console.log(${name});`;
    const { outputFiles } = await build({ stdin: { contents, resolveDir: dir }, bundle: true, minify: true, write: false, format: "esm", logLevel: "error" });
    return outputFiles[0].text.includes("vat_rate_fraction");
  };
  assert.deepEqual([await bundle("previewTotals"), await bundle("paymentLinkSchema")], [false, true]);
});

test("react-hook-form's resolver puts each error at its field", async () => {
  const resolve = standardSchemaResolver(paymentLinkSchema);
  const options = { fields: {}, shouldUseNativeValidation: false };
  assert.deepEqual(await resolve(EXAMPLE, undefined, options), { values: EXAMPLE, errors: {} });
  const { values, errors } = await resolve({ ...BAD, potential_payment_methods: [] }, undefined, options);
  assert.deepEqual(values, {});
  assert.equal(errors.items[0].vat_rate.message, MESSAGE);
  assert.equal(errors.potential_payment_methods.message, "expected at least one entry, received none");
});

test("react-hook-form in a page shows an error, and submits when it is mended", async (t) => {
  const window = new Window();
  const names = ["window", "document", "HTMLElement", "HTMLInputElement", "Node", "Event", "MutationObserver"];
  for (const name of names) globalThis[name] = name === "window" ? window : window[name];
  globalThis.IS_REACT_ACT_ENVIRONMENT = true;
  const { act, createElement: h } = await import("react");
  const { createRoot } = await import("react-dom/client");
  const { useForm } = await import("react-hook-form");
  t.after(async () => {
    await act(() => root.unmount());
    for (const name of names) delete globalThis[name];
    await window.happyDOM.close();
  });

  const submitted = [];
  function Shop() {
    const { register, handleSubmit, formState: { errors } } = useForm({
      resolver: standardSchemaResolver(paymentLinkSchema),
      defaultValues: BAD,
    });
    return h("form", { onSubmit: handleSubmit((payload) => submitted.push(payload)) },
      h("input", register("items.0.vat_rate")),
      h("p", null, errors.items?.[0]?.vat_rate?.message));
  }
  const root = createRoot(window.document.body.appendChild(window.document.createElement("main")));
  await act(() => root.render(h(Shop)));
  const submit = () => act(async () => {
    window.document.querySelector("form").requestSubmit();
    await window.happyDOM.waitUntilComplete();
  });

  await submit();
  assert.equal(window.document.querySelector("p").textContent, MESSAGE);
  assert.deepEqual(submitted, []);

  await act(async () => {
    const input = window.document.querySelector("input");
    // React keeps its own setter on the element, and takes what goes through it for old.
    Object.getOwnPropertyDescriptor(window.HTMLInputElement.prototype, "value").set.call(input, "21.0");
    input.dispatchEvent(new window.Event("input", { bubbles: true }));
    await window.happyDOM.waitUntilComplete();
  });
  await submit();
  assert.equal(window.document.querySelector("p").textContent, "");
  assert.deepEqual(submitted, [EXAMPLE]);
});

test("TanStack Form puts each error at its field", () => {
  const form = new FormApi({ defaultValues: EXAMPLE, validators: { onChange: paymentLinkSchema } });
  form.mount();
  const rate = new FieldApi({ form, name: "items[0].vat_rate" });
  const title = new FieldApi({ form, name: "items[0].title" });
  rate.mount();
  title.mount();
  rate.setValue("21,0");
  assert.deepEqual(rate.state.meta.errors.map(({ message }) => message), [MESSAGE]);
  assert.deepEqual(title.state.meta.errors, []);
  assert.equal(form.state.canSubmit, false);
  rate.setValue("21.0");
  assert.deepEqual(rate.state.meta.errors, []);
  assert.equal(form.state.canSubmit, true);
});

test("Hono's validator hands a payload on, and answers a bad one with 400 and its issues", async () => {
  const app = new Hono().post("/pay", sValidator("json", paymentLinkSchema), (c) => c.json(c.req.valid("json"), 201));
  const post = (body) => app.request("/pay", { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  for (const payload of [EXAMPLE, { payment_link: EXAMPLE }]) {
    const answer = await post(payload);
    assert.equal(answer.status, 201);
    assert.deepEqual(await answer.json(), payload);
  }
  const refused = await post({ payment_link: BAD });
  assert.equal(refused.status, 400);
  const { success, error } = await refused.json();
  assert.equal(success, false);
  assert.deepEqual(error.map(({ message, path }) => ({ message, path })), [
    { message: MESSAGE, path: ["payment_link", "items", 0, "vat_rate"] },
  ]);
});

test("tRPC hands a payload on, and throws BAD_REQUEST with the issues of a bad one", async () => {
  const t = initTRPC.create();
  const router = t.router({ pay: t.procedure.input(paymentLinkSchema).mutation(({ input }) => input) });
  const caller = t.createCallerFactory(router)({});
  assert.deepEqual(await caller.pay(EXAMPLE), EXAMPLE);
  await assert.rejects(caller.pay(BAD), (error) => {
    assert.ok(error instanceof TRPCError);
    assert.equal(error.code, "BAD_REQUEST");
    assert.deepEqual(error.cause.issues.map(({ message, path }) => ({ message, path })), [{ message: MESSAGE, path: ["items", 0, "vat_rate"] }]);
    return true;
  });
});
