//! What makes a webhook authentic: the form of its signature header, and how old it may be. Pure: the
//! HMAC itself is Web Crypto's.
//!
//! Qonto signs `<t>.<raw body>` with HMAC-SHA256 and the subscription's secret, and sends
//! `X-Qonto-Signature: t=<unix seconds>,v1=<hex>` (its page "Set up webhooks").

use crate::syntax;

/// How old a webhook may be, in seconds, where nothing else is asked for: Qonto's own figure.
pub const TOLERANCE_SECONDS: u32 = 300;
/// The longest header that is read, in bytes: each signature in it costs an HMAC over the whole body.
pub const MAX_HEADER: usize = 1024;
/// The hexadecimal digits of an HMAC-SHA256.
const SIGNATURE_DIGITS: usize = 64;
/// The digits of a time stamp; more are no time stamp in seconds.
const MAX_TIME_DIGITS: usize = 15;

macro_rules! codes {
    ($($code:ident = $name:literal, $meaning:literal, $message:literal;)+) => {
        /// Why a webhook is not taken.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum WebhookCode { $(#[doc = $meaning] $code),+ }

        impl WebhookCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [WebhookCode] = &[$(WebhookCode::$code),+];

            /// The name of the code, which stays.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(WebhookCode::$code => $name),+ }
            }

            /// What it means and what to do, for the docs.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(WebhookCode::$code => $meaning),+ }
            }

            /// The English message, in the grammar of issues: `{name}` is a parameter.
            #[must_use]
            pub fn template(self) -> &'static str {
                match self { $(WebhookCode::$code => $message),+ }
            }
        }
    };
}

codes! {
    ParsedBody = "parsed_body", "The body is neither a text nor bytes. Pass it as it came, before a JSON parser reads it.",
        "expected the raw body as it came, a string or bytes (await it, and read it before a JSON parser does), received type `{received}`";
    MissingHeader = "missing_header", "There is no signature. Pass the header `X-Qonto-Signature`; what comes without it is not Qonto's.",
        "expected the header `X-Qonto-Signature`, received none";
    MalformedHeader = "malformed_header", "The header does not read `t=<unix seconds>,v1=<64 hex digits>`.",
        "expected a header of the form `t=<unix seconds>,v1=<64 hex digits>`, received {received}";
    WrongSignature = "wrong_signature", "No signature is that of this body with this secret.",
        "expected a signature of this body with this secret, received another; the body must be the bytes that came, unchanged";
    Stale = "stale", "The signature is right and too old: somebody sends an old webhook again, or the clock is ahead.",
        "expected a webhook at most {tolerance} seconds old, received one {received} seconds old";
    Future = "future", "The signature is right and of a time to come: the clock is behind.",
        "expected a webhook at most {tolerance} seconds ahead of the clock, received one {received} seconds ahead";
    UnreadableEvent = "unreadable_event", "The signature is right, and the body is not a JSON object in UTF-8.",
        "expected a JSON object in UTF-8, received another body";
}

/// A webhook that is not taken, and the parameter `received` of its message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The header does not have its form; with what it has instead.
    Header(WebhookCode, &'static str),
    /// The time stamp is that many seconds off.
    Time(WebhookCode, u32),
}

/// A signature header, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signatures<'a> {
    /// The digits of the time stamp, as they are signed.
    pub time: &'a str,
    /// The signatures that have the form of an HMAC-SHA256, in hexadecimal digits of either case.
    pub v1: Vec<&'a str>,
}

impl<'a> Signatures<'a> {
    /// Reads a header. Parts of other schemes, and `v1` parts that cannot be a signature, are passed over:
    /// one that can be is enough to judge.
    ///
    /// # Errors
    /// [`WebhookCode::MissingHeader`] and [`WebhookCode::MalformedHeader`].
    pub fn read(header: &'a str) -> Result<Signatures<'a>, Fault> {
        let malformed = |received| Err(Fault::Header(WebhookCode::MalformedHeader, received));
        if header.len() > MAX_HEADER {
            return malformed("one that is too long");
        }
        if header.trim_ascii().is_empty() {
            return Err(Fault::Header(WebhookCode::MissingHeader, ""));
        }
        let (mut time, mut v1) = ("", Vec::new());
        let (mut part, mut rest) = cut(header, b',');
        while !part.is_empty() || !rest.is_empty() {
            let (name, value) = cut(part, b'=');
            if matches!(name, "t") {
                if !time.is_empty() {
                    return malformed("`t` twice");
                }
                if value.is_empty()
                    || value.len() > MAX_TIME_DIGITS
                    || !syntax::all(value, u8::is_ascii_digit)
                {
                    return malformed("a `t` that is not in whole seconds");
                }
                time = value;
            } else if matches!(name, "v1")
                && value.len() == SIGNATURE_DIGITS
                && syntax::all(value, u8::is_ascii_hexdigit)
            {
                v1.push(value);
            }
            (part, rest) = cut(rest, b',');
        }
        if time.is_empty() {
            return malformed("no `t`");
        }
        if v1.is_empty() {
            return malformed("no `v1` of 64 hex digits");
        }
        Ok(Signatures { time, v1 })
    }

    /// Compares the time stamp with the clock, both in unix seconds; `tolerance` seconds off in either
    /// direction are right.
    ///
    /// # Errors
    /// [`WebhookCode::Stale`] and [`WebhookCode::Future`].
    pub fn check_time(&self, now: u32, tolerance: u32) -> Result<(), Fault> {
        // What does not fit is a time after 2106: the future for every clock that can be told.
        let time = self.time.bytes().fold(0_u32, |time, digit| {
            time.saturating_mul(10).saturating_add(u32::from(digit.saturating_sub(b'0')))
        });
        let code = if time < now { WebhookCode::Stale } else { WebhookCode::Future };
        let off = time.abs_diff(now);
        if off > tolerance { Err(Fault::Time(code, off)) } else { Ok(()) }
    }
}

/// What stands before and behind the first of a character, without white space around.
fn cut(text: &str, at: u8) -> (&str, &str) {
    let (before, behind) = syntax::split_at(text, |byte| byte == at).unwrap_or((text, ""));
    (before.trim_ascii(), behind.trim_ascii())
}
