/**
 * Validate a basket, show its exact VAT total live, and create a Qonto payment link,
 * with the same code in the page, at the edge and on a server.
 *
 * Amounts are decimal strings in the currency's unit (`"13.30"`), never floats.
 * The payload and the link keep Qonto's own field names.
 */

/** A decimal number as text: digits, an optional leading minus, an optional point; no exponent, no comma. */
export type DecimalString = string;

/** An ISO 4217 code in upper case, such as `"EUR"`. */
export type Currency = string;

/** An amount of money. */
export interface Money {
  /** In the currency's unit: `"13.30"`. */
  value: DecimalString;
  /** ISO 4217, in upper case; Qonto takes EUR for certain. */
  currency: Currency;
}

/** How a customer may pay. What is really on offer depends on the Qonto account. */
export type PaymentMethod = "credit_card" | "apple_pay" | "paypal" | "ideal";

/** What is sold. */
export type ItemType = "good" | "service";

/** The measure units Qonto knows. */
export type MeasureUnit =
  | "unit" | "hour" | "day" | "month" | "gram" | "kilogram" | "liter" | "meter" | "square_meter"
  | "cubic_meter" | "ampere" | "number_of_articles" | "centimeter" | "cubic_meter_per_hour"
  | "gigajoule" | "gigawatt" | "gigawatt_hour" | "half_year" | "joule" | "kilojoule" | "kilovar"
  | "kilowatt" | "kilowatt_hour" | "megajoule" | "megawatt" | "megawatt_hour" | "milligram"
  | "milliliter" | "millimeter" | "minute" | "pair" | "quarter" | "second" | "set" | "ton"
  | "two_week" | "watt_hour" | "week" | "year";

/** One line of a basket. */
export interface Item {
  /** What is sold, as the customer reads it; not blank. */
  title: string;
  /** How many, above 0. Read by its shortest decimal form: `0.1` is 0.1. */
  quantity: number;
  /** The price of one, net of VAT, with at most two decimals. */
  unit_price: Money;
  /** The VAT rate, as a string: `"21.0"` for 21 % (see {@link TotalsOptions.vatRates}). */
  vat_rate: DecimalString;
  /** What is sold: goods or a service. */
  type?: ItemType;
  /** More about it, as the customer reads it. */
  description?: string;
  /** What `quantity` counts. */
  measure_unit?: MeasureUnit;
}

/** A link for a basket of items; Qonto computes the amount. */
export interface BasketPayload {
  /** What is sold; at least one, all in one currency. */
  items: readonly Item[];
  /** Whether the link may be paid more than once. */
  reusable: boolean;
  /** The ways to pay that the customer may choose from; at least one, each once. */
  potential_payment_methods: readonly PaymentMethod[];
  /** Where the customer is sent after paying; an absolute http(s) URL. */
  redirect_url?: string;
}

/** A link for an invoice that exists at Qonto; the amount is gross. */
export interface InvoicePayload {
  /** The id of the invoice at Qonto, a UUID. */
  invoice_id: string;
  /** Its number, as the customer reads it; not blank. */
  invoice_number: string;
  /** Who pays, as the customer reads it; not blank. */
  debitor_name: string;
  /** What the customer pays, VAT included. */
  amount: Money;
  /** The ways to pay that the customer may choose from; at least one, each once. */
  potential_payment_methods: readonly PaymentMethod[];
  /** Where the customer is sent after paying; an absolute http(s) URL. */
  redirect_url?: string;
}

/** What a payment link is created from, bare or as Qonto's body wraps it. */
export type Payload = BasketPayload | InvoicePayload | {
  /** The payload, as Qonto's body wraps it. */
  payment_link: BasketPayload | InvoicePayload;
};

/**
 * Where amounts are rounded (half away from zero, to the currency's minor unit):
 * - `line`: net and VAT of each line, then sums (the default; Qonto's stated way for invoices)
 * - `rate`: each line's net, then the VAT of each rate (EN 16931, BR-CO-17)
 * - `total`: once, at the end
 * - `unit`: the gross price of one unit, times the quantity
 */
export type Rounding = "line" | "rate" | "total" | "unit";

/** How `vat_rate` is written: `"21.0"` (`percent`) or `"0.21"` (`fraction`) for 21 %. */
export type VatRates = "percent" | "fraction";

/** How a basket is read and added up. */
export interface TotalsOptions {
  /** @default "line" */
  rounding?: Rounding;
  /** @default "percent" */
  vatRates?: VatRates;
}

/** How a basket is read and added up, and what of it is given. */
export interface PreviewOptions extends TotalsOptions {
  /** Also give the totals of each line, in the order of `items`. @default false */
  lines?: boolean;
}

/** The totals of one line. `net + vat = gross`, exactly. */
export interface LineTotals {
  /** Without VAT. */
  net: DecimalString;
  /** The VAT. */
  vat: DecimalString;
  /** With VAT. */
  gross: DecimalString;
}

/** The totals of all lines with one VAT rate. */
export interface RateTotals extends LineTotals {
  /** As a percentage without trailing zeros: `"5.5"`, whatever notation the payload uses. */
  vatRate: DecimalString;
}

/** The totals of a basket. */
export interface BasketTotals extends LineTotals {
  /** That of all items. */
  currency: Currency;
  /** The rule under which they hold. */
  rounding: Rounding;
  /** One row a rate, the highest first; the rows add up to the totals. */
  byRate: RateTotals[];
  /** With `{ lines: true }`. */
  lines?: LineTotals[];
}

