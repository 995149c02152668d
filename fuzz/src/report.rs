//! What is true of every report, and a second reader of packed reports, beside pkg-template/src/report.ts.

use qonto_payment_links::currency::Currency;
use qonto_payment_links::decimal::{self, Decimal};
use qonto_payment_links::gross::{Found, Priced};
use qonto_payment_links::issue::{Code, Issue, MAX_ISSUES, Param, Segment, Severity};
use qonto_payment_links::packed::report::Writer;
use qonto_payment_links::totals::{Amounts, BasketTotals, Rounding, SmallSums, Totals};
use qonto_payment_links::validate::{self, LineReport, Report};

/// Checks a report, and that what is written of it can be read back.
pub fn sound(report: &Report) {
    issues_are_sound(&report.issues);
    assert_eq!(report.valid, !report.issues.iter().any(|issue| issue.severity == Severity::Error));
    match &report.totals {
        None => {}
        Some(Totals::Basket(totals)) => totals_are_sound(totals),
        Some(Totals::Invoice { currency, gross }) => assert_eq!(gross.scale(), currency.decimals()),
    }
    if let Some((_, grosses)) = &report.grosses {
        let warned = report.issues.iter().any(|issue| issue.code == Code::RoundingDependent);
        assert!(grosses.differ() || !warned);
        if let Some(Totals::Basket(totals)) = &report.totals {
            assert_eq!(totals.amounts.gross(), grosses.under(totals.rounding));
        }
    }
    let mut writer = Writer::default();
    let length = writer.report(report);
    is_written(report, Reader::new(writer, length));
}

/// The same of a report that is written at once, from the sums of usual lines.
pub fn sound_found(report: &Report, found: &validate::Found, usual: &SmallSums) {
    let mut writer = Writer::default();
    let length = writer.found(found, usual);
    is_written(report, Reader::new(writer, length));
}

fn is_written(report: &Report, mut reader: Reader) {
    let totals = match &report.totals {
        None => 0,
        Some(Totals::Basket(_)) => 2,
        Some(Totals::Invoice { .. }) => 4,
    };
    let kind = reader.byte();
    let apart = kind & 16 != 0;
    assert_eq!(kind & !16, totals + u8::from(report.valid));
    match &report.totals {
        None => {}
        Some(Totals::Basket(totals)) => reader.basket(totals),
        Some(Totals::Invoice { currency, gross }) => {
            reader.currency(*currency);
            reader.decimal(*gross);
        }
    }
    let (last, others) =
        report.issues.split_last().map_or((None, &[][..]), |(last, others)| (Some(last), others));
    reader.issues(if apart { others } else { &report.issues });
    if apart {
        let Some(Issue { path, code: Code::RoundingDependent, params, .. }) = last else {
            panic!("{last:?}")
        };
        assert_eq!(*path, [Segment::Field("items".into())]);
        for param in params {
            let Param::Amount(amount) = param else { panic!("{param:?} is no amount") };
            reader.decimal(*amount);
        }
    }
    reader.end();
}

/// The same of the report of a line with a gross price.
pub fn sound_line(report: &LineReport) {
    issues_are_sound(&report.issues);
    let wrong = report.issues.iter().any(|issue| issue.severity == Severity::Error);
    assert_eq!(report.unit_price.is_none(), wrong);
    let mut writer = Writer::default();
    let length = writer.line(report);
    let mut reader = Reader::new(writer, length);
    assert_eq!(reader.byte(), 0);
    let price = report.unit_price.as_ref();
    reader.found(price.map(|price| &price.line));
    reader.found(price.and_then(|price| price.single.as_ref()));
    reader.issues(&report.issues);
    reader.end();
}

/// And of the message of a misused option.
pub fn sound_misuse(message: &str) {
    assert!(message.starts_with("expected "));
    let mut writer = Writer::default();
    let length = writer.misuse(message);
    let mut reader = Reader::new(writer, length);
    assert_eq!(reader.byte(), 8);
    reader.same(message);
    reader.end();
}

fn issues_are_sound(issues: &[Issue]) {
    assert!(issues.len() <= MAX_ISSUES + 1);
    for issue in issues {
        let message = issue.message();
        assert!(message.starts_with("expected ") && !message.ends_with('.'), "{message}");
        assert!(issue.pointer().is_empty() || issue.pointer().starts_with('/'));
        let specs = issue.code.docs().params;
        assert!(issue.params.len() <= specs.len(), "{issue:?}");
        for (spec, param) in specs.iter().zip(&issue.params) {
            assert_eq!(spec.kind, param.kind(), "{issue:?}");
        }
        assert!(specs.iter().skip(issue.params.len()).all(|spec| spec.optional), "{issue:?}");
        if issue.code != Code::MoreIssues {
            assert_eq!(issue.severity, issue.code.spec().severity);
        }
    }
}

