//! The four rounding rules by examples: the table of known baskets, halves, cents left over, currencies,
//! notations. `vectors.rs` holds them against an oracle, `invariants.rs` has what is true of every basket.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;
#[path = "common/invoices.rs"]
mod invoices;
#[path = "common/table.rs"]
mod table;
#[path = "common/text.rs"]
mod text;

use basket::{Line, basket, totals};
use check::check;
use qonto_payment_links::decimal::{self, Decimal};
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Amounts, Rounding, Totals};
use qonto_payment_links::validate::Want;
use serde_json::json;

const RULES: [Rounding; 4] = [Rounding::Line, Rounding::Rate, Rounding::Total, Rounding::Unit];

fn by(rounding: Rounding) -> Options {
    Options { rounding, lines: true, ..Options::default() }
}

fn lines(lines: &[[&str; 3]]) -> Vec<Line> {
    lines.iter().map(|line| line.map(String::from)).collect()
}

/// Net, VAT and gross as text.
fn shown(amounts: &Amounts) -> [String; 3] {
    [amounts.net(), amounts.vat(), amounts.gross()].map(decimal::format)
}

fn gross(given: &[[&str; 3]], currency: &str, rounding: Rounding) -> String {
    decimal::format(totals(&basket(&lines(given), currency), by(rounding)).unwrap().amounts.gross())
}

#[test]
fn the_rounding_table_holds_under_all_four_rules() {
    assert_eq!(table::table().len(), 7);
    assert_eq!(table::differences(), "");
}

#[test]
fn every_invoice_has_the_totals_of_the_oracle_under_all_four_rules() {
    assert!(invoices::invoices().len() >= 30);
    assert_eq!(invoices::differences(), "");
}

// BR-CO-10, -14, -15 and -17 with their business terms, in whole minor units and hundredths of a per cent.
#[test]
fn every_invoice_by_rate_keeps_the_calculations_of_en_16931() {
    for invoice in invoices::invoices() {
        let totals = invoice.totals(Rounding::Rate).unwrap();
        let units = |amount: Decimal| amount.mantissa();
        let lines = totals.lines.unwrap();
        // BT-109, the total without VAT, is the sum of the lines' nets (BT-131).
        assert_eq!(units(totals.amounts.net()), lines.iter().map(|line| units(line.net())).sum::<i128>());
        // BT-110, the total of the VAT, is the sum of the VAT of each rate (BT-117).
        assert_eq!(
            units(totals.amounts.vat()),
            totals.by_rate.iter().map(|(_, row)| units(row.vat())).sum::<i128>()
        );
        // BT-112, the total with VAT, is both together.
        assert_eq!(units(totals.amounts.gross()), units(totals.amounts.net()) + units(totals.amounts.vat()));
        for (rate, row) in totals.by_rate {
            // BT-117 = BT-116 × BT-119 / 100, rounded to the minor unit.
            let mut percent = rate.percent();
            percent.rescale(2);
            let product = units(row.net()) * units(percent);
            let half = if product < 0 { -5_000 } else { 5_000 };
            assert_eq!(units(row.vat()), (product + half) / 10_000, "{} %", rate.percent());
        }
    }
}

#[test]
fn half_a_cent_is_rounded_away_from_zero_on_both_sides() {
    let cases = [
        ("0.01", "0.5", "0.01"),
        ("-0.01", "0.5", "-0.01"),
        ("0.01", "0.49", "0.00"),
        ("-0.01", "0.49", "0.00"),
        ("0.03", "0.5", "0.02"),
        ("-0.03", "0.5", "-0.02"),
        ("0.05", "0.5", "0.03"),
        ("0.01", "0.4999999999", "0.00"),
        ("0.01", "0.5000000001", "0.01"),
        ("-0.01", "0.5000000001", "-0.01"),
    ];
    for (price, quantity, expected) in cases {
        for rounding in [Rounding::Line, Rounding::Rate, Rounding::Total] {
            assert_eq!(gross(&[[price, quantity, "0"]], "EUR", rounding), expected, "{price} × {quantity}");
        }
    }
    for (price, expected) in [("0.10", "0.11"), ("-0.10", "-0.11"), ("0.30", "0.32"), ("-0.30", "-0.32")] {
        for rounding in RULES {
            assert_eq!(gross(&[[price, "1", "5"]], "EUR", rounding), expected, "{price} at 5 %");
        }
    }
}

