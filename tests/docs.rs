//! The documentation against the crate: the tables of codes in the READMEs, the unions of codes in the
//! types, the tables of codes in JavaScript, and the JSON Schema.
//! `UPDATE_DOCS=1 cargo test --test docs` writes them anew.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

#[path = "common/schema.rs"]
mod schema;

use std::fs;
use std::path::Path;

use qonto_payment_links::api::amount::DIAGNOSES;
use qonto_payment_links::api::answer::{FIELDS, MAX_BODY};
use qonto_payment_links::api::call::{EVENTS, Event};
use qonto_payment_links::api::error::ErrorCode;
use qonto_payment_links::api::options::{DEFAULT_TIMEOUT_MS, OPTIONS};
use qonto_payment_links::api::request::{TRACE_ID, Verb};
use qonto_payment_links::api::said::TEXTS;
use qonto_payment_links::api::webhook::{MAX_HEADER, TOLERANCE_SECONDS, WebhookCode};
use qonto_payment_links::decimal::{self, MAX_AMOUNT_DIGITS, MAX_DIGITS, MAX_EXACT_DIGITS};
use qonto_payment_links::gross::{Found, Line};
use qonto_payment_links::issue::{Code, MAX_ISSUES, MAX_RECEIVED, ParamKind, ParamSpec};
use qonto_payment_links::options::Options;
use qonto_payment_links::payload::{Field, MAX_TEXT, Number};
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::{
    self, ITEM_TYPES, MAX_AMOUNT, MAX_DESCRIPTION, MAX_ENTRIES, MAX_PRICE_DECIMALS, MAX_RATE, MAX_TITLE,
    MEASURE_UNITS, PAYMENT_METHODS,
};
use qonto_payment_links::vat::VatRates;

const SCHEMA: &str = "pkg-template/payment-link.schema.json";

const TYPES: &str = "pkg-template/index.d.ts";

/// What JavaScript needs to make a message; a file of its own, so that it has nothing else to carry.
const TABLE: &str = "pkg-template/src/issue-table.ts";

/// The whole table, for who asks for it.
const CODES: &str = "pkg-template/src/issue-codes.ts";

/// What the module's calls say, which it has no text for itself.
const SAID: &str = "pkg-template/src/said-table.ts";

/// What JavaScript needs to send requests and read answers.
const REQUESTS: &str = "pkg-template/src/request-table.ts";

/// What JavaScript needs to make the messages of webhook errors.
const WEBHOOK_TABLE: &str = "pkg-template/src/webhook-table.ts";

/// The longest line of a union, in characters.
const LINE: usize = 110;

/// A part of a file that the crate says, between two marks.
struct Region {
    start: &'static str,
    end: &'static str,
    content: String,
}

/// Compares the regions of a file with what stands there, or writes them; all of a file in one go,
/// because tests run side by side.
fn compare(file: &str, regions: &[Region]) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let old = fs::read_to_string(&path).unwrap();
    let mut new = old.clone();
    for Region { start, end, content } in regions {
        let (before, rest) = new.split_once(start).unwrap_or_else(|| panic!("{file} has no {start}"));
        let (_, after) = rest.split_once(end).unwrap_or_else(|| panic!("{file} has no {end}"));
        new = format!("{before}{start}\n{content}{end}{after}");
    }
    settle(file, &old, &new);
}

/// Writes the new text of a file, or fails where it differs from the old.
fn settle(file: &str, old: &str, new: &str) {
    if new == old {
        return;
    }
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(file), new).unwrap();
        return;
    }
    let differs = new.lines().zip(old.lines()).find(|(new, old)| new != old);
    let (expected, received) = differs.unwrap_or(("the same lines", "more or fewer"));
    panic!(
        "{file} does not say what the crate does: run UPDATE_DOCS=1 cargo test --test docs\n\
         expected {expected}\nreceived {received}"
    );
}

