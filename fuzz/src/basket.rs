//! The live basket: after any changes it says what a fresh check of its payload says.

use arbitrary::{Arbitrary, Unstructured};
use qonto_payment_links::basket::Basket;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Rounding, Totals};
use qonto_payment_links::validate::{Report, Want};
use qonto_payment_links::vat::VatRates;
use serde_json::{Value, json};

use super::packer::{Packer, Remembers};
use super::report;
use super::totals::Line;

/// More would take long to compare after each change.
const MOST_CHANGES: usize = 60;

#[derive(Arbitrary, Debug)]
struct Session {
    rounding: u8,
    fractions: bool,
    lines: bool,
    around: u8,
    changes: Vec<Change>,
}

#[derive(Arbitrary, Debug)]
enum Change {
    Add(Item),
    Set(u8, Item),
    Remove(u8),
    Around(u8),
    Clear,
}

#[derive(Arbitrary, Debug)]
struct Item {
    kind: u8,
    quantity: u8,
    cents: u16,
    rate: u8,
    line: Line,
    /// What else is wrong with it, mostly nothing.
    wild: u8,
}

impl Item {
    fn json(&self) -> Value {
        // Three in four are usual, so that there are baskets of such alone.
        if !self.kind.is_multiple_of(4) {
            let line = Line::usual(self.quantity, self.cents, self.rate);
            return line.json("EUR", &line.rate());
        }
        let currency = match self.wild {
            0..=9 => "USD",
            10..=14 => "JPY",
            15..=19 => "eur",
            _ => "EUR",
        };
        let mut item = self.line.json(currency, &self.line.rate());
        match self.wild {
            20..=24 => item["title"] = " ".into(),
            25..=29 => item["vat_rate"] = 21.into(),
            30..=34 => item["quantity"] = "1".into(),
            35..=39 => item["unit_price"] = Value::Null,
            40..=44 => item["type"] = "goods".into(),
            45 => return Value::Null,
            46 => return json!("item"),
            _ => {}
        }
        item
    }
}

/// A payload around the items.
fn around(number: u8) -> Value {
    match number {
        0..=9 => json!({ "items": [] }),
        10..=19 => {
            json!({ "items": [], "reusable": 1, "potential_payment_methods": ["cash", 1], "redirect": "" })
        }
        20..=29 => json!({ "items": [], "amount": { "value": "1.00", "currency": "EUR" } }),
        30..=39 => json!({ "items": "none", "reusable": true, "potential_payment_methods": ["paypal"] }),
        _ => json!({ "items": [], "reusable": true, "potential_payment_methods": ["paypal"] }),
    }
}

pub fn run(bytes: &[u8]) {
    let Ok(session) = Session::arbitrary(&mut Unstructured::new(bytes)) else { return };
    let options = Options {
        rounding: Rounding::NAMES[usize::from(session.rounding % 4)].1,
        vat_rates: VatRates::NAMES[usize::from(session.fractions)].1,
        lines: session.lines,
    };
    let mut payload = around(session.around);
    let mut basket = Basket::new(&Packer::pack(&payload, options, Remembers::Nothing).bytes).unwrap();
    let mut items: Vec<(u32, Value)> = Vec::new();
    let mut packer = Packer::for_items(if session.lines { Remembers::Nothing } else { Remembers::Words });
    for change in session.changes.iter().take(MOST_CHANGES) {
        let place = |index: u8| usize::from(index) % (items.len() + 1);
        match change {
            Change::Add(item) => {
                let item = item.json();
                let packed = packer.pack_item(&item, |word| basket.learn(word));
                let slot = basket.put(items.len(), &packed).unwrap();
                assert!(items.iter().all(|(taken, _)| *taken != slot));
                items.push((slot, item));
            }
            Change::Set(index, item) => {
                let (index, item) = (place(*index), item.json());
                // Behind the last place there is none.
                let index = if index == items.len() { index + 1 } else { index };
                let packed = packer.pack_item(&item, |word| basket.learn(word));
                let slot = basket.put(index, &packed);
                assert_eq!(slot, items.get(index).map(|(slot, _)| *slot));
                if let Some(there) = items.get_mut(index) {
                    there.1 = item;
                }
            }
            Change::Remove(index) => {
                let index = place(*index);
                let slot = basket.remove(index);
                assert_eq!(slot, items.get(index).map(|(slot, _)| *slot));
                if slot.is_some() {
                    items.remove(index);
                }
            }
            Change::Around(number) => {
                payload = around(*number);
                basket.set_payload(&Packer::pack(&payload, options, Remembers::Nothing).bytes);
            }
            Change::Clear => {
                basket.clear();
                items.clear();
            }
        }
        compare(&basket, &payload, &items, options);
    }
}

fn compare(basket: &Basket, around: &Value, items: &[(u32, Value)], options: Options) {
    assert_eq!((basket.len(), basket.is_empty()), (items.len(), items.is_empty()));
    assert_eq!(basket.slots(), items.iter().map(|(slot, _)| *slot).collect::<Vec<_>>());
    let mut payload = around.clone();
    if payload["items"].is_array() {
        payload["items"] = items.iter().map(|(_, item)| item.clone()).collect();
    }
    let check = |options: Options, want: Want| -> Report {
        Packer::pack(&payload, options, Remembers::Words).check(want)
    };

    let issues = basket.issues();
    report::sound(&issues);
    let expected = check(options, Want::Issues);
    assert_eq!(
        (issues.valid, issues.issues, issues.grosses),
        (expected.valid, expected.issues, expected.grosses)
    );
    let expected = check(options, Want::Totals).totals;
    assert_eq!(basket.totals(), expected);
    assert_eq!(
        basket.gross(),
        expected.map(|totals| match totals {
            Totals::Basket(totals) => totals.amounts.gross(),
            Totals::Invoice { gross, .. } => gross,
        })
    );
    let lines = match check(Options { lines: true, ..options }, Want::Totals).totals {
        Some(Totals::Basket(totals)) => totals.lines.unwrap(),
        _ => Vec::new(),
    };
    for (index, expected) in lines.iter().enumerate() {
        let Some(Totals::Basket(line)) = basket.line(index) else { panic!("line {index} has no totals") };
        assert_eq!(line.amounts, *expected);
    }
    assert_eq!(basket.line(items.len()), None);
}

/// Bytes of which most make some changes.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut byte = 1_u32;
    let mut next = |_| {
        byte = byte.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        byte.to_be_bytes()[0]
    };
    (0..64).map(|seed| (0..100 + seed * 4).map(&mut next).collect()).collect()
}
