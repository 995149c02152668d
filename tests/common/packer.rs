//! The second writer of packets, beside pkg-template/src/pack.ts.

use qonto_payment_links::decimal;
use qonto_payment_links::issue::{Code, Issue, Param, Segment};
use qonto_payment_links::options::Options;
use qonto_payment_links::packed;
use qonto_payment_links::packed::reader::Reader;
use qonto_payment_links::packed::report::Writer;
use qonto_payment_links::packed::words::{MAX_WORDS, Words};
use qonto_payment_links::payload::{Item, Money, Payload, Prose};
use qonto_payment_links::totals::SmallSums;
use qonto_payment_links::validate::{self, Report, Want};
use qonto_payment_links::vat::VatRates;
use serde_json::{Map, Value};

/// Which texts are words of a packer, and with it which of two forms it writes values in.
#[derive(Clone, Copy, PartialEq)]
#[allow(dead_code, reason = "each test file uses what it needs")]
pub(crate) enum Remembers {
    /// None, and every value in its longest form.
    Nothing,
    /// What repeats: all texts but prices, as pkg-template/src/pack.ts does.
    Words,
    /// Every text.
    Everything,
}

/// What was packed, with the words in it.
pub(crate) struct Packet {
    pub(crate) bytes: Vec<u8>,
    pub(crate) words: Words,
}

impl Packet {
    /// The report, read item by item and by the shorter way, which has to be the same.
    #[allow(dead_code, reason = "each test file uses what it needs")]
    pub(crate) fn check(&self, want: Want) -> Report {
        let short = packed::check(&self.bytes, &self.words, want).unwrap().1;
        let mut reader = Reader::with(&self.bytes, &self.words);
        let (settings, payload) = reader.read();
        let long = validate::check(payload, &Options::read(&settings).unwrap(), want);
        assert_eq!(short.issues, long.issues);
        assert_eq!((short.valid, &short.totals, short.grosses), (long.valid, &long.totals, long.grosses));
        // And so has what is written at once.
        let mut usual = SmallSums::default();
        let (_, found) = packed::find(&self.bytes, &self.words, want, &mut usual, true).unwrap();
        let mut writer = Writer::default();
        let length = writer.found(&found, &usual);
        assert_eq!(writer.buffer[..length], written(long, writer.buffer[4] & 16 != 0));
        short
    }
}

/// A report as the table in src/packed/report.rs says, with its last issue apart or not.
fn written(mut report: Report, apart: bool) -> Vec<u8> {
    let last = if apart { report.issues.pop() } else { None };
    let mut writer = Writer::default();
    let length = writer.report(&report);
    let mut bytes = writer.buffer;
    bytes.truncate(length);
    if let Some(Issue { path, code: Code::RoundingDependent, params, .. }) = &last {
        assert_eq!(*path, [Segment::Field("items".into())]);
        let place = u32::from_le_bytes(bytes[..4].try_into().unwrap());
        let mut texts = bytes.split_off(usize::try_from(place).unwrap());
        bytes[4] |= 16;
        for param in params {
            assert!(matches!(param, Param::Amount(_)), "{param:?}");
            let Param::Amount(amount) = param else { continue };
            match u32::try_from(amount.mantissa()) {
                Ok(units) => {
                    bytes.push(u8::try_from(amount.scale()).unwrap());
                    bytes.extend(units.to_le_bytes());
                }
                Err(_) => {
                    let text = decimal::format(*amount);
                    bytes.extend([255, u8::try_from(text.len()).unwrap()]);
                    texts.extend(text.bytes());
                }
            }
        }
        let place = u32::try_from(bytes.len()).unwrap();
        bytes[..4].copy_from_slice(&place.to_le_bytes());
        bytes.extend(texts);
    } else {
        assert_eq!(last, None);
    }
    bytes
}

/// Writes packets by the table in src/packed/reader.rs.
pub(crate) struct Packer {
    bytes: Vec<u8>,
    words: Words,
    /// The words as texts.
    known: Vec<String>,
    remembers: Remembers,
}

impl Packer {
    fn new(remembers: Remembers) -> Packer {
        Packer { bytes: Vec::new(), words: Words::default(), known: Vec::new(), remembers }
    }

