//! A call of the API at the boundary: what happened comes in, what to do next goes out. The core
//! decides; `pkg-template/src/send.ts` does it.

use super::Packet;
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::amount;
use crate::api::call::{self, Action, Basket, Event, Given, Shape, Then};
use crate::api::document::{Entries, Json};
use crate::api::error::Failure;
use crate::api::request::Verb;
use crate::issue::Issue;
use crate::options::{Misread, Options};
use crate::packed;
use crate::packed::reader::Reader;
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
    fn misread(&self, how: Misread) -> Option<Grosses> {
        let words = self.words.borrow();
        let mut reader = Reader::with(&self.bytes, &words);
        reader.options();
        amount::misread(reader.payload(), how)
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

    /// Begins a call of the API about what is packed in the first `length` bytes, if it is about a payload. What is
    /// `given` stands in so many bytes behind, a list in JSON; see [`call::Call::new`]. `verb` is a place in
    /// [`Verb::NAMES`]. What to do takes the place of all that, and its length is given; see [`Action`]. There are two
    /// lines more: `header <name> <value>` for each of a request's headers, and `warn <message>` for what the console is
    /// to say once when the call is made in a page.
    pub fn begin(&mut self, packet: &mut Packet, length: usize, given: usize, verb: u8) -> usize {
        let verb = Verb::at(verb);
        let list = Json::new(packet.text(length, given)).entries();
        let begun = match basket(packet, length, verb, list) {
            Ok(basket) => call::Call::new(verb, list, basket),
            Err(misuse) => Err(Action::options(&misuse)),
        };
        let (action, warning) = match begun {
            Ok(mut call) => {
                let action = call.next(call.first(), call.timeout_ms(), 0);
                let warning = call.warning();
                self.call = Some(call);
                (action, warning)
            }
            Err(action) => (action, ""),
        };
        self.say(packet, length.saturating_add(given), action, warning)
    }

    /// What to do next, after an event, by its place in [`call::EVENTS`], when `left_ms` are left of the call; what is
    /// known of the event stands in the first `length` bytes. As for [`Call::begin`].
    pub fn next(
        &mut self,
        packet: &mut Packet,
        length: usize,
        event: u8,
        left_ms: u32,
        random: u32,
    ) -> usize {
        let Some(call) = &mut self.call else { return 0 };
        let known = Cow::from(packet.text(0, length));
        // A token is one, and else nothing that comes in may have one in it.
        let known = if event == call::TOKEN { known } else { call.redact(known) };
        let action = call.next(Event::at(event, &known), left_ms, random);
        drop(known);
        self.say(packet, length, action, "")
    }

    /// Writes what is to be done in the place of the first `used` bytes, where secrets may be; gives its length.
    fn say(&mut self, packet: &mut Packet, used: usize, action: Action, warning: &str) -> usize {
        if let Some(used) = packet.report.buffer.get_mut(..used) {
            used.fill(0);
        }
        let mut length = 0;
        // Measured first: a buffer that grows leaves what is in it behind.
        for is_measured in [false, true] {
            let mut at = 0_usize;
            let mut put = |texts: &[&str]| {
                for text in texts {
                    let end = at.saturating_add(text.len());
                    if is_measured && let Some(place) = packet.report.buffer.get_mut(at..end) {
                        place.copy_from_slice(text.as_bytes());
                    }
                    at = end;
                }
            };
            put(&[&action.text]);
            if !warning.is_empty() {
                put(&["\nwarn ", warning]);
            }
            if action.then == Then::Request
                && let Some(call) = &self.call
            {
                call.headers(&mut |name, [value, rest]| put(&["\nheader ", name, " ", value, rest]));
            }
            length = at;
            packet.report.reserve(length);
        }
        if action.then == Then::End {
            self.call = None;
        }
        self.issues = action.issues;
        length
    }

    /// Writes the report of what is wrong with the data, as `pkg-template/src/report.ts` reads it; gives its length.
    pub fn report(&mut self, packet: &mut Packet) -> usize {
        let issues = std::mem::take(&mut self.issues);
        packet.report.report(&Report { issues, valid: false, totals: None, grosses: None })
    }
}
