//! A call of the API at the boundary: what happened comes in, what to do next goes out. The core
//! decides; `pkg-template/src/send.ts` does it.

use super::Packet;
use std::cell::RefCell;
use std::rc::Rc;

use gloo_net::http::Headers;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::amount::{self, Misread};
use crate::api::call::{self, Action, Basket, Event, Given, Shape};
use crate::api::document::{Entries, Json};
use crate::api::error::Failure;
use crate::api::request::Verb;
use crate::api::secret::Secret;
use crate::currency::Currency;
use crate::issue::Issue;
use crate::options::Options;
use crate::packed;
use crate::packed::reader::Reader;
use crate::packed::report::Writer;
use crate::packed::words::Words;
use crate::totals::Grosses;
use crate::validate::{Report, Want};

/// A call of the API, from its begin to its end, and the next one.
#[wasm_bindgen]
#[derive(Default)]
pub struct Call {
    call: Option<Box<call::Call>>,
    issues: Vec<Issue>,
}

/// A payload as it was packed.
struct Packed {
    bytes: Vec<u8>,
    words: Rc<RefCell<Words>>,
}

impl Given for Packed {
    fn misread(&self, currency: Currency, how: Misread) -> Option<Grosses> {
        let words = self.words.borrow();
        let mut reader = Reader::with(&self.bytes, &words);
        reader.options();
        amount::misread(reader.payload(), currency, how)
    }

    fn shape(&self) -> Shape {
        let words = self.words.borrow();
        let mut reader = Reader::with(&self.bytes, &words);
        reader.options();
        Shape::of(&reader.payload())
    }
}

/// The payload, if the call is about one. The options that are packed are read in any case: they may
/// be no options at all.
fn basket(
    packet: &Packet,
    length: usize,
    verb: Verb,
    mut given: Entries<'_>,
) -> Result<Option<Result<Basket, Failure>>, String> {
    let bytes = packet.packed(length);
    let words = packet.words.borrow();
    if !matches!(verb, Verb::Create | Verb::Recover) {
        Options::read(&Reader::with(bytes, &words).options())?;
        return Ok(None);
    }
    let (options, report) = packed::check(bytes, &words, Want::Issues)?;
    if given.next().is_some_and(|subject| subject.field("cannot").is_there()) {
        return Ok(Some(Err(call::not_serializable())));
    }
    let packed = Packed { bytes: bytes.to_vec(), words: Rc::clone(&packet.words) };
    Ok(Some(Basket::new(report, options, Box::new(packed))))
}

#[wasm_bindgen]
impl Call {
    /// One that is not begun.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Call {
        Call::default()
    }

    /// Begins a call of the API about what is packed in the first `length` bytes, if it is about a payload. `given` is
    /// a list in JSON; see [`call::Call::new`]. Gives what to do; see [`Action`]. `verb` is a place in [`Verb::NAMES`].
    pub fn begin(&mut self, packet: &Packet, length: usize, verb: u8, given: String) -> String {
        let given = Secret::new(given);
        let verb = Verb::at(verb);
        let given = Json::new(given.expose()).entries();
        let begun = match basket(packet, length, verb, given) {
            Ok(basket) => call::Call::new(verb, given, basket),
            Err(misuse) => Err(Action::options(&misuse)),
        };
        let action = match begun {
            Ok(mut call) => {
                let first = call.first();
                let action = call.next(first, call.timeout_ms(), 0);
                self.call = Some(call);
                action
            }
            Err(action) => action,
        };
        self.say(action)
    }

    fn say(&mut self, action: Action) -> String {
        self.issues = action.issues;
        action.text
    }

    /// Ends the call, and forgets it.
    pub fn end(&mut self) {
        self.call = None;
    }

    /// For the whole call, in milliseconds.
    #[wasm_bindgen(js_name = timeoutMs)]
    pub fn timeout_ms(&self) -> u32 {
        self.call.as_ref().map_or(0, |call| call.timeout_ms())
    }

    /// What the console is to say once when the call is made in a page.
    pub fn warning(&self) -> String {
        self.call.as_ref().map_or("", |call| call.warning()).into()
    }

    /// What to do next, after an event, by its place in [`call::EVENTS`], with what is known of it, when `left_ms` are left of the call; see
    /// [`Action`].
    pub fn next(&mut self, event: u8, facts: String, left_ms: u32, random: u32) -> String {
        let Some(call) = &mut self.call else { return String::new() };
        // A token is one, and else nothing that comes in may have one in it.
        let facts = Secret::new(if event == call::TOKEN { facts } else { call.redact(facts) });
        let text = facts.expose();
        let event = Event::at(event, text);
        let action = call.next(event, left_ms, random);
        self.say(action)
    }

    /// What is wrong with the data, as `pkg-template/src/report.ts` reads it.
    pub fn report(&mut self) -> Vec<u8> {
        let issues = std::mem::take(&mut self.issues);
        let mut writer = Writer::default();
        let length = writer.report(&Report { issues, valid: false, totals: None, grosses: None });
        writer.buffer.truncate(length);
        writer.buffer
    }

    /// The headers of the request to send. The runtime has `Headers`.
    pub fn headers(&self) -> JsValue {
        let headers = Headers::new();
        if let Some(call) = &self.call {
            // Names and values were checked: setting them cannot throw.
            call.headers(&mut |name, value| headers.set(name, value));
        }
        headers.into_raw().into()
    }
}
