//! Whether a link is the one that a payload would have created: to look before creating it again.
//! Pure.

use super::amount;
use super::document::Json;
use crate::currency::Currency;
use crate::decimal;
use crate::payload::Kind;
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
        let (wanted, invoice) = (payload.text_of("invoice_id"), link.text_of("invoice_id"));
        if !wanted.is_empty() || !invoice.is_empty() {
            return invoice.eq_ignore_ascii_case(wanted);
        }
        let items = link.get("items");
        if items.kind() != Kind::Array {
            return self.costs_as_much(link);
        }
        let (mut wanted, mut items) = (payload.get("items").entries(), items.entries());
        loop {
            match (wanted.next(), items.next()) {
                (None, None) => return true,
                (Some(wanted), Some(item)) if same_item(wanted, item) => {}
                _ => return false,
            }
        }
    }

    fn costs_as_much(&self, link: Json<'_>) -> bool {
        let Ok(link) = PaymentLink::read(link) else { return false };
        let Some(amount) = amount::received(link, self.currency) else { return false };
        self.amounts.iter().any(|grosses| amount::rule(grosses, amount).is_some())
    }
}

/// Whether two items sell the same: a decimal may be written in another way, and a rate in the
/// other notation.
fn same_item(wanted: Json<'_>, item: Json<'_>) -> bool {
    let items = (wanted, item);
    let prices = (wanted.get("unit_price"), item.get("unit_price"));
    same(items, "title", None)
        && same(prices, "currency", None)
        && same(items, "quantity", Some(0))
        && same(prices, "value", Some(0))
        && [0, 2, -2].iter().any(|places| same(items, "vat_rate", Some(*places)))
}

/// Whether a field of two objects is the same: as it is written, or a decimal that both have, of which the
/// second is shifted by some places.
#[inline(never)]
fn same(objects: (Json<'_>, Json<'_>), name: &str, places: Option<i32>) -> bool {
    let (a, b) = (objects.0.get(name), objects.1.get(name));
    let Some(places) = places else { return *a.written() == *b.written() };
    let exact = |value: Json<'_>| {
        let text = value.text();
        decimal::number_exact(if text.is_empty() { value.written() } else { text }).ok()
    };
    match (exact(a), exact(b).and_then(|b| b.shifted(places))) {
        (Some(a), Some(b)) => a.compare(b).is_eq(),
        _ => false,
    }
}
