//! `createPaymentLink`: from a packed payload to an outcome. The steps are the core's; here they are
//! put in order around the waits.

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::future_to_promise;

use super::fetch::{self, Deadline, Interrupted, NoAnswer, Post};
use super::options::{CreateOptions, TokenSource, checked_token, type_of};
use super::report;
use crate::api::amount::{self, AmountCheck, Expected};
use crate::api::answer::{self, Answer, Asked, Body};
use crate::api::error::{ErrorCode, Failure};
use crate::api::request::{self, Credentials};
use crate::api::retry::{self, Budget};
use crate::api::secret::Secret;
use crate::api::tree::Node;
use crate::decimal;
use crate::issue::Severity;
use crate::options::Options;
use crate::packed::reader::Reader;
use crate::packed::report::Writer;
use crate::payload::{Field, Source, Variant};
use crate::validate::{self, Report, Want};

/// What becomes of a call; JavaScript turns it into a link, a `PaymentLinkError` or a `TypeError`.
enum Outcome {
    Link(JsValue),
    Misuse(String),
    Failed {
        failure: Failure,
        cause: Option<JsValue>,
        link: Option<JsValue>,
    },
    /// An error that a proxy of one's own passed on, as it stands in its answer.
    PassedOn {
        error: JsValue,
        status: u16,
    },
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Outcome {
        Outcome::Failed { failure, cause: None, link: None }
    }
}

/// Creates a link; see [`super::Packet::create`].
pub(super) fn create(packed: &[u8], token: JsValue, text: String, options: &Array) -> Promise {
    let prepared = prepare(packed, &token, text, options);
    future_to_promise(async move {
        Ok(match prepared {
            Ok(call) => call.run().await,
            Err(outcome) => outcome,
        })
    })
}

/// All that can be done before the first wait.
fn prepare(packed: &[u8], token: &JsValue, text: String, options: &Array) -> Result<Call, JsValue> {
    let misuse = |message: String| to_js(Outcome::Misuse(message), &[]);
    let mut reader = Reader::new(packed);
    let mut again = reader.clone();
    let (settings, payload) = reader.read();
    let read = Options::read(&settings).map_err(misuse)?;
    let create = CreateOptions::read(options).map_err(misuse)?;
    let token = create.token(token).map_err(misuse)?;

    let is_invoice = matches!(&payload, Field::Is(payload) if payload.variant() == Variant::Invoice);
    let items = match &payload {
        Field::Is(payload) => match &payload.items {
            Field::Is(items) => items.count(),
            Field::Absent | Field::Not(_) => 0,
        },
        Field::Absent | Field::Not(_) => 0,
    };
    let report = validate::check(payload, &read, Want::Totals);
    if !report.valid {
        return Err(invalid(&report));
    }
    let Some((currency, grosses)) = report.grosses else { return Err(invalid(&report)) };
    let (_, again) = again.read();
    let other = Options { vat_rates: read.vat_rates.other(), ..read };
    let other = validate::check(again, &other, Want::Issues);
    Ok(Call {
        asked: Asked { sandbox: create.base.is_sandbox, invoice: is_invoice, items },
        expected: Expected {
            currency,
            grosses,
            rounding: read.rounding,
            vat_rates: read.vat_rates,
            other_notation: other.grosses.map(|(_, grosses)| grosses),
            totals: report.totals,
        },
        body: request::body(&text),
        options: create,
        token,
    })
}

/// The outcome for a payload with errors: the failure, and the packed report with its issues.
pub(super) fn invalid(report: &Report) -> JsValue {
    let errors = report.issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    let mut message = String::from("the payload has ");
    decimal::write_count(errors, &mut message);
    message.push_str(" errors and was not sent");
    let failure = Failure::new(ErrorCode::Validation, message, false);
    let mut writer = Writer::default();
    writer.report(report);
    let mut bytes = vec![0; writer.len()];
    writer.copy_to(&mut bytes);
    fetch::object(&[
        ("failure", &report::to_js(&failure.to_plain())),
        ("report", &Uint8Array::from(bytes.as_slice())),
    ])
}

struct Call {
    options: CreateOptions,
    token: TokenSource,
    body: String,
    asked: Asked,
    expected: Expected,
}

impl Call {
    async fn run(self) -> JsValue {
        let mut secrets = Vec::new();
        let outcome = match self.outcome(&mut secrets).await {
            Ok(link) => Outcome::Link(link),
            Err(outcome) => outcome,
        };
        secrets.extend(self.options.staging_token);
        if let TokenSource::Given(token) = self.token {
            secrets.push(token);
        }
        to_js(outcome, &secrets)
    }

