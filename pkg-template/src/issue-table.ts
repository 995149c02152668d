// The table of src/issue.rs, as far as a message needs it: a code's number is its index here.
import type { Issue, IssueCode } from "../index";

type Severity = Issue["severity"];

// Written by tests/docs.rs: UPDATE_DOCS=1 cargo test --test docs
/*ISSUE_TABLE*/
export const MAX_ISSUES = 100;
export const ISSUE_TABLE: readonly (readonly [code: IssueCode, severity: Severity, message: string, params: readonly string[]])[] = [
  ["wrong_type", "error", "expected type `{expected}`, received type `{received}`[ (`{value}`)][; write it as `{nearest}`]", ["expected", "received", "value", "nearest"]],
  ["unreadable", "error", "expected plain data, received a value that throws when it is read", []],
  ["not_serializable", "error", "expected data that JSON can hold, received a cycle, a bigint or a `toJSON` that throws", []],
  ["variant_missing", "error", "expected `items` for a basket or `invoice_id` for an invoice, received neither", []],
  ["variant_ambiguous", "error", "expected a basket or an invoice, received fields of both (`{basket}` and `{invoice}`)", ["basket", "invoice"]],
  ["required", "error", "expected the field `{field}`, received none", ["field"]],
  ["empty_list", "error", "expected at least one entry, received none", []],
  ["too_many_entries", "error", "expected at most {max} entries, received {count}", ["max", "count"]],
  ["duplicate", "error", "expected each payment method once, received `{received}` again", ["received"]],
  ["unknown_value", "error", "expected one of {expected}, received `{received}`[; did you mean `{nearest}`?]", ["expected", "received", "nearest"]],
  ["blank", "error", "expected visible text, received a text of length {length} that shows nothing", ["length"]],
  ["not_a_decimal", "error", "expected a decimal such as `{example}`, received `{received}`[; did you mean `{nearest}`?]", ["example", "received", "nearest"]],
  ["too_many_decimals", "error", "expected at most {max} decimals, received {count} in `{received}`", ["max", "count", "received"]],
  ["too_many_digits", "error", "expected at most {max} digits, received `{received}`", ["max", "received"]],
  ["not_calculable", "error", "expected quantity, price and VAT rate with fewer digits, received a product of more than {max}", ["max"]],
  ["not_finite", "error", "expected a finite number, received `{received}`", ["received"]],
  ["quantity_not_positive", "error", "expected a quantity above 0, received `{received}`", ["received"]],
  ["currency_unknown", "error", "expected an ISO 4217 code such as `EUR`, received `{received}`[; did you mean `{nearest}`?]", ["received", "nearest"]],
  ["currency_mixed", "error", "expected `{expected}`, the currency of the first item, received `{received}`", ["expected", "received"]],
  ["amount_out_of_range", "error", "expected a gross total from -{max} to {max}, received {received}", ["max", "received"]],
  ["rate_out_of_range", "error", "expected a VAT rate from 0 to 100 %, received `{received}`, which is {percent} %", ["received", "percent"]],
  ["rate_not_a_fraction", "error", "expected a fraction below 1, received `{received}`, which is {percent} %[; did you mean `{nearest}`?]", ["received", "percent", "nearest"]],
  ["not_a_uuid", "error", "expected a UUID such as `{example}`, received `{received}`", ["example", "received"]],
  ["not_an_http_url", "error", "expected an absolute URL such as `{example}`, received `{received}`", ["example", "received"]],
  ["not_for_sale", "error", "expected an item and a quantity that the shop sells, received another", []],
  ["not_a_phone_number", "error", "expected a phone number such as `{example}`, received `{received}`", ["example", "received"]],
  ["too_short", "error", "expected at least {min} characters, received {length}", ["min", "length"]],
  ["rate_looks_like_fraction", "warning", "expected a percentage, received `{received}`, which is {percent} %[; did you mean `{nearest}`?]", ["received", "percent", "nearest"]],
  ["rate_unusual", "warning", "expected a VAT rate that a European country uses, received `{received}`, which is {percent} %", ["received", "percent"]],
  ["currency_not_eur", "warning", "expected `EUR`, received `{received}`", ["received"]],
  ["too_long", "warning", "expected at most {max} characters, received {length}", ["max", "length"]],
  ["price_not_positive", "warning", "expected a price above 0, received `{received}`", ["received"]],
  ["quantity_fractional", "warning", "expected a whole quantity, received `{received}`", ["received"]],
  ["unknown_field", "warning", "expected a field that Qonto documents, received `{received}`[; did you mean `{nearest}`?]", ["received", "nearest"]],
  ["rounding_dependent", "warning", "expected the same total under every rounding rule, received line {line}, rate {rate}, total {total}, unit {unit}", ["line", "rate", "total", "unit"]],
  ["more_issues", "warning", "expected at most {max} issues, received {count} more", ["max", "count"]],
];
/*END_ISSUE_TABLE*/
