//! The options of a call: how a basket is read and added up. Pure.

use crate::payload::{Field, Text};
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
                return Err(
                    ["expected options of type `object`, received type `", other.kind.name(), "`"].concat()
                );
            }
        };
        Ok(Options {
            rounding: choice("rounding", &settings.rounding, &Rounding::NAMES)?,
            vat_rates: choice("vatRates", &settings.vat_rates, &VatRates::NAMES)?,
            lines: match &settings.lines {
                Field::Absent => false,
                Field::Is(lines) => *lines,
                Field::Not(other) => return Err(wrong_type("lines", "boolean", other.kind.name())),
            },
        })
    }
}

/// The value an option names, or its default when it is absent.
fn choice<T: Copy + Default>(
    option: &str,
    field: &Field<'_, Text<'_>>,
    names: &[(&str, T)],
) -> Result<T, String> {
    match field {
        Field::Absent => Ok(T::default()),
        Field::Is(text) => named(option, text.start, names),
        Field::Not(other) => Err(wrong_type(option, "string", other.kind.name())),
    }
}

/// The value that `name` stands for, or the message that lists those there are.
pub(crate) fn named<T: Copy>(option: &str, name: &str, names: &[(&str, T)]) -> Result<T, String> {
    let known = names.iter().find(|known| known.0 == name).map(|known| known.1);
    known.ok_or_else(|| {
        let mut list = String::new();
        for (known, _) in names {
            list.push_str(if list.is_empty() { "`" } else { ", `" });
            list.push_str(known);
            list.push('`');
        }
        let shown: String = name.chars().take(60).collect();
        ["expected the option `", option, "` to be one of ", &list, ", received `", &shown, "`"].concat()
    })
}

/// The message for an option of the wrong type.
pub(crate) fn wrong_type(option: &str, expected: &str, received: &str) -> String {
    ["expected the option `", option, "` to be of type `", expected, "`, received type `", received, "`"]
        .concat()
}
