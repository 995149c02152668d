//! The packed report: what was found in a payload, for `pkg-template/src/report.ts` to read.
//!
//! Lengths and figures stand in one stream, all texts one behind the other in a second, so that
//! JavaScript decodes them at once. The numbers are little-endian.
//!
//! | part | figures |
//! |---|---|
//! | head | u32: where the texts begin |
//! | kind | u8: 1 if the payload is valid; 2 more with a basket's totals, 4 with an invoice's; 8 alone for a misused option |
//! | misuse | text: the message of a `TypeError` |
//! | a basket's totals | texts: currency, rule, net, VAT, gross; u32 rates, of each the texts rate, net, VAT, gross; u32 lines, of each the texts net, VAT, gross |
//! | an invoice's totals | texts: currency, gross |
//! | a unit price | what was found for the line, then for quantity 1 |
//! | found | u8: 0 nothing; 1 the price, a text; 2 or 3 one or two nearest prices, each the texts price, gross |
//! | issues | u32, then each |
//! | an issue | u8 code (its place in the table); u8 1 if it is an error; u8 steps of its path, each 0 and a text or 1 and a u32; u8 parameters in the order of the table, each 0 and a text, 1 and a u32, or 2, a u8 and as many texts |
//! | a text | u8 UTF-16 units, or 255 and a u32 |

use crate::decimal::{self, Decimal};
use crate::gross::{Found, Priced};
use crate::issue::{Issue, Param, Segment, Severity};
use crate::totals::{Amounts, BasketTotals, Totals};
use crate::validate::{LineReport, Report};

/// Bytes of the head.
const HEAD: usize = 4;

/// Writes reports; what it wrote last can be copied out of it.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    figures: Vec<u8>,
    texts: String,
    /// Bytes of the texts whose lengths are written.
    measured: usize,
}

impl Writer {
    /// Writes the report of a payload.
    pub fn report(&mut self, report: &Report) {
        let totals = match &report.totals {
            None => 0,
            Some(Totals::Basket(_)) => 2,
            Some(Totals::Invoice { .. }) => 4,
        };
        self.start(totals | u8::from(report.valid));
        match &report.totals {
            None => {}
            Some(Totals::Basket(totals)) => self.basket(totals),
            Some(Totals::Invoice { currency, gross }) => {
                self.text(currency.code());
                self.decimal(*gross);
            }
        }
        self.issues(&report.issues);
    }

    /// Writes the report of a line with a gross price.
    pub fn line(&mut self, report: &LineReport) {
        self.start(0);
        let price = report.unit_price.as_ref();
        self.found(price.map(|price| &price.line));
        self.found(price.and_then(|price| price.single.as_ref()));
        self.issues(&report.issues);
    }

    /// Writes the message of a misused option.
    pub fn misuse(&mut self, message: &str) {
        self.start(8);
        self.text(message);
    }

    /// Bytes of what was written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.figures.len().saturating_add(self.texts.len())
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.figures.is_empty()
    }

    /// Copies what was written to the start of `target`, which has room for it.
    pub fn copy_to(&mut self, target: &mut [u8]) {
        let head = u32::try_from(self.figures.len()).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(place) = self.figures.get_mut(..HEAD) {
            place.copy_from_slice(&head);
        }
        if let Some((figures, rest)) = target.split_at_mut_checked(self.figures.len())
            && let Some(texts) = rest.get_mut(..self.texts.len())
        {
            figures.copy_from_slice(&self.figures);
            texts.copy_from_slice(self.texts.as_bytes());
        }
    }

    fn start(&mut self, kind: u8) {
        self.figures.clear();
        self.texts.clear();
        self.measured = 0;
        self.figures.extend([0; HEAD]);
        self.figures.push(kind);
    }

    fn basket(&mut self, totals: &BasketTotals) {
        self.text(totals.currency.code());
        self.text(totals.rounding.name());
        self.amounts(&totals.amounts);
        self.count(totals.by_rate.len());
        for (rate, amounts) in &totals.by_rate {
            self.decimal(rate.percent());
            self.amounts(amounts);
        }
        self.count(totals.lines.as_ref().map_or(0, Vec::len));
        for amounts in totals.lines.iter().flatten() {
            self.amounts(amounts);
        }
    }

    fn amounts(&mut self, amounts: &Amounts) {
        for amount in [amounts.net, amounts.vat, amounts.gross] {
            self.decimal(amount);
        }
    }

    fn found(&mut self, found: Option<&Found>) {
        match found {
            None => self.figures.push(0),
            Some(Found::Price(price)) => {
                self.figures.push(1);
                self.decimal(*price);
            }
            Some(Found::Nearest(short, beyond)) => {
                self.figures.push(if beyond.is_some() { 3 } else { 2 });
                for Priced { unit_price, gross } in [Some(short), beyond.as_ref()].into_iter().flatten() {
                    self.decimal(*unit_price);
                    self.decimal(*gross);
                }
            }
        }
    }

    fn issues(&mut self, issues: &[Issue]) {
        self.count(issues.len());
        for issue in issues {
            self.issue(issue);
        }
    }

    fn issue(&mut self, issue: &Issue) {
        self.figures.push(issue.code.number());
        self.figures.push(u8::from(issue.severity == Severity::Error));
        self.short_count(issue.path.len());
        for segment in &issue.path {
            match segment {
                Segment::Field(name) => {
                    self.figures.push(0);
                    self.text(name);
                }
                Segment::Index(index) => {
                    self.figures.push(1);
                    self.count(*index);
                }
            }
        }
        self.short_count(issue.params.len());
        for param in &issue.params {
            match param {
                Param::Text(text) => {
                    self.figures.push(0);
                    self.text(text);
                }
                Param::Amount(amount) => {
                    self.figures.push(0);
                    self.decimal(*amount);
                }
                Param::Count(count) => {
                    self.figures.push(1);
                    self.figures.extend(count.to_le_bytes());
                }
                Param::List(list) => {
                    self.figures.push(2);
                    self.short_count(list.len());
                    for text in *list {
                        self.text(text);
                    }
                }
            }
        }
    }

    fn decimal(&mut self, value: Decimal) {
        decimal::write(value.into(), &mut self.texts);
        self.length(self.texts.len().wrapping_sub(self.measured));
    }

    fn text(&mut self, text: &str) {
        self.texts.push_str(text);
        // In UTF-16 units, as JavaScript counts: as many as bytes where all are ASCII.
        self.length(if text.is_ascii() { text.len() } else { text.encode_utf16().count() });
    }

    /// Writes the length of the text that was added last.
    fn length(&mut self, units: usize) {
        self.measured = self.texts.len();
        match u8::try_from(units) {
            Ok(units) if units < 255 => self.figures.push(units),
            _ => {
                self.figures.push(255);
                self.count(units);
            }
        }
    }

    fn count(&mut self, count: usize) {
        self.figures.extend(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn short_count(&mut self, count: usize) {
        self.figures.push(u8::try_from(count).unwrap_or(u8::MAX));
    }
}
