//! Baskets in a line of code.

use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{BasketTotals, Totals};
use qonto_payment_links::validate::Want;
use serde_json::Value;

use crate::check::check;

/// A line: unit price, quantity, VAT rate.
pub(crate) type Line = [String; 3];

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
