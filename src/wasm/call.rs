//! A call of the API at the boundary: what happened comes in, what to do next goes out. The core
//! decides; `pkg-template/src/send.ts` does it.

use gloo_net::http::Headers;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

use super::Packet;
use crate::api::amount::{self, Misread};
use crate::api::call::{self, Action, Basket, Event};
use crate::api::document::Json;
use crate::api::error::Failure;
use crate::api::request::Verb;
use crate::api::secret::Secret;
use crate::issue::Issue;
use crate::options::Options;
use crate::packed::reader::Reader;
use crate::packed::report::Writer;
use crate::validate::Report;

/// A call of the API, from its begin to its end.
#[wasm_bindgen]
pub struct Call {
    /// The call, or what to do at once.
    state: Result<Box<call::Call>, Option<Action>>,
    issues: Vec<Issue>,
}

/// The payload, if the call is about one. The options that are packed are read in any case: they may
/// be no options at all.
fn basket(packed: &[u8], verb: Verb, subject: Json<'_>) -> Result<Option<Result<Basket, Failure>>, String> {
    let mut reader = Reader::new(packed);
    let (settings, payload) = reader.read();
    let options = Options::read(&settings)?;
    if !matches!(verb, Verb::Create | Verb::Recover) {
        return Ok(None);
    }
    if subject.field("cannot").is_there() {
        return Ok(Some(Err(call::not_serializable())));
    }
    let kept = packed.to_vec();
    let misread = move |currency, how: Misread| {
        let mut reader = Reader::new(&kept);
        let (_, payload) = reader.read();
        amount::misread(payload, currency, how)
    };
    Ok(Some(Basket::new(payload, options, Box::new(misread))))
}

#[wasm_bindgen]
impl Call {
    /// Begins a call of the API about what is packed in the first `length` bytes, if it is about a payload. The
    /// token and the staging token stand apart, as texts; `options` and `subject` are JSON: see
    /// [`call::Call::new`].
    pub fn begin(
        packet: &Packet,
        length: usize,
        verb: &str,
        token: String,
        staging_token: String,
        options: String,
        subject: &str,
    ) -> Call {
        let verb = Verb::named(verb);
        let subject = Json::new(subject);
        let secrets = [Secret::new(token), Secret::new(staging_token)];
        let options = Secret::new(options);
        let state = match basket(packet.packed(length), verb, subject) {
            Ok(basket) => call::Call::new(verb, options, secrets, subject, basket),
            Err(misuse) => Err(Action::misuse(misuse)),
        };
        Call { state: state.map_err(Some), issues: Vec::new() }
    }

    /// For the whole call, in milliseconds.
    #[wasm_bindgen(js_name = timeoutMs)]
    pub fn timeout_ms(&self) -> u32 {
        self.state.as_ref().map_or(0, |call| call.timeout_ms())
    }

    /// What the console is to say once when the call is made in a page.
    pub fn warning(&self) -> String {
        self.state.as_ref().map_or("", |call| call.warning()).into()
    }

    /// What to do next, after `event` with what is known of it, when `left_ms` are left of the call; see
    /// [`Action`].
    pub fn next(&mut self, event: &str, facts: String, left_ms: u32, random: u32) -> String {
        let action = match &mut self.state {
            Err(action) => action.take().unwrap_or_else(|| Action::misuse(String::new())),
            Ok(call) => {
                // A token is one, and else nothing that comes in may have one in it.
                let facts = Secret::new(if event == "token" { facts } else { call.redact(facts) });
                let text = facts.expose();
                let event = match event {
                    "ready" => Event::Ready,
                    "token" => Event::Token(text),
                    "no_token" => Event::NoToken(text),
                    "answer" => Event::Answer(Json::new(text)),
                    "timeout" => Event::Timeout,
                    "aborted" => Event::Aborted,
                    "missing" => Event::Missing(text),
                    _ => Event::Thrown(Json::new(text)),
                };
                call.next(event, left_ms, random)
            }
        };
        let Action { json, issues } = action.closed();
        self.issues = issues;
        json
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
        if let Ok(call) = &self.state {
            // Names and values were checked: setting them cannot throw.
            call.headers(&mut |name, value| headers.set(name, value));
        }
        headers.into_raw().into()
    }
}