/** The total of an invoice payload: its amount. */
export interface InvoiceTotals {
  /** That of the amount. */
  currency: Currency;
  /** The amount, with the currency's decimals. */
  gross: DecimalString;
  /** An invoice payload says nothing of VAT. */
  net?: undefined;
  /** An invoice payload says nothing of VAT. */
  vat?: undefined;
  /** Nothing is rounded. */
  rounding?: undefined;
  /** An invoice payload says nothing of VAT. */
  byRate?: undefined;
  /** An invoice payload has no lines. */
  lines?: undefined;
}

/** The totals of a payload. Those of a basket have `byRate`, those of an invoice do not. */
export type Totals = BasketTotals | InvoiceTotals;

/**
 * One thing that is wrong (`error`) or doubtful (`warning`) about a payload. The type of `params` follows
 * from `code`: after `if (issue.code === "too_long")`, `issue.params.max` is a number.
 */
export type Issue<C extends IssueCode = IssueCode> = { [K in C]: IssueOf<K> }[C];

/** An issue of one code. */
export interface IssueOf<C extends IssueCode> {
  /** Where, from the payload without its `payment_link` wrapper: `["items", 0, "vat_rate"]`. */
  path: (string | number)[];
  /** The same as a JSON pointer (RFC 6901): `"/items/0/vat_rate"`. */
  pointer: string;
  /** Stable; {@link issueCodes} says what it means. */
  code: C;
  /** An `error` makes the payload invalid, a `warning` does not. */
  severity: "error" | "warning";
  /** In English: what was expected and what was received. Other languages: `qonto-payment-links/messages/de`. */
  message: string;
  /** The figures of the message; those that only other codes have are `undefined`. */
  params: IssueParams[C] & { [N in Exclude<IssueParamName, keyof IssueParams[C]>]?: undefined };
}

/*ISSUE_CODES*/
/** Every code an issue can have; the README's table says what each means. */
export type IssueCode =
  | "wrong_type" | "unreadable" | "not_serializable" | "variant_missing" | "variant_ambiguous" | "required"
  | "empty_list" | "too_many_entries" | "duplicate" | "unknown_value" | "blank" | "not_a_decimal"
  | "too_many_decimals" | "too_many_digits" | "not_calculable" | "not_finite" | "quantity_not_positive"
  | "currency_unknown" | "currency_mixed" | "amount_out_of_range" | "rate_out_of_range"
  | "rate_not_a_fraction" | "not_a_uuid" | "not_an_http_url" | "not_for_sale" | "not_a_phone_number"
  | "too_short" | "rate_looks_like_fraction" | "rate_unusual" | "currency_not_eur" | "too_long"
  | "price_not_positive" | "quantity_fractional" | "unknown_field" | "rounding_dependent" | "more_issues";

/** The parameters of each code's issues. */
export interface IssueParams {
  /** A value of another JSON type than the field's. */
  wrong_type: { expected: string; received: string; value?: string; nearest?: string };
  /** A value that throws when it is read: a getter, or a Proxy. */
  unreadable: {};
  /** A payload that JSON cannot hold, such as a cycle or a bigint. */
  not_serializable: {};
  /** Neither the fields of a basket nor those of an invoice. */
  variant_missing: {};
  /** Fields of a basket and of an invoice in one payload. */
  variant_ambiguous: { basket: string; invoice: string };
  /** A required field is missing. */
  required: { field: string };
  /** A list that needs at least one entry has none. */
  empty_list: {};
  /** A list with more than a million entries. */
  too_many_entries: { max: number; count: number };
  /** A payment method stands twice. */
  duplicate: { received: string };
  /** A value that is not in the field's list. */
  unknown_value: { expected: string[]; received: string; nearest?: string };
  /** A text that is empty or all white space. */
  blank: { length: number };
  /** A text that is not a decimal: a comma, an exponent, spaces, a sign without digits. */
  not_a_decimal: { example: string; received: string; nearest?: string };
  /** An amount with more than two decimals. */
  too_many_decimals: { max: number; count: number; received: string };
  /** A number with more digits than can be calculated with exactly. */
  too_many_digits: { max: number; received: string };
  /** An item whose exact net or gross has more digits than can be held. */
  not_calculable: { max: number };
  /** A quantity that is NaN or infinite. */
  not_finite: { received: string };
  /** A quantity of 0 or less. */
  quantity_not_positive: { received: string };
  /** A currency that is not an upper-case ISO 4217 code. */
  currency_unknown: { received: string; nearest?: string };
  /** A currency that differs from the first item's. */
  currency_mixed: { expected: string; received: string };
  /** A gross total beyond what an amount can hold. */
  amount_out_of_range: { max: string; received: string };
  /** A VAT rate below 0 or above 100 %. */
  rate_out_of_range: { received: string; percent: string };
  /** In fraction notation, a VAT rate of 1 or more. */
  rate_not_a_fraction: { received: string; percent: string; nearest?: string };
  /** An identifier that is not a UUID. */
  not_a_uuid: { example: string; received: string };
  /** A URL that is not absolute, or neither http nor https. */
  not_an_http_url: { example: string; received: string };
  /** An item that the shop's catalogue does not have, or a part of one; the proxy handler alone says so. */
  not_for_sale: {};
  /** In a request of `connect`, a phone number that is not in E.164. */
  not_a_phone_number: { example: string; received: string };
  /** In a request of `connect`, a business description shorter than Qonto takes. */
  too_short: { min: number; length: number };
  /** In percent notation, a VAT rate between 0 and 0.9: no such rate exists. */
  rate_looks_like_fraction: { received: string; percent: string; nearest?: string };
  /** A VAT rate that no European country uses. */
  rate_unusual: { received: string; percent: string };
  /** A currency other than EUR, the only one Qonto documents for payment links. */
  currency_not_eur: { received: string };
  /** A text longer than Qonto's Products API takes. */
  too_long: { max: number; length: number };
  /** A price or amount of 0 or less. */
  price_not_positive: { received: string };
  /** A quantity with a fraction, which nobody has shown to work. */
  quantity_fractional: { received: string };
  /** A field that is not in Qonto's documentation. */
  unknown_field: { received: string; nearest?: string };
  /** A total that differs between the rounding rules. */
  rounding_dependent: { line: string; rate: string; total: string; unit: string };
  /** How many issues there are beyond those listed; an error if one of them is. */
  more_issues: { max: number; count: number };
}
/*END_ISSUE_CODES*/

