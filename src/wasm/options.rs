//! The options of `createPaymentLink`, read once and checked before anything is sent.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::fetch;
use crate::api::amount::AmountCheck;
use crate::api::request::{self, Base};
use crate::api::secret::Secret;
use crate::options::{named, wrong_type};

/// The longest time-out: what timers can hold.
const MAX_TIMEOUT_MS: u32 = 2_147_483_647;
const DEFAULT_TIMEOUT_MS: u32 = 30_000;
const MAX_RETRIES: u32 = 10;
const DEFAULT_RETRIES: u32 = 2;

/// How a link is to be created.
pub(super) struct CreateOptions {
    pub(super) base: Base,
    pub(super) staging_token: Option<Secret>,
    pub(super) idempotency_key: String,
    pub(super) signal: Option<JsValue>,
    pub(super) timeout_ms: u32,
    pub(super) retries: u32,
    pub(super) fetch: Option<Function>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) amount_check: AmountCheck,
    pub(super) on_response: Option<Function>,
}

/// Where the access token comes from.
pub(super) enum TokenSource {
    Given(Secret),
    Function(Function),
    /// A proxy has it.
    Proxy,
}

/// The options, in the order in which JavaScript hands their values over.
pub(super) const NAMES: [&str; 10] = [
    "baseUrl",
    "stagingToken",
    "idempotencyKey",
    "signal",
    "timeoutMs",
    "retries",
    "fetch",
    "headers",
    "amountCheck",
    "onResponse",
];

impl CreateOptions {
    /// Reads the options; an error is the message of a `TypeError`.
    pub(super) fn read(values: &Array) -> Result<CreateOptions, String> {
        let mut values = NAMES.iter().zip(values.iter()).map(|(name, value)| Value { name, value });
        let mut next = || values.next().unwrap_or_default();
        let base = base(next().text()?.as_deref().unwrap_or("production"))?;
        let staging_token = next().secret()?.map(Secret::new);
        let idempotency_key = match next().secret()? {
            Some(key) => key,
            None => request::uuid(fetch::random_bytes()?),
        };
        let signal = next().value;
        if !signal.is_undefined() && !fetch::is_signal(&signal) {
            return Err("expected the option `signal` to be an AbortSignal, received another value".into());
        }
        Ok(CreateOptions {
            base,
            staging_token,
            idempotency_key,
            signal: (!signal.is_undefined()).then_some(signal),
            timeout_ms: next().number(1, MAX_TIMEOUT_MS)?.unwrap_or(DEFAULT_TIMEOUT_MS),
            retries: next().number(0, MAX_RETRIES)?.unwrap_or(DEFAULT_RETRIES),
            fetch: next().function()?,
            headers: headers(&next().value)?,
            amount_check: match next().text()? {
                Some(name) => {
                    let place = named("amountCheck", &name, &AmountCheck::NAMES.map(|(name, _)| name))?;
                    AmountCheck::NAMES.get(place).map(|(_, check)| *check).unwrap_or_default()
                }
                None => AmountCheck::default(),
            },
            on_response: next().function()?,
        })
    }

    /// Reads the token; an error is the message of a `TypeError`, without the token.
    pub(super) fn token(&self, token: &JsValue) -> Result<TokenSource, String> {
        if let Some(text) = token.as_string() {
            return checked_token(text).map(TokenSource::Given);
        }
        if let Some(function) = token.dyn_ref::<Function>() {
            return Ok(TokenSource::Function(function.clone()));
        }
        if !token.is_null() {
            return Err(format!(
                "expected the token to be a string, a function that gives one, or null, received type `{}`",
                type_of(token)
            ));
        }
        if self.base.is_qonto {
            return Err("expected a token for Qonto's own API, received null; null is for a proxy of your own, named by `baseUrl`".to_string());
        }
        Ok(TokenSource::Proxy)
    }
}

/// A token that a request can carry.
pub(super) fn checked_token(token: String) -> Result<Secret, String> {
    let token = Secret::new(token);
    request::check_secret("a token", token.expose()).map(|()| token)
}

/// The type a message names.
pub(super) fn type_of(value: &JsValue) -> String {
    if value.is_null() { "null".to_string() } else { value.js_typeof().as_string().unwrap_or_default() }
}

/// An option as it was given.
#[derive(Default)]
struct Value {
    name: &'static str,
    value: JsValue,
}

impl Value {
    fn text(self) -> Result<Option<String>, String> {
        match self.value.as_string() {
            None if !self.value.is_undefined() => self.not("string"),
            text => Ok(text),
        }
    }

    fn secret(self) -> Result<Option<String>, String> {
        let name = self.name;
        let text = self.text()?;
        if let Some(text) = &text {
            request::check_secret(name, text)?;
        }
        Ok(text)
    }

    fn function(self) -> Result<Option<Function>, String> {
        match self.value.dyn_ref::<Function>() {
            None if !self.value.is_undefined() => self.not("function"),
            function => Ok(function.cloned()),
        }
    }

    fn number(self, min: u32, max: u32) -> Result<Option<u32>, String> {
        match self.value.as_f64() {
            None if !self.value.is_undefined() => self.not("number"),
            None => Ok(None),
            Some(number) if number >= f64::from(min) && number <= f64::from(max) && number.fract() == 0.0 => {
                Ok(Some(fetch::whole(number)))
            }
            Some(_) => Err(format!(
                "expected the option `{}` to be a whole number from {min} to {max}, received another",
                self.name
            )),
        }
    }

    fn not<T>(&self, expected: &str) -> Result<T, String> {
        Err(wrong_type(self.name, expected, &type_of(&self.value)))
    }
}

fn headers(value: &JsValue) -> Result<Vec<(String, String)>, String> {
    if value.is_undefined() {
        return Ok(Vec::new());
    }
    let unusable = || {
        "expected the option `headers` to be a plain object of strings, received another value".to_string()
    };
    let object = value.dyn_ref::<Object>().ok_or_else(unusable)?;
    let prototype = Reflect::get_prototype_of(object).map_err(|_| unusable())?;
    let is_plain =
        prototype.is_null() || Reflect::get_prototype_of(&prototype).is_ok_and(|root| root.is_null());
    if !is_plain {
        return Err(unusable());
    }
    let names = Reflect::own_keys(object).map_err(|_| unusable())?;
    let mut headers = Vec::new();
    for name in Array::iter(&names) {
        let entry = Reflect::get(object, &name).map_err(|_| unusable())?;
        let (Some(name), Some(entry)) = (name.as_string(), entry.as_string()) else { return Err(unusable()) };
        request::check_header(&name, &entry)?;
        headers.push((name, entry));
    }
    Ok(headers)
}

fn base(text: &str) -> Result<Base, String> {
    let text = match text {
        "production" => request::PRODUCTION,
        "sandbox" => request::SANDBOX,
        other => other,
    };
    let url = fetch::parse_url(text).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        format!("expected `baseUrl` to be `production`, `sandbox` or an absolute URL, received `{shown}`")
    })?;
    Base::new(&url)
}
