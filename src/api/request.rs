//! What a request says: where it goes, and with which headers and body.

use super::secret::Secret;

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

/// A URL that a URL parser has taken apart.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are the URL standard's")]
pub struct Url {
    pub href: String,
    pub protocol: String,
    pub hostname: String,
    pub username: String,
    pub password: String,
    pub search: String,
    pub hash: String,
}

impl Base {
    /// Accepts a base URL.
    ///
    /// # Errors
    /// The message of the `TypeError` that a URL is which may not carry a token.
    pub fn new(url: &Url) -> Result<Base, String> {
        let secure = url.protocol == "https:" || (url.protocol == "http:" && is_loopback(&url.hostname));
        if !secure {
            return Err(format!(
                "expected `baseUrl` to be https, or http on loopback, received `{}//{}`",
                url.protocol, url.hostname
            ));
        }
        if !url.username.is_empty() || !url.password.is_empty() {
            return Err("expected `baseUrl` without a user name or password, received one".to_string());
        }
        if !url.search.is_empty() || !url.hash.is_empty() {
            return Err("expected `baseUrl` without a query or fragment, received one".to_string());
        }
        let host = url.hostname.trim_end_matches('.');
        let under =
            |domain: &str| host == domain || host.strip_suffix(domain).is_some_and(|sub| sub.ends_with('.'));
        Ok(Base {
            href: url.href.trim_end_matches(['/', '?', '#']).to_string(),
            is_qonto: under("qonto.com") || under("qonto.co"),
            is_sandbox: under("staging.qonto.co"),
        })
    }

    /// The address of a path behind it.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.href)
    }
}

fn is_loopback(hostname: &str) -> bool {
    let ipv4 = || {
        let mut parts = hostname.split('.');
        parts.next() == Some("127")
            && hostname.split('.').count() == 4
            && parts.all(|part| part.parse::<u8>().is_ok())
    };
    hostname == "localhost" || hostname.ends_with(".localhost") || hostname == "[::1]" || ipv4()
}

/// Why a token, key or header may not be sent; never with the value itself.
///
/// # Errors
/// The message of a `TypeError`.
pub fn check_secret(name: &str, value: &str) -> Result<(), String> {
    if value.is_empty() {
        return Err(format!("expected {name} of visible ASCII characters, received an empty text"));
    }
    if value.len() > MAX_TOKEN {
        return Err(format!("expected {name} of at most {MAX_TOKEN} characters, received {}", value.len()));
    }
    if let Some(place) = value.bytes().position(|byte| !byte.is_ascii_graphic()) {
        return Err(format!(
            "expected {name} of visible ASCII characters, received another at place {place}"
        ));
    }
    Ok(())
}

/// Checks a header of the caller's.
///
/// # Errors
/// The message of a `TypeError`; the value is not in it.
pub fn check_header(name: &str, value: &str) -> Result<(), String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(is_token) {
        let shown: String = name.chars().take(60).filter(|c| !c.is_control()).collect();
        return Err(format!("expected the name of a header, received `{shown}`"));
    }
    if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err(format!("expected headers other than those the call sets itself, received `{name}`"));
    }
    if !value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte)) {
        return Err(format!(
            "expected the header `{name}` to be printable ASCII, received another character"
        ));
    }
    Ok(())
}

/// Secrets and key of a request.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The access token; none behind a proxy of one's own.
    pub token: Option<&'a str>,
    /// The sandbox's staging token.
    pub staging_token: Option<&'a str>,
    /// What makes a repeated request the same request.
    pub idempotency_key: &'a str,
}

/// The headers of a request that creates a link; `further` are the caller's, already checked. Their
/// values are wiped after use, because some are secrets.
#[must_use]
pub fn headers(credentials: &Credentials<'_>, further: &[(String, String)]) -> Vec<(String, Secret)> {
    let mut headers = Vec::new();
    let mut set = |name: &str, value: String| headers.push((name.to_string(), Secret::new(value)));
    for (name, value) in further {
        set(name, value.clone());
    }
    set(CONTENT_TYPE, "application/json".to_string());
    set(IDEMPOTENCY_KEY, credentials.idempotency_key.to_string());
    if let Some(token) = credentials.token {
        set(AUTHORIZATION, format!("Bearer {token}"));
    }
    if let Some(token) = credentials.staging_token {
        set(STAGING_TOKEN, token.to_string());
    }
    headers
}

/// The body of a request: the very text that was validated, inside `payment_link`.
#[must_use]
pub fn body(payload: &str) -> String {
    format!("{{\"payment_link\":{payload}}}")
}

/// A UUID (version 4) from 16 random bytes, for an idempotency key.
#[must_use]
pub fn uuid(mut random: [u8; 16]) -> String {
    let [_, _, _, _, _, _, version, _, variant, ..] = &mut random;
    *version = (*version & 0x0f) | 0x40;
    *variant = (*variant & 0x3f) | 0x80;
    let mut text = String::new();
    for (index, byte) in random.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        for nibble in [byte >> 4, byte & 0x0f] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}
