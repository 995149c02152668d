//! The rounding table of `fixtures/roundings.json`, and where the crate says otherwise.

use std::fmt::Write;

use qonto_payment_links::decimal;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::Rounding;
use serde::Deserialize;

use crate::basket::{Line, basket, totals};

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
            let gross = totals(&payload, options).map(|totals| decimal::format(totals.amounts.gross()));
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
