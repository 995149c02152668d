//! Whether the amount Qonto answers is the one the preview showed, and if not, why.
//!
//! The request carries no expected total and Qonto does not say how it rounds or reads a rate, so
//! a difference would otherwise stay silent until a customer pays it.

use super::document;
use super::said;
use crate::currency::Currency;
use crate::decimal::{self, Exact};
use crate::options::Misread;
use crate::payload::{Field, Payload, Source};
use crate::payment_link::PaymentLink;
use crate::syntax::concat;
use crate::totals::{Grosses, Rounding};
use crate::validate;
use crate::vat::VatRates;

/// What the answer's amount is compared with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AmountCheck {
    /// The preview under any of the four rounding rules.
    #[default]
    Rounding,
    /// The preview under the chosen rule.
    Exact,
    /// Nothing.
    Off,
}

impl AmountCheck {
    /// The names of the checks in options, in their order.
    pub const NAMES: &'static [&'static str] = &["rounding", "exact", "off"];

    /// The check with a place among the names.
    #[must_use]
    pub fn at(place: usize) -> AmountCheck {
        match place {
            0 => AmountCheck::Rounding,
            1 => AmountCheck::Exact,
            _ => AmountCheck::Off,
        }
    }
}

/// Why an amount is another than the preview's: the name it has in an error, which stays, and what a
/// message says of it.
pub type Diagnosis = (&'static str, &'static str);

/// Every diagnosis, first those of the rounding rules in their order.
pub const DIAGNOSES: [Diagnosis; 9] = [
    ("rounded_by_line", said::ROUNDED_BY_LINE),
    ("rounded_by_rate", said::ROUNDED_BY_RATE),
    ("rounded_by_total", said::ROUNDED_BY_TOTAL),
    ("rounded_by_unit", said::ROUNDED_BY_UNIT),
    PERCENT_AS_FRACTION,
    FRACTION_AS_PERCENT,
    WITHOUT_VAT,
    QUANTITY_IGNORED,
    PRICE_IGNORED,
];

const PERCENT_AS_FRACTION: Diagnosis = ("percent_as_fraction", said::PERCENT_AS_FRACTION);
const FRACTION_AS_PERCENT: Diagnosis = ("fraction_as_percent", said::FRACTION_AS_PERCENT);
const WITHOUT_VAT: Diagnosis = ("without_vat", said::WITHOUT_VAT);
const QUANTITY_IGNORED: Diagnosis = ("quantity_ignored", said::QUANTITY_IGNORED);
const PRICE_IGNORED: Diagnosis = ("price_ignored", said::PRICE_IGNORED);

/// What the preview says a link will cost.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The currency.
    pub currency: Currency,
    /// The gross under each rule.
    pub grosses: Grosses,
}

/// Whether a link's amount is as expected.
#[must_use]
pub fn is_right(link: PaymentLink<'_>, expected: &Expected, rounding: Rounding, check: AmountCheck) -> bool {
    if check == AmountCheck::Off {
        return true;
    }
    let Some(amount) = received(link, expected.currency) else { return false };
    match check {
        AmountCheck::Exact => expected.grosses.exact(rounding).compare(amount).is_eq(),
        _ => rule(&expected.grosses, amount).is_some(),
    }
}

/// The amount of a link, in this currency.
pub(super) fn received(link: PaymentLink<'_>, currency: Currency) -> Option<Exact> {
    if *link.currency != *currency.code() {
        return None;
    }
    decimal::parse_exact(link.amount).ok()
}

/// The first rule under which a gross total is an amount.
#[inline(never)]
pub(super) fn rule(grosses: &Grosses, amount: Exact) -> Option<Rounding> {
    for (_, rule) in &Rounding::NAMES {
        if grosses.exact(*rule).compare(amount).is_eq() {
            return Some(*rule);
        }
    }
    None
}

/// The message of an `amount_mismatch`: both amounts, and the reason where one can be told.
#[must_use]
pub fn message(
    link: PaymentLink<'_>,
    preview: &str,
    expected: &Expected,
    diagnosis: Option<Diagnosis>,
) -> String {
    let (because, reason) = diagnosis.map_or(("", ""), |diagnosis| (": ", diagnosis.1));
    concat(&[
        said::EXPECTED_AMOUNT,
        preview,
        " ",
        expected.currency.code(),
        "`, received `",
        document::start(link.amount, 40),
        " ",
        document::start(link.currency, 10),
        said::LINK_EXISTS,
        because,
        reason,
    ])
}

/// Why the amount is another one. `basket` says what the items come to when they are misread.
pub fn diagnose(
    link: PaymentLink<'_>,
    expected: &Expected,
    vat_rates: VatRates,
    basket: &dyn Fn(Misread) -> Option<Grosses>,
) -> Option<Diagnosis> {
    let received = received(link, expected.currency)?;
    if let Some(rule) = rule(&expected.grosses, received) {
        return DIAGNOSES.get(usize::from(rule.place())).copied();
    }
    let right = Misread::notation(vat_rates);
    let other = match vat_rates {
        VatRates::Percent => PERCENT_AS_FRACTION,
        VatRates::Fraction => FRACTION_AS_PERCENT,
    };
    for (misread, diagnosis) in &[
        (Misread::notation(vat_rates.other()), other),
        (Misread { rate: false, ..right }, WITHOUT_VAT),
        (Misread { quantity: false, ..right }, QUANTITY_IGNORED),
        (Misread { price: false, ..right }, PRICE_IGNORED),
    ] {
        if basket(*misread).is_some_and(|grosses| rule(&grosses, received).is_some()) {
            return Some(*diagnosis);
        }
    }
    if received.is_zero() { Some(PRICE_IGNORED) } else { None }
}

/// What a valid basket would cost if it were misread; `None` for an invoice.
pub fn misread<'a>(payload: Field<'a, Payload<'a, impl Source<'a>>>, read: Misread) -> Option<Grosses> {
    let Field::Is(Payload { items: Field::Is(mut items), .. }) = payload else { return None };
    validate::misread_items(&mut items, read)
}
