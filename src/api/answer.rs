//! What an answer means: the created link, or why there is none, from any of the bodies that the
//! API and the gateway before it are known to give.

use super::error::{ApiError, ErrorCode, Failure};
use super::tree::Node;
use crate::issue::{self, Segment};
use crate::payload::{Item, Money, Payload};
use crate::payment_link::PaymentLink;
use crate::syntax;

/// How many characters of an answer a message repeats.
const MAX_DETAIL: usize = 300;
/// How many entries of an error body are kept.
const MAX_ERRORS: usize = 100;

/// An answer, whoever received it.
#[derive(Clone, Debug)]
pub struct Answer<N> {
    /// The HTTP status.
    pub status: u16,
    /// The header `X-Tyk-Trace-Id`.
    pub trace_id: Option<String>,
    /// The header `Retry-After`, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// The body.
    pub body: Body<N>,
}

/// A body, parsed as far as it can be.
#[derive(Clone, Debug)]
pub enum Body<N> {
    /// Nothing, or white space.
    Empty,
    /// A JSON document.
    Json(N),
    /// A web page.
    Html,
    /// Any other text.
    Text(String),
}

/// What the request was, as far as reading its answer needs it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Whether it went to the sandbox.
    pub sandbox: bool,
    /// Whether the payload is an invoice's.
    pub invoice: bool,
    /// How many items the payload has.
    pub items: usize,
}

/// Reads the answer to a request that creates a link: the link as it was sent, and the fields
/// that matter.
///
/// # Errors
/// [`Failure`] for everything but a link.
pub fn created<N: Node>(answer: Answer<N>, asked: Asked) -> Result<(N, PaymentLink), Failure> {
    if !(200..300).contains(&answer.status) {
        return Err(refused(&answer, asked));
    }
    let failed = |what: String| {
        let mut failure = Failure::new(ErrorCode::BadAnswer, what, true);
        failure.status = Some(answer.status);
        failure.trace_id.clone_from(&answer.trace_id);
        failure
    };
    let document = match answer.body {
        Body::Json(document) => document,
        Body::Html if asked.sandbox => {
            return Err(failed(
                "expected a payment link, received a web page: the sandbox shows one when `stagingToken` is missing or wrong"
                    .to_string(),
            ));
        }
        Body::Html => {
            return Err(failed("expected a payment link, received a web page; check `baseUrl`".to_string()));
        }
        Body::Empty => return Err(failed("expected a payment link, received an empty answer".to_string())),
        Body::Text(_) => {
            return Err(failed("expected a payment link, received a text that is not JSON".to_string()));
        }
    };
    let link = document.get("payment_link").unwrap_or(document);
    match PaymentLink::read(&link) {
        Ok(fields) => Ok((link, fields)),
        Err(field) => Err(failed(format!(
            "expected a payment link, received an answer without a usable `{field}`; look whether the link exists before creating it again"
        ))),
    }
}

/// The failure that a status other than 2xx is.
fn refused<N: Node>(answer: &Answer<N>, asked: Asked) -> Failure {
    let (mut errors, body_trace) = match &answer.body {
        Body::Json(document) => entries(document, asked),
        Body::Text(text) => (Vec::from([detail(text.clone())]), None),
        Body::Empty | Body::Html => (Vec::new(), None),
    };
    errors.truncate(MAX_ERRORS);
    let says = |words: &str| {
        errors.iter().any(|error| error.detail.as_deref().is_some_and(|detail| syntax::has(detail, words)))
    };
    let (code, advice) = match answer.status {
        401 if says("OAuth2 authentication is required") => {
            (ErrorCode::Unauthorized, "an API key was sent; payment links take an OAuth access token")
        }
        401 => (
            ErrorCode::Unauthorized,
            "the access token was refused; get a fresh OAuth token (they live one hour)",
        ),
        403 => (
            ErrorCode::Forbidden,
            "the token may not create payment links; it needs the scope `payment_link.write`",
        ),
        400 if says("connection with the provider does not exist") => (
            ErrorCode::NotConnected,
            "the account has not connected payment links; connect it in Qonto first",
        ),
        404 => (
            ErrorCode::NotFound,
            "the API has no payment links here; check `baseUrl`, and that the account has the feature",
        ),
        429 => (ErrorCode::RateLimited, "too many requests; wait before trying again"),
        400..=499 => (ErrorCode::Rejected, "the API refused the request"),
        500..=599 => {
            (ErrorCode::Server, "the API failed; look whether the link exists before creating it again")
        }
        _ => (
            ErrorCode::BadAnswer,
            "the answer is a redirect or no HTTP answer at all, and redirects are not followed; check `baseUrl`",
        ),
    };
    let mut message = advice.to_string();
    if let Some(said) = errors.iter().find_map(|error| error.detail.as_deref()) {
        message.push_str("; it says: ");
        message.push_str(said);
    }
    Failure {
        code,
        message,
        status: Some(answer.status),
        trace_id: body_trace.or_else(|| answer.trace_id.clone()),
        errors,
        retry_after_ms: answer.retry_after_ms,
        // A 503 that names a time to come back has taken nothing on.
        maybe_created: code == ErrorCode::Server
            && !(answer.status == 503 && answer.retry_after_ms.is_some()),
    }
}

