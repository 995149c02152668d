//! The options of a call and its token, read once and checked before anything is sent. Pure.

use super::amount::AmountCheck;
use super::document::{self, Json};
use super::request::{self, Base, Verb};
use super::said;
use super::secret::Secret;
use crate::decimal;
use crate::options::{named, wrong_type};
use crate::syntax::concat;

/// The longest time-out: what timers can hold.
pub const MAX_TIMEOUT_MS: u32 = 2_147_483_647;
/// The time-out of a call that names none.
pub const DEFAULT_TIMEOUT_MS: u32 = 30_000;
/// How often a request may be sent again at most.
pub const MAX_RETRIES: u32 = 10;
/// How often a request is sent again where nothing is said.
pub const DEFAULT_RETRIES: u32 = 2;

/// How a call is to be made.
#[derive(Debug)]
pub struct Settings {
    /// Where the API is.
    pub base: Base,
    /// What the sandbox wants.
    pub staging_token: Option<Secret>,
    /// What makes a repeated request the same request.
    pub idempotency_key: String,
    /// For the whole call.
    pub timeout_ms: u32,
    /// How often a request is sent again.
    pub retries: u32,
    /// What an answer's amount is compared with.
    pub amount_check: AmountCheck,
    /// Whether a link with another amount is to be deactivated.
    pub deactivates: bool,
    /// Whether a token in a page is meant.
    pub token_in_browser: bool,
}

/// What to do with a link whose amount is another.
const ON_MISMATCH: &[&str] = &["reject", "deactivate"];

impl Settings {
    /// Reads options as they were given, and beside them what JavaScript knows: `url`, the parts of
    /// `baseUrl`; `headers` as a list of pairs; and `random`, 32 hexadecimal digits. The staging token
    /// is handed over apart.
    ///
    /// # Errors
    /// The message of a `TypeError`, without a secret.
    pub fn read(options: Json<'_>, staging_token: Secret, verb: Verb) -> Result<Settings, String> {
        let mut given = Given { options, misuse: String::new() };
        given.value("fetch", "function");
        given.value("onResponse", "function");
        let signal = given.value("signal", "object");
        if signal.is_there() && signal.get("aborted").kind() != "boolean" {
            given.refuse(&[said::NO_SIGNAL]);
        }
        let has_staging_token = given.value("stagingToken", "string").is_there();
        if has_staging_token {
            given.check("stagingToken", staging_token.expose());
        }
        let mut key = String::new();
        let named = given.value("idempotencyKey", "string");
        if named.is_there() {
            key = document::plain(named.text()).unwrap_or_default();
            given.check("idempotencyKey", &key);
        } else if verb.creates() {
            key = request::uuid(options.text_of("random")).unwrap_or_default();
            if key.is_empty() {
                given.refuse(&[said::NO_CRYPTO]);
            }
        }
        given.headers();
        let settings = Settings {
            base: given.base(),
            staging_token: if has_staging_token { Some(staging_token) } else { None },
            idempotency_key: key,
            timeout_ms: given.whole("timeoutMs", 1, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS),
            retries: given.whole("retries", 0, MAX_RETRIES, DEFAULT_RETRIES),
            amount_check: AmountCheck::at(given.choice("amountCheck", AmountCheck::NAMES)),
            deactivates: given.choice("onAmountMismatch", ON_MISMATCH) == 1,
            token_in_browser: given.value("allowTokenInBrowser", "boolean").is_true(),
        };
        if given.misuse.is_empty() { Ok(settings) } else { Err(given.misuse) }
    }
}

/// Where the access token comes from.
#[derive(Debug)]
pub enum Token {
    /// It was given.
    Given(Secret),
    /// A function gives it.
    Function,
    /// A proxy has it.
    Proxy,
}

