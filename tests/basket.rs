//! The live basket: whatever is done to it, it says what a fresh check of its payload says.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic"
)]

#[path = "common/packer.rs"]
mod packer;
#[path = "common/random.rs"]
mod random;
#[path = "common/text.rs"]
mod text;

use std::fmt::Write;

use packer::{Packer, Remembers};
use qonto_payment_links::basket::Basket;
use qonto_payment_links::decimal;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Rounding, Totals};
use qonto_payment_links::validate::{Report, Want};
use qonto_payment_links::vat::VatRates;
use random::Random;
use serde_json::{Value, json};

fn fresh(payload: &Value, options: Options, want: Want) -> Report {
    Packer::pack(payload, options, Remembers::Words).check(want)
}

/// A basket beside the payload it stands for.
struct Session {
    random: Random,
    options: Options,
    /// How wild its items are: the higher, the more of each list they are taken from.
    wild: usize,
    basket: Basket,
    /// What is around the items.
    around: Value,
    items: Vec<Value>,
    /// The item of each slot, as JavaScript keeps them.
    by_slot: Vec<Value>,
    packer: Packer,
}

impl Session {
    fn new(seed: u64) -> Session {
        let mut random = Random::new(seed);
        let options = Options {
            rounding: Rounding::NAMES[random.index(4)].1,
            vat_rates: VatRates::NAMES[usize::from(random.below(5) == 0)].1,
            lines: random.below(4) == 0,
        };
        let around = match random.below(8) {
            0 => json!({"items": []}),
            1 => {
                json!({"items": [], "reusable": 1, "potential_payment_methods": ["cash", 1], "redirect": ""})
            }
            2 => {
                let currency = ["EUR", "GBP"][random.index(2)];
                json!({"items": [], "amount": {"value": "1.00", "currency": currency}, "potential_payment_methods": ["ideal"]})
            }
            _ => json!({"items": [], "reusable": true, "potential_payment_methods": ["paypal"]}),
        };
        let basket = Basket::new(&Packer::pack(&around, options, Remembers::Nothing).bytes).unwrap();
        let wild = random.index(5);
        let packer =
            Packer::for_items([Remembers::Words, Remembers::Words, Remembers::Nothing][random.index(3)]);
        Session { random, options, wild, basket, around, items: Vec::new(), by_slot: Vec::new(), packer }
    }

    fn put(&mut self, index: usize, item: &Value) -> Option<u32> {
        let packed = self.packer.pack_item(item, |word| self.basket.learn(word));
        self.basket.put(index, &packed)
    }

    fn pick<T: Clone>(&mut self, usual: &[T], wild: &[T]) -> T {
        let is_wild = self.wild > 0 && self.random.below([1, 200, 60, 20, 8][self.wild]) == 0;
        let list = if is_wild { wild } else { usual };
        list[self.random.index(list.len())].clone()
    }

    fn item(&mut self) -> Value {
        let text = |text: &str| json!(text);
        let quantity = self.pick(
            &[json!(1), json!(2), json!(3), json!(7), json!(12), json!(250)],
            &[
                json!(0),
                json!(-1),
                json!(1.5),
                json!(0.1),
                json!(0.300_000_000_000_000_04),
                json!(65_536),
                json!(1e21),
                json!(1e-7),
                json!(123_456_789),
                json!("2"),
                Value::Null,
            ],
        );
        let value = self.pick(
            &["10.99", "0.33", "7", "3.5", "19.90", "0.05", "149.00", "1.01"].map(text),
            &[
                "0.00",
                "-4.99",
                "1.999",
                "1,50",
                "",
                "9999999.99",
                "92233720368547758.07",
                "-92233720368547758.07",
                "9999999999999999999999999999",
                "500000000.00",
                "0.0000000000000001",
                "abc",
            ]
            .map(text),
        );
        let currency = match self.wild {
            4 => self.pick(&["EUR"].map(text), &["USD", "JPY", "KWD", "eur", ""].map(text)),
            3 => self.pick(&["JPY"].map(text), &["", "EUR"].map(text)),
            _ => self.pick(&["EUR"].map(text), &[Value::Null, text("eur")]),
        };
        let rates = match self.options.vat_rates {
            VatRates::Percent => ["20", "5.5", "10", "2.1", "0", "20.0"],
            VatRates::Fraction => ["0.20", "0.055", "0.1", "0.021", "0", "0.2"],
        };
        let rate = self.pick(
            &rates.map(text),
            &[text("33"), text("0.21"), text("19.123456"), text("-5"), text("400"), text("x"), json!(21)],
        );
        let mut item = json!({"title": "Tea", "quantity": quantity, "unit_price": {"value": value, "currency": currency}, "vat_rate": rate});
        for (name, usual, wild) in [
            ("title", text("Coffee"), [text(" "), text(&"x".repeat(121)), json!(1)]),
            ("type", text("good"), [text("goods"), json!(true), text("service")]),
            ("description", text("fine"), [text(""), text(&"d".repeat(601)), json!([])]),
            ("measure_unit", text("unit"), [text("units"), text("hour"), Value::Null]),
            ("more", Value::Null, [text("1"), json!({}), json!(0)]),
        ] {
            if self.random.below(3) == 0 {
                let value = self.pick(&[usual], &wild);
                if name != "more" || !value.is_null() {
                    item[name] = value;
                }
            }
        }
        self.pick(&[item], &[Value::Null, json!("item"), json!({}), json!([])])
    }

