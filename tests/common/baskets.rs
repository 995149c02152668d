//! Baskets in a line of code, and the rounding table of `fixtures/roundings.json`.

use std::fmt::Write;

use qonto_payment_links::decimal;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{BasketTotals, Rounding, Totals};
use qonto_payment_links::validate::Want;
use serde::Deserialize;
use serde_json::Value;

use crate::check::check;

/// A line: unit price, quantity, VAT rate.
pub(crate) type Line = [String; 3];

/// A basket with its gross total under each rule.
#[derive(Deserialize)]
pub(crate) struct Row {
    lines: Vec<Line>,
    unit: String,
    line: String,
    rate: String,
    total: String,
}

pub(crate) fn table() -> Vec<Row> {
    serde_json::from_str(include_str!("../fixtures/roundings.json")).unwrap()
}

/// A payload of lines in one currency. A quantity is written as JSON writes numbers.
pub(crate) fn basket(lines: &[Line], currency: &str) -> Value {
    let items = lines.iter().map(|[price, quantity, rate]| {
        format!(
            r#"{{"title": "Tea", "quantity": {quantity}, "unit_price": {{"value": "{price}", "currency": "{currency}"}}, "vat_rate": "{rate}"}}"#
        )
    });
    let items = items.collect::<Vec<_>>().join(",");
    serde_json::from_str(&format!(
        r#"{{"potential_payment_methods": ["paypal"], "reusable": true, "items": [{items}]}}"#
    ))
    .unwrap()
}

/// The totals of a basket, when it has any.
pub(crate) fn totals(payload: &Value, options: Options) -> Option<BasketTotals> {
    match check(payload, options, Want::Totals).totals? {
        Totals::Basket(totals) => Some(totals),
        Totals::Invoice { .. } => None,
    }
}

/// Where the crate and the table differ; empty when they do not.
pub(crate) fn differences() -> String {
    let mut text = String::new();
    for row in table() {
        let payload = basket(&row.lines, "EUR");
        let wanted = [
            (Rounding::Unit, &row.unit),
            (Rounding::Line, &row.line),
            (Rounding::Rate, &row.rate),
            (Rounding::Total, &row.total),
        ];
        for (rounding, expected) in wanted {
            let options = Options { rounding, ..Options::default() };
            let gross = totals(&payload, options).map(|totals| decimal::format(totals.amounts.gross));
            if gross.as_ref() != Some(expected) {
                writeln!(
                    text,
                    "{:?} by {}: expected {expected}, received {gross:?}",
                    row.lines,
                    rounding.name()
                )
                .unwrap();
            }
        }
    }
    text
}