/** The name of some code's parameter. */
export type IssueParamName = { [C in IssueCode]: keyof IssueParams[C] }[IssueCode];

/** What is known of a parameter ahead of an issue. */
export interface IssueParamSpec {
  /** Its name in the message's template and in `params`. */
  name: IssueParamName;
  /** A text is a string, a count a number, a list an array of strings. */
  kind: "text" | "count" | "list";
  /** Whether an issue may lack it. */
  optional: boolean;
}

/** What the table says of a code. */
export interface IssueCodeSpec {
  /** The code, which stays. */
  code: IssueCode;
  /** That of every issue of this code; `more_issues` takes the severity of the worst issue it stands for. */
  severity: "error" | "warning";
  /** In English, a sentence. */
  meaning: string;
  /** In the order in which an issue has them. */
  params: readonly IssueParamSpec[];
  /** A part of a payload that gives such an issue, or a JavaScript expression where JSON cannot say it. */
  example: string;
  /**
   * The template of the English message: `{name}` is a parameter, a list is written `a`, `b` in backticks, and
   * a part in square brackets stands only when its parameters are there.
   */
  message: string;
}

/** Every code an issue can have, in the order of the README's table. */
export declare const issueCodes: Readonly<Record<IssueCode, Readonly<IssueCodeSpec>>>;

/** The totals of a payload, with its issues. */
export interface Preview {
  /** `null` only when a quantity, unit price, rate or currency cannot be used in arithmetic. */
  totals: Totals | null;
  /** What is wrong or doubtful, in document order; at most 101. */
  issues: Issue[];
}

/** What is wrong with a payload. */
export interface Validation {
  /** Whether no issue is an error. */
  valid: boolean;
  /** What is wrong or doubtful, in document order; at most 101. */
  issues: Issue[];
}

/** A line as a shop with gross prices has it. The other fields of an {@link Item} may stand beside. */
export interface GrossLine {
  /**
   * What the whole line is to cost, VAT included, with at most the currency's decimals: 3 pieces at a
   * list price of 11.99 are `"35.97"`.
   */
  gross: DecimalString;
  /** How many, above 0. */
  quantity: number;
  /** The VAT rate, as a string: `"20"` for 20 % (see {@link TotalsOptions.vatRates}). */
  vat_rate: DecimalString;
  /** @default "EUR" */
  currency?: Currency;
  [field: string]: unknown;
}

/** A net unit price that misses the amount, and what the line then comes to. */
export interface NearestUnitPrice {
  /** The net price of one. */
  unitPrice: DecimalString;
  /** What the line comes to, VAT included. */
  gross: DecimalString;
}

/** What was found for one quantity. */
export interface FoundUnitPrice {
  /**
   * The net unit price, with two decimals, whose line comes to the gross; `null` when there is none. Of
   * several it is the one nearest to gross / (quantity · (1 + rate)).
   */
  unitPrice: DecimalString | null;
  /**
   * Where there is none: the price whose line falls just short of the gross, then the next one, whose
   * line goes beyond it (of a negative gross, by size). What no payload may state is left out.
   */
  nearest: NearestUnitPrice[];
}

/** The net unit price for a gross amount, or what comes nearest. */
export interface GrossUnitPrice extends FoundUnitPrice {
  /**
   * Where there is no `unitPrice`: the same gross as a line of quantity 1, which comes to more amounts
   * than other quantities, but not to all. `null` when there is a `unitPrice`, or an error.
   */
  single: FoundUnitPrice | null;
  /** What is wrong or doubtful about the line; with an error nothing is looked for. */
  issues: Issue[];
}

/** Whether a link can be paid. The set is open: keep a `default` branch. */
export type PaymentLinkStatus = "open" | "expired" | "canceled" | "paid" | "processing" | (string & {});

