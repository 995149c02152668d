//! The cases of `fixtures/rules.json`, and what the crate says otherwise.

use std::fmt::Write;

use qonto_payment_links::issue::Param;
use qonto_payment_links::options::{Options, Settings};
use qonto_payment_links::payload::{Field, Text};
use qonto_payment_links::totals::Totals;
use qonto_payment_links::validate::{Report, Want};
use qonto_payment_links::{decimal, issue};
use serde::Deserialize;
use serde_json::Value;

use crate::check::check;

/// A payload with all that is wrong or doubtful about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) payload: Value,
    #[serde(default)]
    options: Given,
    pub(crate) issues: Vec<Expected>,
    valid: bool,
    /// The gross total, when there is one.
    gross: Option<String>,
}

/// Options as JavaScript names them.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Given {
    rounding: Option<String>,
    vat_rates: Option<String>,
    lines: Option<bool>,
}

/// An issue; `nearest` is what it suggests, `null` for nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expected {
    pointer: String,
    pub(crate) code: String,
    severity: String,
    #[serde(default, deserialize_with = "present")]
    nearest: Option<Option<String>>,
}

fn present<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Deserialize::deserialize(value).map(Some)
}

pub(crate) fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../fixtures/rules.json")).unwrap()
}

impl Case {
    pub(crate) fn options(&self) -> Options {
        Options::read(&Field::Is(Settings {
            rounding: field(self.options.rounding.as_deref()).map(Text::from),
            vat_rates: field(self.options.vat_rates.as_deref()).map(Text::from),
            lines: field(self.options.lines),
        }))
        .unwrap()
    }

    pub(crate) fn report(&self) -> Report {
        check(&self.payload, self.options(), Want::Totals)
    }

    /// How the report differs from what the case says; empty when it does not.
    fn difference(&self) -> String {
        let report = self.report();
        let mut text = String::new();
        let expected: Vec<_> = self.issues.iter().map(Expected::shown).collect();
        let received: Vec<_> = report
            .issues
            .iter()
            .zip(self.issues.iter().map(Some).chain(std::iter::repeat(None)))
            .map(shown)
            .collect();
        for missing in expected.iter().filter(|issue| !received.contains(issue)) {
            writeln!(text, "    expected {missing}").unwrap();
        }
        for further in received.iter().filter(|issue| !expected.contains(issue)) {
            writeln!(text, "    received {further}").unwrap();
        }
        if text.is_empty() && expected != received {
            writeln!(text, "    the issues are in another order or number: {received:?}").unwrap();
        }
        if report.valid != self.valid {
            writeln!(text, "    expected valid {}, received {}", self.valid, report.valid).unwrap();
        }
        let gross = report.totals.as_ref().map(|totals| match totals {
            Totals::Basket(totals) => decimal::format(totals.amounts.gross()),
            Totals::Invoice { gross, .. } => decimal::format(*gross),
        });
        if gross != self.gross {
            writeln!(text, "    expected gross {:?}, received {gross:?}", self.gross).unwrap();
        }
        text
    }
}

fn field<'a, T>(given: Option<T>) -> Field<'a, T> {
    given.map_or(Field::Absent, Field::Is)
}

impl Expected {
    fn shown(&self) -> String {
        line(&self.pointer, &self.code, &self.severity, self.nearest.as_ref().map(Option::as_deref))
    }
}

/// An issue, with what it suggests where the case says something about that.
fn shown((issue, expected): (&issue::Issue, Option<&Expected>)) -> String {
    let nearest = issue.named_params().find(|param| param.0 == "nearest").map(|param| match param.1 {
        Param::Text(text) => text.clone(),
        Param::Amount(amount) => decimal::format(*amount),
        Param::Count(_) | Param::List(_) => "no text".to_string(),
    });
    let wanted = expected.is_some_and(|expected| expected.nearest.is_some());
    line(
        &issue.pointer(),
        issue.code.spec().name,
        issue.severity.name(),
        wanted.then_some(nearest.as_deref()),
    )
}

fn line(pointer: &str, code: &str, severity: &str, nearest: Option<Option<&str>>) -> String {
    let nearest = match nearest {
        None => String::new(),
        Some(None) => ", which suggests nothing".to_string(),
        Some(Some(text)) => format!(", which suggests `{text}`"),
    };
    format!("{severity} {code} at `{pointer}`{nearest}")
}

/// Where the crate and the cases differ; empty when they do not.
pub(crate) fn differences() -> String {
    cases().iter().fold(String::new(), |mut all, case| {
        let difference = case.difference();
        if !difference.is_empty() {
            writeln!(all, "  {}:\n{difference}", case.name).unwrap();
        }
        all
    })
}