    /// Options, and a payload that may be wrapped.
    pub(crate) fn pack(payload: &Value, options: Options, remembers: Remembers) -> Packet {
        let mut packer = Packer::new(remembers);
        packer.options(options);
        match payload.get("payment_link") {
            Some(inner) => {
                let beside = payload.as_object().unwrap().keys().filter(|name| *name != "payment_link");
                packer.payload(inner, beside.cloned().collect());
            }
            None => packer.payload(payload, Vec::new()),
        }
        Packet { bytes: packer.bytes, words: packer.words }
    }

    fn options(&mut self, options: Options) {
        if options == Options::default() {
            return self.bytes.push(0);
        }
        let notation = VatRates::NAMES.iter().find(|(_, notation)| *notation == options.vat_rates).unwrap().0;
        self.bytes.push(4);
        self.text(Some(&Value::from(options.rounding.name())));
        self.text(Some(&Value::from(notation)));
        self.kind(Some(&Value::from(options.lines)));
    }

    /// For the items of a live basket.
    #[allow(dead_code, reason = "each test file uses what it needs")]
    pub(crate) fn for_items(remembers: Remembers) -> Packer {
        Packer::new(remembers)
    }

    /// An item as a live basket takes it, which `learn`s each new word before.
    #[allow(dead_code, reason = "each test file uses what it needs")]
    pub(crate) fn pack_item(&mut self, item: &Value, learn: impl FnMut(&str)) -> Vec<u8> {
        let before = self.known.len();
        self.item(item);
        self.known[before..].iter().map(String::as_str).for_each(learn);
        std::mem::take(&mut self.bytes)
    }

    fn payload(&mut self, value: &Value, beside: Vec<String>) {
        let Value::Object(fields) = value else { return self.kind(Some(value)) };
        self.bytes.push(4);
        self.list(fields.get("potential_payment_methods"), |packer, entry| packer.text(Some(entry)));
        self.kind(fields.get("reusable"));
        self.text(fields.get("invoice_id"));
        self.prose(fields.get("invoice_number"));
        self.prose(fields.get("debitor_name"));
        self.money(fields.get("amount"));
        self.text(fields.get("redirect_url"));
        self.unknown(fields, &Payload::<()>::FIELDS, beside);
        self.list(fields.get("items"), Packer::item);
    }

    fn item(&mut self, value: &Value) {
        let Value::Object(fields) = value else { return self.kind(Some(value)) };
        let start = self.bytes.len();
        if self.remembers == Remembers::Words && self.usual_item(fields).is_some() {
            return;
        }
        self.bytes.truncate(start);
        self.bytes.push(4);
        self.prose(fields.get("title"));
        self.quantity(fields.get("quantity"));
        self.money(fields.get("unit_price"));
        self.text(fields.get("vat_rate"));
        self.text(fields.get("type"));
        self.prose(fields.get("description"));
        self.text(fields.get("measure_unit"));
        self.unknown(fields, &Item::FIELDS, Vec::new());
    }

    /// An item of the usual kind; `None` where it is another.
    fn usual_item(&mut self, fields: &Map<String, Value>) -> Option<()> {
        let money = fields.get("unit_price")?.as_object()?;
        let price = money.get("value")?.as_str().filter(|price| price.is_ascii() && price.len() <= 64)?;
        let quantity = u16::try_from(fields.get("quantity")?.as_u64()?).ok()?;
        if money.len() != 2 || fields.keys().any(|name| !Item::FIELDS.contains(&name.as_str())) {
            return None;
        }
        let shown = |text: &Value| text.as_str().map(Prose::from).filter(|prose| !prose.blank);
        let title = u8::try_from(shown(fields.get("title")?)?.length).ok()?;
        let description = match fields.get("description") {
            Some(text) => u16::try_from(shown(text)?.length).ok()?,
            None => 0,
        };
        self.bytes.extend([18, title]);
        self.bytes.extend(quantity.to_le_bytes());
        let tags = self.bytes.len();
        for text in
            [money.get("currency"), fields.get("vat_rate"), fields.get("type"), fields.get("measure_unit")]
        {
            self.text(text);
        }
        if self.bytes.len() != tags + 4 || self.bytes[tags..].iter().any(|tag| !matches!(tag, 0 | 32..64)) {
            return None;
        }
        self.bytes.extend(description.to_le_bytes());
        self.bytes.push(u8::try_from(price.len()).ok()?);
        self.bytes.extend(price.bytes());
        Some(())
    }