    async fn outcome(&self, secrets: &mut Vec<Secret>) -> Result<JsValue, Outcome> {
        let deadline =
            Deadline::start(self.options.timeout_ms, self.options.signal.clone()).ok_or_else(|| {
                Failure::new(
                    ErrorCode::Network,
                    "this runtime has no timers or no AbortController".to_string(),
                    false,
                )
            })?;
        let token = match &self.token {
            TokenSource::Given(token) => Some(token),
            TokenSource::Function(function) => {
                secrets.push(token_from(function, &deadline).await?);
                secrets.last()
            }
            TokenSource::Proxy => None,
        };
        let credentials = Credentials {
            token: token.map(Secret::expose),
            staging_token: self.options.staging_token.as_ref().map(Secret::expose),
            idempotency_key: &self.options.idempotency_key,
        };
        let headers = request::headers(&credentials, &self.options.headers);
        let url = self.options.base.join(request::PAYMENT_LINKS);
        let post =
            Post { url: &url, headers: &headers, body: &self.body, fetch: self.options.fetch.as_ref() };
        let mut sent = 0_u32;
        loop {
            sent = sent.saturating_add(1);
            let failed = match fetch::send(&post, &deadline).await {
                Ok(answer) => {
                    self.report(&answer, sent, token);
                    match self.read(answer) {
                        Ok(link) => return Ok(link),
                        Err(failed) => failed,
                    }
                }
                Err(no_answer) => Failed { retry: None, outcome: unanswered(no_answer) },
            };
            let Some(pause) = failed.pause(sent, self.options.retries, &deadline) else {
                return Err(failed.outcome);
            };
            if deadline.pause(pause).await.is_err() {
                return Err(failed.outcome);
            }
        }
    }

    /// Tells the caller of an answer; what the caller's function throws is its own affair.
    fn report(&self, answer: &Answer<JsValue>, attempt: u32, token: Option<&Secret>) {
        let Some(on_response) = &self.options.on_response else { return };
        let secrets = token.into_iter().chain(&self.options.staging_token);
        let trace_id = answer.trace_id.clone().map(|id| secrets.fold(id, |id, secret| secret.redact(&id)));
        let response = fetch::object(&[
            ("status", &JsValue::from(answer.status)),
            ("traceId", &trace_id.as_deref().map_or(JsValue::UNDEFINED, JsValue::from_str)),
            ("attempt", &JsValue::from(attempt)),
        ]);
        drop(on_response.call1(&JsValue::UNDEFINED, &response));
    }

    fn read(&self, answer: Answer<JsValue>) -> Result<JsValue, Failed> {
        let status = answer.status;
        let passed_on = match (&self.token, &answer.body) {
            (TokenSource::Proxy, Body::Json(document)) if is_error(document) => Some(document.clone()),
            _ => None,
        };
        let (link, fields) = answer::created(answer, self.asked).map_err(|failure| match passed_on {
            Some(error) => Failed { retry: Some(failure), outcome: Outcome::PassedOn { error, status } },
            None => Failed { retry: None, outcome: failure.into() },
        })?;
        let check = if self.asked.invoice { AmountCheck::Exact } else { self.options.amount_check };
        let check = if self.options.amount_check == AmountCheck::Off { AmountCheck::Off } else { check };
        match amount::compare(&fields, &self.expected, check) {
            Ok(()) => Ok(link),
            Err(message) => {
                let mut failure = Failure::new(ErrorCode::AmountMismatch, message, true);
                failure.status = Some(status);
                Err(Failed {
                    retry: None,
                    outcome: Outcome::Failed { failure, cause: None, link: Some(link) },
                })
            }
        }
    }
}

/// One request that gave no link.
struct Failed {
    /// What the decision to send again goes by, where it is not the outcome's own failure.
    retry: Option<Failure>,
    outcome: Outcome,
}

impl Failed {
    fn pause(&self, sent: u32, retries: u32, deadline: &Deadline) -> Option<u32> {
        let failure = match (&self.retry, &self.outcome) {
            (Some(failure), _) | (None, Outcome::Failed { failure, .. }) => failure,
            _ => return None,
        };
        let [a, b, c, d, ..] = fetch::random_bytes().unwrap_or_default();
        let random = u32::from_le_bytes([a, b, c, d]);
        retry::pause(failure, Budget { sent, retries, left_ms: deadline.left_ms(), random })
    }
}

/// Whether a document is the JSON form of a `PaymentLinkError`.
fn is_error(document: &JsValue) -> bool {
    let is = |name: &str, known: &dyn Fn(&str) -> bool| {
        Node::get(document, name).and_then(|value| value.text()).is_some_and(|text| known(&text))
    };
    is("name", &|name| name == "PaymentLinkError") && is("code", &|code| ErrorCode::named(code).is_some())
}

