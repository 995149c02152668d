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
#[path = "common/packer.rs"]
mod packer;
#[path = "common/random.rs"]
mod random;
#[path = "common/text.rs"]
mod text;

use std::panic;

use check::check;
use packer::{Packer, Packet, Remembers};
use qonto_payment_links::issue::{Code, MAX_ISSUES};
use qonto_payment_links::options::Options;
use qonto_payment_links::packed;
use qonto_payment_links::packed::reader::Reader;
use qonto_payment_links::packed::report::Writer;
use qonto_payment_links::packed::words::Words;
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::{self, Report, Want};
use qonto_payment_links::vat::VatRates;
use random::Random;
use serde_json::{Map, Value, json};

/// The payloads of the rules' cases, with their names.
fn payloads() -> Vec<(String, Value)> {
    let cases: Vec<Map<String, Value>> = serde_json::from_str(include_str!("fixtures/rules.json")).unwrap();
    cases.into_iter().map(|mut case| (case["name"].to_string(), case.remove("payload").unwrap())).collect()
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
fn exercise(bytes: &[u8], words: &Words) {
    let report = match packed::check(bytes, words, Want::Totals).map(|checked| checked.1) {
        Ok(report) => report,
        Err(_) => validate::check(Reader::with(bytes, words).read().1, &Options::default(), Want::Totals),
    };
    assert!(report.issues.len() <= MAX_ISSUES + 1);
    // The rest say what these say.
    for issue in report.issues.iter().take(3) {
        assert_ne!(issue.message(), "");
    }
    let mut writer = Writer::default();
    assert!(writer.report(&report) > 5);
    let line = validate::check_line(Reader::with(bytes, words).read_line().1, &Options::default());
    assert!(writer.line(&line) > 5);
}

/// Reads many buffers; the one that panics is in the message.
fn survives(words: &Words, buffers: impl Iterator<Item = Vec<u8>>) {
    for bytes in buffers {
        if panic::catch_unwind(|| exercise(&bytes, words)).is_err() {
            panic!("reading {bytes:?} panics");
        }
    }
}

/// The words of a shop, each of another kind.
fn words() -> Words {
    let mut words = Words::default();
    for word in ["EUR", "20", "5.5", "good", "unit", "paypal", "https://shop.example/", "USD", "line", "x"] {
        words.learn(word);
    }
    words
}

#[test]
fn the_pages_example_assembled_by_hand_gives_the_report_of_its_json() {
    let bytes = [
        b"\0\x04".as_slice(),
        b"\x05\x01\0\0\0\x8bcredit_card\x03\0\0\0\0\0\0",
        b"\x05\x01\0\0\0\x04\x0e\x06\0\0\0\x0a\x01\0\x04\x8510.99\x83EUR\0\x8421.0\x84good\x0e\x12\0\0\0\x84unit\0",
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
    let length = writer.line(&validate::check_line(line, &Options::read(&settings).unwrap()));
    let decimals =
        [277, 997, 278, 1001, 833].map(|digits: u32| [&[2], digits.to_le_bytes().as_slice()].concat());
    let [price, gross, next, over, single] = decimals;
    let figures =
        [b"\0\x03".as_slice(), &price, &gross, &next, &over, b"\x01", &single, b"\x01\0\0\0"].concat();
    let bytes = &writer.buffer[..length];
    assert_eq!(bytes[4..4 + figures.len()], figures);
    let head = usize::try_from(u32::from_le_bytes(bytes[..4].try_into().unwrap())).unwrap();
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
            let packed = Packer::pack(&payload, options, remembers).check(Want::Totals);
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
    let rates = ["20", "5.5", "20.0", "21.0", "0", "10", "33", "0.21", "x", "2.1", "7", "19", "25.5"];
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
        let packed = Packer::pack(&payload, options, Remembers::Words).check(Want::Totals);
        let parsed = check(&payload, options, Want::Totals);
        assert_eq!(packed.issues, parsed.issues, "{payload}");
        assert_eq!((packed.valid, packed.totals), (parsed.valid, parsed.totals), "{payload}");
    }
}

#[test]
fn a_basket_of_many_rates_gets_the_same_report_packed_as_parsed() {
    let rates = ["20", "5.5", "21.0", "0", "10", "2.1", "7", "19", "25.5", "8.1", "20.00"];
    for count in 1..=rates.len() {
        for rounding in Rounding::NAMES.map(|(_, rounding)| rounding) {
            let item = |rate: &&str| json!({ "title": "x", "quantity": 3, "vat_rate": rate, "unit_price": { "value": "0.33", "currency": "EUR" } });
            // Each rate comes again, at its known place.
            let items: Vec<Value> = rates.iter().take(count).chain(&rates[..count]).map(item).collect();
            let payload =
                json!({ "potential_payment_methods": ["paypal"], "reusable": true, "items": items });
            let options = Options { rounding, ..Options::default() };
            let packed = Packer::pack(&payload, options, Remembers::Words).check(Want::Totals);
            let parsed = check(&payload, options, Want::Totals);
            assert_eq!((packed.issues, packed.totals), (parsed.issues, parsed.totals), "{payload}");
        }
    }
}

#[test]
fn the_item_that_makes_a_sum_too_large_is_named_packed_as_parsed() {
    let item = |price: &str| json!({"title": "Tea", "quantity": 1, "unit_price": {"value": price, "currency": "EUR"}, "vat_rate": "0"});
    let huge = "92233720368547758.07";
    for (prices, at) in [
        (["1.00", "2.00", huge, "4.00"], 2),
        (["1.00", huge, "-92233720368547758.00", "4.00"], 1),
        ([huge, "3.00", "1.00", "4.00"], 1),
        (["-1.00", "-2.00", huge, "4.00"], 3),
    ] {
        let payload = json!({
            "potential_payment_methods": ["paypal"],
            "reusable": true,
            "items": prices.map(item),
        });
        let packed = Packer::pack(&payload, Options::default(), Remembers::Words).check(Want::Totals);
        let parsed = check(&payload, Options::default(), Want::Totals);
        assert_eq!(packed.issues, parsed.issues, "{payload}");
        let found = packed.issues.iter().find(|issue| issue.code == Code::NotCalculable).unwrap();
        assert_eq!(found.pointer(), format!("/items/{at}"));
    }
}

#[test]
fn a_packet_cut_off_anywhere_can_be_read() {
    for (_, payload) in payloads() {
        let Packet { bytes, words } = Packer::pack(&payload, Options::default(), Remembers::Words);
        let step = bytes.len() / 100 + 1;
        survives(&words, (0..bytes.len()).step_by(step).map(|length| bytes[..length].to_vec()));
    }
}

#[test]
fn random_bytes_can_be_read() {
    let mut random = Random::new(10);
    survives(
        &words(),
        (0..100_000).map(|round| {
            let length = [4, 16, 64, 300][round % 4];
            (0..random.index(length) + 1).map(|_| random.next().to_le_bytes()[0]).collect()
        }),
    );
}

#[test]
fn random_tags_can_be_read() {
    // Bytes of which most are tags reach deeper than any bytes do.
    let tags = [
        0, 1, 3, 4, 4, 4, 5, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 18, 32, 33, 63, 128, 129, 131, 132, b'E',
        b'1', b'.', 0xff,
    ];
    let mut random = Random::new(11);
    survives(
        &words(),
        (0..100_000).map(|_| {
            let length = random.index(100) + 3;
            let head = [0, 4, 5];
            head.into_iter().chain((0..length).map(|_| tags[random.index(tags.len())])).collect()
        }),
    );
}

#[test]
fn mutated_packets_can_be_read() {
    let mut random = Random::new(12);
    let packets: Vec<Vec<u8>> = payloads()
        .iter()
        .map(|(_, payload)| Packer::pack(payload, Options::default(), Remembers::Words).bytes)
        .filter(|bytes| bytes.len() < 500)
        .collect();
    survives(
        &words(),
        (0..100_000).map(|_| {
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
        }),
    );
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
    survives(&words(), buffers.into_iter());
}

#[test]
fn unknown_names_inside_the_wrapper_stand_before_those_beside_it() {
    let payload = serde_json::json!({ "payment_link": { "inside": 1, "items": [] }, "beside": 2 });
    let packed = Packer::pack(&payload, Options::default(), Remembers::Words).check(Want::Issues);
    let parsed = check(&payload, Options::default(), Want::Issues);
    let pointers: Vec<String> =
        parsed.issues.iter().map(qonto_payment_links::issue::Issue::pointer).collect();
    assert_eq!(pointers[pointers.len() - 2..], ["/inside", "/beside"]);
    assert_eq!(packed.issues, parsed.issues);
}