    /// Changes the basket in one way or another; a change that cannot be changes nothing.
    fn change(&mut self, most: usize) {
        let index = self.random.index(self.items.len() + 1);
        match self.random.below(if self.items.len() < most { 10 } else { 16 }) {
            0..=4 => {
                let item = self.item();
                let slot = usize::try_from(self.put(self.items.len(), &item).unwrap()).unwrap();
                assert!(slot <= self.by_slot.len());
                self.by_slot.resize((slot + 1).max(self.by_slot.len()), Value::Null);
                self.by_slot[slot] = item.clone();
                self.items.push(item);
            }
            5..=8 => {
                let item = self.item();
                let slot = self.basket.slot(index);
                if let Some(slot) = slot {
                    assert_eq!(self.put(index, &item), Some(slot));
                    self.by_slot[usize::try_from(slot).unwrap()] = item.clone();
                    self.items[index] = item;
                } else {
                    assert_eq!(index, self.items.len());
                    assert_eq!(self.put(index + 1, &item), None);
                }
            }
            9 if self.random.below(100) == 0 => {
                self.basket.clear();
                self.items.clear();
                self.by_slot.clear();
            }
            _ => {
                let slot = self.basket.remove(index);
                assert_eq!(slot.is_some(), index < self.items.len());
                if slot.is_some() {
                    self.items.remove(index);
                }
            }
        }
    }

    fn payload(&self) -> Value {
        let mut payload = self.around.clone();
        payload["items"] = Value::Array(self.items.clone());
        payload
    }

    /// What the basket says differently from a fresh check.
    fn difference(&mut self) -> Option<String> {
        let payload = self.payload();
        let expected = fresh(&payload, self.options, Want::Issues);
        let issues = self.basket.issues();
        let mut totals = fresh(&payload, Options { lines: true, ..self.options }, Want::Totals).totals;
        let mut lines = None;
        if let Some(Totals::Basket(totals)) = &mut totals {
            lines.clone_from(&totals.lines);
            totals.lines = totals.lines.take().filter(|_| self.options.lines);
        }
        let gross = self.basket.gross().map(decimal::format);
        let expected_gross = totals.as_ref().map(|totals| match totals {
            Totals::Basket(totals) => decimal::format(totals.amounts.gross()),
            Totals::Invoice { gross, .. } => decimal::format(*gross),
        });
        let mut difference = String::new();
        if (issues.valid, &issues.issues) != (expected.valid, &expected.issues) {
            write!(difference, "issues {:?}, not {:?}; ", issues.issues, expected.issues).unwrap();
        }
        let is = self.basket.totals();
        // As text, for the last character counts.
        if is.as_ref().map(text::text) != totals.as_ref().map(text::text) {
            write!(difference, "totals {is:?}, not {totals:?}; ").unwrap();
        }
        if gross != expected_gross {
            write!(difference, "gross {gross:?}, not {expected_gross:?}; ").unwrap();
        }
        if !self.items.is_empty() {
            let index = self.random.index(self.items.len());
            let alone =
                |item: &Value| match fresh(&json!({"items": [item]}), self.options, Want::Totals).totals {
                    Some(Totals::Basket(totals)) => Some(totals.amounts),
                    _ => None,
                };
            let expected = match lines {
                Some(lines) => Some(lines[index]),
                None => alone(&self.items[index]),
            };
            let is = match self.basket.line(index) {
                Some(Totals::Basket(totals)) => Some(totals.amounts),
                _ => None,
            };
            if is != expected {
                write!(difference, "line {index} {is:?}, not {expected:?}; ").unwrap();
            }
        }
        let slots = self.basket.slots();
        let items: Vec<_> = slots.iter().map(|slot| &self.by_slot[usize::try_from(*slot).unwrap()]).collect();
        if items != self.items.iter().collect::<Vec<_>>() || self.basket.len() != self.items.len() {
            write!(difference, "items {items:?}; ").unwrap();
        }
        (!difference.is_empty()).then(|| format!("{difference}of {payload} with {:?}", self.options))
    }
}

/// Runs sessions of 1 000 changes; the basket is compared after each change while it is small.
fn sessions(seeds: std::ops::Range<u64>) {
    for seed in seeds {
        let mut session = Session::new(seed);
        // Some baskets are larger than a chunk of the order.
        let most = [3, 5, 8, 12, 20, 700][session.random.index(6)];
        for number in 0..1_000 {
            session.change(most);
            if most <= 20 || number % 50 == 0 {
                let difference = session.difference();
                assert!(difference.is_none(), "session {seed}, change {number}: {}", difference.unwrap());
            }
        }
    }
}

#[test]
fn a_basket_says_what_a_fresh_check_says_after_each_of_a_thousand_changes_in_150_sessions() {
    sessions(0..150);
}

#[test]
fn and_in_150_more() {
    sessions(150..300);
}
