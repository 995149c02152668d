//! The boundary to JavaScript, compiled for wasm32 alone. Thin: it carries values across, and every
//! rule lives in the core. It does no I/O: `pkg-template/src/send.ts` is the one file that does.
//!
//! JavaScript's side is `pkg-template/src`; the names exported here are known to it alone.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

mod basket;
mod call;
mod webhook;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::options::Options;
use crate::packed::reader::{self, Reader};
use crate::packed::report::Writer;
use crate::totals::Totals;
use crate::validate::{self, Report, Want};

/// Small, and as fast as the standard one for what is allocated here.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A buffer that JavaScript packs a payload into, and what was found in it.
#[wasm_bindgen]
pub struct Packet {
    bytes: Vec<u8>,
    report: Writer,
}

#[wasm_bindgen]
impl Packet {
    /// A buffer of `capacity` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Packet {
        Packet { bytes: vec![0; capacity], report: Writer::default() }
    }

    /// Where the buffer starts in the module's memory.
    pub fn address(&self) -> *const u8 {
        self.bytes.as_ptr()
    }

    /// Makes the buffer at least `capacity` bytes long; what is in it stays, its address may not.
    pub fn reserve(&mut self, capacity: usize) -> usize {
        if capacity > self.bytes.len() {
            self.bytes.resize(capacity.max(self.bytes.len().saturating_mul(2)), 0);
        }
        self.bytes.len()
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
        let mut reader = Reader::new(self.packed(length));
        let (settings, payload) = reader.read();
        match Options::read(&settings) {
            Ok(options) => {
                let report = validate::check(payload, &options, want);
                if want == Want::Issues && report.issues.is_empty() {
                    return 0;
                }
                self.report.report(&report);
            }
            Err(misuse) => self.report.misuse(&misuse),
        }
        self.hand_over()
    }

    /// Finds the unit price for the line with a gross price that is packed in the first `length` bytes,
    /// and gives what `preview` gives.
    #[wasm_bindgen(js_name = unitPrice)]
    pub fn unit_price(&mut self, length: usize) -> usize {
        let mut reader = Reader::new(self.packed(length));
        let (settings, line) = reader.read_line();
        match Options::read(&settings) {
            Ok(options) => self.report.line(&validate::check_line(line, &options)),
            Err(misuse) => self.report.misuse(&misuse),
        }
        self.hand_over()
    }

    /// What is packed in the first `length` bytes.
    fn packed(&self, length: usize) -> &[u8] {
        self.bytes.get(..length).unwrap_or_default()
    }

    /// Hands over a report that is nothing but totals.
    fn totals(&mut self, totals: Option<Totals>) -> usize {
        self.report.report(&Report { issues: Vec::new(), valid: true, totals, grosses: None });
        self.hand_over()
    }

    /// Puts the report in the place of what was packed; gives its length.
    fn hand_over(&mut self) -> usize {
        let length = self.report.len();
        self.reserve(length);
        self.report.copy_to(&mut self.bytes);
        length
    }
}
