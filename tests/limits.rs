//! Every limit of README.md's table at both sides: what is just within it, and what is just beyond.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic"
)]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;
#[path = "common/packer.rs"]
mod packer;

use basket::{Line, basket, totals};
use check::check;
use packer::{Packer, Remembers};
use qonto_payment_links::decimal::{self, MAX_AMOUNT_DIGITS, MAX_DIGITS, MAX_EXACT_DIGITS};
use qonto_payment_links::issue::{Code, MAX_ISSUES, MAX_RECEIVED, Severity};
use qonto_payment_links::options::Options;
use qonto_payment_links::payload::MAX_TEXT;
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::{
    MAX_AMOUNT, MAX_DESCRIPTION, MAX_ENTRIES, MAX_PRICE_DECIMALS, MAX_RATE, MAX_TITLE, Report, Want,
};
use qonto_payment_links::vat::VatRates;
use serde_json::{Value, json};

fn report(payload: &Value) -> Report {
    check(payload, Options::default(), Want::Totals)
}

fn has(payload: &Value, code: Code) -> bool {
    report(payload).issues.iter().any(|issue| issue.code == code)
}

fn one(line: [&str; 3]) -> Value {
    basket(&[line.map(String::from)], "EUR")
}

/// The gross total under `line`, when there is one.
fn gross(lines: &[[&str; 3]], currency: &str) -> Option<String> {
    let lines: Vec<Line> = lines.iter().map(|line| line.map(String::from)).collect();
    totals(&basket(&lines, currency), Options::default())
        .map(|totals| decimal::format(totals.amounts.gross()))
}

fn text(length: u32) -> String {
    "a".repeat(usize::try_from(length).unwrap())
}

fn digits(count: u32) -> String {
    "9".repeat(usize::try_from(count).unwrap())
}

#[test]
fn a_price_has_28_digits_before_and_behind_the_point() {
    for (whole, decimals) in [(MAX_DIGITS, 0), (MAX_DIGITS - 2, 2), (1, MAX_DIGITS - 1), (0, MAX_DIGITS)] {
        let price = |whole: u32| {
            format!("{}.{}", if whole == 0 { "0".into() } else { digits(whole) }, digits(decimals))
        };
        let price = |whole| price(whole).trim_end_matches('.').to_string();
        assert!(!has(&one([&price(whole), "1", "0"]), Code::TooManyDigits), "{whole} {decimals}");
        if whole > 0 {
            assert!(has(&one([&price(whole + 1), "1", "0"]), Code::TooManyDigits), "{whole} {decimals}");
        }
    }
    assert!(has(&one([&format!("0.{}", digits(MAX_DIGITS + 1)), "1", "0"]), Code::TooManyDigits));
    // Zeros in front are none.
    assert_eq!(gross(&[[&format!("{}1.50", "0".repeat(100)), "1", "0"]], "EUR").unwrap(), "1.50");
}

