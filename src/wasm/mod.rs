//! The boundary to JavaScript, compiled for wasm32 alone. Thin: it carries values across, and every
//! rule lives in the core. It does no I/O: `pkg-template/src/send.ts` is the one file that does.
//!
//! JavaScript's side is `pkg-template/src`; the names exported here are known to it alone.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

mod basket;
mod call;
mod webhook;

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::options::Options;
use crate::packed;
use crate::packed::reader::{self, Reader};
use crate::packed::report::Writer;
use crate::packed::words::Words;
use crate::totals::{SmallSums, Totals};
use crate::validate::{self, Report, Want};

/// Small, and as fast as the standard one for what is allocated here.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// A buffer that JavaScript packs a payload into, and the report of it in its place.
#[wasm_bindgen]
pub struct Packet {
    report: Writer,
    /// Shared with the calls that are under way: what is learnt meanwhile changes nothing for these.
    words: Rc<RefCell<Words>>,
    /// What plain items are added up in.
    plain: SmallSums,
}

#[wasm_bindgen]
impl Packet {
    /// A buffer of `capacity` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Packet {
        let mut report = Writer::default();
        report.reserve(capacity);
        Packet { report, words: Rc::default(), plain: SmallSums::default() }
    }

    /// Where the buffer starts in the module's memory.
    pub fn address(&self) -> *const u8 {
        self.report.buffer.as_ptr()
    }

    /// Makes the buffer at least `capacity` bytes long; what is in it stays, its address may not.
    pub fn reserve(&mut self, capacity: usize) -> usize {
        self.report.reserve(capacity);
        self.report.buffer.len()
    }

    /// Learns the text of `length` bytes at `place` as a word: its number is how many there were.
    pub fn learn(&mut self, place: usize, length: usize) {
        self.words.borrow_mut().learn(self.text(place, length));
    }

    /// Forgets all words.
    pub fn forget(&mut self) {
        self.words = Rc::default();
    }

    /// How many entries a list may have to be packed.
    #[wasm_bindgen(js_name = maxEntries)]
    pub fn max_entries() -> u32 {
        reader::MAX_ENTRIES
    }

    /// Checks what is packed in the first `length` bytes and adds it up. The report takes its place, and
    /// the length of the report is given.
    pub fn preview(&mut self, length: usize) -> usize {
        self.check(length, Want::Totals)
    }

    /// As `preview`, without the totals. Gives 0, and writes no report, when there is no issue.
    pub fn validate(&mut self, length: usize) -> usize {
        self.check(length, Want::Issues)
    }

    fn check(&mut self, length: usize, want: Want) -> usize {
        let bytes = self.report.buffer.get(..length).unwrap_or_default();
        match packed::find(bytes, &self.words.borrow(), want, &mut self.plain, true) {
            Ok((_, found)) if want == Want::Issues && !found.differ && found.report.issues.is_empty() => 0,
            Ok((_, found)) => self.report.found(&found, &self.plain),
            Err(misuse) => self.report.misuse(&misuse),
        }
    }

    /// Finds the unit price for the line with a gross price that is packed in the first `length` bytes,
    /// and gives what `preview` gives.
    #[wasm_bindgen(js_name = unitPrice)]
    pub fn unit_price(&mut self, length: usize) -> usize {
        let words = self.words.borrow();
        let mut reader = Reader::with(self.packed(length), &words);
        let (settings, line) = reader.read_line();
        match Options::read(&settings) {
            Ok(options) => self.report.line(&validate::check_line(line, &options)),
            Err(misuse) => self.report.misuse(&misuse),
        }
    }

    /// The text of `length` bytes at `place`.
    fn text(&self, place: usize, length: usize) -> &str {
        let text = self.report.buffer.get(place..place.saturating_add(length)).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Writes bytes to the start of the buffer; gives their length.
    fn write(&mut self, bytes: &[u8]) -> usize {
        self.report.reserve(bytes.len());
        if let Some(place) = self.report.buffer.get_mut(..bytes.len()) {
            place.copy_from_slice(bytes);
        }
        bytes.len()
    }

    /// What is packed in the first `length` bytes.
    fn packed(&self, length: usize) -> &[u8] {
        self.report.buffer.get(..length).unwrap_or_default()
    }

    /// Writes a report that is nothing but totals.
    fn totals(&mut self, totals: Option<Totals>) -> usize {
        self.report.report(&Report { issues: Vec::new(), valid: true, totals, grosses: None })
    }
}
