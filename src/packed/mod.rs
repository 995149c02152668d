//! How a payload and its report cross between JavaScript and this crate: one byte stream each way, in one
//! crossing. Pure; a codec, in which no rule lives.

pub mod reader;
pub mod report;
pub mod words;

use crate::options::Options;
use crate::validate::{self, Report, Want};
use reader::Reader;
use words::Words;

/// Checks a packed payload with the options before it, and adds it up; gives the options too. A payload of which
/// only the items have to be looked at takes a shorter way to the same report.
///
/// # Errors
/// The message of the `TypeError` that a misused option is.
pub fn check(bytes: &[u8], words: &Words, want: Want) -> Result<(Options, Report), String> {
    let mut reader = Reader::with(bytes, words);
    let options = if reader.skip_absent() { Options::default() } else { Options::read(&reader.options())? };
    let report = match reader.plain_items() {
        Some(items) => validate::check_items(items, &options, want),
        None => validate::check(reader.payload(), &options, want),
    };
    Ok((options, report))
}