impl Token {
    /// Reads the token of a call: what kind of value it is, and its text if it is one.
    ///
    /// # Errors
    /// The message of a `TypeError`, without the token.
    pub fn read(kind: &str, text: Secret, base: &Base) -> Result<Token, String> {
        match kind {
            "string" => Token::check(text).map(Token::Given),
            "function" => Ok(Token::Function),
            "null" if !base.is_qonto => Ok(Token::Proxy),
            "null" => Err(said::NULL_TOKEN.into()),
            kind => Err(concat(&[said::TOKEN_TYPE, kind, "`"])),
        }
    }

    /// A token that a request can carry.
    ///
    /// # Errors
    /// The message of a `TypeError`, without the token.
    pub fn check(token: Secret) -> Result<Secret, String> {
        request::check_secret("a token", token.expose())?;
        Ok(token)
    }
}

/// Options by name, and the first thing that is wrong with them.
struct Given<'o> {
    options: Json<'o>,
    misuse: String,
}

impl<'o> Given<'o> {
    #[inline(never)]
    fn refuse(&mut self, misuse: &[&str]) {
        if self.misuse.is_empty() {
            document::put_all(&mut self.misuse, misuse);
        }
    }

    /// An option that must be of one type. `null` is no value of any option.
    #[inline(never)]
    fn value(&mut self, name: &str, expected: &str) -> Json<'o> {
        let value = self.options.field(name);
        let kind = value.kind();
        if value.is_there() && kind != expected {
            self.refuse(&[&wrong_type(name, expected, kind)]);
            return Json::new("");
        }
        value
    }

    #[inline(never)]
    fn check(&mut self, name: &str, secret: &str) {
        if let Err(misuse) = request::check_secret(name, secret) {
            self.refuse(&[&misuse]);
        }
    }

    /// The place of the value among those there are; the first is the default.
    #[inline(never)]
    fn choice(&mut self, name: &str, names: &[&str]) -> usize {
        let value = self.value(name, "string");
        if !value.is_there() {
            return 0;
        }
        named(name, value.text(), names).unwrap_or_else(|misuse| {
            self.refuse(&[&misuse]);
            0
        })
    }

    #[inline(never)]
    fn whole(&mut self, name: &str, min: u32, max: u32, default: u32) -> u32 {
        let value = self.value(name, "number");
        let number = value.whole().and_then(|number| u32::try_from(number).ok());
        match number.filter(|number| (min..=max).contains(number)) {
            Some(number) => number,
            None => {
                if value.is_there() {
                    let from = if min == 0 { said::WHOLE_FROM_0 } else { said::WHOLE_FROM_1 };
                    let mut limit = String::new();
                    decimal::write_count(usize::try_from(max).unwrap_or_default(), &mut limit);
                    self.refuse(&[said::OPTION, name, from, &limit, said::ANOTHER]);
                }
                default
            }
        }
    }

    fn headers(&mut self) {
        let headers = self.options.field("headers");
        for pair in headers.entries() {
            let (name, value) = request::pair_of(pair);
            if let Err(misuse) = request::check_header(name, value) {
                self.refuse(&[&misuse]);
            }
            if value.kind() != "string" {
                self.refuse(&[UNUSABLE_HEADERS]);
            }
        }
        if headers.is_there() && headers.kind() != "array" {
            self.refuse(&[UNUSABLE_HEADERS]);
        }
    }

    fn base(&mut self) -> Base {
        let text = self.value("baseUrl", "string").text();
        let url = self.options.get("url");
        match text {
            "" | "production" | "sandbox" => Base::qonto(text == "sandbox"),
            _ if url.is_there() => match Base::new(url) {
                Ok(base) => base,
                Err(misuse) => {
                    self.refuse(&[&misuse]);
                    Base::qonto(false)
                }
            },
            _ => {
                self.refuse(&[said::NO_URL, document::start(text, 60), "`"]);
                Base::qonto(false)
            }
        }
    }
}

const UNUSABLE_HEADERS: &str = said::HEADERS;
