//! What is fuzzed: each module has a `run`, which takes any bytes and panics when the crate is wrong.
//!
//! `fuzz_targets` hands them to libFuzzer; `tests/fuzz.rs` of the crate runs the kept inputs natively.

pub mod basket;
pub mod decimal;
pub mod exact;
pub mod packed;
#[path = "../../tests/common/packer.rs"]
mod packer;
pub mod report;
pub mod totals;

/// A target: its name, what runs it, and inputs to begin with.
pub type Target = (&'static str, fn(&[u8]), fn() -> Vec<Vec<u8>>);

/// All there are.
pub const TARGETS: [Target; 4] = [
    ("basket", basket::run, basket::seeds),
    ("decimal", decimal::run, decimal::seeds),
    ("packed", packed::run, packed::seeds),
    ("totals", totals::run, totals::seeds),
];
