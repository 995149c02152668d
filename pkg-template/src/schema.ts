// The schema of a payload, for libraries that read Standard Schema and Standard JSON Schema. No rule is
// here: `validate` is Rust's, and payment-link.schema.json is made from Rust.
import type { JsonSchemaOptions, Payload, PaymentLinkSchema, SchemaIssue, TotalsOptions, Validation } from "../index";
import document from "../payment-link.schema.json";

type Schema = Record<string, unknown>;
type Validate = (payload: unknown, options?: TotalsOptions) => Validation;

export function standardSchema(validate: Validate, options?: TotalsOptions): PaymentLinkSchema {
  const jsonSchema = ({ target }: JsonSchemaOptions) => {
    const { vat_rate, vat_rate_fraction } = document.$defs;
    const rate = options?.vatRates === "fraction" ? vat_rate_fraction : vat_rate;
    return convert({ ...document, $defs: { ...document.$defs, vat_rate: rate } }, target);
  };
  return {
    "~standard": {
      version: 1,
      vendor: "qonto-payment-links",
      validate(value) {
        const { valid, issues } = validate(value, options);
        if (valid) return { value: value as Payload };
        // Rust names places inside the wrapper; a form looks for them in the value it gave.
        const wrapper = isWrapped(value) ? ["payment_link"] : [];
        return {
          issues: issues
            .filter(({ severity }) => severity === "error")
            .map(({ message, path, code, params }) => ({ message, path: [...wrapper, ...path], code, params }) as SchemaIssue),
        };
      },
      jsonSchema: { input: jsonSchema, output: jsonSchema },
    },
    with: (options) => standardSchema(validate, options),
  };
}

/** Whether the payload stands in a wrapper, as the packer sees it. */
function isWrapped(value: unknown): boolean {
  try {
    return typeof value === "object" && value !== null && !Array.isArray(value) && Object.hasOwn(value, "payment_link");
  } catch {
    return false; // a Proxy that throws
  }
}

/** The document in another form of JSON Schema; always a fresh copy. */
function convert(schema: Schema & { $defs: Schema }, target: string): Schema {
  const text = JSON.stringify(schema);
  switch (target) {
    case "draft-2020-12":
      return JSON.parse(text);
    case "draft-07":
      return { ...JSON.parse(text.replaceAll("$defs", "definitions")), $schema: "http://json-schema.org/draft-07/schema#" };
    case "openapi-3.0":
      return openApi(text, schema.$defs);
  }
  throw new TypeError(`expected the target \`draft-2020-12\`, \`draft-07\` or \`openapi-3.0\`, received \`${target}\``);
}

/** OpenAPI 3.0 has one example, bounds that a flag excludes, and neither `false` nor definitions of its own. */
function openApi(text: string, definitions: Schema): Schema {
  return JSON.parse(text, (key, value) => {
    if (key === "$schema" || key === "$comment" || key === "$defs") return undefined;
    if (value === false) return { not: {} };
    if (typeof value !== "object") return value;
    const { $ref, examples, exclusiveMinimum, exclusiveMaximum } = value;
    if ($ref) return openApi(JSON.stringify(definitions[$ref.slice("#/$defs/".length)]), definitions);
    if (examples) {
      delete value.examples;
      value.example = examples[0];
    }
    if (exclusiveMinimum !== undefined) Object.assign(value, { minimum: exclusiveMinimum, exclusiveMinimum: true });
    if (exclusiveMaximum !== undefined) Object.assign(value, { maximum: exclusiveMaximum, exclusiveMaximum: true });
    return value;
  });
}