/// A table in Markdown.
fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut out = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(|cell| cell.replace('|', "\\|")).collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    out
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// Parameters with their kinds; a question mark behind those that an issue may lack.
fn params(params: &[ParamSpec]) -> String {
    let shown = |param: &ParamSpec| {
        format!("`{}`{} {}", param.name, if param.optional { "?" } else { "" }, param.kind.name())
    };
    params.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn issue_codes() -> Region {
    let rows = Code::ALL.iter().map(|row| {
        let (spec, docs) = (row.spec(), row.docs());
        let severity = spec.severity.name().to_string();
        let meaning = docs.meaning.to_string();
        vec![
            code(spec.name),
            severity,
            meaning,
            spec.message.to_string(),
            params(docs.params),
            code(docs.example),
        ]
    });
    Region {
        start: "<!-- issue codes -->",
        end: "<!-- /issue codes -->",
        content: table(&["code", "severity", "meaning", "message", "parameters", "example"], rows),
    }
}

fn beyond_the_schema() -> Region {
    let rows = schema::BEYOND
        .iter()
        .map(|(beyond, accepted)| vec![code(beyond.spec().name), (*accepted).to_string()]);
    Region {
        start: "<!-- beyond the schema -->",
        end: "<!-- /beyond the schema -->",
        content: table(&["code", "what the JSON Schema accepts"], rows),
    }
}

fn error_codes() -> Region {
    let rows = ErrorCode::ALL.iter().map(|row| {
        let [meaning, when, advice] = row.docs().map(String::from);
        vec![code(row.name()), meaning, when, advice]
    });
    Region {
        start: "<!-- error codes -->",
        end: "<!-- /error codes -->",
        content: table(&["code", "meaning", "when", "what to do"], rows),
    }
}

/// Each limit with its code, and whose it is.
fn limits() -> Region {
    let row = |what: &str, most: String, beyond: &str, source: &str| {
        vec![what.to_string(), most, beyond.to_string(), source.to_string()]
    };
    let issue = |code: Code| format!("{} `{}`", code.spec().severity.name(), code.spec().name);
    let ours = "this package's own";
    let rows = [
        row(
            "digits of a price, quantity or rate, before and behind the point (zeros in front of it are none)",
            MAX_DIGITS.to_string(),
            &issue(Code::TooManyDigits),
            ours,
        ),
        row(
            "decimals of a price or amount",
            MAX_PRICE_DECIMALS.to_string(),
            &issue(Code::TooManyDecimals),
            "Qonto's form of amounts",
        ),
        row(
            "digits of what an exact sum may need: those before the point of the gross total (minus signs left out), and the most decimals of a quantity, of a price (or of the currency, if it has more) and of a rate as a fraction",
            MAX_EXACT_DIGITS.to_string(),
            &issue(Code::NotCalculable),
            ours,
        ),
        row(
            "digits in minor units of a line, of a total and of the gross price of one unit",
            MAX_AMOUNT_DIGITS.to_string(),
            &issue(Code::NotCalculable),
            ours,
        ),
        row(
            "a gross total, either side of zero",
            decimal::format(MAX_AMOUNT),
            &issue(Code::AmountOutOfRange),
            "this package's own, a thousand times what SEPA carries",
        ),
        row(
            "a VAT rate",
            format!("{MAX_RATE} %"),
            &issue(Code::RateOutOfRange),
            "no country has a higher one",
        ),
        row("entries of a list", MAX_ENTRIES.to_string(), &issue(Code::TooManyEntries), ours),
        row("characters of a title", MAX_TITLE.to_string(), &issue(Code::TooLong), "Qonto's Products API"),
        row(
            "characters of a description",
            MAX_DESCRIPTION.to_string(),
            &issue(Code::TooLong),
            "Qonto's Products API",
        ),
        row(
            "UTF-16 units of any other text",
            MAX_TEXT.to_string(),
            "the error that the field has for a wrong text",
            ours,
        ),
        row(
            "issues that are listed",
            MAX_ISSUES.to_string(),
            "one more, `more_issues`, says how many there are",
            ours,
        ),
        row(
            "characters that a message repeats of what was received",
            MAX_RECEIVED.to_string(),
            "cut, with `…`",
            ours,
        ),
    ];
    Region {
        start: "<!-- limits -->",
        end: "<!-- /limits -->",
        content: table(&["what", "at most", "beyond it", "whose limit"], rows.into_iter()),
    }
}

fn param_type(param: &ParamSpec) -> String {
    let kind = match param.kind {
        ParamKind::Text => "string",
        ParamKind::Count => "number",
        ParamKind::List => "string[]",
    };
    format!("{}{}: {kind}", param.name, if param.optional { "?" } else { "" })
}

/// The types of all issue codes and of their parameters.
fn issue_code_types() -> Region {
    let mut content = String::from(
        "/** Every code an issue can have; the README's table says what each means. */\nexport type IssueCode =",
    );
    let mut line = String::from("\n ");
    for code in Code::ALL {
        let member = format!(" | \"{}\"", code.spec().name);
        if line.chars().count().saturating_add(member.chars().count()) > LINE {
            content.push_str(&line);
            line = String::from("\n ");
        }
        line.push_str(&member);
    }
    content.push_str(&line);
    content.push_str(";\n\n/** The parameters of each code's issues. */\nexport interface IssueParams {\n");
    for code in Code::ALL {
        let params: Vec<String> = code.docs().params.iter().map(param_type).collect();
        let params = if params.is_empty() { String::new() } else { format!(" {} ", params.join("; ")) };
        content.push_str(&format!(
            "  /** {} */\n  {}: {{{params}}};\n",
            code.docs().meaning,
            code.spec().name
        ));
    }
    content.push_str("}\n");
    Region { start: "/*ISSUE_CODES*/", end: "/*END_ISSUE_CODES*/", content }
}

/// The rows of the table in JavaScript, at the index of the code's number.
fn issue_table() -> Region {
    let rows: Vec<String> = Code::ALL
        .iter()
        .map(|row| {
            let spec = row.spec();
            let params: Vec<&str> = row.docs().params.iter().map(|param| param.name).collect();
            format!("  [{:?}, {:?}, {:?}, {params:?}],\n", spec.name, spec.severity.name(), spec.message)
        })
        .collect();
    let content = format!(
        "export const MAX_ISSUES = {MAX_ISSUES};\n\
         export const ISSUE_TABLE: readonly (readonly [code: IssueCode, severity: Severity, message: string, params: readonly string[]])[] = [\n{}];\n",
        rows.concat()
    );
    Region { start: "/*ISSUE_TABLE*/", end: "/*END_ISSUE_TABLE*/", content }
}

fn webhook_table() -> Region {
    let rows: Vec<String> =
        WebhookCode::ALL.iter().map(|code| format!("  {}: {:?},\n", code.name(), code.template())).collect();
    let content = format!(
        "export const TOLERANCE_SECONDS = {TOLERANCE_SECONDS};\n\
         export const MAX_HEADER = {MAX_HEADER};\n\
         export const WEBHOOK_TABLE: Record<WebhookErrorCode, string> = {{\n{}}};\n",
        rows.concat()
    );
    Region { start: "/*WEBHOOK_TABLE*/", end: "/*END_WEBHOOK_TABLE*/", content }
}

fn webhook_codes() -> Region {
    let rows = WebhookCode::ALL.iter().map(|row| vec![code(row.name()), row.meaning().to_string()]);
    Region {
        start: "<!-- webhook codes -->",
        end: "<!-- /webhook codes -->",
        content: table(&["code", "meaning"], rows),
    }
}

/// The whole table in JavaScript, by code.
fn issue_codes_object() -> Region {
    let mut content = String::from("export const issueCodes: typeof table = {\n");
    for row in Code::ALL {
        let (spec, docs) = (row.spec(), row.docs());
        let params: Vec<String> = docs
            .params
            .iter()
            .map(|param| {
                let (name, kind, optional) = (param.name, param.kind.name(), param.optional);
                format!("{{ name: {name:?}, kind: {kind:?}, optional: {optional} }}")
            })
            .collect();
        content.push_str(&format!(
            "  {}: {{\n    code: {:?},\n    severity: {:?},\n    meaning: {:?},\n    params: [{}],\n    example: {:?},\n    message: {:?},\n  }},\n",
            spec.name,
            spec.name,
            spec.severity.name(),
            docs.meaning,
            params.join(", "),
            docs.example,
            spec.message
        ));
    }
    content.push_str("};\n");
    Region { start: "/*ISSUE_CODES*/", end: "/*END_ISSUE_CODES*/", content }
}

/// Lines with a gross price: gross, quantity, VAT rate, currency, rule.
const GROSS_LINES: [(&str, &str, &str, &str, Rounding); 9] = [
    ("11.99", "1", "20", "EUR", Rounding::Line),
    ("35.97", "3", "20", "EUR", Rounding::Unit),
    ("35.97", "3", "20", "EUR", Rounding::Line),
    ("10.00", "3", "20", "EUR", Rounding::Line),
    ("10.00", "3", "20", "EUR", Rounding::Total),
    ("0.03", "1", "20", "EUR", Rounding::Line),
    ("2.50", "0.25", "20", "EUR", Rounding::Line),
    ("100", "1", "5.5", "JPY", Rounding::Line),
    ("-11.99", "1", "20", "EUR", Rounding::Line),
];

fn gross_prices() -> Region {
    let found = |found: &Found| match found {
        Found::Price(price) => (decimal::format(*price), String::new()),
        Found::Nearest(short, beyond) => {
            let around = [Some(*short), *beyond].into_iter().flatten().map(|priced| {
                format!("{} → {}", decimal::format(priced.unit_price), decimal::format(priced.gross))
            });
            ("none".to_string(), around.collect::<Vec<_>>().join(", "))
        }
    };
    let rows = GROSS_LINES.iter().map(|(gross, quantity, rate, currency, rounding)| {
        let line = Line {
            gross: Field::Is((*gross).into()),
            quantity: Field::Is(Number::Written(quantity)),
            vat_rate: Field::Is((*rate).into()),
            currency: Field::Is((*currency).into()),
            unknown: None,
        };
        let options = Options { rounding: *rounding, ..Options::default() };
        let price = validate::check_line(Field::Is(line), &options).unit_price.unwrap();
        let (unit_price, nearest) = found(&price.line);
        let single = price.single.as_ref().map(found).unwrap_or_default();
        let single = format!("{} {}", single.0, single.1).trim().replace("none ", "none: ");
        let line = format!("{gross} {currency} = {quantity} × @ {rate} %");
        vec![line, code(rounding.name()), unit_price, nearest, single]
    });
    Region {
        start: "<!-- gross prices -->",
        end: "<!-- /gross prices -->",
        content: table(&["line", "rule", "`unitPrice`", "`nearest` → its gross", "`single`"], rows),
    }
}

fn said() -> Region {
    let rows: Vec<String> = TEXTS.iter().map(|(_, text)| format!("  {text:?},\n")).collect();
    let content = format!("export const SAID: readonly string[] = [\n{}];\n", rows.concat());
    Region { start: "/*SAID*/", end: "/*END_SAID*/", content }
}

#[test]
fn the_texts_of_calls_are_found_by_their_characters() {
    for (place, (mark, text)) in ('0'..).zip(TEXTS) {
        assert_eq!(mark.chars().collect::<Vec<_>>(), ['\u{1}', place]);
        // It is put into JSON as it stands.
        assert!(!text.contains(['"', '\\']) && !text.contains(char::is_control), "{text}");
    }
}

fn requests() -> Region {
    let verbs = Verb::NAMES.map(|(name, _)| name);
    let content = format!(
        "/** The header that carries the trace id of an answer. */\nexport const TRACE_ID = {TRACE_ID:?};\n\n\
         /** The most bytes of an answer that are read. */\nexport const MAX_BODY = {MAX_BODY};\n\n\
         /** The time-out of a call that names none. */\nexport const DEFAULT_TIMEOUT_MS = {DEFAULT_TIMEOUT_MS};\n\n\
         /** The options of a call, in the order in which they are handed over. */\nexport const OPTIONS = {OPTIONS:#?} as const;\n\n\
         /** The calls, by their numbers. */\nexport const VERBS = {verbs:#?} as const;\n\n\
         /** What may happen in a call, by its number. */\nexport const EVENTS = {EVENTS:#?} as const;\n\n\
         /** What Rust looks at in the document of a 2xx answer. */\nexport const FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set({FIELDS:#?});\n"
    );
    let content = content.replace("    \"", "  \"");
    Region { start: "/*REQUESTS*/", end: "/*END_REQUESTS*/", content }
}

#[test]
fn calls_and_events_are_found_by_their_numbers() {
    for (place, (_, verb)) in (0..).zip(Verb::NAMES) {
        assert_eq!(Verb::at(place), verb);
    }
    for (place, name) in (0..).zip(EVENTS) {
        let event = format!("{:?}", Event::at(place, "[]"));
        let variant = event.split(['(', ' ']).next().unwrap_or_default().to_lowercase();
        assert_eq!(variant, name.replace('_', ""));
    }
}

#[test]
fn the_tables_of_javascript_say_what_the_crate_does() {
    compare(TABLE, &[issue_table()]);
    compare(CODES, &[issue_codes_object()]);
    compare(WEBHOOK_TABLE, &[webhook_table()]);
    compare(REQUESTS, &[requests()]);
    compare(SAID, &[said()]);
}

#[test]
fn the_tables_of_the_readme_say_what_the_crate_does() {
    compare(
        "README.md",
        &[gross_prices(), issue_codes(), limits(), beyond_the_schema(), error_codes(), webhook_codes()],
    );
}

#[test]
fn the_table_of_the_npm_readme_says_what_the_crate_does() {
    compare("pkg-template/README.md", &[error_codes()]);
}

#[test]
fn the_types_have_the_codes_and_names_of_the_crate() {
    compare(TYPES, &[issue_code_types()]);

    let names = |codes: &[&'static str]| codes.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
    let types = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(TYPES)).unwrap();
    for (union, known) in [
        ("PaymentLinkErrorCode", names(&ErrorCode::ALL.iter().map(|code| code.name()).collect::<Vec<_>>())),
        ("WebhookErrorCode", names(&WebhookCode::ALL.iter().map(|code| code.name()).collect::<Vec<_>>())),
        ("AmountDiagnosis", names(&DIAGNOSES.map(|(name, _)| name))),
        ("PaymentMethod", names(PAYMENT_METHODS)),
        ("ItemType", names(ITEM_TYPES)),
        ("MeasureUnit", names(MEASURE_UNITS)),
        ("Rounding", names(&Rounding::NAMES.map(|(name, _)| name))),
        ("VatRates", names(&VatRates::NAMES.map(|(name, _)| name))),
    ] {
        let (_, rest) = types.split_once(&format!("export type {union} =")).unwrap();
        let (members, _) = rest.split_once(';').unwrap();
        let listed: Vec<&str> =
            members.split('|').map(str::trim).filter(|member| !member.is_empty()).collect();
        assert_eq!(listed, known, "{TYPES}, {union}");
    }
}

#[test]
fn the_packer_cuts_texts_where_the_crate_does() {
    let packer = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg-template/src/pack.ts"));
    assert!(packer.unwrap().contains(&format!("const LONGEST_TEXT = {MAX_TEXT};")));
}

#[test]
fn the_json_schema_says_what_the_crate_does() {
    let old = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(SCHEMA)).unwrap_or_default();
    settle(SCHEMA, &old, &schema::schema());
}

#[test]
fn a_bar_in_a_cell_does_not_end_it() {
    let rows = vec![vec!["`a | b`".to_string(), "c".to_string()]].into_iter();
    assert_eq!(table(&["x", "y"], rows), "| x | y |\n|---|---|\n| `a \\| b` | c |\n");
}