    fn money(&mut self, value: Option<&Value>) {
        let Some(Value::Object(fields)) = value else { return self.kind(value) };
        self.bytes.push(4);
        match fields.get("value") {
            Some(Value::String(price)) if self.remembers == Remembers::Words => self.plain_text(price),
            price => self.text(price),
        }
        self.text(fields.get("currency"));
        self.unknown(fields, &Money::FIELDS, Vec::new());
    }

    fn unknown(&mut self, fields: &Map<String, Value>, known: &[&str], beside: Vec<String>) {
        let names = fields.keys().filter(|name| !known.contains(&name.as_str())).cloned();
        let names: Vec<String> = names.chain(beside).collect();
        if names.is_empty() {
            return self.bytes.push(0);
        }
        self.bytes.push(1);
        self.count(names.len());
        self.count(0);
        for name in names {
            self.plain_text(&name);
        }
    }

    fn list(&mut self, value: Option<&Value>, entry: fn(&mut Packer, &Value)) {
        let Some(Value::Array(entries)) = value else { return self.kind(value) };
        self.bytes.push(5);
        self.count(entries.len());
        for value in entries {
            entry(self, value);
        }
    }

    fn count(&mut self, count: usize) {
        self.bytes.extend(u32::try_from(count).unwrap().to_le_bytes());
    }

    fn text(&mut self, value: Option<&Value>) {
        let Some(Value::String(text)) = value else { return self.kind(value) };
        if self.remembers == Remembers::Nothing {
            return self.plain_text(text);
        }
        let known = self.known.iter().position(|known| known == text);
        if known.is_none() && self.known.len() == MAX_WORDS {
            return self.plain_text(text);
        }
        let number = known.unwrap_or_else(|| {
            self.words.learn(text);
            self.known.push(text.clone());
            self.known.len() - 1
        });
        self.bytes.push(32 + u8::try_from(number).unwrap());
    }

    fn plain_text(&mut self, text: &str) {
        if text.len() < 128 && text.is_ascii() {
            self.bytes.push(128 + u8::try_from(text.len()).unwrap());
        } else {
            self.bytes.extend([12, 0]);
            self.bytes.extend(u16::try_from(text.len()).unwrap().to_le_bytes());
        }
        self.bytes.extend(text.as_bytes());
    }

    fn prose(&mut self, value: Option<&Value>) {
        let Some(Value::String(text)) = value else { return self.kind(value) };
        let Prose { blank, length } = Prose::from(text.as_str());
        self.bytes.push(if blank { 15 } else { 14 });
        self.bytes.extend(length.to_le_bytes());
    }

    fn quantity(&mut self, value: Option<&Value>) {
        let whole = value.and_then(Value::as_u64).and_then(|quantity| u16::try_from(quantity).ok());
        match whole.filter(|_| self.remembers != Remembers::Nothing) {
            Some(quantity) => {
                self.bytes.push(10);
                self.bytes.extend(quantity.to_le_bytes());
            }
            None => self.kind(value),
        }
    }

    fn kind(&mut self, value: Option<&Value>) {
        match value {
            None => self.bytes.push(0),
            Some(Value::Null) => self.bytes.push(1),
            Some(Value::Bool(false)) => self.bytes.push(2),
            Some(Value::Bool(true)) => self.bytes.push(3),
            Some(Value::Object(_)) => self.bytes.push(4),
            Some(Value::Array(_)) => self.bytes.push(5),
            Some(Value::String(_)) => self.bytes.push(16),
            Some(Value::Number(number)) => {
                let mut buffer = ryu_js::Buffer::new();
                let text = buffer.format(number.as_f64().unwrap());
                self.bytes.extend([11, u8::try_from(text.len()).unwrap()]);
                self.bytes.extend(text.as_bytes());
            }
        }
    }
}
