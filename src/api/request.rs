//! What a request says: where it goes, and with which headers and body.

use super::document::{self, Json};
use super::said;
use super::secret::Secret;
use crate::decimal;
use crate::payload::Kind;
use crate::syntax::{self, concat};

/// The API in production.
pub const PRODUCTION: &str = "https://thirdparty.qonto.com";
/// The API's sandbox; it wants a staging token.
pub const SANDBOX: &str = "https://thirdparty-sandbox.staging.qonto.co";
/// Where payment links are created, behind the base URL.
pub const PAYMENT_LINKS: &str = "/v2/payment_links";
/// The longest token a request carries.
pub const MAX_TOKEN: usize = 16 * 1024;

/// The header with the access token.
pub const AUTHORIZATION: &str = "Authorization";
/// The header with the type of the body.
pub const CONTENT_TYPE: &str = "Content-Type";
/// The header the sandbox wants.
pub const STAGING_TOKEN: &str = "X-Qonto-Staging-Token";
/// The header that makes a repeated request the same request.
pub const IDEMPOTENCY_KEY: &str = "X-Qonto-Idempotency-Key";
/// The header that carries the trace id of an answer.
pub const TRACE_ID: &str = "X-Tyk-Trace-Id";

/// The headers only this crate sets.
const OWN_HEADERS: [&str; 4] = [AUTHORIZATION, CONTENT_TYPE, STAGING_TOKEN, IDEMPOTENCY_KEY];

/// A base URL that requests may go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    href: String,
    /// Whether it is Qonto's own.
    pub is_qonto: bool,
    /// Whether it is Qonto's sandbox.
    pub is_sandbox: bool,
}

impl Base {
    /// Qonto's own API: in production, or its sandbox.
    #[must_use]
    pub fn qonto(is_sandbox: bool) -> Base {
        let href = if is_sandbox { SANDBOX } else { PRODUCTION };
        Base { href: href.into(), is_qonto: true, is_sandbox }
    }

    /// Accepts a base URL as a URL parser writes it.
    ///
    /// # Errors
    /// The message of the `TypeError` that a URL is which may not carry a token.
    pub fn new(href: &str) -> Result<Base, String> {
        let href = without_end(href, b"/?#");
        let scheme = until(href, [b':'; 3]);
        let rest = href.get(scheme.len()..).and_then(|rest| rest.strip_prefix("://")).unwrap_or_default();
        let authority = until(rest, *b"/?#");
        let user = until(authority, [b'@'; 3]);
        let host = authority.get(user.len().saturating_add(1)..).unwrap_or(authority);
        // Behind an IPv6 address, and in it, are further colons.
        let hostname = until(host, [if matches!(host.as_bytes(), [b'[', ..]) { b']' } else { b':' }; 3]);
        if !(matches!(scheme, "https") || (matches!(scheme, "http") && is_loopback(hostname))) {
            let (scheme, hostname) =
                (document::start(scheme, MAX_SHOWN), document::start(hostname, MAX_SHOWN));
            return Err(concat(&[said::INSECURE, scheme, "://", hostname, "`"]));
        }
        if user.len() < authority.len() || until(rest, *b"??#").len() < rest.len() {
            return Err(said::URL_PARTS.into());
        }
        let host = without_end(hostname, b".");
        Ok(Base {
            href: href.into(),
            is_qonto: is_under(host, "qonto.com") || is_under(host, "qonto.co"),
            is_sandbox: is_under(host, "staging.qonto.co"),
        })
    }

    /// The address as it was accepted, which paths stand behind.
    #[must_use]
    pub fn href(&self) -> &str {
        &self.href
    }
}

/// Whether a host is of a domain.
fn is_under(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|sub| sub.is_empty() || sub.ends_with("."))
}

