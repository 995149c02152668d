//! The fuzz targets of `fuzz/`, run natively: on inputs that were kept, on seeds, and on mutations of these.
#![cfg(feature = "json")]
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic, and fuzz/ is a crate of its own"
)]

#[path = "common/random.rs"]
mod random;
#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::{fs, panic};

use random::Random;
use targets::{TARGETS, Target};

/// Inputs that a fuzzer found a defect with, by target.
const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/fuzz");

fn kept(target: &str) -> Vec<Vec<u8>> {
    let Ok(folder) = fs::read_dir(format!("{FIXTURES}/{target}")) else { return Vec::new() };
    folder.map(|file| fs::read(file.unwrap().path()).unwrap()).collect()
}

fn passes((name, run, _): Target, bytes: &[u8]) {
    assert!(panic::catch_unwind(|| run(bytes)).is_ok(), "{name} fails with {bytes:?}");
}

#[test]
fn what_a_fuzzer_once_found_passes() {
    for target in TARGETS {
        kept(target.0).iter().for_each(|bytes| passes(target, bytes));
    }
}

#[test]
fn seeds_and_their_mutations_pass() {
    for target in TARGETS {
        let (name, _, seeds) = target;
        let mut random = Random::new(14);
        let mut inputs = seeds();
        inputs.extend(kept(name));
        inputs.iter().for_each(|bytes| passes(target, bytes));
        for _ in 0..ROUNDS {
            let mut bytes = inputs[random.index(inputs.len())].clone();
            for _ in 0..=random.index(4) {
                let place = random.index(bytes.len() + 1);
                let byte = random.next().to_le_bytes()[0];
                match (random.below(4), bytes.get_mut(place)) {
                    (0, Some(there)) => *there = byte,
                    (1, Some(there)) => *there ^= 1 << (byte % 8),
                    (2, Some(_)) => drop(bytes.remove(place)),
                    _ => bytes.insert(place, byte),
                }
            }
            passes(target, &bytes);
        }
    }
}

/// How many mutations each target is given here; `make fuzz` gives them many more, and better ones.
const ROUNDS: usize = 3_000;

/// `make fuzz` begins with them: `QONTO_FUZZ_SEEDS` names the folder.
#[test]
fn seeds_are_written_where_they_are_asked_for() {
    let Ok(folder) = std::env::var("QONTO_FUZZ_SEEDS") else { return };
    for (name, _, seeds) in TARGETS {
        let folder = format!("{folder}/{name}");
        fs::create_dir_all(&folder).unwrap();
        for (number, bytes) in seeds().iter().chain(&kept(name)).enumerate() {
            fs::write(format!("{folder}/seed-{number}"), bytes).unwrap();
        }
    }
}