#[test]
fn under_the_rule_total_the_cents_left_over_go_to_the_largest_remainders() {
    // Each line is 0.396; together 1.188, which is 1.19: the last gives up the cent.
    let three = lines(&[["0.33", "1", "20"]; 3]);
    let totals = totals(&basket(&three, "EUR"), by(Rounding::Total)).unwrap();
    let rows: Vec<_> = totals.lines.unwrap().iter().map(shown).collect();
    assert_eq!(rows[0], ["0.33", "0.07", "0.40"]);
    assert_eq!(rows[1], ["0.33", "0.07", "0.40"]);
    assert_eq!(rows[2], ["0.33", "0.06", "0.39"]);
}

#[test]
fn a_line_at_0_percent_gets_no_cent_even_where_none_has_a_remainder() {
    // Net -0.005 and gross 0.005 are rounded away from zero, each to its side, so the VAT is a cent more.
    let payload = basket(&lines(&[["-0.055", "1", "0"], ["0.05", "1", "20"]]), "EUR");
    let totals = totals(&payload, by(Rounding::Total)).unwrap();
    assert_eq!(shown(&totals.amounts), ["-0.01", "0.02", "0.01"]);
    assert_eq!(
        totals.lines.unwrap().iter().map(|line| decimal::format(line.vat())).collect::<Vec<_>>(),
        ["0.00", "0.02"]
    );
}

#[test]
fn under_the_rule_rate_the_lines_of_a_rate_share_its_vat() {
    // Each line's VAT is 0.202; together 0.606, which is 0.61: the first gets the cent.
    let three = lines(&[["1.01", "1", "20"], ["1.00", "1", "5"], ["1.01", "1", "20"], ["1.01", "1", "20"]]);
    let totals = totals(&basket(&three, "EUR"), by(Rounding::Rate)).unwrap();
    let rows: Vec<_> = totals.lines.unwrap().iter().map(shown).collect();
    assert_eq!(rows[0], ["1.01", "0.21", "1.22"]);
    assert_eq!(rows[1], ["1.00", "0.05", "1.05"]);
    assert_eq!(rows[2], ["1.01", "0.20", "1.21"]);
    assert_eq!(rows[3], ["1.01", "0.20", "1.21"]);
}

#[test]
fn currencies_have_the_decimals_of_their_minor_unit() {
    let cases = [
        ("EUR", "10.99", "13.30"),
        ("JPY", "10.99", "13"),
        ("ISK", "100", "121"),
        ("KWD", "10.99", "13.298"),
        ("TND", "10", "12.100"),
        ("CLF", "10.99", "13.2979"),
        ("USD", "10", "12.10"),
    ];
    for (currency, price, expected) in cases {
        assert_eq!(gross(&[[price, "1", "21"]], currency, Rounding::Total), expected, "{currency}");
    }
}

#[test]
fn one_rate_written_in_several_ways_is_one_row() {
    let given =
        lines(&[["1.00", "1", "21"], ["1.00", "1", "21.0"], ["1.00", "1", "21.000"], ["1.00", "1", "021"]]);
    let totals = totals(&basket(&given, "EUR"), by(Rounding::Line)).unwrap();
    assert_eq!(totals.by_rate.len(), 1);
    assert_eq!(decimal::format(totals.by_rate[0].0.percent()), "21");
}

#[test]
fn the_rates_stand_in_descending_order() {
    let given =
        lines(&[["1", "1", "5.5"], ["1", "1", "21"], ["1", "1", "0"], ["1", "1", "5.501"], ["1", "1", "10"]]);
    let totals = totals(&basket(&given, "EUR"), by(Rounding::Line)).unwrap();
    let rates: Vec<_> = totals.by_rate.iter().map(|(rate, _)| decimal::format(rate.percent())).collect();
    assert_eq!(rates, ["21", "10", "5.501", "5.5", "0"]);
}

