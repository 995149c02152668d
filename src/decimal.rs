//! Decimal numbers: read from text, multiplied and added exactly, rounded half away from zero,
//! written back. Pure; nothing here knows what a basket is.
//!
//! A [`Decimal`] holds the 28 digits that one field may have. The product of two does not fit
//! there, and `rust_decimal` would round it without saying so; products and sums are therefore
//! [`Exact`]: 128-bit integers with a scale, which refuse what they cannot hold.

use std::cmp::Ordering;
use std::num::NonZeroU32;

pub use rust_decimal::Decimal;

use crate::syntax;

/// How many digits, before and after the point together, a decimal of a payload may have.
pub const MAX_DIGITS: u32 = 28;

/// How many digits a product or sum of exact figures may have: as many as always fit in 128 bits.
pub const MAX_EXACT_DIGITS: u32 = i128::MAX.ilog10();

/// How many digits an amount may have in minor units: as many as always fit in 64 bits.
pub const MAX_AMOUNT_DIGITS: u32 = i64::MAX.ilog10();

/// Why a text is not a decimal that can be calculated with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalError {
    /// Not digits with an optional leading minus and an optional point.
    Syntax,
    /// More than [`MAX_DIGITS`] digits.
    TooManyDigits,
}

/// Reads a decimal string: `-?digits` with an optional `.digits`, nothing else.
/// Its scale is the number of decimals written, so `"10.990"` has three.
///
/// # Errors
/// [`DecimalError`] when the text has another form or too many digits.
pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
    parse_exact(text)?.decimal().ok_or(DecimalError::TooManyDigits)
}

/// As [`parse`], for calculating.
pub(crate) fn parse_exact(text: &str) -> Result<Exact, DecimalError> {
    let (negative, digits) = match text.strip_prefix("-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    read(negative, digits, 0)
}

/// Reads a JavaScript number by its shortest decimal form, which may have an exponent
/// (`1e+21`, `1.5e-7`).
///
/// # Errors
/// [`DecimalError`] when it is not finite (`NaN`, `Infinity`) or has too many digits.
pub fn parse_number(text: &str) -> Result<Decimal, DecimalError> {
    number_exact(text)?.decimal().ok_or(DecimalError::TooManyDigits)
}

/// As [`parse_number`], for calculating.
pub(crate) fn number_exact(text: &str) -> Result<Exact, DecimalError> {
    let (negative, rest) = match text.strip_prefix("-") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let Some((digits, exponent)) = syntax::split_at(rest, |byte| matches!(byte, b'e' | b'E')) else {
        return read(negative, rest, 0);
    };
    let exponent = match exponent.strip_prefix("+") {
        Some(digits) => read(false, digits, 0),
        None => parse_exact(exponent),
    };
    let exponent = exponent.ok().and_then(|exponent| i32::try_from(exponent.small_at_scale(0)?).ok());
    read(negative, digits, exponent.ok_or(DecimalError::Syntax)?)
}

/// `digits[.digits]` times ten to the `exponent`.
#[inline(never)]
fn read(negative: bool, text: &str, exponent: i32) -> Result<Exact, DecimalError> {
    let mut mantissa: u64 = 0;
    let mut wide: Option<u128> = None;
    let (mut digits, mut written, mut decimals) = (0_u32, 0_u32, 0_u32);
    let mut point = false;
    for byte in text.bytes() {
        if byte == b'.' {
            if point || written == 0 {
                return Err(DecimalError::Syntax);
            }
            point = true;
            written = 0;
            continue;
        }
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return Err(DecimalError::Syntax);
        }
        written = written.saturating_add(1);
        if point {
            decimals = decimals.saturating_add(1);
        }
        if digits > 0 || digit > 0 || point {
            digits = digits.saturating_add(1);
        }
        if digits > MAX_DIGITS {
            continue; // the rest is still read, so that a syntax error in it is seen
        }
        if digits < 19 {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        } else {
            let value = wide.unwrap_or(u128::from(mantissa));
            wide = Some(value.wrapping_mul(10).wrapping_add(u128::from(digit)));
        }
    }
    if written == 0 {
        return Err(DecimalError::Syntax);
    }
    if digits > MAX_DIGITS {
        return Err(DecimalError::TooManyDigits);
    }
    let magnitude = wide.unwrap_or(u128::from(mantissa));
    let mantissa = i128::try_from(magnitude).map_err(|_| DecimalError::TooManyDigits)?;
    let mantissa = if negative { mantissa.wrapping_neg() } else { mantissa };
    let scale = i64::from(decimals).wrapping_sub(i64::from(exponent));
    shifted(mantissa, scale).ok_or(DecimalError::TooManyDigits)
}

