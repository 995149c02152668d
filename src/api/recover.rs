//! Whether a link is the one that a payload would have created: to look before creating it again.
//! Pure.

use super::amount;
use super::document::Json;
use crate::currency::Currency;
use crate::decimal::{self, Exact};
use crate::payment_link::PaymentLink;
use crate::totals::Grosses;

/// What a link must have to be one of those looked for.
#[derive(Debug)]
pub struct Wanted {
    /// The payload, as JSON.
    pub payload: String,
    /// When the first of them can have been created, in milliseconds since 1970.
    pub since: Option<u64>,
    /// What the payload comes to, in either notation of rates.
    pub amounts: [Grosses; 2],
    /// In this currency.
    pub currency: Currency,
}

impl Wanted {
    /// Whether a link that was `created` then, in milliseconds since 1970, may have been created from
    /// the payload. Where the link does not say, it may.
    #[must_use]
    pub fn is(&self, link: Json<'_>, created: Option<u64>) -> bool {
        if created.is_some_and(|created| self.since.is_some_and(|since| created < since)) {
            return false;
        }
        let payload = Json::new(&self.payload);
        let (wanted, invoice) = (payload.get("invoice_id").text(), link.get("invoice_id").text());
        if !wanted.is_empty() || !invoice.is_empty() {
            return invoice.eq_ignore_ascii_case(wanted);
        }
        let items = link.get("items");
        if items.kind() != "array" {
            return self.costs_as_much(link);
        }
        let mut items = items.entries();
        payload.get("items").entries().all(|wanted| items.next().is_some_and(|item| same_item(wanted, item)))
            && items.next().is_none()
    }

    fn costs_as_much(&self, link: Json<'_>) -> bool {
        let Ok(PaymentLink { amount, currency, .. }) = PaymentLink::read(link) else { return false };
        let Ok(amount) = decimal::parse_exact(amount) else { return false };
        let is_among = |grosses| amount::rules(grosses, amount).next().is_some();
        currency == self.currency.code() && self.amounts.iter().any(is_among)
    }
}

/// Whether two items sell the same: a decimal may be written in another way, and a rate in the
/// other notation.
fn same_item(wanted: Json<'_>, item: Json<'_>) -> bool {
    let [price, other_price] = [wanted, item].map(|item| item.get("unit_price"));
    let [rate, other_rate] = [wanted, item].map(|item| exact(item.get("vat_rate").text()));
    wanted.get("title").text() == item.get("title").text()
        && same(exact(wanted.get("quantity").written()), exact(item.get("quantity").written()))
        && same(exact(price.get("value").text()), exact(other_price.get("value").text()))
        && price.get("currency").text() == other_price.get("currency").text()
        && (same(rate, other_rate)
            || same(rate, other_rate.and_then(Exact::percent))
            || same(rate.and_then(Exact::percent), other_rate))
}

fn exact(text: &str) -> Option<Exact> {
    decimal::number_exact(text).ok()
}

/// Whether two decimals are there and equal.
#[inline(never)]
fn same(a: Option<Exact>, b: Option<Exact>) -> bool {
    a.is_some_and(|a| b.is_some_and(|b| a.compare(b).is_eq()))
}