/// A text up to the first of some characters.
#[inline(never)]
fn until(text: &str, ends: [u8; 3]) -> &str {
    let [one, two, three] = ends;
    let is_end = |byte: u8| byte == one || byte == two || byte == three;
    syntax::place(text, is_end).and_then(|place| text.get(..place)).unwrap_or(text)
}

/// Whether a byte is one of some. A loop of its own: `contains` is made for long lists.
#[inline(never)]
fn is_in(byte: &u8, some: &[u8]) -> bool {
    some.iter().any(|one| one == byte)
}

/// A text without some characters at its end.
fn without_end<'t>(text: &'t str, ends: &[u8]) -> &'t str {
    let mut rest = text;
    while rest.as_bytes().last().is_some_and(|last| is_in(last, ends)) {
        rest = rest.get(..rest.len().saturating_sub(1)).unwrap_or_default();
    }
    rest
}

/// Whether a host is this machine's; an IPv6 address stands without its last bracket.
fn is_loopback(hostname: &str) -> bool {
    if matches!(hostname, "127.0.0.1" | "localhost" | "[::1") || hostname.ends_with(".localhost") {
        return true;
    }
    // 127.0.0.0/8
    let mut rest = hostname.strip_prefix("127").unwrap_or_default();
    let mut parts = 1_u32;
    while let Some(part) = rest.strip_prefix(".").map(|rest| until(rest, [b'.'; 3])) {
        if document::whole(part).is_none_or(|part| part > 255) {
            return false;
        }
        parts = parts.saturating_add(1);
        rest = rest.get(part.len().saturating_add(1)..).unwrap_or_default();
    }
    parts == 4
}

/// Why a token or key may not be sent; never with the value itself.
///
/// # Errors
/// The message of a `TypeError`.
pub fn check_secret(name: &str, value: &str) -> Result<(), String> {
    if !value.is_empty() && value.len() <= MAX_TOKEN && syntax::all(value, u8::is_ascii_graphic) {
        return Ok(());
    }
    let mut message = concat(&["expected ", name, said::AT_MOST]);
    decimal::write_count(MAX_TOKEN, &mut message);
    message.push_str(said::VISIBLE);
    message.push_str(if value.is_empty() {
        said::AN_EMPTY_TEXT
    } else if value.len() > MAX_TOKEN {
        "more"
    } else {
        said::ANOTHER_CHARACTER
    });
    Err(message)
}

/// Checks a header of the caller's.
///
/// # Errors
/// The message of a `TypeError`; the value is not in it.
pub fn check_header(name: Json<'_>, value: Json<'_>) -> Result<(), String> {
    let (name, value) = (name.text(), document::plain(value.text()));
    let is_printable = |value: &String| syntax::all(value, |byte| matches!(byte, b'\t' | b' '..=b'~'));
    let is_token = |byte: &u8| is_in(byte, b"!#$%&'*+-.^_`|~") || byte.is_ascii_alphanumeric();
    let what = if name.is_empty() || !syntax::all(name, is_token) {
        said::HEADER_NAME
    } else if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        said::OWN_HEADER
    } else if !value.as_ref().is_some_and(is_printable) {
        said::HEADER_VALUE
    } else {
        return Ok(());
    };
    Err(concat(&["expected ", what, document::start(name, MAX_SHOWN), "`"]))
}

/// Secrets and key of a request.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access token; none behind a proxy of one's own.
    pub token: Option<&'a str>,
    /// The sandbox's staging token.
    pub staging_token: Option<&'a str>,
    /// What makes a repeated request the same request; none for one that creates nothing.
    pub idempotency_key: Option<&'a str>,
}