/// `mantissa` times ten to the minus `scale`, when it has at most [`MAX_DIGITS`] digits.
fn shifted(mantissa: i128, scale: i64) -> Option<Exact> {
    if let Ok(scale) = u32::try_from(scale) {
        return (scale <= MAX_DIGITS).then_some(Exact::new(mantissa, scale));
    }
    let places = u32::try_from(scale.checked_neg()?).ok()?;
    let mantissa = Exact::new(mantissa, 0).at_scale(places)?;
    (mantissa.unsigned_abs() < TOO_LARGE).then_some(Exact::new(mantissa, 0))
}

/// The first whole number of more than [`MAX_DIGITS`] digits.
const TOO_LARGE: u128 = 10_u128.pow(MAX_DIGITS);

/// A price of the usual form in hundredths: one to nine digits, of which two may stand behind a point.
/// Any other text is for [`parse`].
#[inline(always)]
pub(crate) fn cents(text: &[u8]) -> Option<i64> {
    let (whole, point) = match text {
        [whole @ .., b'.', tens, ones] => (whole, Some((*tens, *ones))),
        whole => (whole, None),
    };
    if whole.is_empty() || whole.len() > 7 {
        return None;
    }
    let mut cents = 0_i64;
    let mut add = |byte: u8| {
        let digit = byte.wrapping_sub(b'0');
        cents = cents.wrapping_mul(10).wrapping_add(i64::from(digit));
        digit <= 9
    };
    for byte in whole {
        if !add(*byte) {
            return None;
        }
    }
    let (tens, ones) = point.unwrap_or((b'0', b'0'));
    (add(tens) && add(ones)).then_some(cents)
}

/// A product or sum of decimals, with every digit kept: `mantissa` times ten to the minus `scale`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exact {
    mantissa: i128,
    /// Twice the scale and one: never zero, so that no figure at all takes no more room than one.
    odd: NonZeroU32,
}

impl Exact {
    #[inline(always)]
    fn new(mantissa: i128, scale: u32) -> Exact {
        let odd = NonZeroU32::new(scale.wrapping_shl(1) | 1);
        Exact { mantissa, odd: odd.unwrap_or(NonZeroU32::MIN) }
    }

    pub(crate) const ZERO: Exact = Exact { mantissa: 0, odd: NonZeroU32::MIN };

    #[inline(never)]
    pub(crate) fn times(self, factor: Exact) -> Option<Exact> {
        let mantissa = multiply(self.mantissa, factor.mantissa)?;
        Some(Exact::new(mantissa, self.scale().checked_add(factor.scale())?))
    }

    #[inline(never)]
    pub(crate) fn plus(self, other: Exact) -> Option<Exact> {
        if self.scale() == other.scale() {
            return Some(Exact::new(self.mantissa.checked_add(other.mantissa)?, self.scale()));
        }
        let scale = self.scale().max(other.scale());
        let mantissa = self.at_scale(scale)?.checked_add(other.at_scale(scale)?)?;
        Some(Exact::new(mantissa, scale))
    }

    /// A hundredth of it.
    pub(crate) fn percent(self) -> Option<Exact> {
        Some(Exact::new(self.mantissa, self.scale().checked_add(2)?))
    }

    /// The nearest multiple of the minor unit, half away from zero, counted in minor units
    /// (`decimals` of them make one unit: 2 for cents).
    #[inline(never)]
    pub(crate) fn round(self, decimals: u32) -> Option<i64> {
        let Some(surplus) = self.scale().checked_sub(decimals) else {
            return i64::try_from(self.at_scale(decimals)?).ok();
        };
        // Most amounts fit in 64 bits, where a division is many times cheaper.
        if let (Ok(mantissa), Some(divisor)) = (i64::try_from(self.mantissa), power_of_ten(surplus))
            && let Some(quotient) = divide(mantissa, divisor)
        {
            return Some(quotient);
        }
        let (mut magnitude, mut digit) = (self.mantissa.unsigned_abs(), 0);
        for _ in 0..surplus {
            (magnitude, digit) = divide_by_ten(magnitude);
        }
        let rounded = i64::try_from(magnitude).ok()?.checked_add(i64::from(digit >= 5))?;
        Some(if self.mantissa < 0 { rounded.wrapping_neg() } else { rounded })
    }

