//! VAT rates: the two notations a payload may use, and which rates exist in Europe. Pure.
//!
//! Qonto's documentation shows `"21.0"` in some places and `"0.21"` in others for the same rate
//! (`README.md`, "What is uncertain"), so the notation is an option and never guessed.

use std::cmp::Ordering;

use crate::decimal::{self, Decimal, DecimalError, Exact};

/// How `vat_rate` is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VatRates {
    /// `"21.0"` is 21 %.
    #[default]
    Percent,
    /// `"0.21"` is 21 %.
    Fraction,
}

impl VatRates {
    /// Every notation with the name it has in options.
    pub const NAMES: [(&'static str, VatRates); 2] =
        [("percent", VatRates::Percent), ("fraction", VatRates::Fraction)];

    /// The other notation.
    #[must_use]
    pub fn other(self) -> VatRates {
        match self {
            VatRates::Percent => VatRates::Fraction,
            VatRates::Fraction => VatRates::Percent,
        }
    }
}

/// A VAT rate as a percentage, without trailing zeros: 21 for 21 %. Any decimal is a rate here;
/// which ones are plausible is for the rules to say.
#[derive(Clone, Copy, Debug)]
pub struct VatRate {
    percent: Exact,
    /// The rate in hundredths of a per cent, where that is a whole number: the usual case, and cheap.
    hundredths: Option<i32>,
}

impl VatRate {
    /// 0 %.
    pub(crate) const ZERO: VatRate = VatRate { percent: Exact::ZERO, hundredths: Some(0) };

    /// Reads a `vat_rate` as the notation says.
    ///
    /// # Errors
    /// [`DecimalError`] when the text is not a decimal or has too many digits.
    pub fn read(text: &str, notation: VatRates) -> Result<VatRate, DecimalError> {
        VatRate::of(decimal::parse_exact(text)?, notation).ok_or(DecimalError::TooManyDigits)
    }

    /// The rate that is written as this number.
    pub(crate) fn of(written: Exact, notation: VatRates) -> Option<VatRate> {
        let percent = match notation {
            VatRates::Percent => Some(written),
            VatRates::Fraction => written.shifted(2),
        };
        percent.map(VatRate::new)
    }

    /// A rate of that many per cent.
    pub(crate) fn new(percent: Exact) -> VatRate {
        let hundredths = percent.normalized().at_scale(2).and_then(|rate| i32::try_from(rate).ok());
        VatRate { percent: percent.normalized(), hundredths }
    }

    /// A rate of that many hundredths of a per cent.
    pub(crate) fn of_hundredths(hundredths: i64) -> VatRate {
        VatRate {
            percent: Exact::minor(hundredths, 2).normalized(),
            hundredths: i32::try_from(hundredths).ok(),
        }
    }

    /// The rate as a percentage.
    #[must_use]
    pub fn percent(self) -> Decimal {
        self.percent.decimal().unwrap_or_default()
    }

    /// The rate as a percentage, for calculating.
    pub(crate) fn exact(self) -> Exact {
        self.percent
    }

    /// The rate in hundredths of a per cent, where that is a whole number.
    pub(crate) fn hundredths(self) -> Option<i32> {
        self.hundredths
    }

    /// A hundredth of the rate: what a net amount is multiplied by to get its VAT.
    pub(crate) fn factor(self) -> Option<Exact> {
        self.percent.percent()
    }

    /// How it compares with a whole percentage.
    pub(crate) fn compare(self, percent: i64) -> Ordering {
        self.percent.compare(Exact::minor(percent, 0))
    }

    /// Between 0 and 0.9 %, both excluded: no such rate exists, but many a fraction looks so.
    pub(crate) fn looks_like_fraction(self) -> bool {
        self.percent.is_positive() && self.percent.compare(Exact::minor(9, 1)) == Ordering::Less
    }

    /// Whether some European country has this rate, or had it lately; 0 counts.
    pub(crate) fn is_european(self) -> bool {
        let hundredths = self.hundredths.and_then(|rate| u16::try_from(rate).ok());
        hundredths.is_some_and(|rate| rate == 0 || EUROPEAN_RATES.binary_search(&rate).is_ok())
    }
}

impl Ord for VatRate {
    fn cmp(&self, other: &VatRate) -> Ordering {
        match (self.hundredths, other.hundredths) {
            (Some(rate), Some(other)) => rate.cmp(&other),
            _ => self.percent.compare(other.percent),
        }
    }
}

impl PartialOrd for VatRate {
    fn partial_cmp(&self, other: &VatRate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for VatRate {
    fn eq(&self, other: &VatRate) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for VatRate {}

/// Non-zero VAT rates of European countries and their regions, in hundredths of a per cent,
/// ascending: the European Commission's "Taxes in Europe" database and the tax offices of
/// Albania, Andorra, Bosnia and Herzegovina, Iceland, Kosovo, Liechtenstein, Moldova, Montenegro,
/// North Macedonia, Norway, Serbia, Switzerland, Türkiye, Ukraine and the United Kingdom; with
/// rates in force at some time since 2020, because invoices are older than today.
const EUROPEAN_RATES: [u16; 47] = [
    90, 100, 105, 175, 200, 210, 250, 260, 300, 370, 380, 400, 450, 480, 490, 500, 550, 600, 700, 750, 770,
    800, 810, 850, 900, 950, 1000, 1100, 1111, 1200, 1250, 1300, 1350, 1400, 1500, 1600, 1700, 1800, 1900,
    2000, 2100, 2200, 2300, 2400, 2500, 2550, 2700,
];
