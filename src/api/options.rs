//! The options of a call and its token, read once and checked before anything is sent. Pure.

use super::amount::AmountCheck;
use super::document::{self, Entries, Json};
use super::request::{self, Base, Verb};
use super::said;
use super::secret::Secret;
use crate::decimal;
use crate::options::{named, wrong_type};
use crate::payload::Kind;
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
    pub idempotency_key: Option<Secret>,
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
    /// The caller's headers, a list of pairs.
    pub headers: Secret,
    /// Whether the caller's signal is aborted already.
    pub aborted: bool,
    /// Whether the caller wants to hear of each answer.
    pub hears: bool,
}

/// What to do with a link whose amount is another.
const ON_MISMATCH: &[&str] = &["reject", "deactivate"];

/// The options of a call in the order in which they are handed over.
pub const OPTIONS: [&str; 12] = [
    "idempotencyKey",
    "baseUrl",
    "amountCheck",
    "timeoutMs",
    "retries",
    "stagingToken",
    "signal",
    "onResponse",
    "headers",
    "onAmountMismatch",
    "allowTokenInBrowser",
    "fetch",
];

impl Settings {
    /// Reads options as they were given: `baseUrl` as a URL parser writes it, and then those of [`OPTIONS`], with
    /// `headers` as a list of pairs, of `signal` what it says of itself, and a fresh `idempotencyKey` where none was given.
    ///
    /// # Errors
    /// The message of a `TypeError`, without a secret.
    pub fn read(mut options: Entries<'_>, verb: Verb) -> Result<Settings, String> {
        let url = options.take_next();
        let mut given = Given { options, misuse: String::new() };
        let idempotency_key = given.secret("idempotencyKey");
        if verb.creates() && idempotency_key.is_none() {
            given.refuse(&[said::NO_CRYPTO]);
        }
        let mut settings = Settings {
            idempotency_key,
            base: given.base(url),
            amount_check: AmountCheck::at(given.choice("amountCheck", AmountCheck::NAMES)),
            timeout_ms: DEFAULT_TIMEOUT_MS,
            retries: DEFAULT_RETRIES,
            staging_token: None,
            aborted: false,
            hears: false,
            headers: Secret::new(String::new()),
            deactivates: false,
            token_in_browser: false,
        };
        if !given.options.is_at_end() {
            settings.read_further(&mut given);
        }
        if given.misuse.is_empty() { Ok(settings) } else { Err(given.misuse) }
    }

    /// Reads the options that few calls have.
    #[inline(never)]
    fn read_further(&mut self, given: &mut Given<'_>) {
        self.timeout_ms = given.whole("timeoutMs", 1, MAX_TIMEOUT_MS, DEFAULT_TIMEOUT_MS);
        self.retries = given.whole("retries", 0, MAX_RETRIES, DEFAULT_RETRIES);
        self.staging_token = given.secret("stagingToken");
        self.aborted = given.signal();
        self.hears = given.value("onResponse", Kind::Function).is_there();
        self.headers = given.headers();
        self.deactivates = given.choice("onAmountMismatch", ON_MISMATCH) == 1;
        self.token_in_browser = given.value("allowTokenInBrowser", Kind::Boolean).is_true();
        given.value("fetch", Kind::Function);
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
    /// Reads the token of a call.
    ///
    /// # Errors
    /// The message of a `TypeError`, without the token.
    pub fn read(token: Json<'_>, base: &Base) -> Result<Token, String> {
        match token.kind() {
            Kind::String => Token::check(secret(token)).map(Token::Given),
            Kind::Function => Ok(Token::Function),
            Kind::Null if !base.is_qonto => Ok(Token::Proxy),
            Kind::Null => Err(said::NULL_TOKEN.into()),
            kind => Err(concat(&[said::TOKEN_TYPE, kind.name(), "`"])),
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

/// The secret that a string is; one with characters that no request can carry is none that can be, either.
fn secret(text: Json<'_>) -> Secret {
    Secret::new(document::plain(text.text()).unwrap_or_else(|| String::from(" ")))
}

/// The options that are still to be read, and the first thing that was wrong with one.
struct Given<'o> {
    options: Entries<'o>,
    misuse: String,
}

impl<'o> Given<'o> {
    #[inline(never)]
    fn refuse(&mut self, misuse: &[&str]) {
        if self.misuse.is_empty() {
            document::put_all(&mut self.misuse, misuse);
        }
    }

    /// Keeps what is wrong, if something is.
    #[inline(never)]
    fn heed(&mut self, checked: Result<(), String>) {
        if let Err(misuse) = checked {
            self.refuse(&[&misuse]);
        }
    }

    /// The next option, which must be of one type. `null` is no value of any option.
    #[inline(never)]
    fn value(&mut self, name: &str, expected: Kind) -> Json<'o> {
        let value = self.options.take_next();
        let kind = value.kind();
        if value.is_there() && kind != expected {
            self.refuse(&[&wrong_type(name, expected.name(), kind.name())]);
            return Json::NONE;
        }
        value
    }

    /// The next option, if it is there: a text that a request can carry.
    #[inline(never)]
    fn secret(&mut self, name: &str) -> Option<Secret> {
        let value = self.value(name, Kind::String);
        let secret = value.is_there().then(|| secret(value))?;
        self.heed(request::check_secret(name, secret.expose()));
        Some(secret)
    }

    /// The place of the value among those there are; the first is the default.
    #[inline(never)]
    fn choice(&mut self, name: &str, names: &[&str]) -> usize {
        let value = self.value(name, Kind::String);
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
        let value = self.value(name, Kind::Number);
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

    /// Whether the signal is aborted.
    fn signal(&mut self) -> bool {
        let signal = self.value("signal", Kind::Object);
        let aborted = signal.get("aborted");
        if signal.is_there() && aborted.kind() != Kind::Boolean {
            self.refuse(&[said::NO_SIGNAL]);
        }
        aborted.is_true()
    }

    fn headers(&mut self) -> Secret {
        let headers = self.options.take_next();
        if headers.is_there() && headers.kind() != Kind::Array {
            self.refuse(&[UNUSABLE_HEADERS]);
        }
        for pair in headers.entries() {
            let (name, value) = request::pair_of(pair);
            self.heed(request::check_header(name, value));
            if value.kind() != Kind::String {
                self.refuse(&[UNUSABLE_HEADERS]);
            }
        }
        Secret::new(headers.written().into())
    }

    fn base(&mut self, url: Json<'_>) -> Base {
        let value = self.value("baseUrl", Kind::String);
        let text = value.text();
        if !value.is_there() || matches!(text, "production" | "sandbox") {
            return Base::qonto(matches!(text, "sandbox"));
        }
        // An empty text is a setting that is missing, and not to end in production.
        let base = if url.is_there() && !text.is_empty() {
            Base::new(url.text())
        } else {
            Err(concat(&[said::NO_URL, document::start(text, 60), "`"]))
        };
        base.unwrap_or_else(|misuse| {
            self.refuse(&[&misuse]);
            Base::qonto(false)
        })
    }
}

const UNUSABLE_HEADERS: &str = said::HEADERS;
