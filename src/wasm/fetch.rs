//! The one file that does I/O: it sends a request, waits for the answer, and never longer than it
//! may. Every call into JavaScript here catches what is thrown, and every wait is a race against the
//! call's own end: whatever stands for `fetch` does, the wait is over in time.

use gloo_net::http::Headers;
use js_sys::{Array, Date, Function, JSON, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, RequestInit, RequestRedirect};

use crate::api::answer::{Answer, Body};
use crate::api::request::{TRACE_ID, Url};
use crate::api::secret::Secret;
use crate::syntax;

/// What ended a wait before its time.
pub(super) enum Interrupted {
    /// The call's time was up.
    Timeout,
    /// The caller's signal was aborted.
    Aborted,
    /// What was waited for failed, with this.
    Failed(JsValue),
}

/// The end of a call: its time-out and its caller's signal, in one. Neither runs code of this module:
/// both settle one promise, and whoever waits sees it.
pub(super) struct Deadline {
    controller: AbortController,
    ended: Promise,
    end: Function,
    /// What `ended` resolves to when the time is up.
    timeout: JsValue,
    timer: JsValue,
    until: f64,
    signal: Option<JsValue>,
}

impl Deadline {
    /// Starts the clock. `None` where the runtime has no timers or no `AbortController`.
    pub(super) fn start(timeout_ms: u32, signal: Option<JsValue>) -> Option<Deadline> {
        let controller = AbortController::new().ok()?;
        let (ended, end) = deferred()?;
        let timeout: JsValue = Object::new().into();
        let until = Date::now() + f64::from(timeout_ms);
        let timer = global("setTimeout")?
            .call3(&JsValue::UNDEFINED, &end, &JsValue::from(timeout_ms), &timeout)
            .ok()?;
        let deadline = Deadline { controller, ended, end, timeout, timer, until, signal };
        deadline.listen("addEventListener");
        Some(deadline)
    }

    /// Waits for a value that may be a promise. Once it gives up, the request is told as well.
    pub(super) async fn wait(&self, value: &JsValue) -> Result<JsValue, Interrupted> {
        self.check()?;
        // `race` turns even a value whose `then` throws into a rejected promise.
        let settled = JsFuture::from(Promise::race(&Array::of2(value, self.ended.as_ref()))).await;
        let interrupted = match settled {
            Ok(value) if value == self.timeout => Interrupted::Timeout,
            Ok(value) if self.signal.as_ref().is_some_and(|signal| get(&value, "target") == *signal) => {
                Interrupted::Aborted
            }
            Ok(value) => return Ok(value),
            // One request that failed does not end the call: another may follow.
            Err(thrown) => return Err(Interrupted::Failed(thrown)),
        };
        self.controller.abort();
        Err(interrupted)
    }

    /// Waits for some milliseconds.
    pub(super) async fn pause(&self, milliseconds: u32) -> Result<(), Interrupted> {
        if let (Some((promise, resolve)), Some(set_timeout)) = (deferred(), global("setTimeout")) {
            drop(set_timeout.call2(&JsValue::UNDEFINED, &resolve, &JsValue::from(milliseconds)));
            self.wait(&promise).await?;
        }
        Ok(())
    }

    /// The milliseconds until the time is up.
    pub(super) fn left_ms(&self) -> u32 {
        whole(self.until - Date::now())
    }

    /// Whether the caller's signal is aborted already.
    fn check(&self) -> Result<(), Interrupted> {
        let aborted = self.signal.as_ref().is_some_and(|signal| get(signal, "aborted").is_truthy());
        if aborted { Err(Interrupted::Aborted) } else { Ok(()) }
    }

    fn listen(&self, method: &str) {
        let Some(signal) = &self.signal else { return };
        if let Some(method) = method_of(signal, method) {
            drop(method.call2(signal, &JsValue::from_str("abort"), &self.end));
        }
    }
}

impl Drop for Deadline {
    fn drop(&mut self) {
        self.listen("removeEventListener");
        if let Some(clear_timeout) = global("clearTimeout") {
            drop(clear_timeout.call1(&JsValue::UNDEFINED, &self.timer));
        }
    }
}

/// A promise and the function that resolves it.
fn deferred() -> Option<(Promise, Function)> {
    let mut resolve = None;
    let promise = Promise::new(&mut |function, _| resolve = Some(function));
    Some((promise, resolve?))
}

/// A request that creates something.
pub(super) struct Post<'a> {
    pub(super) url: &'a str,
    pub(super) headers: &'a [(String, Secret)],
    pub(super) body: &'a str,
    /// What is called in place of the global `fetch`.
    pub(super) fetch: Option<&'a Function>,
}

/// What became of a request that gave no answer.
pub(super) struct NoAnswer {
    pub(super) why: Interrupted,
    /// Whether it was handed to `fetch`.
    pub(super) sent: bool,
}

