//! The packed payload: any bytes at all are read, judged and reported.

use qonto_payment_links::options::Options;
use qonto_payment_links::packed::reader::Reader;
use qonto_payment_links::validate::{self, Want};

use serde_json::{Value, json};

use super::packer::{Packer, Remembers};
use super::report;

pub fn run(bytes: &[u8]) {
    let options = match Options::read(&Reader::new(bytes).read().0) {
        Ok(options) => options,
        Err(message) => {
            report::sound_misuse(&message);
            Options::default()
        }
    };
    let whole = validate::check(Reader::new(bytes).read().1, &options, Want::Totals);
    report::sound(&whole);
    // What is wanted beside the issues changes none of them.
    let issues = validate::check(Reader::new(bytes).read().1, &options, Want::Issues);
    assert!(issues.totals.is_none());
    assert_eq!((issues.valid, issues.issues, issues.grosses), (whole.valid, whole.issues, whole.grosses));

    report::sound_line(&validate::check_line(Reader::new(bytes).read_line().1, &options));
}

/// The payloads of the rules' cases, packed.
pub fn seeds() -> Vec<Vec<u8>> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/fixtures/rules.json")).unwrap();
    let packets = cases.iter().map(|case| Packer::pack(&case["payload"], Remembers::Words));
    let line = b"\x04\x84line\0\0\x04\x8510.00\x0a\x03\0\x8220\x83EUR\x01\x01\0\0\0\0\0\0\0\x83qty".to_vec();
    // More UTF-16 units than a byte counts, in a name that is not ASCII.
    let names = json!({ "payment_link": { "€".repeat(300): 1, "items": [] }, "beside": 2 });
    let names = Packer::pack(&names, Remembers::Nothing);
    packets.filter(|packet| packet.len() < 600).chain([line, names]).collect()
}
