//! What an answer means: what was asked for, or why it is not there, from any of the bodies that the
//! API and the gateway before it are known to give.

use super::call::Shape;
use super::connect;
use super::document::{self, Json, whole};
use super::error::{ErrorCode, Failure};
use super::request::Verb;
use super::retry;
use super::said;
use crate::payload::{Item, Kind, Money, Payload};
use crate::payment_link::PaymentLink;
use crate::syntax;

/// How many characters of an answer a message repeats.
const MAX_DETAIL: usize = 300;
/// How many entries of an error body are kept.
const MAX_ERRORS: usize = 100;

/// The most bytes of an answer that are read: 1 MiB.
pub const MAX_BODY: u32 = 1 << 20;

/// The fields that are looked at in the document of a 2xx answer: of any other call than [`Verb::Recover`] the rest
/// need not be handed over.
pub const FIELDS: [&str; 15] = [
    "payment_link",
    "id",
    "url",
    "amount",
    "value",
    "currency",
    "status",
    "payment_links",
    "payments",
    "payment_link_payment_methods",
    "connection",
    "connection_location",
    "meta",
    "current_page",
    "next_page",
];

/// What whoever received an answer says of it.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'f> {
    /// The status.
    pub status: u16,
    /// The trace id in the headers, as a JSON string holds it.
    pub trace_id: &'f str,
    /// Of a list, when each link was created, in milliseconds since 1970.
    pub created_ms: Json<'f>,
    /// What was parsed, where something was.
    pub document: Json<'f>,
    /// All that is said, in its order.
    said: [Json<'f>; 10],
}

impl<'f> Facts<'f> {
    /// Reads a list in JSON: the status, the document that was parsed, the trace id, the content type, `Retry-After` as
    /// it is written and how many milliseconds it is away if it is a date, a fault (`too_large`, `not_utf8`), what
    /// was thrown, when each link of a list was created, and the text that was no JSON. What there is not is null,
    /// or not said at the end.
    #[must_use]
    pub fn read(text: &'f str) -> Facts<'f> {
        let mut said = [Json::NONE; 10];
        let mut entries = Json::new(text).entries();
        for entry in &mut said {
            *entry = entries.take_next();
        }
        let [status, document, trace_id, .., created_ms, _] = said;
        Facts {
            status: status.whole().and_then(|status| u16::try_from(status).ok()).unwrap_or_default(),
            document: document.unless_null(),
            trace_id: trace_id.text(),
            created_ms,
            said,
        }
    }

    fn content_type(&self) -> &'f str {
        self.said[3].text()
    }

    fn fault(&self) -> &'f str {
        self.said[6].text()
    }

    fn thrown(&self) -> Json<'f> {
        self.said[7]
    }

    fn text(&self) -> Json<'f> {
        self.said[9]
    }

    /// How long the API asks to wait, in milliseconds.
    fn retry_after(&self) -> Option<u64> {
        retry::retry_after(self.said[4].text(), self.said[5].whole())
    }
}

/// What the request was, as far as reading its answer needs it.
#[derive(Clone, Copy)]
pub struct Asked<'q> {
    /// Which call it is.
    pub verb: Verb,
    /// Whether it went to the sandbox.
    pub sandbox: bool,
    /// What the payload is.
    pub shape: &'q dyn Fn() -> Shape,
    /// Which page of a list was asked for: what follows has a higher number.
    pub page: u64,
}

/// What a 2xx answer gives.
#[derive(Clone, Copy, Debug)]
pub struct Found<'f> {
    /// The field of the document that it stands in; empty for the document itself.
    pub at: &'static str,
    /// What was asked for.
    pub value: Json<'f>,
    /// The page behind this one, of a list that has more.
    pub next: Option<u64>,
    /// The link that was created.
    pub link: PaymentLink<'f>,
}

/// Reads the answer to a request: where in its document stands what was asked for, and that.
///
/// # Errors
/// [`Failure`] for everything else.
pub fn read<'f>(facts: Facts<'f>, asked: Asked<'_>) -> Result<Found<'f>, Box<Failure>> {
    let Facts { status, document, .. } = facts;
    let mut trace_id = "";
    let mut failure = if (200..300).contains(&status) {
        let mut missing = "";
        if document.is_there() {
            match find(document, asked) {
                Ok(found) => return Ok(found),
                Err(field) => missing = field,
            }
        }
        unusable(facts, asked, missing)
    } else {
        trace_id = document.text_of("trace_id");
        refused(facts, asked)
    };
    failure.status = status;
    if trace_id.is_empty() {
        trace_id = facts.trace_id;
    }
    document::put_text(&mut failure.more, "traceId", trace_id);
    Err(Box::new(failure))
}

