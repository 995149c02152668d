//! The second writer of packets, beside pkg-template/src/pack.ts.

use qonto_payment_links::options::Options;
use qonto_payment_links::payload::{Item, Money, Payload, Prose};
use qonto_payment_links::vat::VatRates;
use serde_json::{Map, Value};

/// What a packer has read remembered, and with it which of two forms it writes values in.
#[derive(Clone, Copy, PartialEq)]
#[allow(dead_code, reason = "each test file uses what it needs")]
pub(crate) enum Remembers {
    /// Nothing, and every value in its longest form.
    Nothing,
    /// What repeats: all texts but prices, as pkg-template/src/pack.ts does.
    Words,
    /// Every text.
    Everything,
}

/// Writes packets by the table in src/packed/reader.rs.
pub(crate) struct Packer {
    bytes: Vec<u8>,
    /// Texts that are worth remembering, as far as they were.
    remembered: Vec<String>,
    remembers: Remembers,
}

impl Packer {
    fn new(remembers: Remembers) -> Packer {
        Packer { bytes: vec![0], remembered: Vec::new(), remembers }
    }

    /// A packet without options, of a payload that may be wrapped.
    pub(crate) fn pack(payload: &Value, remembers: Remembers) -> Vec<u8> {
        let mut packer = Packer::new(remembers);
        match payload.get("payment_link") {
            Some(inner) => {
                let beside = payload.as_object().unwrap().keys().filter(|name| *name != "payment_link");
                packer.payload(inner, beside.cloned().collect());
            }
            None => packer.payload(payload, Vec::new()),
        }
        packer.bytes
    }

    /// A packet with options.
    #[allow(dead_code, reason = "each test file uses what it needs")]
    pub(crate) fn pack_with(payload: &Value, options: Options) -> Vec<u8> {
        let mut packet = vec![4];
        let notation = VatRates::NAMES.iter().find(|(_, notation)| *notation == options.vat_rates).unwrap().0;
        for name in [options.rounding.name(), notation] {
            packet.push(128 + u8::try_from(name.len()).unwrap());
            packet.extend(name.as_bytes());
        }
        packet.push(2 + u8::from(options.lines));
        packet.extend(&Packer::pack(payload, Remembers::Words)[1..]);
        packet
    }

    /// An item that stands alone, as a live basket takes it.
    #[allow(dead_code, reason = "each test file uses what it needs")]
    pub(crate) fn pack_item(item: &Value) -> Vec<u8> {
        let mut packer = Packer { bytes: Vec::new(), remembered: Vec::new(), remembers: Remembers::Nothing };
        packer.item(item);
        packer.bytes
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
        if let Some(number) = self.remembered.iter().position(|known| known == text) {
            return self.bytes.push(32 + u8::try_from(number).unwrap());
        }
        if self.remembered.len() < 32 {
            self.remembered.push(text.clone());
            self.bytes.push(13);
        }
        self.plain_text(text);
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
        match u8::try_from(length) {
            Ok(length) if !blank && self.remembers != Remembers::Nothing => self.bytes.extend([18, length]),
            _ => {
                self.bytes.push(if blank { 15 } else { 14 });
                self.bytes.extend(length.to_le_bytes());
            }
        }
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