/** A payment link as Qonto answers it; fields added later are kept. */
export interface PaymentLink {
  /** The id, by which the other calls know it. */
  id: string;
  /** Whether it can be paid. */
  status: PaymentLinkStatus;
  /** What the customer pays, VAT included. */
  amount: Money;
  /** Where the customer pays. */
  url: string;
  /** The ways to pay that it offers. */
  potential_payment_methods: (PaymentMethod | (string & {}))[];
  /** What it was created from. */
  resource_type: "Basket" | "Invoice" | (string & {});
  /** What is sold; `null` for an invoice. */
  items: Item[] | null;
  /** Whether it may be paid more than once. */
  reusable: boolean;
  /** ISO 8601; set by Qonto. */
  expiration_date: string | null;
  /** ISO 8601. */
  created_at: string;
  /** The invoice's id at Qonto; of a basket `null` or missing. */
  invoice_id?: string | null;
  /** The invoice's number; of a basket `null` or missing. */
  invoice_number?: string | null;
  /** Who pays the invoice; of a basket `null` or missing. */
  debitor_name?: string | null;
  [field: string]: unknown;
}

/** A list's `meta`: go on while `next_page` is above `current_page`; it is `null` at the end, and 0 on an empty list. */
export interface PageMeta {
  /** The number of this page, from 1. */
  current_page: number;
  /** The number of the next page. */
  next_page: number | null;
  /** The number of the page before. */
  prev_page: number | null;
  /** How many pages there are. */
  total_pages: number;
  /** How many entries all pages have. */
  total_count: number;
  /** How many entries a page has at most. */
  per_page: number;
  [field: string]: unknown;
}

/** One page of payment links, as Qonto answers it. */
export interface PaymentLinkPage {
  /** The links of this page. */
  payment_links: PaymentLink[];
  /** Where this page stands among all. */
  meta: PageMeta;
  [field: string]: unknown;
}

/** A payment of a link. */
export interface Payment {
  /** The id of the payment. */
  id: string;
  /** What is paid, VAT included. */
  amount: Money;
  /** How far it has come. */
  status: "open" | "pending" | "authorized" | "paid" | "canceled" | "expired" | "failed" | (string & {});
  /** How it is paid. */
  payment_method: PaymentMethod | (string & {});
  /** ISO 8601. */
  created_at: string;
  /** ISO 8601, or `null` while it is not paid. */
  paid_at: string | null;
  /** The e-mail address of who pays, where it is known. */
  debitor_email?: string | null;
  [field: string]: unknown;
}

/** One page of payments, as Qonto answers it. */
export interface PaymentPage {
  /** The payments of this page. */
  payments: Payment[];
  /** Where this page stands among all. */
  meta: PageMeta;
  [field: string]: unknown;
}

/**
 * One page, and with `for await` all pages from it on: `await list…()` gives the page, and
 * `for await (const page of list…())` each page until the last.
 */
export interface Page<T> extends Promise<T>, AsyncIterable<T> {}

/** What to ask a list for; field names are Qonto's. */
export interface ListQuery {
  /** From 1. @default 1 */
  page?: number;
  /** 1 to 100. @default 100 */
  per_page?: number;
}

/** Which payment links to list, and in which order. */
export interface PaymentLinkQuery extends ListQuery {
  /** Only links with this status, or one of these. */
  status?: PaymentLinkStatus | readonly PaymentLinkStatus[];
  /** The order. @default Qonto's own */
  sort_by?: "amount:asc" | "amount:desc" | "expiration_date:asc" | "expiration_date:desc";
}

/** Which payments of a link to list, and in which order. */
export interface PaymentQuery extends ListQuery {
  /** Only payments with this status, or one of these. */
  status?: Payment["status"] | readonly Payment["status"][];
  /** The order. @default Qonto's own */
  sort_by?: "creation_date:asc" | "creation_date:desc";
}

/** For which payment the methods are asked; all are optional. */
export interface PaymentMethodQuery {
  /** What would be paid. */
  amount?: DecimalString;
  /** In which currency. */
  currency?: Currency;
  /** The customer's language; its form is Qonto's. */
  locale?: string;
}

/** Whether a payment method is on offer. */
export interface PaymentMethodAvailability {
  /** The method. */
  name: PaymentMethod | (string & {});
  /** Whether a customer may use it. */
  enabled: boolean;
  [field: string]: unknown;
}

/** What an account asks for to be connected to payment links. */
export interface ConnectionRequest {
  /** Where the user is sent after it; an absolute http(s) URL. */
  partner_callback_url: string;
  /** A UUID. */
  user_bank_account_id: string;
  /** E.164: `"+33612345678"`. */
  user_phone_number: string;
  /** At least 80 characters. */
  business_description: string;
  /** An absolute http(s) URL. */
  user_website_url?: string;
}

/** The state of an account's connection to payment links. */
export interface Connection {
  /** Whether links can be created: only when it is `enabled`. */
  status: "enabled" | "pending" | "disabled" | "not_connected" | (string & {});
  /** Where the user goes on; an http(s) URL. */
  connection_location?: string;
  /** The account that the money goes to. */
  bank_account_id?: string;
  [field: string]: unknown;
}

/** What can go wrong in a call of the API. */
export type PaymentLinkErrorCode =
  | "validation" | "unauthorized" | "forbidden" | "not_connected" | "not_found" | "rejected"
  | "rate_limited" | "server" | "network" | "timeout" | "aborted" | "bad_answer" | "amount_mismatch"
  | "unavailable";

/** One entry of an error body, in the one form all of Qonto's error bodies are brought to. */
export interface ApiError {
  /** Qonto's own code. */
  code?: string;
  /** Qonto's words. */
  detail?: string;
  /** The field it concerns, where Qonto names one that the payload has. */
  path?: (string | number)[];
  /** The field as Qonto named it. */
  source?: string;
}