/// Hands over the headers of a request, of which some are secrets, each with its value in two parts; `further` are the
/// caller's, a list of pairs, already checked.
pub fn headers(
    credentials: &Credentials<'_>,
    further: Json<'_>,
    has_body: bool,
    set: &mut dyn FnMut(&str, [&str; 2]),
) {
    for pair in further.entries() {
        let (name, value) = pair_of(pair);
        let value = Secret::new(document::plain(value.text()).unwrap_or_default());
        set(name.text(), [value.expose(), ""]);
    }
    if has_body {
        set(CONTENT_TYPE, ["application/json", ""]);
    }
    if let Some(key) = credentials.idempotency_key {
        set(IDEMPOTENCY_KEY, [key, ""]);
    }
    if let Some(token) = credentials.token {
        set(AUTHORIZATION, ["Bearer ", token]);
    }
    if let Some(token) = credentials.staging_token {
        set(STAGING_TOKEN, [token, ""]);
    }
}

/// The two entries of a pair.
pub(super) fn pair_of(pair: Json<'_>) -> (Json<'_>, Json<'_>) {
    let mut entries = pair.entries();
    (entries.take_next(), entries.take_next())
}

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Creates a payment link.
    Create,
    /// Lists links and keeps those that match a payload.
    Recover,
    /// Reads one link.
    Get,
    /// One page of links.
    List,
    /// Deactivates a link.
    Deactivate,
    /// One page of the payments of a link.
    Payments,
    /// The methods a customer can pay by.
    Methods,
    /// The state of the account's connection.
    Connection,
    /// Asks for the account to be connected.
    Connect,
}

/// The query of a request, from its question mark on; empty where there is none.
pub type Query = String;

impl Verb {
    /// Every call with the name that it has at the boundary.
    pub const NAMES: [(&'static str, Verb); 9] = [
        ("create", Verb::Create),
        ("recover", Verb::Recover),
        ("get", Verb::Get),
        ("list", Verb::List),
        ("deactivate", Verb::Deactivate),
        ("payments", Verb::Payments),
        ("methods", Verb::Methods),
        ("connection", Verb::Connection),
        ("connect", Verb::Connect),
    ];

    /// The call with a place among the names.
    #[must_use]
    pub fn at(place: u8) -> Verb {
        match place {
            0 => Verb::Create,
            1 => Verb::Recover,
            2 => Verb::Get,
            4 => Verb::Deactivate,
            5 => Verb::Payments,
            6 => Verb::Methods,
            7 => Verb::Connection,
            8 => Verb::Connect,
            _ => Verb::List,
        }
    }

    /// Whether it creates something, so that it must not be done twice.
    #[must_use]
    pub fn creates(self) -> bool {
        matches!(self, Verb::Create | Verb::Connect)
    }

    /// Whether it changes nothing, so that it can be done again whatever happened.
    #[must_use]
    pub fn reads(self) -> bool {
        !self.creates() && self != Verb::Deactivate
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(self) -> &'static str {
        match self {
            Verb::Create | Verb::Connect => "POST",
            Verb::Deactivate => "PATCH",
            _ => "GET",
        }
    }

    /// Appends the path of a request, about a link where `id` is one.
    pub fn put_path(self, id: &str, query: &str, path: &mut String) {
        path.push_str(PAYMENT_LINKS);
        if !id.is_empty() {
            path.push('/');
            encode(id, path);
        }
        path.push_str(match self {
            Verb::Deactivate => "/deactivate",
            Verb::Payments => "/payments",
            Verb::Methods => "/payment_methods",
            Verb::Connection | Verb::Connect => "/connections",
            _ => "",
        });
        path.push_str(query);
    }

    /// What a caller may ask for, and the form of its value.
    fn parameters(self) -> &'static [(&'static str, Form)] {
        match self {
            Verb::List => &[PAGE, PER_PAGE, STATUS, ("sort_by", Form::OneOf(&SORT_LINKS))],
            Verb::Payments => &[PAGE, PER_PAGE, STATUS, ("sort_by", Form::OneOf(&SORT_PAYMENTS))],
            Verb::Methods => &[("amount", Form::Decimal), ("currency", Form::Text), ("locale", Form::Text)],
            _ => &[],
        }
    }

    /// The query of a request, from what the caller asks for.
    ///
    /// # Errors
    /// The message of a `TypeError`.
    pub fn query(self, wanted: Json<'_>) -> Result<Query, String> {
        let mut query = Query::new();
        for (name, form) in self.parameters() {
            let value = wanted.get(name);
            let mut add = |value: Json<'_>| {
                let text = form.text(value);
                query.push(if query.is_empty() { '?' } else { '&' });
                query.push_str(name);
                query.push_str(if matches!(form, Form::Several) { "%5B%5D=" } else { "=" });
                let text = document::plain(text).unwrap_or_default();
                encode(&text, &mut query);
                !text.is_empty()
            };
            let is_right = match value.kind() {
                Kind::Undefined => true,
                Kind::Array if matches!(form, Form::Several) => value.entries().all(add),
                _ => add(value),
            };
            if !is_right {
                let mut known = String::new();
                if let Form::OneOf(texts) = form {
                    for text in *texts {
                        let comma = if known.is_empty() { "" } else { "`, `" };
                        document::put_all(&mut known, &[comma, text]);
                    }
                }
                let words = form.words();
                return Err(concat(&["expected `", name, said::TO_BE, words, &known, said::ANOTHER_VALUE]));
            }
        }
        Ok(query)
    }
}