#[test]
fn quantities_are_read_by_their_shortest_decimal_form() {
    // The price makes every digit of the quantity visible.
    let cases = [
        ("0.1", "100000000", "10000000.00"),
        ("0.30000000000000004", "1000000000000000", "300000000000000.04"),
        ("1e-7", "100000000", "10.00"),
        ("1.5e-7", "100000000", "15.00"),
        ("1E+2", "1.00", "100.00"),
        ("1.005", "1.00", "1.01"),
        ("2.675", "1.00", "2.68"),
        ("1.0049999999999997", "1.00", "1.00"),
        ("123456789.125", "0.01", "1234567.89"),
        ("9007199254740993", "0.01", "90071992547409.92"),
        // Between two shortest forms that are as near, ECMAScript takes the even one; Rust's own does not.
        ("790106471580578.25", "1.00", "790106471580578.20"),
        ("-0", "1.00", "0.00"),
        ("100000000000000000000", "0.00", "0.00"),
        ("1e21", "0.00", "0.00"),
    ];
    for (quantity, price, expected) in cases {
        assert_eq!(gross(&[[price, quantity, "0"]], "EUR", Rounding::Line), expected, "{quantity}");
    }
}

#[test]
fn an_invoice_costs_its_amount_in_the_decimals_of_its_currency() {
    let cases = [
        ("13.3", "EUR", "13.30"),
        ("13", "EUR", "13.00"),
        ("13.305", "EUR", "13.31"),
        ("-13.305", "EUR", "-13.31"),
        ("0", "EUR", "0.00"),
        ("1300", "JPY", "1300"),
        ("13.3", "KWD", "13.300"),
    ];
    for (value, currency, expected) in cases {
        let payload = json!({
            "potential_payment_methods": ["paypal"],
            "invoice_id": "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d",
            "invoice_number": "F-2026-001",
            "debitor_name": "Ada Lovelace",
            "amount": { "value": value, "currency": currency },
        });
        for rounding in RULES {
            let report = check(&payload, by(rounding), Want::Totals);
            let Some(Totals::Invoice { gross, .. }) = &report.totals else { panic!("{value} has no total") };
            assert_eq!(decimal::format(*gross), expected, "{value} {currency}");
            let (_, grosses) = report.grosses.unwrap();
            assert!(!grosses.differ());
            assert_eq!(grosses.under(rounding), *gross);
            assert_eq!(text::text(&report.totals.unwrap()), format!("{currency} {expected}"));
        }
    }
}

#[test]
fn totals_as_text_are_the_whole_the_rates_and_the_lines() {
    let payload = basket(&lines(&[["10.99", "1", "21.0"], ["1.00", "2", "0"]]), "EUR");
    let text = |options: Options| text::text(&check(&payload, options, Want::Totals).totals.unwrap());
    let short = "EUR line 12.99 2.31 15.30 2 21 10.99 2.31 13.30 0 2.00 0.00 2.00";
    assert_eq!(text(Options::default()), short);
    assert_eq!(text(by(Rounding::Line)), format!("{short} 10.99 2.31 13.30 2.00 0.00 2.00"));
}

#[test]
fn a_decimal_is_written_as_it_was_read() {
    let texts = [
        "0",
        "0.00",
        "0.01",
        "-0.01",
        "13.30",
        "1",
        "-1",
        "10.990",
        "999999999999.99",
        "9999999999999999999999999999",
        "0.0000000000000000000000000001",
        "-12345678901234567890.12345678",
        "18446744073709551615",
        "18446744073709551616",
        "1000000000000000000",
        "1844674407370955161.6",
    ];
    for text in texts {
        assert_eq!(decimal::format(decimal::parse(text).unwrap()), text);
    }
    for (number, text) in [
        ("1e+21", "1000000000000000000000"),
        ("1.5e-7", "0.00000015"),
        ("-1E3", "-1000"),
        ("1e27", "1000000000000000000000000000"),
    ] {
        assert_eq!(decimal::format(decimal::parse_number(number).unwrap()), text);
    }
    for text in ["", "-", ".", "1.", ".1", "+1", "1e2", " 1", "1 ", "1,0", "--1", "1-", "NaN", "1.2.3", "٣"]
    {
        assert!(decimal::parse(text).is_err(), "{text}");
    }
    for text in ["e5", "1e", "1e99999999999", "1e5.5", "NaN", "-Infinity", "1e28", "1e-29"] {
        assert!(decimal::parse_number(text).is_err(), "{text}");
    }
}