/// Behind usual items, where a short way is taken with items that look usual too.
#[test]
fn an_item_of_any_form_is_judged_the_same_packed_as_parsed() {
    let usual = json!({
        "title": "Tea", "quantity": 2, "unit_price": {"value": "10.99", "currency": "EUR"}, "vat_rate": "20",
        "type": "good", "description": "Green", "measure_unit": "unit",
    });
    let mut forms = Vec::new();
    let mut add = |place: &str, value: Value| {
        let mut item = usual.clone();
        *item.pointer_mut(place).unwrap() = value;
        forms.push(item);
    };
    for price in [
        "1.00",
        "0.01",
        "0.00",
        "9999999.99",
        "10000000.00",
        "123456789",
        "1234567",
        "12345678",
        ".50",
        "5.",
        "5.5",
        "",
        ".",
        "..00",
        "1:.00",
        "a.00",
        "1.:0",
        "1.0:",
        "1.0/",
        "/.00",
        "+1.00",
        "-1.00",
        "00000000000000000001.00",
        "18446744073709551617.00",
        "184467440737095517.17",
        "92233720368547758.09",
    ] {
        add("/unit_price/value", price.into());
    }
    for quantity in [json!(0), json!(1), json!(65_535), json!(65_536), json!(0.5), json!("1")] {
        add("/quantity", quantity);
    }
    for length in [0, 1, 64, 65, MAX_TITLE, MAX_TITLE + 1, MAX_DESCRIPTION, MAX_DESCRIPTION + 1] {
        add("/title", text(length).into());
        add("/description", text(length).into());
    }
    for (place, others) in [
        ("/type", ["service", "unit", "EUR", "20", "paypal"]),
        ("/measure_unit", ["hour", "good", "EUR", "20", "paypal"]),
        ("/vat_rate", ["5.5", "good", "EUR", "unit", "paypal"]),
        ("/unit_price/currency", ["USD", "good", "unit", "20", "paypal"]),
    ] {
        others.iter().for_each(|other| add(place, (*other).into()));
    }
    // No type and no unit, and for a currency the first text there was.
    forms.push(json!({
        "title": "Tea", "quantity": 1, "unit_price": {"value": "1.00", "currency": "paypal"}, "vat_rate": "20",
    }));
    let mut baskets: Vec<[Value; 4]> =
        forms.into_iter().map(|form| [usual.clone(), usual.clone(), form, usual.clone()]).collect();
    for currency in ["USD", "JPY", "KWD", "CLF"] {
        let mut item = usual.clone();
        item["unit_price"]["currency"] = currency.into();
        baskets.push(std::array::from_fn(|_| item.clone()));
    }
    for items in baskets {
        let payload = json!({"potential_payment_methods": ["paypal"], "reusable": true, "items": items});
        let packed = Packer::pack(&payload, Options::default(), Remembers::Words).check(Want::Totals);
        let parsed = report(&payload);
        assert_eq!((packed.issues, packed.totals), (parsed.issues, parsed.totals), "{payload}");
    }
}

/// Usual figures are calculated with in 64 bits: here are those on both sides of where that ends, and a
/// product that is small again when it goes round.
#[test]
fn figures_around_the_bounds_of_64_bits_come_to_what_128_bits_say() {
    let edges = [1, 15, 16, 20, 31, 32, 36, 40].map(|bits| [(1_i128 << bits) - 1, 1 << bits]).concat();
    let cents = |units: i128| format!("{}.{:02}", units / 100, units % 100);
    let round = |units: i128| (units + 5_000) / 10_000;
    let mut cases = vec![(i128::from(i32::MAX), 8_589_934_600, 2_000)];
    for quantity in &edges {
        for price in &edges {
            cases.extend(
                [0, 2_000, 2_100, 32_767, 32_768, (1 << 31) - 1].map(|rate| (*quantity, *price, rate)),
            );
        }
    }
    for (quantity, price, rate) in cases {
        // Whole units without a point, as far as they are.
        let price_text = if price % 100 == 0 { (price / 100).to_string() } else { cents(price) };
        let line = [price_text, quantity.to_string(), cents(rate)];
        let (by_line, unit) =
            (quantity * price + round(quantity * price * rate), round(price * (10_000 + rate)));
        let by_unit = quantity * unit;
        for (rounding, gross) in [(Rounding::Line, by_line), (Rounding::Unit, by_unit)] {
            let options = Options { rounding, ..Options::default() };
            let found = totals(&basket(std::slice::from_ref(&line), "EUR"), options);
            let found = found.map(|totals| totals.amounts.gross().mantissa());
            // What one rule has no room for, none has.
            let fits = by_line.max(by_unit) <= i64::MAX.into();
            assert_eq!(found, fits.then_some(gross), "{line:?} {rounding:?}");
        }
    }
}