/// The query of the page of links, as long as can be, with this number.
#[must_use]
pub fn page(number: u64) -> Query {
    let mut query = Query::from("?per_page=100&page=");
    decimal::write_count(usize::try_from(number).unwrap_or(usize::MAX), &mut query);
    query
}

const PAGE: (&str, Form) = ("page", Form::UpTo(1_000_000));
const PER_PAGE: (&str, Form) = ("per_page", Form::UpTo(100));
const STATUS: (&str, Form) = ("status", Form::Several);
/// How links can be sorted.
const SORT_LINKS: [&str; 4] = ["amount:asc", "amount:desc", "expiration_date:asc", "expiration_date:desc"];
/// How payments can be sorted.
const SORT_PAYMENTS: [&str; 2] = ["creation_date:asc", "creation_date:desc"];

/// What a parameter of a query may be.
enum Form {
    /// A whole number from 1.
    UpTo(u64),
    /// A text, or several.
    Several,
    Text,
    Decimal,
    OneOf(&'static [&'static str]),
}

impl Form {
    /// How a value is written in a query; nothing for one that does not have this form.
    fn text<'v>(&self, value: Json<'v>) -> &'v str {
        let text = value.text();
        let is_right = match self {
            Form::UpTo(max) => {
                let is_right = value.whole().is_some_and(|number| (1..=*max).contains(&number));
                return if is_right { value.written() } else { "" };
            }
            Form::Decimal => decimal::parse_exact(text).is_ok(),
            Form::OneOf(known) => known.contains(&text),
            _ => true,
        };
        if is_right { text } else { "" }
    }

    fn words(&self) -> &'static str {
        match self {
            Form::UpTo(100) => said::UP_TO_100,
            Form::UpTo(_) => said::ABOVE_0,
            Form::Decimal => said::A_DECIMAL,
            Form::OneOf(_) => "one of `",
            _ => said::A_TEXT,
        }
    }
}

/// Whether a text can be the identifier of a link: any can, but for those that would lead to another
/// path.
#[must_use]
pub fn is_id(id: &str) -> bool {
    !matches!(id, "" | "." | "..") && id.len() <= MAX_ID
}

/// The longest identifier; a UUID has 36 characters.
const MAX_ID: usize = 200;
/// How many characters of what was received a message repeats.
const MAX_SHOWN: usize = 60;

/// Appends a text with all but unreserved characters percent-encoded (RFC 3986).
fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            for nibble in [byte >> 4, byte & 15] {
                let letters = if nibble < 10 { b'0' } else { b'A' - 10 };
                out.push(char::from(letters.wrapping_add(nibble)));
            }
        }
    }
}
