//! Everything that can go wrong in a call of the API, as one type with stable codes.

use super::document;
use crate::issue::Issue;
use crate::syntax::concat;

macro_rules! codes {
    ($($(#[$default:ident])? $code:ident = $name:literal, $meaning:literal, $when:literal, $advice:literal;)+) => {
        /// What went wrong.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $(#[doc = $meaning] $(#[$default])? $code),+ }

        impl ErrorCode {
            /// Every code, in the order of the table.
            pub const ALL: &'static [ErrorCode] = &[$(ErrorCode::$code),+];

            /// The name of the code, which stays.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(ErrorCode::$code => $name),+ }
            }

            /// What it means, when it happens, and what to do: for the docs, and apart from the name so
            /// that the module need not carry them.
            #[must_use]
            pub fn docs(self) -> [&'static str; 3] {
                match self { $(ErrorCode::$code => [$meaning, $when, $advice]),+ }
            }
        }
    };
}

codes! {
    Validation = "validation", "The data has errors; nothing was sent.",
        "before a request, from `validatePayload`'s rules or those of `connect`", "Mend what `issues` says.";
    Unauthorized = "unauthorized", "The access token was refused, or there was none.",
        "401, also with the token that your function gave a second time; or the function failed",
        "Get a fresh OAuth token; an API key is none.";
    Forbidden = "forbidden", "The token may not do this.", "403",
        "Ask for the scope: `payment_link.write` to create, connect and deactivate, `payment_link.read` for the rest.";
    NotConnected = "not_connected", "The account has not connected payment links.",
        "400 with Qonto's words for it", "Connect it, in Qonto or with `connect`.";
    NotFound = "not_found", "There is no such link, or no such endpoint for this account.", "404",
        "Check the id, `baseUrl`, and that the account has the feature.";
    Rejected = "rejected", "The API refused the request.", "any other 4xx", "Read `errors`.";
    RateLimited = "rate_limited", "Too many requests, after all retries.", "429", "Wait for `retryAfterMs`, or a while.";
    Server = "server", "The API failed.", "5xx",
        "Where `maybeCreated` is true, look with `recoverPaymentLink` before creating again.";
    Network = "network", "No whole answer came.",
        "`fetch` threw, the connection broke, or what came was no Response; `cause` says more",
        "Where `maybeCreated` is true, look with `recoverPaymentLink` before creating again.";
    Timeout = "timeout", "The time was up.", "after `timeoutMs`, for the token, all tries and pauses together",
        "Where `maybeCreated` is true, look with `recoverPaymentLink` before creating again.";
    Aborted = "aborted", "The caller's signal aborted the call.", "whenever `signal` is aborted, for any reason",
        "Where `maybeCreated` is true, look with `recoverPaymentLink` before creating again.";
    #[default]
    BadAnswer = "bad_answer", "The answer is not one the API gives.",
        "a redirect, a web page, more than 1 MiB, not UTF-8, not JSON, or JSON without what must be in it",
        "Check `baseUrl` and, for the sandbox, `stagingToken`. Where `maybeCreated` is true, look first.";
    AmountMismatch = "amount_mismatch", "The link exists, with another amount than the preview.",
        "after a link was created, unless `amountCheck` is `\"off\"`",
        "Do not send it to the customer. Read `diagnosis`, and deactivate `link` unless `deactivated` is true.";
    Unavailable = "unavailable", "The module could not be started; nothing was sent.",
        "in a page whose Content Security Policy forbids WebAssembly, without memory, or with `./slim` before `init`",
        "Read the message: allow `'wasm-unsafe-eval'` in `script-src`, or import `qonto-payment-links/js`.";
}

impl ErrorCode {
    /// The code with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<ErrorCode> {
        ErrorCode::ALL.iter().find(|code| *code.name() == *name).copied()
    }
}

/// A call that did not give what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub code: ErrorCode,
    /// In English, with what to do; as a JSON string holds it.
    pub message: String,
    /// The HTTP status; 0 without an answer.
    pub status: u16,
    /// How long the API asks to wait, in milliseconds.
    pub retry_after_ms: Option<u64>,
    /// Whether the request may have created something.
    pub maybe_created: bool,
    /// Whether it surely failed before anything was sent.
    pub unsent: bool,
    /// Whether it is an error that a proxy of one's own passed on.
    pub passed_on: bool,
    /// Further fields of its JSON form, each with a comma before it.
    pub(super) more: String,
    /// The words of what was thrown, as a JSON object; empty where nothing was.
    pub cause: String,
    /// What is wrong with the data.
    pub issues: Vec<Issue>,
}

impl Failure {
    /// A failure without an answer.
    #[must_use]
    pub fn new(code: ErrorCode, message: &[&str], maybe_created: bool) -> Failure {
        // Every field, for what `default` has in those that are set would have to be dropped.
        Failure {
            code,
            message: concat(message),
            status: 0,
            retry_after_ms: None,
            maybe_created,
            unsent: false,
            passed_on: false,
            more: String::new(),
            cause: String::new(),
            issues: Vec::new(),
        }
    }

    /// The failure as JSON, without its cause and its issues.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        document::put_text(&mut out, "code", self.code.name());
        document::put_text(&mut out, "message", &self.message);
        if self.status > 0 {
            document::put_count(&mut out, "status", u64::from(self.status));
        }
        out.push_str(&self.more);
        if let Some(milliseconds) = self.retry_after_ms {
            document::put_count(&mut out, "retryAfterMs", milliseconds);
        }
        document::put_flag(&mut out, "maybeCreated", self.maybe_created);
        out.push('}');
        out
    }
}