/** Why an amount is another than the preview's. */
export type AmountDiagnosis =
  | "rounded_by_line" | "rounded_by_rate" | "rounded_by_total" | "rounded_by_unit" | "percent_as_fraction"
  | "fraction_as_percent" | "without_vat" | "quantity_ignored" | "price_ignored";

/** What every error has. */
interface ErrorFields {
  /** In English: what went wrong and what to do. No secret is in it. */
  message: string;
  /** The HTTP status, when there was an answer. */
  readonly status?: number;
  /** What Qonto's support asks for. */
  readonly traceId?: string;
  /** What the API said, entry by entry. */
  readonly errors?: ApiError[];
  /** How long the API asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /**
   * The request may have reached Qonto: what it creates may exist, so look (`recoverPaymentLink`) before
   * creating it again.
   */
  readonly maybeCreated: boolean;
}

/** What the error of one code has beside that. */
interface ErrorFieldsByCode {
  /** The data has errors. */
  validation: {
    /** What is wrong with the data. */
    readonly issues: Issue[];
    /** Nothing was sent. */
    readonly maybeCreated: false;
  };
  /** The link has another amount than the preview. */
  amount_mismatch: {
    /** The link, which exists: with the amount that the customer would pay. */
    readonly link: PaymentLink;
    /** The preview's amount. */
    readonly expected: Money;
    /** Why, where it can be told. */
    readonly diagnosis?: AmountDiagnosis;
    /** With `onAmountMismatch: "deactivate"`: whether the link was deactivated. */
    readonly deactivated?: boolean;
  };
  /** The module could not be started. */
  unavailable: {
    /** Nothing was sent. */
    readonly maybeCreated: false;
  };
}

/** The fields that only some codes have. */
type SomeField = { [C in keyof ErrorFieldsByCode]: keyof ErrorFieldsByCode[C] }[keyof ErrorFieldsByCode];

/** The fields of one code alone. */
type OwnFields<C> = C extends keyof ErrorFieldsByCode ? ErrorFieldsByCode[C] : {};

/** All fields of one code; those of other codes are `undefined`. */
type FieldsOf<C extends PaymentLinkErrorCode> = ErrorFields & { readonly code: C } & OwnFields<C> & {
  readonly [F in Exclude<SomeField, keyof OwnFields<C> | keyof ErrorFields>]?: undefined;
};

/**
 * What an error says as plain data: also its JSON form, which a proxy may pass on as it is. Switch on
 * `code`, and the fields of that code are there.
 */
export type PaymentLinkErrorData = {
  [C in PaymentLinkErrorCode]: FieldsOf<C> & { name: "PaymentLinkError" };
}[PaymentLinkErrorCode];

/** The one error of a call. Switch on `code`, and the fields of that code are there. */
export type PaymentLinkError = {
  [C in PaymentLinkErrorCode]: Error & FieldsOf<C> & {
    readonly name: "PaymentLinkError";
    /** A copy of the words of what was thrown, without the token. */
    readonly cause?: unknown;
    toJSON(): FieldsOf<C> & { name: "PaymentLinkError" };
  };
}[PaymentLinkErrorCode];

/** The class of these errors, for `instanceof` and for tests; {@link isPaymentLinkError} also knows those of another copy of the package. */
export declare const PaymentLinkError: {
  /** For tests of your own, and for a proxy that makes an error of its JSON form again. */
  new (
    data: { [C in PaymentLinkErrorCode]: FieldsOf<C> & { name?: "PaymentLinkError" } }[PaymentLinkErrorCode],
    options?: { cause?: unknown },
  ): PaymentLinkError;
  /** What `instanceof` looks for. */
  readonly prototype: PaymentLinkError;
};

/** Whether `e` is a `PaymentLinkError`, from this copy of the package or another. */
export declare function isPaymentLinkError(e: unknown): e is PaymentLinkError;

/**
 * An OAuth access token with the scope that the call needs, as visible ASCII of at most 16 KiB; a function
 * that gives one, called once a call and once more after a 401; or `null` for a proxy of your own that
 * holds it (only with a `baseUrl` that is not Qonto's).
 */
export type Token = string | (() => string | Promise<string>) | null;

/** The options of every call. */
export interface CallOptions {
  /**
   * Where the API is: `"production"`, `"sandbox"`, or a URL (https, or http on loopback) to which
   * `/v2/payment_links` is added; in a page it may be relative to the page.
   * @default "production"
   */
  baseUrl?: string;
  /** Sent as `X-Qonto-Staging-Token`; the sandbox needs it. */
  stagingToken?: string;
  /** Aborts the call, whatever its reason. */
  signal?: AbortSignal;
  /** For the whole call, the token and retries included, in milliseconds. @default 30_000 */
  timeoutMs?: number;
  /** How often a request is sent again that surely did nothing, or only reads (0 to 10). @default 2 */
  retries?: number;
  /** Used in place of the global `fetch`. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Further request headers; those the call sets itself are refused. */
  headers?: Record<string, string>;
  /** Called for each answer, retried ones too; what it throws is ignored. */
  onResponse?: (response: { status: number; traceId?: string; attempt: number }) => void;
  /**
   * Says that a token in a page is meant: without it, a page that calls Qonto's own host with a token is
   * warned once on the console.
   * @default false
   */
  allowTokenInBrowser?: boolean;
}

