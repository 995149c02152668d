//! The packed payload: any bytes at all can be read, and what a packer writes says what the JSON said.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "common/check.rs"]
mod check;
#[path = "common/random.rs"]
mod random;
#[path = "common/text.rs"]
mod text;

use std::panic;

use check::check;
use qonto_payment_links::issue::MAX_ISSUES;
use qonto_payment_links::options::Options;
use qonto_payment_links::packed::reader::Reader;
use qonto_payment_links::packed::report::Writer;
use qonto_payment_links::payload::{Item, Money, Payload, Prose};
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::{self, Report, Want};
use qonto_payment_links::vat::VatRates;
use random::Random;
use serde_json::{Map, Value};

/// The payloads of the rules' cases, with their names.
fn payloads() -> Vec<(String, Value)> {
    let cases: Vec<Map<String, Value>> = serde_json::from_str(include_str!("fixtures/rules.json")).unwrap();
    cases.into_iter().map(|mut case| (case["name"].to_string(), case.remove("payload").unwrap())).collect()
}

/// What a packer has read remembered, and with it which of two forms it writes values in.
#[derive(Clone, Copy, PartialEq)]
enum Remembers {
    /// Nothing, and every value in its longest form.
    Nothing,
    /// What repeats: all texts but prices, as pkg-template/src/pack.ts does.
    Words,
    /// Every text.
    Everything,
}

/// Writes packets by the table in src/packed.rs.
struct Packer {
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
    fn pack(payload: &Value, remembers: Remembers) -> Vec<u8> {
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
                let text = ecmascript(number.as_f64().unwrap());
                self.bytes.extend([11, u8::try_from(text.len()).unwrap()]);
                self.bytes.extend(text.as_bytes());
            }
        }
    }
}

/// `String(number)` for the numbers of the fixtures.
fn ecmascript(number: f64) -> String {
    let size = number.abs();
    match size {
        0.0 => "0".to_string(),
        _ if size >= 1e21 => format!("{number:e}").replace('e', "e+"),
        _ if size < 1e-6 => format!("{number:e}"),
        _ => number.to_string(),
    }
}

fn report(bytes: &[u8], options: Options, want: Want) -> Report {
    let mut reader = Reader::new(bytes);
    let (_, payload) = reader.read();
    validate::check(payload, &options, want)
}

fn options(bytes: &[u8]) -> Result<Options, String> {
    Options::read(&Reader::new(bytes).read().0)
}

/// Everything that can be done with what was read, which has to make sense.
fn exercise(bytes: &[u8]) {
    let options = options(bytes).unwrap_or_default();
    let report = report(bytes, options, Want::Totals);
    assert!(report.issues.len() <= MAX_ISSUES + 1);
    // The rest say what these say.
    for issue in report.issues.iter().take(3) {
        assert_ne!(issue.message(), "");
    }
    let mut writer = Writer::default();
    writer.report(&report);
    assert!(written(&mut writer).len() > 5);
    writer.line(&validate::check_line(Reader::new(bytes).read_line().1, &options));
    assert!(written(&mut writer).len() > 5);
}

fn written(writer: &mut Writer) -> Vec<u8> {
    let mut bytes = vec![0; writer.len()];
    writer.copy_to(&mut bytes);
    bytes
}

/// Reads many buffers; the one that panics is in the message.
fn survives(buffers: impl Iterator<Item = Vec<u8>>) {
    for bytes in buffers {
        if panic::catch_unwind(|| exercise(&bytes)).is_err() {
            panic!("reading {bytes:?} panics");
        }
    }
}

#[test]
fn the_pages_example_assembled_by_hand_gives_the_report_of_its_json() {
    let bytes = [
        b"\0\x04".as_slice(),
        b"\x05\x01\0\0\0\x8bcredit_card\x03\0\0\0\0\0\0",
        b"\x05\x01\0\0\0\x04\x0e\x06\0\0\0\x0a\x01\0\x04\x8510.99\x83EUR\0\x8421.0\x84good\x12\x12\x84unit\0",
    ]
    .concat();
    let json = serde_json::from_str(
        r#"{"payment_link":{"potential_payment_methods":["credit_card"],"reusable":true,"items":[{"title":"Item 1","quantity":1,"unit_price":{"value":"10.99","currency":"EUR"},"vat_rate":"21.0","type":"good","description":"Item 1 description","measure_unit":"unit"}]}}"#,
    )
    .unwrap();
    let (packed, parsed) =
        (report(&bytes, Options::default(), Want::Totals), check(&json, Options::default(), Want::Totals));
    assert!(packed.valid && packed.issues.is_empty());
    assert_eq!(packed.totals, parsed.totals);
    assert_eq!(text::text(&packed.totals.unwrap()), "EUR line 10.99 2.31 13.30 1 21 10.99 2.31 13.30");
}