/// Where sums lose digits, the order in which items are added up tells, and a rate that was only seen must
/// not widen them.
#[test]
fn a_basket_at_the_most_digits_is_judged_the_same_packed_as_parsed() {
    let huge = ["92233720368547758.07", "1", "0"];
    let (nothing, fine) = (["0", "12", "20"], ["-0.000000000000001", "1", "-0.0000000000000000000000001"]);
    let (one, two) = (["1.00", "1", "0"], ["-2.00", "1", "0"]);
    for (lines, currency) in [
        (vec![nothing, fine], "CLF"),
        (vec![fine, nothing], "CLF"),
        (vec![one, one, huge, two], "EUR"),
        (vec![one, huge, two, one], "EUR"),
        (vec![two, two, one, huge, one, one], "EUR"),
        (vec![two, one, one, one, one, huge], "EUR"),
    ] {
        let lines: Vec<Line> = lines.into_iter().map(|line| line.map(String::from)).collect();
        let payload = basket(&lines, currency);
        let packed = Packer::pack(&payload, Options::default(), Remembers::Words).check(Want::Totals);
        let parsed = report(&payload);
        assert_eq!((packed.issues, packed.totals), (parsed.issues, parsed.totals));
    }
}

#[test]
fn a_quantity_has_28_digits_before_and_behind_the_point() {
    for (within, beyond) in [("1e27", "1e28"), ("1e-28", "1e-29"), ("1.5e-27", "1.5e-28"), ("9.9e27", "1e28")]
    {
        assert!(!has(&one(["0.01", within, "0"]), Code::TooManyDigits), "{within}");
        assert!(has(&one(["0.01", beyond, "0"]), Code::TooManyDigits), "{beyond}");
    }
}

#[test]
fn a_rate_has_28_digits_before_and_behind_the_point_in_both_notations() {
    for vat_rates in [VatRates::Percent, VatRates::Fraction] {
        let codes = |decimals: u32| {
            let payload = one(["1.00", "1", &format!("0.{}", digits(decimals))]);
            let report = check(&payload, Options { vat_rates, ..Options::default() }, Want::Totals);
            report.issues.iter().any(|issue| issue.code == Code::TooManyDigits)
        };
        assert!(!codes(MAX_DIGITS) && codes(MAX_DIGITS + 1), "{vat_rates:?}");
    }
}

#[test]
fn a_price_has_two_decimals() {
    let price = |decimals: u32| one([&format!("1.{}", digits(decimals)), "1", "0"]);
    assert!(!has(&price(MAX_PRICE_DECIMALS), Code::TooManyDecimals));
    assert!(has(&price(MAX_PRICE_DECIMALS + 1), Code::TooManyDecimals));
}

/// Twelve digits before the point, and a line that makes the exact sum have `decimals` decimals.
fn fine(decimals: u32) -> (Value, bool) {
    // The price has two decimals, the rate as a fraction two.
    let quantity = format!("1e-{}", decimals - 4);
    let lines =
        [["100000000000.00", "1", "21"], ["1.00", &quantity, "21"]].map(|line| line.map(String::from));
    let payload = basket(&lines, "EUR");
    let exact = totals(&payload, Options { rounding: Rounding::Total, ..Options::default() });
    let gross = exact.as_ref().map(|totals| decimal::format(totals.amounts.gross()));
    // What the small line adds disappears in rounding; a wrong figure would not be this one.
    assert!(gross.is_none_or(|gross| gross == "121000000000.00"));
    (payload, exact.is_some())
}

#[test]
fn an_exact_sum_has_38_digits_and_is_refused_when_it_does_not_fit() {
    for decimals in 8..=MAX_EXACT_DIGITS - 12 {
        let (payload, exact) = fine(decimals);
        assert!(exact && !has(&payload, Code::NotCalculable), "{decimals} decimals");
    }
    // 39 digits fit where the first of them are 1.7 at most: 121… do, 1210… of 40 do not.
    for decimals in MAX_EXACT_DIGITS - 12 + 2..=30 {
        let (payload, exact) = fine(decimals);
        assert!(!exact && has(&payload, Code::NotCalculable), "{decimals} decimals");
        assert!(!report(&payload).valid);
    }
}

