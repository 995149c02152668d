//! The invoices of `fixtures/invoices.json`, and where the crate says otherwise.

use std::collections::BTreeMap;
use std::fmt::Write;

use qonto_payment_links::decimal;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Amounts, BasketTotals, Rounding};
use qonto_payment_links::vat::VatRate;
use serde::Deserialize;
use serde_json::Number;

use crate::basket::{Line, basket, totals};

/// A basket in the shape of a real invoice, and what it comes to under each rule.
#[derive(Deserialize)]
pub(crate) struct Invoice {
    name: String,
    currency: String,
    /// What it is, unit price, quantity, VAT rate.
    lines: Vec<(String, String, Number, String)>,
    expected: BTreeMap<String, Expected>,
}

/// Net, VAT and gross.
type Row = [String; 3];

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "camelCase")]
struct Expected {
    total: Row,
    /// Each rate with its amounts.
    by_rate: Vec<[String; 4]>,
    lines: Vec<Row>,
}

pub(crate) fn invoices() -> Vec<Invoice> {
    serde_json::from_str(include_str!("../fixtures/invoices.json")).unwrap()
}

impl Invoice {
    /// Its totals, with those of its lines.
    pub(crate) fn totals(&self, rounding: Rounding) -> Option<BasketTotals> {
        let line = |(_, price, quantity, rate): &(_, String, Number, String)| -> Line {
            [price.clone(), quantity.to_string(), rate.clone()]
        };
        let lines: Vec<Line> = self.lines.iter().map(line).collect();
        let options = Options { rounding, lines: true, ..Options::default() };
        totals(&basket(&lines, &self.currency), options)
    }
}

/// Where the crate and the invoices differ; empty when they do not.
pub(crate) fn differences() -> String {
    let mut text = String::new();
    for invoice in invoices() {
        for (name, rounding) in Rounding::NAMES {
            let (expected, received) = (invoice.expected.get(name), invoice.totals(rounding).map(shown));
            if expected != received.as_ref() {
                writeln!(
                    text,
                    "{} by {name}:\n  expected {expected:?}\n  received {received:?}",
                    invoice.name
                )
                .unwrap();
            }
        }
    }
    text
}

fn shown(totals: BasketTotals) -> Expected {
    let row = |row: &Amounts| [row.net(), row.vat(), row.gross()].map(decimal::format);
    let of_rate = |(rate, amounts): &(VatRate, Amounts)| {
        let [net, vat, gross] = row(amounts);
        [decimal::format(rate.percent()), net, vat, gross]
    };
    Expected {
        total: row(&totals.amounts),
        by_rate: totals.by_rate.iter().map(of_rate).collect(),
        lines: totals.lines.iter().flatten().map(row).collect(),
    }
}