#[test]
fn options_are_packed_before_the_payload() {
    let bytes = b"\x04\x84rate\x88fraction\x03\x00";
    let expected = Options { rounding: Rounding::Rate, vat_rates: VatRates::Fraction, lines: true };
    assert_eq!(options(bytes), Ok(expected));
    assert_eq!(options(b""), Ok(Options::default()));
    assert!(options(b"\x10").unwrap_err().contains("`string`"));
}

#[test]
fn a_line_with_a_gross_price_is_read_and_its_report_written_as_the_tables_say() {
    let bytes = b"\x04\x84line\0\0\x04\x8510.00\x0a\x03\0\x8220\x83EUR\x01\x01\0\0\0\0\0\0\0\x83qty";
    let (settings, line) = Reader::new(bytes).read_line();
    let mut writer = Writer::default();
    writer.line(&validate::check_line(line, &Options::read(&settings).unwrap()));
    let figures = b"\0\x03\x04\x04\x04\x05\x01\x04\x01\0\0\0".as_slice();
    let texts = "2.779.972.7810.018.33";
    let bytes = written(&mut writer);
    assert_eq!(bytes[4..4 + figures.len()], *figures);
    let head = usize::try_from(u32::from_le_bytes(bytes[..4].try_into().unwrap())).unwrap();
    assert_eq!(bytes[head..head + texts.len()], *texts.as_bytes());
    assert!(String::from_utf8_lossy(&bytes[head..]).contains("qty"));
}

#[test]
fn every_case_of_the_rules_gets_the_same_report_packed_as_parsed() {
    let unusual = Options { rounding: Rounding::Total, vat_rates: VatRates::Fraction, lines: true };
    for (name, payload) in payloads() {
        for (remembers, options) in [
            (Remembers::Nothing, Options::default()),
            (Remembers::Words, Options::default()),
            (Remembers::Words, unusual),
            (Remembers::Everything, unusual),
        ] {
            let bytes = Packer::pack(&payload, remembers);
            let packed = report(&bytes, options, Want::Totals);
            let parsed = check(&payload, options, Want::Totals);
            assert_eq!(packed.issues, parsed.issues, "{name}");
            assert_eq!((packed.valid, packed.totals), (parsed.valid, parsed.totals), "{name}");
        }
    }
}