#[test]
fn an_amount_has_18_digits_in_minor_units_and_is_refused_when_it_does_not_fit() {
    for (currency, decimals) in [("JPY", 0), ("EUR", 2), ("KWD", 3), ("CLF", 4)] {
        let price = digits(MAX_AMOUNT_DIGITS - decimals);
        assert!(gross(&[[&price, "1", "0"]], currency).unwrap().starts_with(&price), "{currency}");
        let price = digits(MAX_AMOUNT_DIGITS + 2 - decimals);
        assert_eq!(gross(&[[&price, "1", "0"]], currency), None, "{currency}");
        assert!(
            has(&basket(&[[price, "1".into(), "0".into()]], currency), Code::NotCalculable),
            "{currency}"
        );
    }
    // To the last unit of 64 bits, of a line, of a sum, of the VAT added, and of one unit's gross price.
    assert_eq!(gross(&[["92233720368547758.07", "1", "0"]], "EUR").unwrap(), "92233720368547758.07");
    assert_eq!(gross(&[["92233720368547758.08", "1", "0"]], "EUR"), None);
    assert_eq!(
        gross(&[["92233720368547758.06", "1", "0"], ["0.01", "1", "0"]], "EUR").unwrap(),
        "92233720368547758.07"
    );
    assert_eq!(gross(&[["92233720368547758.06", "1", "0"], ["0.01", "2", "0"]], "EUR"), None);
    assert_eq!(gross(&[["92233720368547758.06", "1", "0"], ["0.01", "2", "5"]], "EUR"), None);
    assert_eq!(gross(&[["-92233720368547758.07", "1", "0"]], "EUR").unwrap(), "-92233720368547758.07");
    assert_eq!(gross(&[["-92233720368547758.07", "1", "0"], ["-0.01", "2", "0"]], "EUR"), None);
    assert_eq!(gross(&[["46116860184273879.03", "1", "100"]], "EUR").unwrap(), "92233720368547758.06");
    assert_eq!(gross(&[["46116860184273879.04", "1", "100"]], "EUR"), None);
    assert_eq!(gross(&[["99999999999999999.00", "0.00001", "0"]], "EUR"), None);
}

#[test]
fn a_gross_total_has_twelve_digits_and_two_decimals_on_both_sides_of_zero() {
    let most = decimal::format(MAX_AMOUNT);
    assert_eq!(most, "999999999999.99");
    for sign in ["", "-"] {
        let price = format!("{sign}{most}");
        assert!(!has(&one([&price, "1", "0"]), Code::AmountOutOfRange));
        assert!(has(&one([&format!("{sign}1000000000000.00"), "1", "0"]), Code::AmountOutOfRange));
        let cent = [[price, "1".into(), "0".into()], [format!("{sign}0.01"), "1".into(), "0".into()]];
        assert!(has(&basket(&cent, "EUR"), Code::AmountOutOfRange));
    }
    // The total is what counts, VAT included, and under the chosen rule.
    assert!(!has(&one(["826446280991.73", "1", "21"]), Code::AmountOutOfRange));
    assert!(has(&one(["826446280991.74", "1", "21"]), Code::AmountOutOfRange));
}

#[test]
fn an_invoice_has_the_same_limit_whatever_its_amount() {
    let invoice = |value: &str| {
        let payload = json!({
            "potential_payment_methods": ["paypal"],
            "invoice_id": "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d",
            "invoice_number": "F-2026-001",
            "debitor_name": "Ada Lovelace",
            "amount": { "value": value, "currency": "EUR" },
        });
        (report(&payload).valid, has(&payload, Code::AmountOutOfRange))
    };
    assert_eq!(invoice("999999999999.99"), (true, false));
    // Beyond the limit, beyond 64 bits of cents, and with all the digits a field may have.
    for sign in ["", "-"] {
        for value in ["1000000000000.00", "92233720368547758.08", &digits(MAX_DIGITS)] {
            assert_eq!(invoice(&format!("{sign}{value}")), (false, true), "{sign}{value}");
        }
    }
}

#[test]
fn a_rate_is_from_0_to_100_per_cent() {
    let most = MAX_RATE.to_string();
    for (within, beyond) in [("0", "-0.01"), (most.as_str(), &format!("{most}.01"))] {
        assert!(!has(&one(["1.00", "1", within]), Code::RateOutOfRange), "{within}");
        assert!(has(&one(["1.00", "1", beyond]), Code::RateOutOfRange), "{beyond}");
    }
}

