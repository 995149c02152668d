//! How a payload and its report cross between JavaScript and this crate: one byte stream each way, in one
//! crossing. Pure; a codec, in which no rule lives.

pub mod reader;
pub mod report;
pub mod words;

use crate::options::Options;
use crate::totals::SmallSums;
use crate::validate::{self, Found, Report, Want};
use reader::Reader;
use words::Words;

/// Checks a packed payload with the options before it, and adds it up; gives the options too. A payload of which
/// only the items have to be looked at takes a shorter way to the same report.
///
/// # Errors
/// The message of the `TypeError` that a misused option is.
pub fn check(bytes: &[u8], words: &Words, want: Want) -> Result<(Options, Report), String> {
    let (options, found) = find(bytes, words, want, &mut SmallSums::default(), false)?;
    Ok((options, found.report))
}

/// The same, with the sums of plain items in `plain`; `at_once` for [`report::Writer::found`].
///
/// # Errors
/// As [`check`].
pub fn find(
    bytes: &[u8],
    words: &Words,
    want: Want,
    plain: &mut SmallSums,
    at_once: bool,
) -> Result<(Options, Found), String> {
    let mut reader = Reader::with(bytes, words);
    let options = if reader.skip_absent() { Options::default() } else { Options::read(&reader.options())? };
    Ok((options, validate::find(&mut reader, &options, want, plain, at_once)))
}