async fn token_from(function: &Function, deadline: &Deadline) -> Result<Secret, Outcome> {
    let failed = |message: &str, cause: Option<JsValue>| Outcome::Failed {
        failure: Failure::new(ErrorCode::Unauthorized, message.to_string(), false),
        cause,
        link: None,
    };
    let thrown = |cause| failed("the function that gives the token failed; see `cause`", Some(cause));
    let value = function.call0(&JsValue::UNDEFINED).map_err(thrown)?;
    let token = deadline.wait(&value).await.map_err(|why| match why {
        Interrupted::Failed(cause) => thrown(cause),
        why => unanswered(NoAnswer { why, sent: false }),
    })?;
    match token.as_string().filter(|token| !token.is_empty()) {
        Some(token) => checked_token(token).map_err(Outcome::Misuse),
        None => Err(failed(
            &format!(
                "expected the function that gives the token to give a string, received type `{}`",
                type_of(&token)
            ),
            None,
        )),
    }
}

/// The outcome of a request that got no answer.
fn unanswered(no_answer: NoAnswer) -> Outcome {
    let maybe = no_answer.sent;
    let look = if maybe { "; look whether the link exists before creating it again" } else { "" };
    match no_answer.why {
        Interrupted::Timeout => {
            Failure::new(ErrorCode::Timeout, format!("the time was up{look}"), maybe).into()
        }
        Interrupted::Aborted => {
            Failure::new(ErrorCode::Aborted, format!("the caller aborted the call{look}"), maybe).into()
        }
        Interrupted::Failed(cause) => {
            let maybe = maybe && !system_codes(&cause).iter().any(|code| retry::failed_before_sending(code));
            let look = if maybe { look } else { "" };
            Outcome::Failed {
                failure: Failure::new(
                    ErrorCode::Network,
                    format!("no answer came; see `cause`{look}"),
                    maybe,
                ),
                cause: Some(cause),
                link: None,
            }
        }
    }
}

/// The codes by which an error and its cause name a failure of the system.
fn system_codes(error: &JsValue) -> Vec<String> {
    [error.clone(), fetch::get(error, "cause")]
        .iter()
        .filter_map(|error| fetch::get(error, "code").as_string())
        .collect()
}

/// The outcome for JavaScript, with no secret in any text that came from outside.
fn to_js(outcome: Outcome, secrets: &[Secret]) -> JsValue {
    let redact = |text: &str| secrets.iter().fold(text.to_string(), |text, secret| secret.redact(&text));
    match outcome {
        Outcome::Link(link) => fetch::object(&[("link", &link)]),
        Outcome::Misuse(message) => fetch::object(&[("misuse", &JsValue::from_str(&message))]),
        Outcome::PassedOn { error, status } => {
            fetch::object(&[("failure", &error), ("status", &JsValue::from(status))])
        }
        Outcome::Failed { mut failure, cause, link } => {
            failure.message = redact(&failure.message);
            failure.trace_id = failure.trace_id.as_deref().map(redact);
            for error in &mut failure.errors {
                for text in [&mut error.code, &mut error.detail, &mut error.source].into_iter().flatten() {
                    *text = redact(text);
                }
                error.path = error.path.take().filter(|_| error.source.is_some());
            }
            let data = report::to_js(&failure.to_plain());
            if let Some(link) = link {
                drop(Reflect::set(&data, &JsValue::from_str("link"), &link));
            }
            let cause = cause.map_or(JsValue::UNDEFINED, |cause| safe_cause(&cause, &redact));
            fetch::object(&[("failure", &data), ("cause", &cause)])
        }
    }
}

/// A copy of what was thrown that holds its words alone: the original may hold the request.
fn safe_cause(cause: &JsValue, redact: &dyn Fn(&str) -> String) -> JsValue {
    let words = |error: &JsValue| {
        let text = error.as_string().or_else(|| fetch::get(error, "message").as_string());
        text.filter(|text| !text.is_empty())
    };
    let mut message =
        words(cause).unwrap_or_else(|| format!("a value of type `{}` was thrown", type_of(cause)));
    if let Some(inner) = words(&fetch::get(cause, "cause")) {
        message.push_str(": ");
        message.push_str(&inner);
    }
    let error = js_sys::Error::new(&redact(&message));
    if let Some(name) = fetch::get(cause, "name").as_string() {
        error.set_name(&redact(&name));
    }
    if let Some(code) = system_codes(cause).first() {
        drop(Reflect::set(&error, &JsValue::from_str("code"), &JsValue::from_str(&redact(code))));
    }
    error.into()
}