// That a million items are added up is for the package's tests to say, which are not as slow.
#[test]
fn a_list_has_a_million_entries() {
    let with = |field: &str, length: u32| {
        let mut payload = one(["1.00", "1", "0"]);
        payload[field] = Value::Array(vec![Value::Null; usize::try_from(length).unwrap()]);
        let report = report(&payload);
        (report.issues[0].code, report.totals.is_some())
    };
    for field in ["items", "potential_payment_methods"] {
        assert_eq!(with(field, MAX_ENTRIES).0, Code::WrongType);
        assert_eq!(with(field, MAX_ENTRIES + 1).0, Code::TooManyEntries);
    }
    assert!(!with("items", MAX_ENTRIES + 1).1);
}

#[test]
fn a_hundred_issues_are_listed_and_the_last_says_how_many_more() {
    let with = |count: usize| {
        let lines = vec![["1.00".to_string(), "1".to_string(), "-1".to_string()]; count];
        report(&basket(&lines, "EUR"))
    };
    let all = with(MAX_ISSUES);
    assert_eq!(all.issues.len(), MAX_ISSUES);
    assert!(all.issues.iter().all(|issue| issue.code == Code::RateOutOfRange));
    let more = with(MAX_ISSUES + 1);
    let last = more.issues.last().unwrap();
    assert_eq!(
        (more.issues.len(), last.code, last.severity),
        (MAX_ISSUES + 1, Code::MoreIssues, Severity::Error)
    );
    assert_eq!(last.message(), "expected at most 100 issues, received 1 more");
    // What is not listed counts all the same: it is no overflow of the list that makes a payload valid.
    assert!(!more.valid);
}

#[test]
fn a_title_has_120_characters_and_a_description_600() {
    for (field, most) in [("title", MAX_TITLE), ("description", MAX_DESCRIPTION)] {
        let mut payload = one(["1.00", "1", "0"]);
        payload["items"][0][field] = json!(text(most));
        assert!(!has(&payload, Code::TooLong), "{field}");
        payload["items"][0][field] = json!(text(most + 1));
        assert!(has(&payload, Code::TooLong), "{field}");
    }
}

#[test]
fn a_text_of_which_more_cannot_be_read_is_refused() {
    let price = |length: u32| format!("{:0>1$}", "1.50", usize::try_from(length).unwrap());
    assert_eq!(gross(&[[&price(MAX_TEXT), "1", "0"]], "EUR").unwrap(), "1.50");
    let long = price(MAX_TEXT + 1);
    assert_eq!(gross(&[[&long, "1", "0"]], "EUR"), None);
    // What is left of it is not what was meant.
    assert!(!report(&one([&long, "1", "0"])).issues[0].message().contains("did you mean"));
    let mut payload = one(["1.00", "1", "0"]);
    let url =
        |length: u32| json!(format!("{:a<1$}", "https://shop.example/", usize::try_from(length).unwrap()));
    payload["redirect_url"] = url(MAX_TEXT);
    assert!(report(&payload).valid);
    payload["redirect_url"] = url(MAX_TEXT + 1);
    assert!(has(&payload, Code::NotAnHttpUrl));
    // Counted in UTF-16 units, as JavaScript does.
    payload["redirect_url"] = json!(format!("https://shop.example/{}", "😀".repeat(1_013)));
    assert!(report(&payload).valid);
    payload["redirect_url"] = json!(format!("https://shop.example/{}", "😀".repeat(1_014)));
    assert!(has(&payload, Code::NotAnHttpUrl));
}

#[test]
fn a_message_repeats_60_characters_of_what_was_received() {
    let shown = |length: usize| {
        let rate = "x".repeat(length);
        report(&one(["1.00", "1", &rate])).issues[0].message()
    };
    assert!(shown(MAX_RECEIVED).ends_with(&format!("received `{}`", "x".repeat(MAX_RECEIVED))));
    assert!(shown(MAX_RECEIVED + 1).ends_with(&format!("received `{}…`", "x".repeat(MAX_RECEIVED))));
}