/** The options of a call that creates something. */
export interface IdempotentOptions extends CallOptions {
  /** Sent as `X-Qonto-Idempotency-Key`, the same on every retry. @default a fresh UUID */
  idempotencyKey?: string;
}

/** The options of {@link createPaymentLink}. */
export interface CreateOptions extends TotalsOptions, IdempotentOptions {
  /**
   * What the answer's amount is compared with: the preview under any rounding rule (`rounding`),
   * under the chosen one (`exact`), or nothing (`off`).
   * @default "rounding"
   */
  amountCheck?: "rounding" | "exact" | "off";
  /**
   * What becomes of a link with another amount before the call rejects with `amount_mismatch`: nothing, or it
   * is deactivated, and the error's `deactivated` says whether that worked.
   * @default "reject"
   */
  onAmountMismatch?: "reject" | "deactivate";
}

/** The options of {@link recoverPaymentLink}. */
export interface RecoverOptions extends TotalsOptions, CallOptions {
  /** Leaves out links created before: a `Date`, milliseconds since 1970, or ISO 8601. @default no limit */
  since?: Date | number | string;
}

/**
 * Creates a payment link (scope `payment_link.write`): serialises the payload once, validates that text,
 * sends that text, and compares the amount Qonto answers with the preview.
 *
 * @throws {PaymentLinkError} (rejects) for all that goes wrong at run time; `code` says what.
 * @throws {TypeError} (rejects) for misuse: an option of the wrong type or value, a base URL that
 *   is neither https nor loopback, a token or header that no request may carry. Nothing is sent.
 */
export declare function createPaymentLink(token: Token, payload: Payload, options?: CreateOptions): Promise<PaymentLink>;

/**
 * Lists links and gives those that match a payload (scope `payment_link.read`): to look, after an error
 * with `maybeCreated`, before creating again. A link matches with the same `invoice_id`, or the same items in
 * the same order (decimals and rates may be written in another way), or, where the answer has no items, the
 * same amount under any rounding rule in either notation. Whatever their `status`: an expired or canceled link
 * is given as well. Time-out and retries are for all pages together.
 */
export declare function recoverPaymentLink(token: Token, payload: Payload, options?: RecoverOptions): Promise<PaymentLink[]>;

/** Reads one link (scope `payment_link.read`). */
export declare function getPaymentLink(token: Token, id: string, options?: CallOptions): Promise<PaymentLink>;

/** Lists links, a page or all of them (scope `payment_link.read`): see {@link Page}. */
export declare function listPaymentLinks(
  token: Token,
  query?: PaymentLinkQuery,
  options?: CallOptions,
): Page<PaymentLinkPage>;

/** Deactivates a link, so that nobody can pay it (scope `payment_link.write`); its status becomes `canceled`. */
export declare function deactivatePaymentLink(token: Token, id: string, options?: CallOptions): Promise<PaymentLink>;

/** Lists the payments of a link, a page or all of them (scope `payment_link.read`): see {@link Page}. */
export declare function listPayments(
  token: Token,
  id: string,
  query?: PaymentQuery,
  options?: CallOptions,
): Page<PaymentPage>;

/** Which payment methods the account has on offer (scope `payment_link.read`). */
export declare function listPaymentMethods(
  token: Token,
  query?: PaymentMethodQuery,
  options?: CallOptions,
): Promise<PaymentMethodAvailability[]>;

/** The state of the account's connection to payment links (scope `payment_link.read`). */
export declare function getConnection(token: Token, options?: CallOptions): Promise<Connection>;

/**
 * Asks for the account to be connected to payment links (scope `payment_link.write`). The request is checked
 * first; an error rejects with `validation`, and nothing is sent.
 */
export declare function connect(
  token: Token,
  request: ConnectionRequest,
  options?: IdempotentOptions,
): Promise<Connection>;

/**
 * The totals of a payload, with its issues. Any value is a legal payload.
 * @throws {TypeError} only for an option of the wrong type or value.
 * @throws {Error} where the module cannot run: see {@link init}.
 */
export declare function previewTotals(payload: unknown, options?: PreviewOptions): Preview;

/**
 * What is wrong with a payload before the API says so. Any value is a legal payload.
 * @throws {TypeError} only for an option of the wrong type or value.
 * @throws {Error} where the module cannot run: see {@link init}.
 */
export declare function validatePayload(payload: unknown, options?: TotalsOptions): Validation;

declare global {
  /** Where the compiler's own types lack it. */
  interface SymbolConstructor {
    /** What `using` looks for; not every runtime has it. */
    readonly dispose: unique symbol;
  }
}

/**
 * A basket that is changed item by item, with totals that follow each change: a change costs the same in a
 * basket of 1 and of 10 000 items. `totals` and `issues` are at any time what {@link previewTotals} and
 * {@link validatePayload} say of {@link toPayload}.
 *
 * Any value is a legal payload, item, quantity, price or rate: what is wrong with it is an issue. What is given
 * is copied, so that changing it afterwards changes nothing here.
 *
 * Its memory is freed by `dispose()`, by `using`, or some time after nobody holds it any more.
 */
