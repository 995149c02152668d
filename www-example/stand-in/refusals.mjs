// What the validator found, said the way the API says it: one entry per fault, with a pointer.

/**
 * @typedef {import("./answer.mjs").ErrorEntry} ErrorEntry
 * @typedef {{ keyword: string, instancePath: string, schemaPath: string, message?: string,
 *   params: Record<string, any> }} Fault
 */

/** Their places in the `oneOf` of openapi.yaml. */
const BASKET = 0;
const INVOICE = 1;

/**
 * @param {Fault[]} faults
 * @param {any} body the request's, parsed where it could be
 * @returns {ErrorEntry[]}
 */
export function refusalsOf(faults, body) {
  const entries = ofTheVariantMeant(faults, body?.payment_link).map(asEntry);
  const distinct = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...distinct.values()];
}

/**
 * A wrong body fails both variants of `oneOf`. That the other one's fields are missing helps
 * nobody, and neither does the summary beside the details.
 * @param {Fault[]} faults
 * @param {any} link
 */
function ofTheVariantMeant(faults, link) {
  const isInvoice = link?.items === undefined && link?.invoice_id !== undefined;
  const missingOfOther = `/oneOf/${isInvoice ? BASKET : INVOICE}/required`;
  const relevant = faults.filter((fault) => !fault.schemaPath.endsWith(missingOfOther));
  const details = relevant.filter((fault) => fault.keyword !== "oneOf");
  return details.length > 0 ? details : relevant;
}

/** @param {Fault} fault @returns {ErrorEntry} */
function asEntry(fault) {
  const missing = fault.keyword === "required" ? `/${fault.params.missingProperty}` : "";
  const unknown = fault.keyword === "additionalProperties" ? `/${fault.params.additionalProperty}` : "";
  const [, part, ...rest] = `${fault.instancePath}${missing}${unknown}`.split("/");
  const field = rest.findLast((name) => !/^\d+$/.test(name)) ?? "request body";
  const detail = fault.keyword === "parse" ? "request body must be valid json" : `${field} ${wording(fault)}`;
  const source = part === "query" || part === "path" || part === "header"
    ? { parameter: field }
    : { pointer: `/${rest.join("/")}` };
  return { code: "invalid", detail, source };
}

/** @param {Fault} fault */
function wording({ keyword, message, params }) {
  switch (keyword) {
    case "required":
      return params.missingProperty === "requestBody" ? "must be application/json" : "is missing";
    case "additionalProperties":
      return "is not a known parameter";
    case "enum":
      return `must be one of ${params.allowedValues.join(", ")}`;
    case "not":
      return "must be above 0";
    case "oneOf":
      return "must be either a basket or an invoice";
    case "pattern":
      return "has a wrong form";
    case "minItems":
    case "minLength":
      return "must not be empty";
    default:
      return String(message);
  }
}
