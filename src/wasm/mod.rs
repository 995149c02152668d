//! The boundary to JavaScript, compiled for wasm32 alone. Thin: it carries values across, and every
//! rule lives in the core. `fetch.rs` is the one file that does I/O.
//!
//! JavaScript's side is `pkg-template/src`; the names exported here are known to it alone.

#![expect(unreachable_pub, reason = "wasm-bindgen exports what is `pub`")]

mod create;
mod fetch;
mod options;
mod report;
mod tree;
mod webhook;

use js_sys::{Array, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::issue::{self, Code};
use crate::options::Options;
use crate::packed::{self, Reader};
use crate::totals::Totals;
use crate::validate::{self, Report, Want};

/// Small, and as fast as the standard one for what is allocated here.
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

/// A buffer that JavaScript packs a payload into, and what was found in it.
#[wasm_bindgen]
pub struct Packet {
    bytes: Vec<u8>,
    report: Option<Report>,
    text: String,
}

#[wasm_bindgen]
impl Packet {
    /// A buffer of `capacity` bytes.
    #[wasm_bindgen(constructor)]
    pub fn new(capacity: usize) -> Packet {
        Packet { bytes: vec![0; capacity], report: None, text: String::new() }
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
        packed::MAX_ENTRIES
    }

    /// Checks what is packed in the first `length` bytes and adds it up. Gives the number of
    /// issues, or -1 for an option misused; `text` is then why, and else the totals.
    pub fn preview(&mut self, length: usize) -> i32 {
        self.check(length, Want::Totals)
    }

    /// As `preview`, without the totals.
    pub fn validate(&mut self, length: usize) -> i32 {
        self.check(length, Want::Issues)
    }

    /// The totals as text, empty when there are none; or the message of a misuse.
    pub fn text(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    /// Whether the payload has no error.
    pub fn valid(&self) -> bool {
        self.report.as_ref().is_some_and(|report| report.valid)
    }

    /// The issues as JSON.
    pub fn issues(&mut self) -> String {
        self.report.take().map_or_else(String::new, |report| issue::to_json(&report.issues))
    }

    fn check(&mut self, length: usize, want: Want) -> i32 {
        let mut reader = Reader::new(self.bytes.get(..length).unwrap_or_default());
        let (settings, payload) = reader.read();
        let options = match Options::read(&settings) {
            Ok(options) => options,
            Err(misuse) => {
                self.text = misuse;
                return -1;
            }
        };
        let report = validate::check(payload, &options, want);
        self.text = report.totals.as_ref().map(Totals::to_text).unwrap_or_default();
        let issues = report.issues.len();
        self.report = Some(report);
        i32::try_from(issues).unwrap_or(i32::MAX)
    }

    /// Creates a link: `text` is the payload as JSON, what is packed is what that text says, and
    /// `options` are the values of [`options::NAMES`] in their order.
    /// The promise always resolves, with `{link}`, `{failure, cause}` or `{misuse}`.
    pub fn create(&self, length: usize, token: JsValue, text: String, options: Array) -> Promise {
        let packed = self.bytes.get(..length).unwrap_or_default();
        create::create(packed, token, text, &options)
    }
}

/// The outcome of `create` for a payload that JSON cannot hold.
#[wasm_bindgen(js_name = notSerializable)]
pub fn not_serializable() -> JsValue {
    create::invalid(&validate::refused(Code::NotSerializable))
}
