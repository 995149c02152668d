//! The net unit price of a line whose price is known with VAT. Pure.
//!
//! Under every rounding rule the gross of a line never falls when its unit price rises. So the prices
//! that reach an amount stand side by side, and halving finds them, or the two between which none is.
//! What a price comes to is asked of [`Sums`]: it is what a preview of that line says.

use std::cmp::Ordering;

use crate::currency::Currency;
use crate::decimal::{self, Decimal, Exact};
use crate::payload::{Field, Number, Text, Unknown};
use crate::totals::{Rounding, Sum, Sums};
use crate::validate::{self, MAX_PRICE_DECIMALS};
use crate::vat::VatRate;

/// A line as a shop with gross prices has it, as it was given.
#[derive(Clone, Debug, Default)]
pub struct Line<'a> {
    /// What the whole line is to cost, VAT included, in the currency's unit.
    pub gross: Field<'a, Text<'a>>,
    /// How many.
    pub quantity: Field<'a, Number<'a>>,
    /// The VAT rate, in the notation that the options name.
    pub vat_rate: Field<'a, Text<'a>>,
    /// The currency; EUR when absent.
    pub currency: Field<'a, Text<'a>>,
    /// Fields that neither a line nor an item has.
    pub unknown: Unknown<'a>,
}

impl Line<'_> {
    /// The names of its fields.
    pub const FIELDS: [&'static str; 4] = ["gross", "quantity", "vat_rate", "currency"];
}

/// The unit price for a gross amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitPrice {
    /// For the line as it was given.
    pub line: Found,
    /// Where no price reaches the amount: for a line of quantity 1 with the same gross.
    pub single: Option<Found>,
}

/// What was found for one quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The net unit price that reaches the amount; of several, the one nearest to the amount
    /// divided by quantity and 1 + rate, and of two equally near the one further from zero.
    Price(Decimal),
    /// None does. Two prices side by side: the first falls short of the amount, the second goes
    /// beyond it, if a gross total can be that large.
    Nearest(Priced, Option<Priced>),
}

/// A price and what it comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priced {
    /// Net, with two decimals.
    pub unit_price: Decimal,
    /// Of the whole line.
    pub gross: Decimal,
}

/// What a unit price is sought for: quantity above 0, rate not negative.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// In minor units, within [`validate::MAX_AMOUNT`].
    pub(crate) gross: i64,
    pub(crate) quantity: Exact,
    pub(crate) rate: VatRate,
    pub(crate) currency: Currency,
    pub(crate) rounding: Rounding,
}

impl Wanted {
    /// The unit price; `None` when the figures have more digits than can be calculated with.
    pub(crate) fn find(mut self) -> Option<UnitPrice> {
        let line = self.search()?;
        let mut single = None;
        if matches!(line, Found::Nearest(..)) {
            self.quantity = Exact::minor(1, 0);
            single = Some(self.search()?);
        }
        Some(UnitPrice { line, single })
    }

    /// Rounding is half away from zero, so a negative amount has the negative of its opposite's price.
    /// Prices are counted in their smallest steps.
    fn search(&self) -> Option<Found> {
        self.gross_of(0)?;
        let wanted = self.gross.saturating_abs();
        let last_below = |limit: i64| last(&|price| self.gross_of(price).is_some_and(|gross| gross < limit));
        let short = last_below(wanted)?;
        let first = if wanted == 0 { 0 } else { short.wrapping_add(1) };
        if self.gross_of(first) != Some(wanted) {
            return Some(Found::Nearest(self.priced(short)?, self.priced(first)));
        }
        let nearest = last(&|price| self.is_nearer(price).is_some_and(|nearer| nearer))?;
        let price = nearest.min(last_below(wanted.wrapping_add(1))?).max(first);
        Some(Found::Price(self.signed(price, MAX_PRICE_DECIMALS)))
    }

    /// Whether a price is at least as near to the amount, before any rounding, as the price below it: half
    /// a step less is not beyond the amount. Both are counted twice, to stay with whole steps.
    fn is_nearer(&self, price: i64) -> Option<bool> {
        let twice = |units: i64| units.wrapping_mul(2);
        let gross = self.line(twice(price).wrapping_sub(1))?.exact_gross()?;
        let wanted = Exact::minor(twice(self.gross.saturating_abs()), self.currency.decimals());
        Some(gross.compare(wanted) != Ordering::Greater)
    }

    fn line(&self, price: i64) -> Option<Sum> {
        Sum::line(self.quantity, Exact::minor(price, MAX_PRICE_DECIMALS), self.rate, self.currency.decimals())
    }

    /// What a preview says that a line with this price comes to, in minor units.
    fn gross_of(&self, price: i64) -> Option<i64> {
        let mut sums = Sums::new(self.currency.decimals());
        sums.add(&self.line(price)?)?;
        Some(sums.grosses()?.units(self.rounding))
    }

    /// A price with its gross, where a total can be that large.
    fn priced(&self, price: i64) -> Option<Priced> {
        let gross = self.gross_of(price)?;
        let decimals = self.currency.decimals();
        validate::is_in_range(Exact::minor(gross, decimals)).then(|| Priced {
            unit_price: self.signed(price, MAX_PRICE_DECIMALS),
            gross: self.signed(gross, decimals),
        })
    }

    /// A figure with the sign of the amount.
    fn signed(&self, units: i64, decimals: u32) -> Decimal {
        decimal::amount(units.wrapping_mul(self.gross.signum()), decimals)
    }
}

/// The last price of which something holds that holds up to some price and not beyond; 0 if of none,
/// and `None` if still of a price of 19 digits.
fn last(holds: &dyn Fn(i64) -> bool) -> Option<i64> {
    let mut step = 1_i64;
    while holds(step) {
        step = step.checked_mul(2)?;
    }
    let mut price = 0_i64;
    while step > 1 {
        step = step.wrapping_shr(1);
        let next = price.wrapping_add(step);
        if holds(next) {
            price = next;
        }
    }
    Some(price)
}
