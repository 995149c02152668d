//! The packed payload: any bytes at all are read, judged and reported.

use qonto_payment_links::options::Options;
use qonto_payment_links::packed;
use qonto_payment_links::packed::reader::Reader;
use qonto_payment_links::packed::words::Words;
use qonto_payment_links::totals::SmallSums;
use qonto_payment_links::validate::{self, Want};

use serde_json::{Value, json};

use super::packer::{Packer, Remembers};
use super::report;

pub fn run(bytes: &[u8]) {
    let words = words();
    let read = || Reader::with(bytes, &words);
    let options = match Options::read(&read().read().0) {
        Ok(options) => options,
        Err(message) => {
            report::sound_misuse(&message);
            assert_eq!(packed::check(bytes, &words, Want::Issues).err().unwrap_or_default(), message);
            return;
        }
    };
    let whole = validate::check(read().read().1, &options, Want::Totals);
    report::sound(&whole);
    // The shorter way leads to the same report.
    let short = packed::check(bytes, &words, Want::Totals).unwrap().1;
    assert_eq!((short.valid, &short.issues, short.grosses), (whole.valid, &whole.issues, whole.grosses));
    assert_eq!(short.totals, whole.totals);
    let mut usual = SmallSums::default();
    let (_, found) = packed::find(bytes, &words, Want::Totals, &mut usual, true).unwrap();
    report::sound_found(&whole, &found, &usual);
    // What is wanted beside the issues changes none of them.
    let issues = packed::check(bytes, &words, Want::Issues).unwrap().1;
    assert!(issues.totals.is_none());
    assert_eq!((issues.valid, issues.issues, issues.grosses), (whole.valid, whole.issues, whole.grosses));

    report::sound_line(&validate::check_line(read().read_line().1, &options));
}

/// The words of a shop, as its packer may have learnt them; the seeds are packed with these.
fn words() -> Words {
    let payload = json!({
        "potential_payment_methods": ["credit_card", "paypal"],
        "redirect_url": "https://shop.example/thanks",
        "items": [{
            "unit_price": { "value": "10.99", "currency": "EUR" },
            "vat_rate": "21.0",
            "type": "good",
            "measure_unit": "unit",
        }, { "unit_price": { "currency": "USD" }, "vat_rate": "5.5", "measure_unit": "hour" }, { "vat_rate": "x" }],
    });
    Packer::pack(&payload, Options::default(), Remembers::Words).words
}

/// The payloads of the rules' cases, packed.
pub fn seeds() -> Vec<Vec<u8>> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../../tests/fixtures/rules.json")).unwrap();
    let pack = |payload: &Value, remembers| Packer::pack(payload, Options::default(), remembers).bytes;
    let packets = cases.iter().flat_map(|case| {
        [Remembers::Words, Remembers::Nothing].map(|remembers| pack(&case["payload"], remembers))
    });
    let line = b"\x04\x84line\0\0\x04\x8510.00\x0a\x03\0\x8220\x83EUR\x01\x01\0\0\0\0\0\0\0\x83qty".to_vec();
    let plain = b"\0\x04\x05\x01\0\0\0\x20\x03\0\0\0\0\x22\0\x05\x01\0\0\0\
        \x12\x04\x03\0\x23\x24\x25\x26\0\0\x0510.99"
        .to_vec();
    // More UTF-16 units than a byte counts, in a name that is not ASCII.
    let names = json!({ "payment_link": { "€".repeat(300): 1, "items": [] }, "beside": 2 });
    let names = pack(&names, Remembers::Nothing);
    packets.filter(|packet| packet.len() < 600).chain([line, plain, names]).collect()
}