/// Sends a request and reads its answer. Redirects are not followed.
pub(super) async fn send(post: &Post<'_>, deadline: &Deadline) -> Result<Answer<JsValue>, NoAnswer> {
    let unsent = |why| NoAnswer { why, sent: false };
    let lost = |why| NoAnswer { why, sent: true };
    deadline.check().map_err(unsent)?;
    let missing = |name: &str| unsent(Interrupted::Failed(error(&format!("this runtime has no `{name}`"))));
    let fetch = post.fetch.cloned().or_else(|| global("fetch")).ok_or_else(|| missing("fetch"))?;
    global("Headers").ok_or_else(|| missing("Headers"))?;
    let headers = Headers::new();
    for (name, value) in post.headers {
        headers.set(name, value.expose()); // names and values were checked: it cannot throw
    }
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers.into_raw());
    init.set_body(&JsValue::from_str(post.body));
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&deadline.controller.signal()));

    // The URL and the init apart, not a `Request`: what stands for `fetch` may be of another realm.
    let promise = fetch
        .call2(&JsValue::UNDEFINED, &JsValue::from_str(post.url), &init)
        .map_err(|thrown| lost(Interrupted::Failed(thrown)))?;
    let response = deadline.wait(&promise).await.map_err(lost)?;

    let unusable = || lost(Interrupted::Failed(error("`fetch` gave no Response")));
    let status = get(&response, "status")
        .as_f64()
        .filter(|status| (0.0..1000.0).contains(status))
        .ok_or_else(unusable)?;
    let headers = get(&response, "headers");
    let read_header = method_of(&headers, "get").ok_or_else(unusable)?;
    let header = |name: &str| {
        let value = read_header.call1(&headers, &JsValue::from_str(name)).ok()?;
        value.as_string().filter(|value| !value.is_empty())
    };
    let read_text = method_of(&response, "text").ok_or_else(unusable)?;
    let text = read_text.call0(&response).map_err(|thrown| lost(Interrupted::Failed(thrown)))?;
    let text = deadline.wait(&text).await.map_err(lost)?.as_string().ok_or_else(unusable)?;

    Ok(Answer {
        status: u16::try_from(whole(status)).unwrap_or_default(),
        trace_id: header(TRACE_ID),
        retry_after_ms: header("Retry-After").and_then(|value| retry_after(&value)),
        body: body(text, header("Content-Type").as_deref()),
    })
}

fn body(text: String, content_type: Option<&str>) -> Body<JsValue> {
    if text.trim().is_empty() {
        return Body::Empty;
    }
    match JSON::parse(&text) {
        Ok(document) => Body::Json(document),
        Err(_)
            if content_type.is_some_and(|kind| syntax::has(kind, "html"))
                || text.trim_start().starts_with('<') =>
        {
            Body::Html
        }
        Err(_) => Body::Text(text),
    }
}

/// `Retry-After` in milliseconds: seconds, or a date.
fn retry_after(value: &str) -> Option<u32> {
    if let Ok(seconds) = value.trim().parse::<u32>() {
        return seconds.checked_mul(1000);
    }
    let left = Date::parse(value) - Date::now();
    left.is_finite().then(|| whole(left))
}

/// A number without its fraction, or 0 for a negative one and the largest for a huge one.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "`as` saturates"
)]
pub(super) fn whole(number: f64) -> u32 {
    number as u32
}

/// Random bytes for a UUID.
pub(super) fn random_bytes() -> Result<[u8; 16], String> {
    let crypto = get(&js_sys::global(), "crypto");
    let bytes = Uint8Array::new_with_length(16);
    let filled = method_of(&crypto, "getRandomValues").and_then(|fill| fill.call1(&crypto, &bytes).ok());
    if filled.is_none() {
        return Err("expected the option `idempotencyKey`, received none, and this runtime has no `crypto`"
            .to_string());
    }
    let mut random = [0; 16];
    bytes.copy_to(&mut random);
    Ok(random)
}

/// Takes a URL apart; a relative one is resolved against the page.
pub(super) fn parse_url(text: &str) -> Option<Url> {
    let constructor = global("URL")?;
    let page = get(&get(&js_sys::global(), "location"), "href");
    let arguments = Array::of1(&JsValue::from_str(text));
    if page.as_string().is_some_and(|page| page.starts_with("http")) {
        arguments.push(&page);
    }
    let url = Reflect::construct(&constructor, &arguments).ok()?;
    let part = |name: &str| get(&url, name).as_string();
    Some(Url {
        href: part("href")?,
        protocol: part("protocol")?,
        hostname: part("hostname")?,
        username: part("username")?,
        password: part("password")?,
        search: part("search")?,
        hash: part("hash")?,
    })
}

/// Whether a value can be used as an `AbortSignal`.
pub(super) fn is_signal(value: &JsValue) -> bool {
    get(value, "aborted").as_bool().is_some() && method_of(value, "addEventListener").is_some()
}

/// A property, or `undefined` where there is none or reading it throws.
pub(super) fn get(value: &JsValue, name: &str) -> JsValue {
    if value.is_object() || value.is_function() {
        Reflect::get(value, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
    } else {
        JsValue::UNDEFINED
    }
}

fn method_of(value: &JsValue, name: &str) -> Option<Function> {
    get(value, name).dyn_into().ok()
}

fn global(name: &str) -> Option<Function> {
    method_of(&js_sys::global(), name)
}

fn error(message: &str) -> JsValue {
    js_sys::Error::new(message).into()
}

/// An object for JavaScript.
pub(super) fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        drop(Reflect::set(&object, &JsValue::from_str(name), value));
    }
    object.into()
}
