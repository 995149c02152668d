//! The packed report: what was found in a payload, for `pkg-template/src/report.ts` to read.
//!
//! Lengths and figures stand in one stream, all texts one behind the other in a second, so that
//! JavaScript decodes them at once. The numbers are little-endian.
//!
//! | part | figures |
//! |---|---|
//! | head | u32: where the texts begin |
//! | kind | u8: 1 if the payload is valid; 2 more with a basket's totals, 4 with an invoice's; 8 alone for a misused option; 16 if one more issue stands behind the others, `rounding_dependent` at `items`: its parameters alone, four decimals |
//! | misuse | text: the message of a `TypeError` |
//! | a basket's totals | currency; u8 rule (its place in [`Rounding::NAMES`]); decimals net, VAT, gross; u32 rates, of each the decimals rate, net, VAT, gross, or the rate alone where there is one; u32 lines, of each the decimals net, VAT, gross |
//! | an invoice's totals | currency; decimal gross |
//! | currency | the three letters of its code |
//! | a unit price | what was found for the line, then for quantity 1 |
//! | found | u8: 0 nothing; 1 the price, a decimal; 2 or 3 one or two nearest prices, each the decimals price, gross |
//! | issues | u32, then each |
//! | an issue | u8 code (its place in the table); u8 1 if it is an error; u8 steps of its path, each 0 and a text or 1 and a u32; u8 parameters in the order of the table, each 0 and a text, 1 and a u32, 2, a u8 and as many texts, or 3 and a decimal |
//! | a decimal | u8 decimals and u32, all its digits; or 255 and a text, where it has another form |
//! | a text | u8 UTF-16 units, or 255 and a u32 |

use crate::currency::Currency;
use crate::decimal::{self, Decimal, Exact};
use crate::gross::{self, Priced};
use crate::issue::{Issue, Param, Segment, Severity};
use crate::totals::{Amounts, BasketTotals, Grosses, Rounding, SmallSums, Totals};
use crate::validate::{Found, LineReport, Report};

/// Writes reports to the start of a buffer, which grows where it must.
#[derive(Clone, Debug, Default)]
pub struct Writer {
    /// The buffer.
    pub buffer: Vec<u8>,
    /// Bytes of the figures that are written.
    at: usize,
    texts: String,
}

impl Writer {
    /// Writes the report of a payload; gives its length.
    pub fn report(&mut self, report: &Report) -> usize {
        self.parts(report, None, false)
    }

    /// The same of what was found in a payload, with the sums of its plain items.
    pub fn found(&mut self, found: &Found, plain: &SmallSums) -> usize {
        self.parts(&found.report, found.left.map(|rounding| (rounding, plain)), found.differ)
    }

    fn parts(&mut self, report: &Report, left: Option<(Rounding, &SmallSums)>, differ: bool) -> usize {
        let totals = match &report.totals {
            None if left.is_none() => 0,
            None | Some(Totals::Basket(_)) => 2,
            Some(Totals::Invoice { .. }) => 4,
        };
        self.start(totals | u8::from(report.valid) | if differ { 16 } else { 0 });
        match &report.totals {
            None => {}
            Some(Totals::Basket(totals)) => self.basket(totals),
            Some(Totals::Invoice { currency, gross }) => {
                self.currency(*currency);
                self.decimal(*gross);
            }
        }
        if let (Some((rounding, plain)), Some((currency, grosses))) = (left, &report.grosses) {
            self.plain(*currency, rounding, grosses, plain);
        }
        self.issues(&report.issues);
        if let (true, Some((_, grosses))) = (differ, &report.grosses) {
            for (_, rule) in Rounding::NAMES {
                self.exact(grosses.exact(rule));
            }
        }
        self.finish()
    }

    /// The totals of plain items.
    fn plain(&mut self, currency: Currency, rounding: Rounding, grosses: &Grosses, plain: &SmallSums) {
        let rates = plain.rates();
        self.currency(currency);
        self.byte(rounding.place());
        let net = rates.iter().fold(0, |net: i64, small| net.wrapping_add(small.net));
        self.hundredths(net, grosses.units(rounding));
        self.count(rates.len());
        for small in rates {
            let (mut rate, mut decimals) = (small.hundredths, 2_u32);
            while decimals > 0 && rate % 10 == 0 {
                (rate, decimals) = (rate.wrapping_div(10), decimals.wrapping_sub(1));
            }
            self.units(rate, decimals);
            if rates.len() > 1 {
                self.hundredths(small.net, small.gross(rounding).unwrap_or_default());
            }
        }
        self.count(0);
    }

    /// Net, VAT and gross.
    fn hundredths(&mut self, net: i64, gross: i64) {
        self.amounts(&Amounts { units: [net, gross.wrapping_sub(net), gross], decimals: 2 });
    }

    /// Writes the report of a line with a gross price; gives its length.
    pub fn line(&mut self, report: &LineReport) -> usize {
        self.start(0);
        let price = report.unit_price.as_ref();
        self.price(price.map(|price| &price.line));
        self.price(price.and_then(|price| price.single.as_ref()));
        self.issues(&report.issues);
        self.finish()
    }

    /// Writes the message of a misused option; gives the length of the report.
    pub fn misuse(&mut self, message: &str) -> usize {
        self.start(8);
        self.text(message);
        self.finish()
    }

