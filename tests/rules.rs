//! The rules, by the cases of `fixtures/rules.json`: every code, and both sides of every limit.
#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "common/check.rs"]
mod check;
#[path = "common/rules.rs"]
mod fixtures;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use check::check;
use fixtures::{cases, differences};
use qonto_payment_links::currency::Currency;
use qonto_payment_links::decimal;
use qonto_payment_links::issue::{Code, Issue, Param, ParamSpec, Severity};
use qonto_payment_links::options::{Options, Settings};
use qonto_payment_links::payload::{Field, Kind, Other};
use qonto_payment_links::validate::{self, Report, Want};
use qonto_payment_links::vat::VatRates;
use serde_json::{Map, Value, json};

/// What no JSON document of a reasonable size can have, what only a shop's catalogue knows, and what only a
/// request to connect can have.
const BEYOND_JSON: [Code; 7] = [
    Code::Unreadable,
    Code::NotSerializable,
    Code::NotFinite,
    Code::TooManyEntries,
    Code::NotForSale,
    Code::NotAPhoneNumber,
    Code::TooShort,
];

fn report(payload: &Value) -> Report {
    check(payload, Options::default(), Want::Totals)
}

/// A basket of one item, with `change` made to it.
fn basket(pointer: &str, value: Value) -> Value {
    let mut payload = json!({
        "potential_payment_methods": ["paypal"],
        "reusable": true,
        "items": [{
            "title": "Tea",
            "quantity": 1,
            "unit_price": { "value": "10.99", "currency": "EUR" },
            "vat_rate": "21",
            "type": "good",
            "measure_unit": "unit",
        }],
    });
    *payload.pointer_mut(pointer).unwrap() = value;
    payload
}

fn suggestion(issue: &Issue) -> Option<String> {
    issue.named_params().find_map(|(name, param)| match param {
        Param::Text(text) if name == "nearest" => Some(text.clone()),
        Param::Amount(amount) if name == "nearest" => Some(decimal::format(*amount)),
        _ => None,
    })
}

#[test]
fn every_case_gets_its_issues_its_validity_and_its_gross_total() {
    let differences = differences();
    assert!(differences.is_empty(), "\n{differences}");
}

#[test]
fn every_code_that_json_can_give_has_a_case() {
    let cases = cases();
    let covered: HashSet<&str> =
        cases.iter().flat_map(|case| &case.issues).map(|issue| issue.code.as_str()).collect();
    let expected: HashSet<&str> =
        Code::ALL.iter().filter(|code| !BEYOND_JSON.contains(code)).map(|code| code.spec().name).collect();
    assert_eq!(covered, expected);
}

