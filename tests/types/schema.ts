// The schema's types in the libraries that take one. Compiled and never run: a line that should be refused
// says so.
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { sValidator } from "@hono/standard-validator";
import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { FieldApi, FormApi } from "@tanstack/form-core";
import { initTRPC } from "@trpc/server";
import { Hono } from "hono";
import { type Item, type Payload, type PaymentLinkSchema, type PaymentMethod, paymentLinkSchema } from "qonto-payment-links";
import { message } from "qonto-payment-links/messages/de";
import { useForm } from "react-hook-form";
import { type Equal, holds } from "./holds";

/** What a shop's form holds: lists that can be changed, and nothing of an invoice. */
interface Form {
  items: Item[];
  reusable: boolean;
  potential_payment_methods: PaymentMethod[];
}
declare const form: Form;
const formSchema = paymentLinkSchema as PaymentLinkSchema<Form>;

// The interfaces, to the letter.
paymentLinkSchema satisfies StandardSchemaV1<Payload, Payload>;
paymentLinkSchema satisfies StandardJSONSchemaV1<Payload, Payload>;
paymentLinkSchema.with({ vatRates: "fraction" }) satisfies StandardSchemaV1<Payload>;
formSchema satisfies StandardSchemaV1<Form>;
holds<Equal<StandardSchemaV1.InferInput<typeof paymentLinkSchema>, Payload>>();
holds<Equal<StandardSchemaV1.InferOutput<typeof paymentLinkSchema>, Payload>>();
holds<Equal<StandardJSONSchemaV1.InferInput<typeof paymentLinkSchema>, Payload>>();
holds<Equal<StandardSchemaV1.InferOutput<typeof formSchema>, Form>>();
// @ts-expect-error a schema of something else
paymentLinkSchema satisfies StandardSchemaV1<string>;
// @ts-expect-error an option that does not exist
paymentLinkSchema.with({ rounded: "line" });
// @ts-expect-error a form that no payload is
paymentLinkSchema as PaymentLinkSchema<{ items: string[] }>;

// A result is there at once, and is narrowed by its issues.
const result = paymentLinkSchema["~standard"].validate(form);
if (result.issues) {
  const [issue] = result.issues;
  if (issue?.code === "too_long") issue.params.max satisfies number;
  issue?.path satisfies readonly (string | number)[] | undefined;
  result.issues.map(message) satisfies string[];
} else {
  result.value satisfies Payload;
}

// react-hook-form.
export function useShop() {
  const whole = useForm({ resolver: standardSchemaResolver(paymentLinkSchema) });
  whole.handleSubmit((payload) => holds<Equal<typeof payload, Payload>>());
  const { register, formState, handleSubmit } = useForm({ resolver: standardSchemaResolver(formSchema), defaultValues: form });
  register("items.0.vat_rate");
  // @ts-expect-error no such field
  register("items.0.vatRate");
  handleSubmit((basket) => holds<Equal<typeof basket, Form>>());
  return formState.errors.items?.[0]?.vat_rate?.message;
}

// TanStack Form.
export const tanStack = new FormApi({ defaultValues: form, validators: { onChange: formSchema } });
export const rate = new FieldApi({ form: tanStack, name: "items[0].vat_rate" });
export const either = new FormApi({ defaultValues: form as Payload, validators: { onChange: paymentLinkSchema } });

// Hono.
export const app = new Hono().post("/pay", sValidator("json", paymentLinkSchema), (c) => {
  c.req.valid("json") satisfies Payload;
  return c.json(c.req.valid("json"));
});

// tRPC.
const t = initTRPC.create();
export const router = t.router({
  pay: t.procedure.input(paymentLinkSchema).mutation(({ input }) => {
    holds<Equal<typeof input, Payload>>();
    return input;
  }),
});
const caller = t.createCallerFactory(router)({});
void caller.pay(form);
// @ts-expect-error no payload
void caller.pay({ items: "none" });