    fn start(&mut self, kind: u8) {
        self.at = 0;
        self.texts.clear();
        self.put([0, 0, 0, 0, kind]);
    }

    /// Puts the texts behind the figures.
    fn finish(&mut self) -> usize {
        let head = u32::try_from(self.at).unwrap_or(u32::MAX).to_le_bytes();
        if let Some(place) = self.buffer.first_chunk_mut() {
            *place = head;
        }
        let length = self.at.saturating_add(self.texts.len());
        if !self.texts.is_empty() {
            self.reserve(length);
            if let Some(place) = self.buffer.get_mut(self.at..length) {
                place.copy_from_slice(self.texts.as_bytes());
            }
        }
        length
    }

    /// Makes the buffer at least `length` bytes long; what is in it stays.
    pub fn reserve(&mut self, length: usize) {
        if length > self.buffer.len() {
            self.buffer.resize(length.max(self.buffer.len().saturating_mul(2)), 0);
        }
    }

    #[inline(never)]
    fn byte(&mut self, byte: u8) {
        self.put([byte]);
    }

    #[inline(always)]
    fn put<const N: usize>(&mut self, figures: [u8; N]) {
        let end = self.at.wrapping_add(N);
        if end > self.buffer.len() {
            self.reserve(end);
        }
        if let Some(place) = self.buffer.get_mut(self.at..).and_then(<[u8]>::first_chunk_mut) {
            *place = figures;
        }
        self.at = end;
    }

    fn basket(&mut self, totals: &BasketTotals) {
        self.currency(totals.currency);
        self.byte(totals.rounding.place());
        self.amounts(&totals.amounts);
        self.count(totals.by_rate.len());
        for (rate, amounts) in &totals.by_rate {
            self.exact(rate.exact());
            if totals.by_rate.len() > 1 {
                self.amounts(amounts);
            }
        }
        self.count(totals.lines.as_ref().map_or(0, Vec::len));
        for amounts in totals.lines.iter().flatten() {
            self.amounts(amounts);
        }
    }

    fn amounts(&mut self, amounts: &Amounts) {
        for units in amounts.units {
            self.units(units, amounts.decimals);
        }
    }

    fn price(&mut self, found: Option<&gross::Found>) {
        match found {
            None => self.byte(0),
            Some(gross::Found::Price(price)) => {
                self.byte(1);
                self.decimal(*price);
            }
            Some(gross::Found::Nearest(short, beyond)) => {
                self.byte(if beyond.is_some() { 3 } else { 2 });
                self.priced(short);
                if let Some(beyond) = beyond {
                    self.priced(beyond);
                }
            }
        }
    }

    fn priced(&mut self, priced: &Priced) {
        self.decimal(priced.unit_price);
        self.decimal(priced.gross);
    }

    fn issues(&mut self, issues: &[Issue]) {
        self.count(issues.len());
        for issue in issues {
            self.issue(issue);
        }
    }

    fn issue(&mut self, issue: &Issue) {
        self.byte(issue.code.number());
        self.byte(u8::from(issue.severity == Severity::Error));
        self.short_count(issue.path.len());
        for segment in &issue.path {
            match segment {
                Segment::Field(name) => {
                    self.byte(0);
                    self.text(name);
                }
                Segment::Index(index) => {
                    self.byte(1);
                    self.count(*index);
                }
            }
        }
        self.short_count(issue.params.len());
        for param in &issue.params {
            match param {
                Param::Text(text) => {
                    self.byte(0);
                    self.text(text);
                }
                Param::Amount(amount) => {
                    self.byte(3);
                    self.decimal(*amount);
                }
                Param::Count(count) => {
                    self.byte(1);
                    self.put(count.to_le_bytes());
                }
                Param::List(list) => {
                    self.byte(2);
                    self.short_count(list.len());
                    for text in *list {
                        self.text(text);
                    }
                }
            }
        }
    }

    fn currency(&mut self, currency: Currency) {
        self.put(currency.letters());
    }

    fn decimal(&mut self, value: Decimal) {
        self.exact(value.into());
    }

    fn exact(&mut self, value: Exact) {
        match value.units() {
            Some((units, decimals)) => self.units(units, decimals),
            None => self.written(value),
        }
    }

    #[inline(never)]
    fn units(&mut self, units: i64, decimals: u32) {
        match (u32::try_from(units), u8::try_from(decimals)) {
            (Ok(units), Ok(decimals)) => {
                let [a, b, c, d] = units.to_le_bytes();
                self.put([decimals, a, b, c, d]);
            }
            _ => self.written(Exact::minor(units, decimals)),
        }
    }

    #[inline(never)]
    fn written(&mut self, value: Exact) {
        self.byte(u8::MAX);
        let mut text = String::new();
        decimal::write(value, &mut text);
        self.text(&text);
    }

    fn text(&mut self, text: &str) {
        self.texts.push_str(text);
        // In UTF-16 units, as JavaScript counts: as many as bytes where all are ASCII.
        let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        match u8::try_from(units) {
            Ok(units) if units < 255 => self.byte(units),
            _ => {
                self.byte(255);
                self.count(units);
            }
        }
    }

    fn count(&mut self, count: usize) {
        self.put(u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes());
    }

    fn short_count(&mut self, count: usize) {
        self.byte(u8::try_from(count).unwrap_or(u8::MAX));
    }
}