/// The failure that a 2xx is without what was asked for; of its document a field is `missing`.
#[cold]
#[inline(never)]
fn unusable(facts: Facts<'_>, asked: Asked<'_>, missing: &str) -> Failure {
    let has_thrown = facts.thrown().kind() == Kind::Object;
    let (received, more) = match facts.fault() {
        _ if !missing.is_empty() => (said::NO_USABLE, missing),
        _ if has_thrown => (said::PART, ""),
        "too_large" => (said::TOO_LARGE, ""),
        "not_utf8" => (said::NOT_UTF8, ""),
        _ if is_page(facts) && asked.sandbox => (said::SANDBOX_PAGE, ""),
        _ if is_page(facts) => (said::WEB_PAGE, ""),
        _ if is_blank(facts.text().text()) => (said::EMPTY, ""),
        _ => (said::NOT_JSON, ""),
    };
    let maybe_created = asked.verb.creates();
    let quote = if more.is_empty() { "" } else { "`" };
    let message =
        ["expected ", names(asked.verb).0, ", received ", received, quote, more, quote, look(maybe_created)];
    let code = if has_thrown { ErrorCode::Network } else { ErrorCode::BadAnswer };
    let mut failure = Failure::new(code, &message, maybe_created);
    if has_thrown {
        failure.cause.push_str(facts.thrown().written());
    }
    failure
}

/// Whether what came is a web page.
fn is_page(facts: Facts<'_>) -> bool {
    let text = facts.text().text();
    matches!(syntax::trim(text).as_bytes(), [b'<', ..])
        || (!is_blank(text) && syntax::has(facts.content_type(), "html"))
}

/// Whether what stands in a string is white space alone.
fn is_blank(text: &str) -> bool {
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if !(byte == b' ' || (byte == b'\\' && matches!(rest.next(), Some(b'n' | b'r' | b't')))) {
            return false;
        }
    }
    true
}

/// What to do about what may exist.
pub(super) fn look(maybe_created: bool) -> &'static str {
    if maybe_created { said::LOOK } else { "" }
}

/// What a call asks for, and the field of a document that it may stand in.
fn names(verb: Verb) -> (&'static str, &'static str) {
    match verb {
        Verb::List | Verb::Recover => (said::LINKS, "payment_links"),
        Verb::Payments => (said::PAYMENTS, "payments"),
        Verb::Methods => (said::METHODS, "payment_link_payment_methods"),
        Verb::Connection | Verb::Connect => ("a connection", "connection"),
        Verb::Create | Verb::Get | Verb::Deactivate => ("a payment link", "payment_link"),
    }
}

/// Finds what a call asked for in the answer's document, wrapped or not; or the name of what is
/// missing.
fn find<'f>(document: Json<'f>, asked: Asked<'_>) -> Result<Found<'f>, &'static str> {
    let verb = asked.verb;
    let wrapper = names(verb).1;
    let inner = document.get(wrapper);
    let (at, value) = if inner.is_there() { (wrapper, inner) } else { ("", document) };
    let found = Found { at, value, next: None, link: PaymentLink::default() };
    let needed = match verb {
        Verb::List | Verb::Recover | Verb::Payments | Verb::Methods => {
            if value.kind() != Kind::Array || (at.is_empty() && verb != Verb::Methods) {
                return Err(wrapper);
            }
            if verb == Verb::Methods {
                return Ok(found);
            }
            // A page is given whole, for its `meta`; its `next_page` is null at the end, and 0 on an
            // empty list.
            let meta = document.get("meta");
            let current = meta.whole_of("current_page").unwrap_or_default().max(asked.page);
            let next = meta.whole_of("next_page").filter(|next| *next > current);
            return Ok(Found { at: "", next, ..found });
        }
        Verb::Create => return Ok(Found { link: PaymentLink::read(value)?, ..found }),
        Verb::Connection | Verb::Connect => "status",
        Verb::Get | Verb::Deactivate => "id",
    };
    if value.text_of(needed).is_empty() {
        return Err(needed);
    }
    // An address is followed by whoever gets it: a script is none.
    for name in &["url", "connection_location"] {
        let url = value.get(name);
        if url.is_there() && !syntax::is_http_url(url.text()) {
            return Err(name);
        }
    }
    Ok(found)
}