fn totals_are_sound(totals: &BasketTotals) {
    let of_rates: Vec<Amounts> = totals.by_rate.iter().map(|(_, amounts)| *amounts).collect();
    assert!(totals.by_rate.is_sorted_by(|(above, _), (below, _)| above > below));
    for rows in [Some(&of_rates), totals.lines.as_ref()].into_iter().flatten() {
        for row in rows.iter().chain([&totals.amounts]) {
            assert_eq!(row.net().checked_add(row.vat()), Some(row.gross()));
            assert_eq!(row.gross().scale(), totals.currency.decimals());
        }
        let sum = |of: fn(&Amounts) -> Decimal| rows.iter().map(of).sum::<Decimal>();
        assert_eq!(sum(|row| row.net()), totals.amounts.net());
        assert_eq!(sum(|row| row.vat()), totals.amounts.vat());
        assert_eq!(sum(|row| row.gross()), totals.amounts.gross());
    }
}

/// Reads as the table in src/packed/report.rs says, and compares with what was written.
struct Reader {
    figures: Vec<u8>,
    texts: Vec<u16>,
    place: usize,
    text: usize,
}

impl Reader {
    fn new(writer: Writer, length: usize) -> Reader {
        let mut bytes = writer.buffer;
        bytes.truncate(length);
        let head = usize::try_from(u32::from_le_bytes(bytes[..4].try_into().unwrap())).unwrap();
        let texts = String::from_utf8(bytes.split_off(head)).unwrap();
        Reader { figures: bytes, texts: texts.encode_utf16().collect(), place: 4, text: 0 }
    }

    fn byte(&mut self) -> u8 {
        self.place += 1;
        self.figures[self.place - 1]
    }

    fn count(&mut self) -> usize {
        let bytes = [self.byte(), self.byte(), self.byte(), self.byte()];
        usize::try_from(u32::from_le_bytes(bytes)).unwrap()
    }

    fn same(&mut self, expected: &str) {
        let units = match self.byte() {
            255 => self.count(),
            units => usize::from(units),
        };
        let text = String::from_utf16(&self.texts[self.text..self.text + units]).unwrap();
        self.text += units;
        assert_eq!(text, expected);
    }

    fn decimal(&mut self, expected: Decimal) {
        match self.byte() {
            255 => self.same(&decimal::format(expected)),
            decimals => {
                let digits = u32::try_from(self.count()).unwrap();
                assert_eq!(Decimal::new(i64::from(digits), u32::from(decimals)), expected);
                assert_eq!(u32::from(decimals), expected.scale());
            }
        }
    }

    fn currency(&mut self, expected: Currency) {
        let letters = [self.byte(), self.byte(), self.byte()];
        assert_eq!(&letters, expected.code().as_bytes());
    }

    fn amounts(&mut self, expected: &Amounts) {
        for amount in [expected.net(), expected.vat(), expected.gross()] {
            self.decimal(amount);
        }
    }

    fn basket(&mut self, expected: &BasketTotals) {
        self.currency(expected.currency);
        assert_eq!(Rounding::NAMES[usize::from(self.byte())].1, expected.rounding);
        self.amounts(&expected.amounts);
        assert_eq!(self.count(), expected.by_rate.len());
        for (rate, amounts) in &expected.by_rate {
            self.decimal(rate.percent());
            match expected.by_rate.len() {
                1 => assert_eq!(*amounts, expected.amounts),
                _ => self.amounts(amounts),
            }
        }
        assert_eq!(self.count(), expected.lines.as_ref().map_or(0, Vec::len));
        for amounts in expected.lines.iter().flatten() {
            self.amounts(amounts);
        }
    }

    fn found(&mut self, expected: Option<&Found>) {
        match (self.byte(), expected) {
            (0, None) => {}
            (1, Some(Found::Price(price))) => self.decimal(*price),
            (2, Some(Found::Nearest(short, None))) => self.priced(short),
            (3, Some(Found::Nearest(short, Some(beyond)))) => {
                self.priced(short);
                self.priced(beyond);
            }
            (tag, found) => panic!("{tag} was written for {found:?}"),
        }
    }

    fn priced(&mut self, expected: &Priced) {
        self.decimal(expected.unit_price);
        self.decimal(expected.gross);
    }

    fn issues(&mut self, expected: &[Issue]) {
        assert_eq!(self.count(), expected.len());
        for issue in expected {
            assert_eq!(Code::ALL[usize::from(self.byte())], issue.code);
            assert_eq!(self.byte() == 1, issue.severity == Severity::Error);
            assert_eq!(usize::from(self.byte()), issue.path.len());
            for segment in &issue.path {
                match (self.byte(), segment) {
                    (0, Segment::Field(name)) => self.same(name),
                    (1, Segment::Index(index)) => assert_eq!(self.count(), *index),
                    (tag, segment) => panic!("{tag} was written for {segment:?}"),
                }
            }
            assert_eq!(usize::from(self.byte()), issue.params.len());
            for param in &issue.params {
                match (self.byte(), param) {
                    (0, Param::Text(text)) => self.same(text),
                    (3, Param::Amount(amount)) => self.decimal(*amount),
                    (1, Param::Count(count)) => assert_eq!(self.count(), usize::try_from(*count).unwrap()),
                    (2, Param::List(list)) => {
                        assert_eq!(usize::from(self.byte()), list.len());
                        for entry in *list {
                            self.same(entry);
                        }
                    }
                    (tag, param) => panic!("{tag} was written for {param:?}"),
                }
            }
        }
    }

    fn end(&self) {
        assert_eq!((self.place, self.text), (self.figures.len(), self.texts.len()));
    }
}