    /// The mantissa it has when written with `scale` decimals; `None` if that would lose digits.
    #[inline(never)]
    pub(crate) fn at_scale(self, scale: u32) -> Option<i128> {
        // Nothing has more decimals than 128 bits have digits, not even zero.
        let mut missing = scale.checked_sub(self.scale()).filter(|missing| *missing <= 38)?;
        let mut mantissa = self.mantissa;
        while missing > 0 {
            let step = missing.min(18);
            mantissa = multiply(mantissa, i128::from(power_of_ten(step)?))?;
            missing = missing.wrapping_sub(step);
        }
        Some(mantissa)
    }

    /// It times ten to the `places`.
    pub(crate) fn shifted(self, places: i32) -> Option<Exact> {
        let scale = i64::from(self.scale()).wrapping_sub(i64::from(places));
        shifted(self.mantissa, scale)
    }

    /// The same number without trailing zeros.
    pub(crate) fn normalized(self) -> Exact {
        let (mut magnitude, mut scale) = (self.mantissa.unsigned_abs(), self.scale());
        while scale > 0
            && let (tenth, 0) = divide_by_ten(magnitude)
        {
            magnitude = tenth;
            scale = scale.wrapping_sub(1);
        }
        let mantissa = i128::try_from(magnitude).unwrap_or(i128::MAX);
        Exact::new(if self.mantissa < 0 { mantissa.wrapping_neg() } else { mantissa }, scale)
    }

    /// It as a [`Decimal`], when it has no more digits than that holds.
    pub(crate) fn decimal(self) -> Option<Decimal> {
        if self.scale() > MAX_DIGITS {
            return None;
        }
        // Without the crate's own way, whose error may be a text that would have to be dropped.
        let magnitude = self.mantissa.unsigned_abs();
        let limb = |shift: u32| u32::try_from(magnitude.wrapping_shr(shift) & u128::from(u32::MAX)).ok();
        let high = u32::try_from(magnitude.wrapping_shr(64)).ok()?;
        Some(Decimal::from_parts(limb(0)?, limb(32)?, high, self.mantissa < 0, self.scale()))
    }

    /// How it compares with a number of at most [`MAX_DIGITS`] digits.
    pub(crate) fn compare(self, other: Exact) -> Ordering {
        let scale = self.scale().max(other.scale());
        match (self.at_scale(scale), other.at_scale(scale)) {
            (Some(a), Some(b)) => a.cmp(&b),
            // What has too many digits at the other's scale is the larger one, on its side of zero.
            (None, _) => self.mantissa.cmp(&0),
            (_, None) => 0.cmp(&other.mantissa),
        }
    }

    /// Without its sign.
    pub(crate) fn magnitude(self) -> Exact {
        Exact::new(self.mantissa.saturating_abs(), self.scale())
    }

    /// With the other sign.
    pub(crate) fn negated(self) -> Exact {
        Exact::new(self.mantissa.wrapping_neg(), self.scale())
    }

    pub(crate) fn is_negative(self) -> bool {
        self.mantissa < 0
    }

    pub(crate) fn is_zero(self) -> bool {
        self.mantissa == 0
    }

    #[inline(always)]
    pub(crate) fn is_positive(self) -> bool {
        self.mantissa > 0
    }

    /// Whether it has a fraction other than zero.
    pub(crate) fn has_fraction(self) -> bool {
        self.normalized().scale() > 0
    }

    #[inline(always)]
    pub(crate) fn scale(self) -> u32 {
        self.odd.get().wrapping_shr(1)
    }

    /// Its digits as a whole number, where 64 bits hold them, and how many of them are decimals.
    pub(crate) fn units(self) -> Option<(i64, u32)> {
        Some((i64::try_from(self.mantissa).ok()?, self.scale()))
    }

    /// `units` minor units of a currency with `decimals` decimals.
    #[inline(always)]
    pub(crate) fn minor(units: i64, decimals: u32) -> Exact {
        Exact::new(i128::from(units), decimals)
    }

    /// The mantissa it has when written with `scale` decimals, where that is a small number.
    #[inline(always)]
    pub(crate) fn small_at_scale(self, scale: u32) -> Option<i64> {
        let mantissa = i64::from(i32::try_from(self.mantissa).ok()?);
        match scale.checked_sub(self.scale())? {
            0 => Some(mantissa),
            1 => Some(mantissa.wrapping_mul(10)),
            2 => Some(mantissa.wrapping_mul(100)),
            _ => None,
        }
    }
}