/// Baskets of which most items are plain, and some are not for one reason each.
#[test]
fn baskets_of_plain_and_other_items_get_the_same_report_packed_as_parsed() {
    let prices = [
        "10.99",
        "0.01",
        "7",
        "3.5",
        "9999999.99",
        "0.00",
        "-1.00",
        "10000000.00",
        "01.10",
        "1.999",
        "1e3",
        "5.",
        ".5",
        "1,5",
    ];
    let quantities = ["1", "2", "7", "255", "256", "65535", "65536", "0", "1.5", "1e21", "-3"];
    let rates = ["20", "5.5", "21.0", "0", "10", "33", "0.21", "x", "2.1", "7", "19", "25.5"];
    let lengths = [1, 64, 65, 120, 121, 600, 601, 0];
    let mut random = Random::new(13);
    // Usually the first, so that most items are plain.
    let mut pick =
        |length: usize| if random.below(8) > 0 { random.index(length.min(3)) } else { random.index(length) };
    for _ in 0..3_000 {
        let items: Vec<String> = (0..=pick(60))
            .map(|_| {
                let text = |length: usize| "x".repeat(length);
                let description = match pick(9) {
                    0..=3 => String::new(),
                    _ => format!(r#","description":"{}""#, text(lengths[pick(lengths.len())])),
                };
                let unit = ["", r#","measure_unit":"unit""#, r#","measure_unit":"hour""#, r#","measure_unit":"units""#][pick(4)];
                let of = ["", r#","type":"good""#, r#","type":"service""#, r#","type":7"#, r#","more":1"#][pick(5)];
                let currency = ["EUR", "EUR", "EUR", "USD", "JPY", "eur"][pick(6)];
                format!(
                    r#"{{"title":"{}","quantity":{},"unit_price":{{"value":"{}","currency":"{currency}"}},"vat_rate":"{}"{description}{unit}{of}}}"#,
                    text(lengths[pick(lengths.len())]),
                    quantities[pick(quantities.len())],
                    prices[pick(prices.len())],
                    rates[pick(rates.len())],
                )
            })
            .collect();
        let payload: Value = serde_json::from_str(&format!(
            r#"{{"potential_payment_methods":["paypal"],"reusable":true,"items":[{}]}}"#,
            items.join(",")
        ))
        .unwrap();
        let options =
            Options { lines: pick(2) == 0, rounding: Rounding::NAMES[pick(4)].1, ..Options::default() };
        let packed = report(&Packer::pack(&payload, Remembers::Words), options, Want::Totals);
        let parsed = check(&payload, options, Want::Totals);
        assert_eq!(packed.issues, parsed.issues, "{payload}");
        assert_eq!((packed.valid, packed.totals), (parsed.valid, parsed.totals), "{payload}");
    }
}

#[test]
fn a_packet_cut_off_anywhere_can_be_read() {
    for (_, payload) in payloads() {
        let bytes = Packer::pack(&payload, Remembers::Words);
        let step = bytes.len() / 100 + 1;
        survives((0..bytes.len()).step_by(step).map(|length| bytes[..length].to_vec()));
    }
}

#[test]
fn random_bytes_can_be_read() {
    let mut random = Random::new(10);
    survives((0..100_000).map(|round| {
        let length = [4, 16, 64, 300][round % 4];
        (0..random.index(length) + 1).map(|_| random.next().to_le_bytes()[0]).collect()
    }));
}

#[test]
fn random_tags_can_be_read() {
    // Bytes of which most are tags reach deeper than any bytes do.
    let tags = [
        0, 1, 3, 4, 4, 4, 5, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 32, 33, 63, 128, 129, 131, 132, b'E',
        b'1', b'.', 0xff,
    ];
    let mut random = Random::new(11);
    survives((0..100_000).map(|_| {
        let length = random.index(100) + 3;
        let head = [0, 4, 5];
        head.into_iter().chain((0..length).map(|_| tags[random.index(tags.len())])).collect()
    }));
}

#[test]
fn mutated_packets_can_be_read() {
    let mut random = Random::new(12);
    let packets: Vec<Vec<u8>> = payloads()
        .iter()
        .map(|(_, payload)| Packer::pack(payload, Remembers::Words))
        .filter(|bytes| bytes.len() < 500)
        .collect();
    survives((0..100_000).map(|_| {
        let mut bytes = packets[random.index(packets.len())].clone();
        for _ in 0..=random.index(4) {
            let place = random.index(bytes.len());
            let byte = random.next().to_le_bytes()[0];
            match random.below(5) {
                0 => bytes[place] = byte,
                1 => bytes[place] ^= 1 << (byte % 8),
                2 => bytes.insert(place, byte),
                3 if bytes.len() > 1 => drop(bytes.remove(place)),
                _ => {
                    let other = &packets[random.index(packets.len())];
                    let from = random.index(other.len());
                    bytes.truncate(place);
                    bytes.extend(&other[from..]);
                    bytes.push(byte);
                }
            }
        }
        bytes
    }));
}

#[test]
fn counts_and_lengths_that_are_too_large_end_with_the_bytes() {
    let huge = u32::MAX.to_le_bytes();
    let buffers = [
        [b"\0\x04\x05".as_slice(), &huge].concat(),
        [b"\0\x04\x05".as_slice(), &huge, b"\x80\x80\x80"].concat(),
        [b"\0\x04\0\0\0\0\0\0\0\x01".as_slice(), &huge, &huge].concat(),
        [b"\0\x04\0\0\0\0\0\0\0\0\x05".as_slice(), &huge].concat(),
        [b"\0\x04\0\0\0\0\0\0\0\0\x05".as_slice(), &huge, &[4; 100]].concat(),
        [b"\0\x04\0\0\x0c\0\xff\xff".as_slice(), b"short"].concat(),
        [b"\0\x04\0\0\0\0\0\0\0\0\x05\x01\0\0\0\x04\x0e".as_slice(), &huge].concat(),
        [b"\0\x04\0\0\0\0\0\0\0\0\x05\x01\0\0\0\x04\x0e\x01\0\0\0\x0b\xff".as_slice(), &[b'9'; 300]].concat(),
    ];
    survives(buffers.into_iter());
}
