//! Totals against an independent implementation: the vectors that `tests/oracle/vectors.py` writes; its
//! docstring says what stands in a line. `QONTO_VECTORS` names a file of them (`make test` makes one of a
//! million vectors); without it, the sample that is committed is run.
#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test may panic")]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;
#[path = "common/text.rs"]
mod text;

use std::fmt::Write;
use std::{env, fs, thread};

use basket::{Line, basket, totals};
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Rounding, Totals};
use qonto_payment_links::vat::VatRates;

const SAMPLE: &str = "tests/fixtures/vectors.tsv";

#[derive(Default)]
struct Outcome {
    vectors: usize,
    /// Which vectors have no totals, each in a line: number of the basket, notation, rule.
    refused: String,
    /// Which vectors have others than the oracle's.
    differences: String,
}

/// Runs baskets of which the first has the number `first`.
fn run(baskets: &[&str], first: usize) -> Outcome {
    let mut outcome = Outcome::default();
    for (text, number) in baskets.iter().zip(first..) {
        let fields: Vec<&str> = text.split('\t').collect();
        let [must, currency, items, line, rate, total, unit] = fields.try_into().unwrap();
        for (notation, vat_rates) in VatRates::NAMES {
            let payload =
                basket(&items.split(';').map(|item| read(item, vat_rates)).collect::<Vec<_>>(), currency);
            for (expected, (rule, rounding)) in [line, rate, total, unit].into_iter().zip(Rounding::NAMES) {
                outcome.vectors += 1;
                match totals(&payload, Options { rounding, vat_rates, lines: true }) {
                    Some(totals) => {
                        let received = text::text(&Totals::Basket(totals));
                        let expected = format!("{currency} {rule} {expected}");
                        if received != expected {
                            writeln!(outcome.differences, "basket {number}, {notation}: {items}\n  expected {expected}\n  received {received}").unwrap();
                        }
                    }
                    None if must == "exact" => {
                        writeln!(outcome.differences, "basket {number}, {notation}: {items}\n  expected {expected}\n  received no totals").unwrap();
                    }
                    None => writeln!(outcome.refused, "{number} {notation} {rule}").unwrap(),
                }
            }
        }
    }
    outcome
}

fn read(item: &str, vat_rates: VatRates) -> Line {
    let words: Vec<&str> = item.split(' ').collect();
    let [price, quantity, percent, fraction] = words.try_into().unwrap();
    let rate = match vat_rates {
        VatRates::Percent => percent,
        VatRates::Fraction => fraction,
    };
    [price, quantity, rate].map(String::from)
}

#[test]
fn every_vector_has_the_totals_of_the_oracle_to_the_last_character() {
    let given = env::var("QONTO_VECTORS").ok();
    let path = given.as_deref().unwrap_or(SAMPLE);
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let baskets: Vec<&str> = text.lines().collect();
    let size = baskets.len().div_ceil(thread::available_parallelism().map_or(1, usize::from));
    let mut all = Outcome::default();
    thread::scope(|scope| {
        let parts = baskets.chunks(size).enumerate();
        let running: Vec<_> =
            parts.map(|(index, part)| scope.spawn(move || run(part, index * size))).collect();
        for part in running {
            let part = part.join().unwrap();
            all.vectors += part.vectors;
            all.refused += &part.refused;
            all.differences += &part.differences;
        }
    });
    let first: String = all.differences.lines().take(15).collect::<Vec<_>>().join("\n");
    assert!(
        first.is_empty(),
        "{} differences, the first of them:\n{first}",
        all.differences.lines().count() / 3
    );
    assert_eq!(all.vectors, baskets.len() * 8);
    // Whether WebAssembly refuses the same ones is for its tests to say.
    if given.is_some() {
        fs::write(format!("{path}.refused"), &all.refused).unwrap();
    }
    println!("{} vectors, {} of them refused, 0 differences", all.vectors, all.refused.lines().count());
}