/// The failure that a status other than 2xx is.
#[cold]
#[inline(never)]
fn refused(facts: Facts<'_>, asked: Asked<'_>) -> Failure {
    let Facts { status, document, .. } = facts;
    let mut errors = String::new();
    let mut said = "";
    let of = document.get("errors");
    if of.kind() == Kind::Array {
        for error in of.entries().take(MAX_ERRORS) {
            let detail = write_entry(error, asked, &mut errors);
            if said.is_empty() {
                said = detail;
            }
        }
    } else {
        let error = if of.is_there() {
            of
        } else if document.is_there() {
            document
        } else if is_page(facts) {
            Json::NONE
        } else {
            facts.text()
        };
        said = write_entry(error, asked, &mut errors);
    }
    let says = |words: &str| syntax::has(&errors, words);
    let (code, advice) = match status {
        400 if says("connection with the provider does not exist") => {
            (ErrorCode::NotConnected, said::NOT_CONNECTED)
        }
        401 if says("OAuth2 authentication is required") => (ErrorCode::Unauthorized, said::API_KEY),
        401 => (ErrorCode::Unauthorized, said::TOKEN_REFUSED),
        403 if asked.verb.reads() => (ErrorCode::Forbidden, said::SCOPE_READ),
        403 => (ErrorCode::Forbidden, said::SCOPE_WRITE),
        404 => (ErrorCode::NotFound, said::NOT_FOUND),
        429 => (ErrorCode::RateLimited, said::TOO_MANY),
        400..=499 => (ErrorCode::Rejected, said::REFUSED),
        500..=599 => (ErrorCode::Server, said::FAILED),
        _ => (ErrorCode::BadAnswer, said::REDIRECT),
    };
    let retry_after_ms = facts.retry_after();
    // A 503 that names a time to come back has taken nothing on.
    let maybe_created =
        asked.verb.creates() && code == ErrorCode::Server && !(status == 503 && retry_after_ms.is_some());
    let it_says = if said.is_empty() { "" } else { said::IT_SAYS };
    let said = document::line(said, MAX_DETAIL);
    let mut failure = Failure::new(code, &[advice, look(maybe_created), it_says, &said], maybe_created);
    if !errors.is_empty() {
        document::put(&mut failure.more, "errors", "[");
        document::put_all(&mut failure.more, &[&errors, "]"]);
    }
    failure.retry_after_ms = retry_after_ms;
    failure
}

/// Writes one entry, `{code, detail or message, source}`, `{error, error_description}`, or a text; gives
/// its detail.
fn write_entry<'e>(error: Json<'e>, asked: Asked<'_>, errors: &mut String) -> &'e str {
    let first = |names: &[&str]| {
        let mut text = "";
        for name in names {
            if text.is_empty() {
                text = error.text_of(name);
            }
        }
        text
    };
    let source = error.get("source");
    let pointer = source.text_of("pointer");
    let source = if pointer.is_empty() { source.text_of("parameter") } else { pointer };
    let detail = if error.kind() == Kind::String {
        error.text()
    } else {
        first(&["detail", "message", "error_description"])
    };
    let mut entry = String::from("{");
    let fields = [("code", first(&["code", "error", "type"])), ("detail", detail), ("source", source)];
    for (name, text) in &fields {
        document::put_text(&mut entry, name, &document::line(text, MAX_DETAIL));
    }
    if entry.len() > 1 {
        write_path(source, asked, &mut entry);
        let comma = if errors.is_empty() { "" } else { "," };
        document::put_all(errors, &[comma, &entry, "}"]);
    }
    detail
}

/// Writes the path in the payload of a field that the API names by a pointer, whose head may be a path
/// the request does not have (`/data/attributes/currency`): the tail is what counts.
fn write_path(source: &str, asked: Asked<'_>, out: &mut String) {
    let Shape { invoice, items } = (asked.shape)();
    let mut path = String::new();
    let mut add = |step: &str| {
        let is_index = whole(step).is_some() && !matches!(step.as_bytes(), [b'0', _, ..]);
        let quote = if is_index { "" } else { "\"" };
        let comma = if path.is_empty() { "" } else { "," };
        document::put_all(&mut path, &[comma, quote, step, quote]);
    };
    let (mut last, mut is_in) = ("", false);
    let mut rest = source;
    while !rest.is_empty() {
        let (step, behind) =
            syntax::split_at(rest, |byte| matches!(byte, b'/' | b'.' | b'[' | b']')).unwrap_or((rest, ""));
        rest = behind;
        if step.is_empty() {
            continue;
        }
        last = step;
        let is_other = match invoice {
            true => matches!(step, "items" | "reusable"),
            false => matches!(step, "invoice_id" | "invoice_number" | "debitor_name" | "amount"),
        };
        is_in |= asked.verb == Verb::Create && Payload::<()>::FIELDS.contains(&step) && !is_other;
        if is_in {
            add(step);
        }
    }
    if !is_in {
        let of_money = Money::FIELDS.contains(&last);
        let before: &[&str] = match asked.verb {
            Verb::Connect if connect::is_field(last) => &[],
            Verb::Create if invoice && of_money => &["amount"],
            Verb::Create if !invoice && items == 1 && of_money => &["items", "0", "unit_price"],
            Verb::Create if !invoice && items == 1 && Item::FIELDS.contains(&last) => &["items", "0"],
            _ => return,
        };
        before.iter().for_each(|step| add(step));
        add(last);
    }
    document::put(out, "path", "[");
    document::put_all(out, &[&path, "]"]);
}
