//! Everything that can go wrong when a link is created, as one type with stable codes.

use crate::issue::{self, Segment};
use crate::plain::Plain;

macro_rules! codes {
    ($($code:ident = $name:literal, $meaning:literal;)+) => {
        /// What went wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $(#[doc = $meaning] $code),+ }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$code),+];

            /// The name of the code, which stays.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(ErrorCode::$code => $name),+ }
            }

            /// What it means and what to do, for the docs.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(ErrorCode::$code => $meaning),+ }
            }
        }
    };
}

codes! {
    Validation = "validation", "The payload has errors; nothing was sent. Mend what `issues` says.";
    Unauthorized = "unauthorized", "The access token was refused, or there was none. Get a fresh OAuth token.";
    Forbidden = "forbidden", "The token may not create payment links. Ask for the scope `payment_link.write`.";
    NotConnected = "not_connected", "The account has not connected payment links. Connect it in Qonto.";
    NotFound = "not_found", "There is no such endpoint for this account. Check `baseUrl` and the account's features.";
    Rejected = "rejected", "The API refused the request. `errors` says why.";
    RateLimited = "rate_limited", "Too many requests. Wait for `retryAfterMs`, or a while.";
    Server = "server", "The API failed. The link may exist: look before creating it again.";
    Network = "network", "No answer came. Where `maybeCreated` is true, look before creating the link again.";
    Timeout = "timeout", "The time was up. Where `maybeCreated` is true, look before creating the link again.";
    Aborted = "aborted", "The caller's signal aborted the call. Where `maybeCreated` is true, the link may exist.";
    BadAnswer = "bad_answer", "The answer is not one the API gives. Check `baseUrl` and, for the sandbox, `stagingToken`.";
    AmountMismatch = "amount_mismatch", "The link exists, with another amount than the preview. Do not send it to the customer.";
}

impl ErrorCode {
    /// The code with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<ErrorCode> {
        ErrorCode::ALL.iter().copied().find(|code| code.name() == name)
    }
}

/// One entry of an error body, whatever form the body had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiError {
    /// The API's own code.
    pub code: Option<String>,
    /// What the API said.
    pub detail: Option<String>,
    /// The field of the payload, where the one the API names can be told.
    pub path: Option<Vec<Segment>>,
    /// The field as the API named it.
    pub source: Option<String>,
}

/// A request that did not give a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub code: ErrorCode,
    /// In English, with what to do.
    pub message: String,
    /// The HTTP status, when there was an answer.
    pub status: Option<u16>,
    /// What Qonto's support asks for.
    pub trace_id: Option<String>,
    /// What the API said.
    pub errors: Vec<ApiError>,
    /// How long the API asks to wait, in milliseconds.
    pub retry_after_ms: Option<u32>,
    /// Whether the request may have created a link.
    pub maybe_created: bool,
}

impl ApiError {
    fn to_plain(&self) -> Plain {
        let mut fields = Vec::new();
        for (name, text) in [("code", &self.code), ("detail", &self.detail), ("source", &self.source)] {
            if let Some(text) = text {
                fields.push((name, Plain::text(text)));
            }
        }
        if let Some(path) = &self.path {
            fields.push(("path", issue::path_to_plain(path)));
        }
        Plain::Object(fields)
    }
}

impl Failure {
    /// The failure as it leaves the crate; the issues of a payload leave it as a packed report.
    #[must_use]
    pub fn to_plain(&self) -> Plain {
        let mut fields =
            Vec::from([("code", Plain::text(self.code.name())), ("message", Plain::text(&self.message))]);
        if let Some(status) = self.status {
            fields.push(("status", Plain::Count(u32::from(status))));
        }
        if let Some(trace_id) = &self.trace_id {
            fields.push(("traceId", Plain::text(trace_id)));
        }
        if !self.errors.is_empty() {
            let mut errors = Vec::new();
            for error in &self.errors {
                errors.push(error.to_plain());
            }
            fields.push(("errors", Plain::List(errors)));
        }
        if let Some(milliseconds) = self.retry_after_ms {
            fields.push(("retryAfterMs", Plain::Count(milliseconds)));
        }
        fields.push(("maybeCreated", Plain::Flag(self.maybe_created)));
        Plain::Object(fields)
    }

    /// A failure without an answer.
    #[must_use]
    pub fn new(code: ErrorCode, message: String, maybe_created: bool) -> Failure {
        Failure {
            code,
            message,
            status: None,
            trace_id: None,
            errors: Vec::new(),
            retry_after_ms: None,
            maybe_created,
        }
    }
}
