//! The decimal parser, against another reading of the same text.

use qonto_payment_links::decimal::{self, Decimal, DecimalError, MAX_DIGITS};
use qonto_payment_links::vat::{VatRate, VatRates};

use super::exact::Exact;

/// The characters of numbers, and some that look like them.
const LETTERS: &[u8; 16] = b"0123456789.-+e ,";

pub fn run(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = if first % 2 == 0 {
        String::from_utf8_lossy(rest).into_owned()
    } else {
        let letters = rest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        letters.map(|place| char::from(LETTERS[usize::from(place)])).collect()
    };
    let plain = read(&text, None);
    same(&text, decimal::parse(&text), &plain);
    let (mantissa, exponent) = text
        .split_once(['e', 'E'])
        .map_or((text.as_str(), Some(0)), |(mantissa, e)| (mantissa, e.parse::<i32>().ok()));
    let number = exponent.map_or(Err(DecimalError::Syntax), |exponent| read(mantissa, Some(exponent)));
    same(&text, decimal::parse_number(&text), &number);

    let percent = plain.clone().map(Exact::normalized);
    same(&text, VatRate::read(&text, VatRates::Percent).map(VatRate::percent), &percent);
    let hundredfold = plain.and_then(|value| shifted(value, 2)).map(Exact::normalized);
    same(&text, VatRate::read(&text, VatRates::Fraction).map(VatRate::percent), &hundredfold);
}

/// Another reading: splits the text, where the crate goes through its bytes.
pub fn read(text: &str, exponent: Option<i32>) -> Result<Exact, DecimalError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit());
    if !are_digits(whole) || !are_digits(part) {
        return Err(DecimalError::Syntax);
    }
    let part = if digits.contains('.') { part } else { "" };
    let significant = whole.trim_start_matches('0').len() + part.len();
    if significant > usize::try_from(MAX_DIGITS).unwrap() {
        return Err(DecimalError::TooManyDigits);
    }
    let units: i128 = format!("{whole}{part}").trim_start_matches('0').parse().unwrap_or(0);
    let units = if text.starts_with('-') { -units } else { units };
    shifted(Exact::new(units, u32::try_from(part.len()).unwrap()), exponent.unwrap_or(0))
}

/// A value times ten to the `places`, when it has not too many digits or decimals then.
fn shifted(value: Exact, places: i32) -> Result<Exact, DecimalError> {
    let decimals = i64::from(value.decimals) - i64::from(places);
    if decimals > i64::from(MAX_DIGITS) {
        return Err(DecimalError::TooManyDigits);
    }
    let Ok(missing) = u32::try_from(-decimals) else {
        return Ok(Exact::new(value.units, u32::try_from(decimals).unwrap()));
    };
    // More zeros than fit, whatever they stand behind.
    if missing > MAX_DIGITS + 10 {
        return Err(DecimalError::TooManyDigits);
    }
    let value = value.times(&Exact::new(num_bigint::BigInt::from(10).pow(missing), 0));
    let fits = value.units.magnitude().to_string().len() <= usize::try_from(MAX_DIGITS).unwrap();
    if fits { Ok(Exact::new(value.units, 0)) } else { Err(DecimalError::TooManyDigits) }
}

/// Both readings are the same number with the same decimals, or the same refusal; and what was read is
/// written as it is.
fn same(text: &str, ours: Result<Decimal, DecimalError>, other: &Result<Exact, DecimalError>) {
    match (ours, other) {
        (Ok(value), Ok(expected)) => {
            let written = decimal::format(value);
            assert_eq!(written, expected.text(), "{text:?}");
            assert_eq!(value.scale(), expected.decimals, "{text:?}");
            let again = decimal::parse(&written).unwrap();
            assert_eq!((again.mantissa(), again.scale()), (value.mantissa(), value.scale()), "{text:?}");
        }
        (ours, other) => assert_eq!(ours.err(), other.as_ref().err().copied(), "{text:?}"),
    }
}

/// Texts on both sides of the limits.
pub fn seeds() -> Vec<Vec<u8>> {
    let long = "1234567890123456789012345678";
    let texts = [
        "0",
        "-0",
        "00.10",
        "10.99",
        "-5",
        "1.5e-7",
        "1e+21",
        "5e-324",
        "1.7976931348623157e+308",
        "9.",
        ".5",
        "1,5",
        "NaN",
        long,
        &format!("{long}9"),
        &format!("0.{long}"),
        &format!("-0.{long}0"),
        &format!("{long}e-28"),
    ];
    texts.iter().map(|text| [b"\0", text.as_bytes()].concat()).collect()
}
