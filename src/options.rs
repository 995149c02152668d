//! The options of a call: how a basket is read and added up. Pure.

use crate::issue;
use crate::payload::{Field, Text};
use crate::syntax::concat;
use crate::totals::Rounding;
use crate::vat::VatRates;

/// How a basket is read and added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Where amounts are rounded.
    pub rounding: Rounding,
    /// How VAT rates are written.
    pub vat_rates: VatRates,
    /// Whether the totals of each line are wanted.
    pub lines: bool,
}

/// The options as they were given.
#[derive(Clone, Copy, Debug, Default)]
#[expect(missing_docs, reason = "see Options")]
pub struct Settings<'a> {
    pub rounding: Field<'a, Text<'a>>,
    pub vat_rates: Field<'a, Text<'a>>,
    pub lines: Field<'a, bool>,
}

impl Options {
    /// Reads options; what is absent has its default.
    ///
    /// # Errors
    /// The message of the `TypeError` that an option of the wrong type or value is.
    pub fn read(settings: &Field<'_, Settings<'_>>) -> Result<Options, String> {
        let settings = match settings {
            Field::Absent => return Ok(Options::default()),
            Field::Is(settings) => settings,
            Field::Not(other) => {
                return Err(concat(&[
                    "expected options of type `object`, received type `",
                    other.kind.name(),
                    "`",
                ]));
            }
        };
        let rounding = choice("rounding", &settings.rounding, &ROUNDINGS)?;
        let vat_rates = choice("vatRates", &settings.vat_rates, &NOTATIONS)?;
        Ok(Options {
            rounding: Rounding::NAMES.get(rounding).map(|(_, rule)| *rule).unwrap_or_default(),
            vat_rates: VatRates::NAMES.get(vat_rates).map(|(_, notation)| *notation).unwrap_or_default(),
            lines: match &settings.lines {
                Field::Absent => false,
                Field::Is(lines) => *lines,
                Field::Not(other) => return Err(wrong_type("lines", "boolean", other.kind.name())),
            },
        })
    }
}

const ROUNDINGS: [&str; 4] = names(Rounding::NAMES);
const NOTATIONS: [&str; 2] = names(VatRates::NAMES);

/// The names alone.
#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "evaluated by the compiler")]
const fn names<T: Copy, const N: usize>(values: [(&'static str, T); N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = values[index].0;
        index += 1;
    }
    names
}

/// The place of the name that an option gives; the first, its default, when it is absent.
fn choice(option: &str, field: &Field<'_, Text<'_>>, names: &[&str]) -> Result<usize, String> {
    match field {
        Field::Absent => Ok(0),
        Field::Is(text) => named(option, text.start, names),
        Field::Not(other) => Err(wrong_type(option, "string", other.kind.name())),
    }
}

/// How a basket may have been misread: rates in this notation, and whether rates, quantities and prices count.
#[derive(Clone, Copy, Debug)]
pub struct Misread {
    pub(crate) notation: VatRates,
    pub(crate) rate: bool,
    pub(crate) quantity: bool,
    pub(crate) price: bool,
}

impl Misread {
    /// Rates read in this notation, and nothing misread beside.
    #[must_use]
    pub fn notation(notation: VatRates) -> Misread {
        Misread { notation, rate: true, quantity: true, price: true }
    }
}

/// The place of `name` among those there are, or the message that lists them.
pub(crate) fn named(option: &str, name: &str, names: &[&str]) -> Result<usize, String> {
    if let Some(place) = names.iter().position(|known| **known == *name) {
        return Ok(place);
    }
    let mut list = String::new();
    for known in names {
        list.push_str(if list.is_empty() { "`" } else { ", `" });
        list.push_str(known);
        list.push('`');
    }
    let shown = issue::shortened(name, 60);
    Err(concat(&["expected the option `", option, "` to be one of ", &list, ", received `", &shown, "`"]))
}

/// The message for an option of the wrong type.
pub(crate) fn wrong_type(option: &str, expected: &str, received: &str) -> String {
    concat(&[
        "expected the option `",
        option,
        "` to be of type `",
        expected,
        "`, received type `",
        received,
        "`",
    ])
}