#[test]
fn every_case_has_a_name_of_its_own() {
    let cases = cases();
    let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn every_code_has_a_name_of_its_own_in_snake_case() {
    let names: HashSet<&str> = Code::ALL.iter().map(|code| code.spec().name).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for name in names {
        assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
    }
}

#[test]
fn every_message_is_filled_starts_in_lower_case_and_has_no_final_stop() {
    // What the user wrote may hold any character.
    let written = ["received", "nearest", "value", "field"];
    let without_what_was_written = |issue: &Issue| {
        issue.named_params().fold(issue.message(), |text, (name, param)| match param {
            Param::Text(value) if written.contains(&name) && !value.is_empty() => text.replace(value, ""),
            _ => text,
        })
    };
    for case in cases() {
        for issue in case.report().issues {
            let (message, text) = (issue.message(), without_what_was_written(&issue));
            assert!(message.starts_with(|c: char| c.is_ascii_lowercase()), "{}: {message}", case.name);
            assert!(!message.ends_with('.'), "{}: {message}", case.name);
            assert!(!text.contains(['{', '}', '[', ']']), "{}: {message}", case.name);
            assert!(message.contains("expected") && message.contains("received"), "{}: {message}", case.name);
            assert!(message.chars().count() < 1200, "{}: {message}", case.name);
        }
    }
}

/// What is wrong with an issue's parameters by what the table states; empty when nothing is.
fn misstated(issue: &Issue) -> String {
    let stated = issue.code.docs().params;
    let mut given = issue.named_params().map(|(name, param)| (name, param.kind())).peekable();
    let as_stated = |spec: &ParamSpec| given.next_if_eq(&(spec.name, spec.kind)).is_some() || spec.optional;
    if stated.iter().all(as_stated) && given.next().is_none() {
        return String::new();
    }
    format!("{:?}: expected {stated:?}, received {:?}\n", issue.code, issue.params)
}

#[test]
fn every_issue_has_exactly_the_parameters_that_the_table_states() {
    let mut issues: Vec<Issue> = cases().iter().flat_map(|case| case.report().issues).collect();
    issues.extend(report(&basket("/items", json!(vec![Value::Null; 1_000_001]))).issues);
    let wrong: String = issues.iter().map(misstated).collect();
    assert!(wrong.is_empty(), "\n{wrong}");

    // An optional one is there in some issue and missing in another.
    for code in Code::ALL {
        for spec in code.docs().params.iter().filter(|spec| spec.optional) {
            let of_code = issues.iter().filter(|issue| issue.code == *code);
            let given: HashSet<bool> =
                of_code.map(|issue| issue.named_params().any(|(name, _)| name == spec.name)).collect();
            assert_eq!(given.len(), 2, "{code:?}: {}", spec.name);
        }
    }
}

#[test]
fn a_message_says_every_parameter_and_leaves_out_the_optional_ones() {
    for code in Code::ALL {
        let mut said = Vec::new();
        for (index, part) in code.spec().message.split(['[', ']']).enumerate() {
            let names = part.split(['{', '}']).skip(1).step_by(2);
            said.extend(names.map(|name| (name, index % 2 == 1)));
        }
        said.sort_unstable();
        said.dedup();
        let mut stated: Vec<_> = code.docs().params.iter().map(|spec| (spec.name, spec.optional)).collect();
        stated.sort_unstable();
        assert_eq!(said, stated, "{code:?}");
    }
}

/// What `tests/npm/messages.test.mjs` makes the messages in JavaScript from, and compares them with.
const MESSAGES: &str = "tests/fixtures/messages.json";

#[test]
fn the_messages_that_javascript_is_held_to_are_those_of_the_crate() {
    let mut lines: Vec<String> = Vec::new();
    for issue in cases().iter().flat_map(|case| case.report().issues) {
        let params: Map<String, Value> = issue
            .named_params()
            .map(|(name, param)| {
                let value = match param {
                    Param::Text(text) => json!(text),
                    Param::Amount(amount) => json!(decimal::format(*amount)),
                    Param::Count(count) => json!(count),
                    Param::List(list) => json!(list),
                };
                (name.to_string(), value)
            })
            .collect();
        let line = json!([issue.code.spec().name, params, issue.message()]).to_string();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let expected = format!("[\n{}\n]\n", lines.join(",\n"));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(MESSAGES);
    if std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1") {
        fs::write(&path, &expected).unwrap();
    }
    let given = fs::read_to_string(&path).unwrap_or_default();
    assert!(given == expected, "run UPDATE_DOCS=1 cargo test --all-features --test rules");
}

#[test]
fn a_wrapped_payload_gets_the_report_of_the_bare_one() {
    for case in cases().iter().filter(|case| case.payload.get("payment_link").is_none()) {
        let wrapped = json!({ "payment_link": case.payload });
        let report = check(&wrapped, case.options(), Want::Totals);
        let bare = case.report();
        assert_eq!(report.issues, bare.issues, "{}", case.name);
        assert_eq!((report.valid, report.totals), (bare.valid, bare.totals), "{}", case.name);
    }
}

#[test]
fn the_issues_are_the_same_whether_totals_are_wanted_or_not() {
    for case in cases() {
        let report = check(&case.payload, case.options(), Want::Issues);
        let with_totals = case.report();
        assert_eq!(report.issues, with_totals.issues, "{}", case.name);
        assert_eq!(report.grosses, with_totals.grosses, "{}", case.name);
    }
}

#[test]
fn totals_are_given_only_when_they_are_wanted() {
    for case in cases() {
        let report = check(&case.payload, case.options(), Want::Issues);
        assert!(report.totals.is_none(), "{}", case.name);
    }
}

#[test]
fn a_payload_is_valid_when_no_issue_is_an_error() {
    for case in cases() {
        let report = case.report();
        let errors = report.issues.iter().any(|issue| issue.severity == Severity::Error);
        assert_eq!(report.valid, !errors, "{}", case.name);
    }
}

#[test]
fn every_pointer_but_that_of_a_missing_field_leads_somewhere() {
    for case in cases() {
        let payload = case.payload.get("payment_link").unwrap_or(&case.payload);
        for issue in case.report().issues {
            let found = payload.pointer(&issue.pointer()).or_else(|| case.payload.pointer(&issue.pointer()));
            assert_eq!(found.is_none(), issue.code == Code::Required, "{}: {}", case.name, issue.pointer());
        }
    }
}

#[test]
fn a_field_beside_the_wrapper_is_not_suggested_its_own_name() {
    let payload = json!({ "payment_link": basket("/reusable", json!(true)), "reusable": true });
    for issue in report(&payload).issues {
        assert_ne!(suggestion(&issue).as_deref(), Some("reusable"), "{}", issue.message());
    }
}

#[test]
fn a_suggested_rate_is_a_rate_without_that_issue() {
    let issues = |rate: &str, vat_rates| {
        let payload = basket("/items/0/vat_rate", json!(rate));
        let options = Options { vat_rates, ..Options::default() };
        check(&payload, options, Want::Issues).issues
    };
    let fractions = ["1", "5.5", "21", "21.0", "99.99", "100", "121", "2100"];
    let percentages = ["0.21", "0.055", "0.2", "0.009", "0.27", "0.005", "0.001"];
    let rates = fractions.map(|rate| (rate, VatRates::Fraction)).into_iter();
    let mut wrong = Vec::new();
    for (rate, notation) in rates.chain(percentages.map(|rate| (rate, VatRates::Percent))) {
        for issue in issues(rate, notation) {
            let Some(meant) = suggestion(&issue) else { continue };
            let codes = [Code::RateLooksLikeFraction, Code::RateNotAFraction, Code::RateOutOfRange];
            if issues(&meant, notation).iter().any(|issue| codes.contains(&issue.code)) {
                wrong.push(format!("{rate} as {notation:?}: {}", issue.message()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_suggested_value_is_a_value_without_an_issue() {
    let cases = [
        ("/items/0/unit_price/value", "10,99"),
        ("/items/0/unit_price/value", " 10.99"),
        ("/items/0/unit_price/currency", "eur"),
        ("/items/0/unit_price/currency", " Eur "),
        ("/items/0/vat_rate", "5,5"),
        ("/items/0/type", "Goods"),
        ("/items/0/measure_unit", "kilogramm"),
        ("/potential_payment_methods/0", "Credit-Card"),
    ];
    for (pointer, value) in cases {
        let issues = report(&basket(pointer, json!(value))).issues;
        let meant = suggestion(&issues[0]).unwrap();
        assert_eq!(report(&basket(pointer, json!(meant))).issues, [], "{value} → {meant}");
    }
}

#[test]
fn a_rate_given_as_a_number_is_suggested_in_quotes_where_that_is_a_decimal() {
    let suggested = |rate: Value| suggestion(&report(&basket("/items/0/vat_rate", rate)).issues[0]);
    assert_eq!(suggested(json!(5.5)).as_deref(), Some("\"5.5\""));
    assert_eq!(suggested(json!(1e21)), None);
    assert_eq!(suggested(json!(1e-7)), None);
}

#[test]
fn a_price_with_a_thousands_comma_is_not_suggested_to_be_a_thousandth() {
    let issues = report(&basket("/items/0/unit_price/value", json!("1,000"))).issues;
    assert_eq!(issues[0].code, Code::NotADecimal);
    assert_eq!(suggestion(&issues[0]), None, "{}", issues[0].message());
}

#[test]
fn every_currency_of_qontos_own_list_is_known() {
    let currencies = "AED AUD BGN CAD CHF CNY CZK DKK EUR GBP GHS HKD HUF ILS INR MXN NOK NZD PEN PLN RON RSD \
                      SAR SEK SGD TRY USD ZAR ZMW";
    for currency in currencies.split_whitespace() {
        let report = report(&basket("/items/0/unit_price/currency", json!(currency)));
        let codes: Vec<_> = report.issues.iter().map(|issue| issue.code).collect();
        let expected: &[Code] = if currency == "EUR" { &[] } else { &[Code::CurrencyNotEur] };
        assert_eq!(codes, expected, "{currency}");
    }
}

#[test]
fn every_standard_rate_of_the_european_union_passes_in_both_notations() {
    let rates = [
        ("17", "0.17"),
        ("18", "0.18"),
        ("19", "0.19"),
        ("20", "0.20"),
        ("21", "0.21"),
        ("22", "0.22"),
        ("23", "0.23"),
        ("24", "0.24"),
        ("25", "0.25"),
        ("25.5", "0.255"),
        ("27.00", "0.2700"),
    ];
    for (percent, fraction) in rates {
        for (rate, vat_rates) in [(percent, VatRates::Percent), (fraction, VatRates::Fraction)] {
            let payload = basket("/items/0/vat_rate", json!(rate));
            let options = Options { vat_rates, ..Options::default() };
            let report = check(&payload, options, Want::Issues);
            assert_eq!(report.issues, [], "{rate}");
        }
    }
}

#[test]
fn a_rate_that_was_in_force_for_some_months_since_2020_is_not_unusual() {
    // Spain's food and oil in late 2024, hospitality in the United Kingdom until March 2022, Germany in 2020.
    for rate in ["2", "7.5", "12.5", "16"] {
        assert_eq!(report(&basket("/items/0/vat_rate", json!(rate))).issues, [], "{rate}");
    }
}

#[test]
fn the_total_under_the_chosen_rule_is_what_must_be_in_range() {
    // By the line 999999999999.99, by the total 1000000000000.00.
    let items = [("999999999996.36", "0"), ("1.01", "20"), ("1.01", "20"), ("1.01", "20")];
    let items = items.map(|(value, rate)| {
        json!({ "title": "Tea", "quantity": 1, "unit_price": { "value": value, "currency": "EUR" }, "vat_rate": rate })
    });
    let payload = basket("/items", json!(items));
    for (rounding, expected) in [("line", false), ("total", true)] {
        let settings = Settings { rounding: Field::Is(rounding.into()), ..Settings::default() };
        let options = Options::read(&Field::Is(settings)).unwrap();
        let issues = check(&payload, options, Want::Issues).issues;
        let out_of_range = issues.iter().any(|issue| issue.code == Code::AmountOutOfRange);
        assert_eq!(out_of_range, expected, "{rounding}");
    }
}

#[test]
fn a_number_of_a_json_document_is_read_as_javascript_reads_it() {
    for text in [
        "0.1",
        "1e-7",
        "1e-26",
        "1e-28",
        "123456.78901234567",
        "0.30000000000000004",
        "1.7976931348623157e308",
    ] {
        let read: Value = serde_json::from_str(text).unwrap();
        assert_eq!(read.as_f64(), text.parse().ok(), "{text}");
    }
}

#[test]
fn what_is_received_is_repeated_in_part_when_it_is_long() {
    let long = "9".repeat(10_000);
    for pointer in
        ["/items/0/unit_price/value", "/items/0/unit_price/currency", "/items/0/vat_rate", "/items/0/type"]
    {
        let report = report(&basket(pointer, json!(long)));
        let message = report.issues[0].message();
        assert!(message.contains(&format!("{}…", "9".repeat(60))), "{message}");
        assert!(!message.contains(&"9".repeat(61)), "{message}");
    }
}

#[test]
fn a_list_of_a_million_and_one_entries_is_too_long() {
    let list = json!(vec![Value::Null; 1_000_001]);
    let issues = report(&basket("/items", list)).issues;
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].code, Code::TooManyEntries);
    assert_eq!(issues[0].pointer(), "/items");
    assert_eq!(issues[0].message(), "expected at most 1000000 entries, received 1000001");
}

#[test]
fn what_json_cannot_hold_has_its_codes_too() {
    let unreadable = Field::Not(Other { kind: Kind::Unreadable, value: "" });
    let report = validate::check::<std::vec::IntoIter<_>>(unreadable, &Options::default(), Want::Totals);
    assert_eq!(report.issues[0].code, Code::Unreadable);
    assert!(!report.valid);
    let report = validate::refused(Code::NotSerializable);
    assert_eq!(report.issues[0].code, Code::NotSerializable);
    assert!(!report.valid);
}

#[test]
fn an_option_of_a_wrong_type_or_value_is_refused_with_what_was_expected() {
    let other = Other { kind: Kind::Number, value: "1" };
    let read = |settings| Options::read(&Field::Is(settings)).unwrap_err();
    assert_eq!(
        read(Settings { rounding: Field::Is("half".into()), ..Settings::default() }),
        "expected the option `rounding` to be one of `line`, `rate`, `total`, `unit`, received `half`"
    );
    assert_eq!(
        read(Settings { vat_rates: Field::Is("Percent".into()), ..Settings::default() }),
        "expected the option `vatRates` to be one of `percent`, `fraction`, received `Percent`"
    );
    assert_eq!(
        read(Settings { lines: Field::Not(other), ..Settings::default() }),
        "expected the option `lines` to be of type `boolean`, received type `number`"
    );
    assert_eq!(
        Options::read(&Field::Not(other)).unwrap_err(),
        "expected options of type `object`, received type `number`"
    );
    assert_eq!(Options::read(&Field::Absent).unwrap(), Options::default());
}

#[test]
fn each_currency_is_read_by_its_code_and_nothing_else_is_one() {
    let all: Vec<_> = Currency::all().collect();
    assert_eq!(all.len(), 165);
    for currency in &all {
        assert_eq!(Currency::read(currency.code()), Some(*currency));
        assert!(matches!(currency.decimals(), 0 | 2..=4), "{currency:?}");
    }
    let letters = || b' '..=b'~';
    for code in letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| [a, b, c]))) {
        let code = std::str::from_utf8(&code).unwrap();
        let known = all.iter().find(|currency| currency.code() == code);
        assert_eq!(Currency::read(code), known.copied(), "{code}");
    }
    for code in ["", "EU", "EURO", "é1"] {
        assert_eq!(Currency::read(code), None, "{code}");
    }
}
