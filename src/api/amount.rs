//! Whether the amount Qonto answers is the one the preview showed, and if not, why.
//!
//! The request carries no expected total and Qonto does not say how it rounds or reads a rate, so
//! a difference would otherwise stay silent until a customer pays it.

use crate::currency::Currency;
use crate::decimal::{self, Decimal};
use crate::payment_link::PaymentLink;
use crate::totals::{Grosses, Rounding, Totals};
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
    /// Every check with the name it has in options.
    pub const NAMES: [(&'static str, AmountCheck); 3] =
        [("rounding", AmountCheck::Rounding), ("exact", AmountCheck::Exact), ("off", AmountCheck::Off)];
}

/// What the preview says a link will cost.
#[derive(Clone, Debug)]
pub struct Expected {
    /// The currency.
    pub currency: Currency,
    /// The gross under each rule.
    pub grosses: Grosses,
    /// The chosen rule.
    pub rounding: Rounding,
    /// The chosen notation of VAT rates.
    pub vat_rates: VatRates,
    /// The gross under each rule if the rates are read in the other notation.
    pub other_notation: Option<Grosses>,
    /// The totals under the chosen rule.
    pub totals: Option<Totals>,
}

/// Compares a link's amount with the preview.
///
/// # Errors
/// The message of an `amount_mismatch`: both amounts, and the reason where one can be told.
pub fn compare(link: &PaymentLink, expected: &Expected, check: AmountCheck) -> Result<(), String> {
    let received = decimal::parse(&link.amount).ok();
    let same_currency = link.currency == expected.currency.code();
    let right = |(rule, gross): (Rounding, Decimal)| {
        (check == AmountCheck::Rounding || rule == expected.rounding) && Some(gross) == received
    };
    if check == AmountCheck::Off || (same_currency && expected.grosses.by_rule().into_iter().any(right)) {
        return Ok(());
    }
    let preview = decimal::format(expected.grosses.under(expected.rounding));
    let mut message = format!(
        "expected the amount `{preview} {}`, received `{} {}`; the link exists and must not be paid",
        expected.currency.code(),
        link.amount.chars().take(40).collect::<String>(),
        link.currency.chars().take(10).collect::<String>(),
    );
    if let Some(diagnosis) = received.filter(|_| same_currency).and_then(|amount| diagnose(amount, expected))
    {
        message.push_str(": ");
        message.push_str(&diagnosis);
    }
    Err(message)
}

/// Why the amount is another one.
fn diagnose(received: Decimal, expected: &Expected) -> Option<String> {
    let is_among = |grosses: &Grosses| {
        grosses.by_rule().into_iter().find(|(_, gross)| *gross == received).map(|(rule, _)| rule)
    };
    if let Some(rule) = is_among(&expected.grosses) {
        return Some(format!("it is rounded by the rule `{}`", rule.name()));
    }
    if expected.other_notation.as_ref().and_then(is_among).is_some() {
        let (read, other) = match expected.vat_rates {
            VatRates::Percent => ("fraction", "percentage"),
            VatRates::Fraction => ("percentage", "fraction"),
        };
        return Some(format!("the VAT rate, a {other}, was read as a {read}"));
    }
    match &expected.totals {
        Some(Totals::Basket(totals)) if totals.amounts.net == received => Some("it is without VAT".into()),
        _ => None,
    }
}