/// The entries of an error body of any form, and its trace id.
fn entries<N: Node>(document: &N, asked: Asked) -> (Vec<ApiError>, Option<String>) {
    let trace_id = document.get("trace_id").and_then(|id| id.text()).filter(|id| !id.is_empty());
    let errors = match document.get("errors") {
        Some(errors) => match errors.entries() {
            Some(list) => list.iter().take(MAX_ERRORS).filter_map(|error| entry(error, asked)).collect(),
            None => entry(&errors, asked).into_iter().collect(),
        },
        None => entry(document, asked).into_iter().collect(),
    };
    (errors, trace_id)
}

/// One entry: `{code, detail or message, source}`, `{error, error_description}`, or a text.
fn entry<N: Node>(error: &N, asked: Asked) -> Option<ApiError> {
    if let Some(text) = error.text() {
        return Some(detail(text));
    }
    let text = |names: [&str; 3]| {
        names
            .iter()
            .find_map(|name| error.get(name))
            .and_then(|value| value.text())
            .map(|text| shortened(&text))
    };
    let source = error.get("source").and_then(|source| {
        let named = source.get("pointer").or_else(|| source.get("parameter"))?;
        named.text()
    });
    let entry = ApiError {
        code: text(["code", "error", "type"]),
        detail: text(["detail", "message", "error_description"]),
        path: source.as_deref().and_then(|source| path(source, asked)),
        source: source.map(|source| shortened(&source)),
    };
    (entry != ApiError::default()).then_some(entry)
}

fn detail(text: String) -> ApiError {
    ApiError { detail: Some(shortened(&text)), ..ApiError::default() }
}

/// One line of what was said, not too long.
fn shortened(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    issue::shortened(&line, MAX_DETAIL)
}

/// The path in the payload of a field that the API names by a pointer, whose head may be a path
/// the request does not have (`/data/attributes/currency`): the tail is what counts.
fn path(source: &str, asked: Asked) -> Option<Vec<Segment>> {
    let steps: Vec<&str> = source.split(['/', '.', '[', ']']).filter(|step| !step.is_empty()).collect();
    let is_other = |step: &str| match asked.invoice {
        true => matches!(step, "items" | "reusable"),
        false => matches!(step, "invoice_id" | "invoice_number" | "debitor_name" | "amount"),
    };
    let is_top = |step: &&str| Payload::<()>::FIELDS.contains(step) && !is_other(step);
    let segment = |step: &&str| match step.parse() {
        Ok(index) => Segment::Index(index),
        Err(_) => Segment::Field((*step).to_string().into()),
    };
    if let Some(start) = steps.iter().position(is_top) {
        return Some(steps.iter().skip(start).map(segment).collect());
    }
    let last = *steps.last()?;
    let of_money = Money::FIELDS.contains(&last);
    let mut path = match (asked.invoice, asked.items) {
        (true, _) if of_money => Vec::from([Segment::Field("amount".into())]),
        (false, 1) if of_money || last == "unit_price" || Item::FIELDS.contains(&last) => {
            Vec::from([Segment::Field("items".into()), Segment::Index(0)])
        }
        _ => return None,
    };
    if of_money && !asked.invoice {
        path.push(Segment::Field("unit_price".into()));
    }
    path.push(Segment::Field(last.to_string().into()));
    Some(path)
}