export declare class Basket {
  /**
   * @param payload what is around the items, and its items if it has any, bare or inside `payment_link`;
   *   `toPayload()` gives it again. @default { items: [] }
   * @throws {TypeError} only for an option of the wrong type or value.
   * @throws {Error} where the module cannot run: see {@link init}.
   */
  constructor(payload?: unknown, options?: PreviewOptions);
  /**
   * Adds an item behind the others; gives its index.
   * @throws {RangeError} when there are a million.
   */
  add(item: Item): number;
  /**
   * Puts an item in the place of another.
   * @throws {RangeError} when there is no item with this index; nothing changes then. So do all that follow.
   */
  set(index: number, item: Item): void;
  /** Changes the quantity of an item. */
  setQuantity(index: number, quantity: number): void;
  /** Changes the price of one, net of VAT; the currency stays. */
  setUnitPrice(index: number, value: DecimalString): void;
  /** Changes the VAT rate of an item, in the notation of the basket's options. */
  setVatRate(index: number, rate: DecimalString): void;
  /** Removes an item; the index of each item behind it becomes one less. */
  remove(index: number): void;
  /** Removes all items. */
  clear(): void;
  /** How many items there are. */
  readonly size: number;
  /** `null` only when a quantity, unit price, rate or currency cannot be used in arithmetic. */
  readonly totals: Totals | null;
  /** `totals.gross`, in a fraction of the time: for each keystroke. */
  readonly gross: DecimalString | null;
  /** What is wrong or doubtful, in document order. */
  readonly issues: Issue[];
  /**
   * The totals of one line, as `totals.lines` has them with `{ lines: true }`; while the basket has no totals,
   * those of the line alone. `null` when they cannot be calculated. Under `rate` and `total`, where the
   * lines share the rounded cents, this looks at all lines.
   */
  line(index: number): LineTotals | null;
  /** The payload as it is now, for {@link createPaymentLink}: a copy. */
  toPayload(): BasketPayload;
  /** Frees its memory at once; any other call throws an `Error` from then on. */
  dispose(): void;
  /** The same, for `using`; only in runtimes that have `Symbol.dispose`. */
  [Symbol.dispose](): void;
}

/** What came, as it came: text (as UTF-8) or bytes, never what a JSON parser made of it. */
export type RawBody = string | ArrayBufferView | ArrayBuffer;

/** The secret of the webhook subscription; not empty. */
export type WebhookSecret = string | ArrayBufferView | ArrayBuffer;

/** How a webhook's time stamp is judged. */
export interface WebhookOptions {
  /** How far the time stamp may be off, in either direction. @default 300 */
  toleranceSeconds?: number;
  /** The clock: unix seconds, or a `Date`. @default the time of the call */
  now?: number | Date;
}

/** What every webhook of Qonto has around its data; fields added later are kept. */
export interface WebhookEnvelope {
  /** Unique for this event: a duplicate has the same. */
  id: string;
  /** The subscription that it was sent for. */
  subscription_id: string;
  /** The organization that it is about. */
  organization_id: string;
  /** The member who made the subscription. */
  membership_id: string;
  /** ISO 8601. */
  created_at: string;
  [field: string]: unknown;
}

/** A payment link was created, or its status changed. There is no event of its own for "paid". */
export interface PaymentLinkEvent extends WebhookEnvelope {
  /** The type of the subscription. */
  type: "v1/payment-links";
  /** The link as it is now. */
  data: {
    /** What happened to it. */
    event: "created" | "updated" | (string & {});
    /** Whether it can be paid, is being paid, or is paid. */
    status: PaymentLinkStatus;
    /** The `id` of the link. */
    payment_link_id: string;
    /** What the customer pays, VAT included. */
    amount: Money;
    /** The ways to pay that it offers. */
    potential_payment_methods: (PaymentMethod | (string & {}))[];
    /** What it was created from. */
    resource_type: "Basket" | "Invoice" | (string & {});
    /** The id of the invoice. */
    resource_id?: string | null;
    /** What is known of the invoice. */
    resource_metadata?: {
      /** The number of the invoice. */
      invoice_number?: string | null;
      [field: string]: unknown;
    } | null;
    /** ISO 8601; the `expiration_date` of the link. */
    expired_at?: string | null;
    /** ISO 8601. */
    created_at?: string;
    /** ISO 8601. */
    updated_at?: string;
    [field: string]: unknown;
  };
}

/** The account's connection for payment links changed. */
export interface PaymentLinkConnectionEvent extends WebhookEnvelope {
  /** The type of the subscription. */
  type: "v1/payment-links-connections";
  /** What happened to the connection. */
  data: {
    /** What happened. */
    event: "connection_enabled" | (string & {});
    [field: string]: unknown;
  };
}

/** An event of another subscription. Qonto may add types: keep a `default` branch. */
export interface OtherWebhookEvent extends WebhookEnvelope {
  /** The type of the subscription. */
  type:
    | "v1/transactions" | "v1/accounts" | "v1/organizations" | "v1/memberships" | "v1/consent-revocations"
    | "v1/cards";
  /** As Qonto sends it. */
  data: Record<string, unknown>;
}

/**
 * An authentic event, as Qonto sends it: the signature says who sent it. Its form is that of Qonto's
 * documentation and is not checked.
 */
export type WebhookEvent = PaymentLinkEvent | PaymentLinkConnectionEvent | OtherWebhookEvent;

/** Why a webhook is not taken. */
export type WebhookErrorCode =
  | "parsed_body" | "missing_header" | "malformed_header" | "wrong_signature" | "stale" | "future"
  | "unreadable_event";