impl From<Decimal> for Exact {
    fn from(value: Decimal) -> Exact {
        Exact::new(value.mantissa(), value.scale())
    }
}

/// A quotient rounded half away from zero; the divisor is a power of ten.
#[inline(always)]
pub(crate) fn divide(dividend: i64, divisor: i64) -> Option<i64> {
    let half = divisor.wrapping_shr(1);
    let away = if dividend < 0 { half.wrapping_neg() } else { half };
    dividend.checked_add(away)?.checked_div(divisor)
}

/// A tenth, and the digit that is left: in 32-bit steps, for WebAssembly has no division of 128 bits.
#[inline(never)]
fn divide_by_ten(value: u128) -> (u128, u64) {
    if let Ok(small) = u64::try_from(value) {
        return (u128::from(small.wrapping_div(10)), small % 10);
    }
    let (mut tenth, mut rest) = (0_u128, 0_u64);
    for shift in &[96_u32, 64, 32, 0] {
        let limb = u64::try_from(value.wrapping_shr(*shift) & u128::from(u32::MAX)).unwrap_or(0);
        let dividend = rest.wrapping_shl(32) | limb;
        tenth = tenth.wrapping_shl(32) | u128::from(dividend.wrapping_div(10));
        rest = dividend % 10;
    }
    (tenth, rest)
}

/// A 128-bit product; 64-bit factors, which are the rule, need no overflow check.
#[inline(always)]
fn multiply(a: i128, b: i128) -> Option<i128> {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(a), Ok(b)) => Some(i128::from(a).wrapping_mul(i128::from(b))),
        _ => multiply_wide(a, b),
    }
}

/// The product of factors of which one at least has more than 64 bits. Without their signs, for the compiler has a
/// library function for signed factors that is larger.
#[inline(never)]
fn multiply_wide(a: i128, b: i128) -> Option<i128> {
    let product = a.unsigned_abs().checked_mul(b.unsigned_abs())?;
    if (a < 0) == (b < 0) {
        0_i128.checked_add_unsigned(product)
    } else {
        0_i128.checked_sub_unsigned(product)
    }
}

const POWERS_OF_TEN: [i64; 19] = {
    let mut powers = [1_i64; 19];
    let mut index = 1;
    #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
    while index < powers.len() {
        powers[index] = powers[index - 1] * 10;
        index += 1;
    }
    powers
};

/// Ten to the `exponent`, where that fits.
fn power_of_ten(exponent: u32) -> Option<i64> {
    POWERS_OF_TEN.get(usize::try_from(exponent).ok()?).copied()
}

/// `units` minor units as a [`Decimal`]; no currency has more than 28 `decimals`.
pub(crate) fn amount(units: i64, decimals: u32) -> Decimal {
    Exact::minor(units, decimals).decimal().unwrap_or_default()
}

/// Appends `value` with just as many decimals as its scale has: `"13.30"`, `"-0.05"`.
pub(crate) fn write(value: Exact, out: &mut String) {
    let mut magnitude = value.mantissa.unsigned_abs();
    let scale = usize::try_from(value.scale()).unwrap_or(0);
    // From the right: digits until there are none left, and a zero before the point at least.
    let mut places = [b'0'; 80];
    let mut start = places.len();
    let mut written = 0_usize;
    let mut put = |byte: u8| {
        start = start.saturating_sub(1);
        if let Some(place) = places.get_mut(start) {
            *place = byte;
        }
    };
    while magnitude > 0 || written <= scale {
        if written == scale && scale > 0 {
            put(b'.');
        }
        let digit;
        (magnitude, digit) = divide_by_ten(magnitude);
        put(b'0'.wrapping_add(u8::try_from(digit).unwrap_or(0)));
        written = written.saturating_add(1);
    }
    if value.mantissa < 0 {
        put(b'-');
    }
    out.push_str(std::str::from_utf8(places.get(start..).unwrap_or_default()).unwrap_or_default());
}

/// Appends a count.
pub(crate) fn write_count(count: usize, out: &mut String) {
    write(Exact::minor(i64::try_from(count).unwrap_or(i64::MAX), 0), out);
}

/// `value` as text, with as many decimals as its scale has.
#[must_use]
pub fn format(value: Decimal) -> String {
    let mut out = String::new();
    write(value.into(), &mut out);
    out
}