/** The error of a webhook that is not taken; `code` says why. */
export declare class WebhookError extends Error {
  /** What it is known by: `isWebhookError` looks at it. */
  readonly name: "WebhookError";
  /** Why the webhook is not taken; stable. */
  readonly code: WebhookErrorCode;
  /** For tests of your own: the package makes them. */
  constructor(code: WebhookErrorCode, message: string);
}

/** Whether `e` is a `WebhookError`, from this copy of the package or another. */
export declare function isWebhookError(e: unknown): e is WebhookError;

/**
 * Verifies that a webhook is Qonto's, and gives its event.
 *
 * @param signatureHeader the header `X-Qonto-Signature`: `t=<unix seconds>,v1=<hex>`; of several `v1`
 *   one must be right.
 * @throws {WebhookError} (rejects) for what is not authentic, too old, or no event; `code` says why.
 * @throws {TypeError} (rejects) for misuse: an empty secret, an option of the wrong type or value, a
 *   runtime without Web Crypto.
 */
export declare function verifyWebhook(
  rawBody: RawBody,
  signatureHeader: string | null | undefined,
  secret: WebhookSecret,
  options?: WebhookOptions,
): Promise<WebhookEvent>;

/** The header `X-Qonto-Signature` that Qonto would send with this body: for tests of your own endpoint. */
export declare function signWebhook(
  rawBody: RawBody,
  secret: WebhookSecret,
  options?: Pick<WebhookOptions, "now">,
): Promise<string>;

/** One thing that makes a payload invalid, as Standard Schema has it. */
export type SchemaIssue = {
  [C in IssueCode]: Readonly<Pick<IssueOf<C>, "message" | "code" | "params">> & {
    /** Where, from the value that was given: with `"payment_link"` first when that is a wrapper. */
    readonly path: readonly (string | number)[];
  };
}[IssueCode];

/** The forms of JSON Schema that {@link paymentLinkSchema} can be had in. */
export type JsonSchemaTarget = "draft-2020-12" | "draft-07" | "openapi-3.0";

/**
 * A schema of payloads for the libraries that read [Standard Schema](https://standardschema.dev) v1 and
 * Standard JSON Schema v1: forms, servers, agents.
 *
 * `Form` narrows the type, not the check: `paymentLinkSchema as PaymentLinkSchema<MyBasket>` is for a form
 * that holds baskets alone.
 */
export interface PaymentLinkSchema<Form = Payload> {
  /** What the libraries read. */
  readonly "~standard": {
    /** That of Standard Schema. */
    readonly version: 1;
    /** Whose schema it is. */
    readonly vendor: "qonto-payment-links";
    /** Types alone: there is no such value. */
    readonly types?: {
      /** What a form holds. */
      readonly input: Form;
      /** The same: a payload comes out as it went in. */
      readonly output: Form;
    } | undefined;
    /** Synchronous. The value comes back as it is, or the errors do; warnings are for `validatePayload` to tell. */
    readonly validate: (
      value: unknown,
      options?: { readonly libraryOptions?: Record<string, unknown> | undefined } | undefined,
    ) => { readonly value: Form; readonly issues?: undefined } | { readonly issues: readonly SchemaIssue[] };
    /** Standard JSON Schema: the schema as a document. */
    readonly jsonSchema: {
      /** @throws {TypeError} for a target that is not a {@link JsonSchemaTarget}. */
      readonly input: (options: JsonSchemaOptions) => Record<string, unknown>;
      /** The same: a payload comes out as it went in. */
      readonly output: (options: JsonSchemaOptions) => Record<string, unknown>;
    };
  };
  /** The schema with other options; a wrong one is a `TypeError` when a value is validated. */
  with(options: TotalsOptions): PaymentLinkSchema<Form>;
}

/** In which form a schema is wanted. */
export interface JsonSchemaOptions {
  /** The form of JSON Schema. */
  readonly target: JsonSchemaTarget | (string & {});
  /** What a library passes on; nothing here looks at it. */
  readonly libraryOptions?: Record<string, unknown> | undefined;
}

/**
 * The schema of a payload, bare or wrapped. Its JSON Schema is also the file
 * `qonto-payment-links/payment-link.schema.json`; it cannot say what concerns a basket as a whole.
 */
export declare const paymentLinkSchema: PaymentLinkSchema;

/**
 * The net unit price whose line comes to a gross amount, which for many amounts does not exist: then
 * the two nearest, and the same amount as a line of quantity 1. The rule is that of a basket with this
 * line alone; under `rate` and `total`, lines of one basket are rounded together. Any value is a legal line.
 * @throws {TypeError} only for an option of the wrong type or value.
 * @throws {Error} where the module cannot run: see {@link init}.
 */
export declare function grossUnitPrice(line: GrossLine, options?: TotalsOptions): GrossUnitPrice;

/**
 * Compiles the module ahead of the first call, off the main thread where the runtime can.
 * Optional: the first call does it otherwise.
 *
 * @throws {Error} (rejects) where the module cannot run, as the first call does otherwise. Where a page's Content
 *   Security Policy forbids it, the message names both ways out: `'wasm-unsafe-eval'` in `script-src`, or
 *   `qonto-payment-links/js`. A call of the API rejects with a {@link PaymentLinkError} of code `unavailable` then.
 */
export declare function init(): Promise<void>;
