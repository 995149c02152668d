//! A call of the API as a machine without I/O: told what happened, it says what to do next. Whoever
//! runs it sends, waits, asks for a token, and decides nothing. Pure.

use std::borrow::Cow;

use super::amount::{self, Expected};
use super::answer::{self, Asked, Facts};
use super::connect;
use super::document::{self, Entries, Json};
use super::error::{ErrorCode, Failure};
use super::options::{Settings, Token};
use super::recover::Wanted;
use super::request::{self, Credentials, Query, Verb};
use super::retry::{self, Budget};
use super::said;
use super::secret::Secret;
use crate::decimal;
use crate::issue::{Code, Issue, Severity};
use crate::options::{Misread, Options};
use crate::payload::{Field, Payload, Source, Variant};
use crate::payment_link::PaymentLink;
use crate::totals::Grosses;
use crate::validate::{self, Report};

/// What to do next, as lines of text. The first says what:
///
/// | line | what to do |
/// |---|---|
/// | `token` | ask the caller's function for a token |
/// | `send <method> <url>` | send the request that [`Call::headers`] has the headers of; with the body, if it is a `POST` |
/// | `wait <milliseconds>` | wait |
/// | `done` | give what was asked for |
/// | `fail <JSON>` | reject with this failure |
/// | `pass_on` | reject with the error of a proxy of one's own, as its answer has it |
/// | `misuse <message>` | reject with a `TypeError`; the message has no end |
/// | `options <message>` | the same; in this message each character stands for itself |
///
/// The others say more, each where there is something to say:
///
/// | line | what it says |
/// |---|---|
/// | `at <field>` | where in the last answer's document the link, or what was asked for, stands; without a field, it is the document itself |
/// | `next <number>` | the page behind this one |
/// | `kept <numbers>` | the places of the links in that document that are looked for |
/// | `heard <JSON>` | what the answer was, for a caller who wants to hear of each |
/// | `cause <JSON>` | the words of what was thrown |
#[derive(Debug)]
pub struct Action {
    /// What to do.
    pub text: String,
    /// What becomes of the call.
    pub then: Then,
    /// What is wrong with the data, where that is why the call fails.
    pub issues: Vec<Issue>,
}

/// What becomes of a call after an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// A request is sent, with the headers that the call has for it.
    Request,
    /// The call goes on without a request.
    On,
    /// It has ended.
    End,
}

impl Action {
    #[inline(never)]
    fn new(then: Then, what: &str, more: &str) -> Action {
        let mut action = Action { text: String::with_capacity(128), then, issues: Vec::new() };
        document::put_all(&mut action.text, &[what, more]);
        action
    }

    /// To reject with a `TypeError`.
    #[must_use]
    pub fn misuse(message: &str) -> Action {
        Action::new(Then::End, "misuse ", message)
    }

    /// The same, for options about totals: what was given for one is in the message as it was given.
    #[must_use]
    pub fn options(message: &str) -> Action {
        Action::new(Then::End, "options ", message)
    }

    /// To reject with a failure.
    #[must_use]
    pub fn fail(failure: Failure) -> Action {
        let mut action = Action::new(Then::End, "fail ", &failure.to_json());
        if !failure.cause.is_empty() {
            action.say("\ncause ", &failure.cause);
        }
        action.issues = failure.issues;
        action
    }

    /// One more line.
    #[inline(never)]
    fn say(&mut self, what: &str, more: &str) {
        document::put_all(&mut self.text, &[what, more]);
    }

    fn at(mut self, at: &str) -> Action {
        self.say("\nat ", at);
        self
    }
}

/// What happened, with what is known of it.
#[derive(Clone, Copy, Debug)]
pub enum Event<'e> {
    /// The call begins, or the pause is over.
    Ready,
    /// The caller's function gave this text for a token.
    Token(&'e str),
    /// The caller's function gave a value of this type for a token.
    NoToken(&'e str),
    /// The caller's function, or `fetch`, failed with this.
    Thrown(Json<'e>),
    /// The runtime lacks what has this name, and a request needs.
    Missing(&'e str),
    /// The answer to the request came.
    Answer(Facts<'e>),
    /// The call's time was up.
    Timeout,
    /// The caller's signal was aborted.
    Aborted,
}

/// The events, in the order of their numbers.
pub const EVENTS: [&str; 8] =
    ["ready", "token", "no_token", "thrown", "missing", "answer", "timeout", "aborted"];

/// The number of [`Event::Token`].
pub const TOKEN: u8 = 1;

impl<'e> Event<'e> {
    /// The event with a place among [`EVENTS`], with what is known of it.
    #[must_use]
    pub fn at(place: u8, known: &'e str) -> Event<'e> {
        match place {
            0 => Event::Ready,
            TOKEN => Event::Token(known),
            2 => Event::NoToken(known),
            4 => Event::Missing(known),
            5 => Event::Answer(Facts::read(known)),
            6 => Event::Timeout,
            7 => Event::Aborted,
            _ => Event::Thrown(Json::new(known)),
        }
    }
}

/// A payload, kept for the questions that a failure raises.
pub trait Given {
    /// What it comes to when it is misread; see [`amount::misread`].
    fn misread(&self, how: Misread) -> Option<Grosses>;

    /// What it is.
    fn shape(&self) -> Shape;
}

/// What a payload is, as far as an error's path depends on it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    /// Whether it is an invoice's.
    pub invoice: bool,
    /// How many items it has.
    pub items: usize,
}

impl Shape {
    /// That of a payload.
    pub fn of<'a>(payload: &Field<'a, Payload<'a, impl Source<'a>>>) -> Shape {
        let Field::Is(payload) = payload else { return Shape::default() };
        let items = if let Field::Is(list) = &payload.items { list.count() } else { 0 };
        Shape { invoice: matches!(payload.variant(), Variant::Invoice), items }
    }
}

/// What a payload is expected to become.
pub struct Basket {
    options: Options,
    expected: Expected,
    given: Box<dyn Given>,
}

impl Basket {
    /// What a payload becomes of which the rules, with these options, said this.
    ///
    /// # Errors
    /// A failure with the code `validation`, which has all issues.
    pub fn new(report: Report, options: Options, given: Box<dyn Given>) -> Result<Basket, Failure> {
        match report.grosses {
            Some((currency, grosses)) if report.valid => {
                Ok(Basket { options, expected: Expected { currency, grosses }, given })
            }
            _ => Err(invalid(report.issues)),
        }
    }
}

/// The failure that data with errors is.
#[must_use]
pub fn invalid(issues: Vec<Issue>) -> Failure {
    let errors = issues.iter().filter(|issue| issue.severity == Severity::Error).count();
    let mut count = String::new();
    decimal::write_count(errors, &mut count);
    let end = if errors == 1 { said::ONE_ERROR } else { said::ERRORS };
    let mut failure = Failure::new(ErrorCode::Validation, &[said::THE_DATA_HAS, &count, end], false);
    failure.issues = issues;
    failure
}

/// The failure that a payload is which JSON cannot hold.
#[must_use]
pub fn not_serializable() -> Failure {
    invalid(validate::refused(Code::NotSerializable).issues)
}

/// What is being waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waiting {
    Token,
    Answer,
    Pause,
}

/// A call of the API.
pub struct Call {
    verb: Verb,
    settings: Settings,
    source: Token,
    /// What the caller's function gave, the newest last.
    tokens: Vec<Secret>,
    id: String,
    query: Query,
    page: u64,
    basket: Option<Basket>,
    wanted: Option<Wanted>,
    waiting: Waiting,
    /// Requests sent since the last answer that was of use.
    sent: u32,
    attempt: u32,
    renewed: bool,
    /// The mismatch for which a link is being deactivated.
    mismatch: Option<Failure>,
}

impl Call {
    /// Begins a call. `given` is what the call is about, `{ id, query, since, body }`, of which each verb has its own;
    /// then the token, and then what [`Settings::read`] reads. `basket` is the payload of a call that has one.
    ///
    /// # Errors
    /// What to do at once: to reject.
    pub fn new(
        verb: Verb,
        mut given: Entries<'_>,
        basket: Option<Result<Basket, Failure>>,
    ) -> Result<Box<Call>, Action> {
        let (subject, token) = (given.take_next(), given.take_next());
        let settings = Settings::read(given, verb);
        let begun = settings.and_then(|settings| Ok((Token::read(token, &settings.base)?, settings)));
        let (source, settings) = begun.map_err(|misuse| Action::misuse(&misuse))?;
        let basket = match basket {
            Some(Err(failure)) => return Err(Action::fail(failure)),
            Some(Ok(basket)) => Some(basket),
            None => None,
        };
        let mut call = Box::new(Call {
            verb,
            settings,
            source,
            tokens: Vec::new(),
            id: String::new(),
            query: Query::new(),
            page: 1,
            basket,
            wanted: None,
            waiting: Waiting::Pause,
            sent: 0,
            attempt: 0,
            renewed: false,
            mismatch: None,
        });
        match call.about(subject) {
            Some(action) => Err(action),
            None => Ok(call),
        }
    }

    /// Reads what the call is about; gives what to do at once where it is wrong.
    fn about(&mut self, subject: Json<'_>) -> Option<Action> {
        if matches!(self.verb, Verb::Get | Verb::Deactivate | Verb::Payments) {
            self.id = document::plain(subject.text_of("id")).unwrap_or_default();
            if !request::is_id(&self.id) {
                return Some(Action::misuse(said::NO_ID));
            }
        }
        let query = subject.get("query");
        match self.verb.query(query) {
            Ok(query) => self.query = query,
            Err(misuse) => return Some(Action::misuse(&misuse)),
        }
        self.page = query.whole_of("page").unwrap_or(1);
        let body = subject.field("body");
        if self.verb == Verb::Connect {
            let issues = connect::check(body);
            return (!issues.is_empty()).then(|| Action::fail(invalid(issues)));
        }
        if self.verb == Verb::Recover
            && let Some(Basket { options, expected: Expected { currency, grosses }, given }) = &self.basket
        {
            let other = given.misread(Misread::notation(options.vat_rates.other()));
            self.query = request::page(1);
            self.wanted = Some(Wanted {
                payload: body.written().into(),
                since: subject.whole_of("since"),
                amounts: [*grosses, other.unwrap_or(*grosses)],
                currency: *currency,
            });
        }
        None
    }

    /// What happened when the call begins.
    #[must_use]
    pub fn first(&self) -> Event<'static> {
        if self.settings.aborted { Event::Aborted } else { Event::Ready }
    }

    /// For the whole call, in milliseconds.
    #[must_use]
    pub fn timeout_ms(&self) -> u32 {
        self.settings.timeout_ms
    }

    /// What the console is to say once when the call is made in a page; nothing where it need not.
    #[must_use]
    pub fn warning(&self) -> &'static str {
        if !self.settings.base.is_qonto || self.settings.token_in_browser {
            return "";
        }
        said::IN_BROWSER
    }

    /// A text that came from outside, without a secret in it. All that is read of an event is, so that
    /// no secret can stand in what a call says.
    #[must_use]
    pub fn redact<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        let mut text = text;
        if let Token::Given(token) = &self.source {
            text = token.redact(text);
        }
        for secret in self.tokens.iter().chain(&self.settings.staging_token) {
            text = secret.redact(text);
        }
        text
    }

    /// Says what to do next. `left_ms` is how long the call has still to live.
    pub fn next(&mut self, event: Event<'_>, left_ms: u32, random: u32) -> Action {
        let failure = match event {
            Event::Ready if self.attempt == 0 && matches!(self.source, Token::Function) => return self.ask(),
            Event::Ready => return self.send(),
            Event::Token(token) => match Token::check(Secret::new(token.into())) {
                Ok(token) => {
                    self.tokens.push(token);
                    return self.send();
                }
                Err(misuse) => {
                    return match self.mismatch.take() {
                        Some(mismatch) => note(mismatch, false, &misuse),
                        None => Action::misuse(&misuse),
                    };
                }
            },
            Event::NoToken(kind) => {
                let message = [said::NO_TOKEN, kind, "`"];
                Failure::new(ErrorCode::Unauthorized, &message, false)
            }
            Event::Thrown(thrown) => self.thrown(thrown),
            Event::Missing(name) => Failure::new(ErrorCode::Network, &[said::MISSING, name, "`"], false),
            Event::Timeout => self.ended(ErrorCode::Timeout, said::TIMEOUT),
            Event::Aborted => self.ended(ErrorCode::Aborted, said::ABORTED),
            Event::Answer(facts) => {
                let attempt = self.attempt;
                let mut kept = String::new();
                let mut action = match self.answered(facts, &mut kept) {
                    Ok(action) => action,
                    Err(failure) => self.failed(*failure, left_ms, random),
                };
                if !kept.is_empty() {
                    action.say("\nkept ", &kept);
                }
                if self.settings.hears {
                    let mut heard = String::from("{");
                    document::put_count(&mut heard, "status", u64::from(facts.status));
                    document::put_text(&mut heard, "traceId", facts.trace_id);
                    document::put_count(&mut heard, "attempt", u64::from(attempt));
                    action.say("\nheard ", &heard);
                    action.text.push('}');
                }
                return action;
            }
        };
        self.failed(failure, left_ms, random)
    }

    fn ask(&mut self) -> Action {
        self.waiting = Waiting::Token;
        Action::new(Then::On, "token", "")
    }

    /// The call that the present request is: after a mismatch, the one that deactivates the link.
    fn verb(&self) -> Verb {
        if self.mismatch.is_some() { Verb::Deactivate } else { self.verb }
    }

    #[inline(never)]
    fn send(&mut self) -> Action {
        self.waiting = Waiting::Answer;
        self.sent = self.sent.saturating_add(1);
        self.attempt = self.attempt.saturating_add(1);
        let verb = self.verb();
        let mut action = Action::new(Then::Request, "send ", verb.method());
        action.say(" ", self.settings.base.href());
        verb.put_path(&self.id, &self.query, &mut action.text);
        action
    }

    /// Hands over the headers of the present request, each with its value in two parts.
    pub fn headers(&self, set: &mut dyn FnMut(&str, [&str; 2])) {
        let token = match &self.source {
            Token::Given(token) => Some(token),
            _ => self.tokens.last(),
        };
        let verb = self.verb();
        let credentials = Credentials {
            token: token.map(Secret::expose),
            staging_token: self.settings.staging_token.as_ref().map(Secret::expose),
            idempotency_key: self
                .settings
                .idempotency_key
                .as_ref()
                .filter(|_| verb.creates())
                .map(Secret::expose),
        };
        let further = Json::new(self.settings.headers.expose());
        request::headers(&credentials, further, verb.creates(), set);
    }

    #[cold]
    #[inline(never)]
    fn thrown(&self, thrown: Json<'_>) -> Failure {
        let unsent = retry::failed_before_sending(thrown.text_of("code"));
        let maybe_created = self.waiting == Waiting::Answer && self.verb().creates() && !unsent;
        let (code, message) = if self.waiting == Waiting::Token {
            (ErrorCode::Unauthorized, said::TOKEN_FAILED)
        } else {
            (ErrorCode::Network, said::NO_ANSWER)
        };
        let mut failure = Failure::new(code, &[message, answer::look(maybe_created)], maybe_created);
        failure.unsent = unsent;
        failure.cause.push_str(thrown.written());
        failure
    }

    #[cold]
    #[inline(never)]
    fn ended(&self, code: ErrorCode, message: &str) -> Failure {
        let maybe_created = self.waiting == Waiting::Answer && self.verb().creates();
        Failure::new(code, &[message, answer::look(maybe_created)], maybe_created)
    }

    fn answered(&mut self, facts: Facts<'_>, kept: &mut String) -> Result<Action, Box<Failure>> {
        if facts.status == 401 && !self.renewed && matches!(self.source, Token::Function) {
            self.renewed = true;
            self.sent = self.sent.saturating_sub(1);
            return Ok(self.ask());
        }
        let shape = || self.basket.as_ref().map_or(Shape::default(), |basket| basket.given.shape());
        let sandbox = self.settings.base.is_sandbox;
        let asked = Asked { verb: self.verb(), sandbox, shape: &shape, page: self.page };
        let found = match answer::read(facts, asked) {
            Ok(found) => found,
            Err(mut failure) => {
                // An error of the proxy's is what it says it is, and so is whether a link may exist.
                if matches!(self.source, Token::Proxy) && is_error(facts.document) {
                    failure.maybe_created = facts.document.get("maybeCreated").is_true();
                    failure.passed_on = true;
                }
                return Err(failure);
            }
        };
        if let Some(failure) = self.mismatch.take() {
            let deactivated = found.value.text_of("status") == "canceled";
            let action = note(failure, deactivated, "");
            return Ok(if deactivated { action.at(found.at) } else { action });
        }
        if let Some(wanted) = &self.wanted {
            let mut created = facts.created_ms.entries();
            let mut index = 0_usize;
            for link in found.value.entries() {
                if wanted.is(link, created.next().and_then(Json::whole)) {
                    kept.push_str(if kept.is_empty() { "" } else { "," });
                    decimal::write_count(index, kept);
                }
                index = index.saturating_add(1);
            }
            if let Some(next) = found.next {
                self.page = next;
                self.query = request::page(next);
                self.sent = 0;
                return Ok(self.send());
            }
        }
        if self.verb == Verb::Create
            && let Some(mut failure) = self.mismatch_of(found.link)
        {
            failure.status = facts.status;
            document::put_text(&mut failure.more, "traceId", facts.trace_id);
            if !self.settings.deactivates {
                return Ok(Action::fail(failure).at(found.at));
            }
            self.id = document::plain(found.link.id).unwrap_or_default();
            self.mismatch = Some(failure);
            self.sent = 0;
            return Ok(self.send().at(found.at));
        }
        let mut action = Action::new(Then::End, "done", "").at(found.at);
        if let Some(next) = found.next {
            action.say("\nnext ", "");
            document::write(next, &mut action.text);
        }
        Ok(action)
    }

    /// How the amount of a created link differs from the preview, if it does.
    fn mismatch_of(&self, link: PaymentLink<'_>) -> Option<Failure> {
        let basket = self.basket.as_ref()?;
        let Basket { options, expected, .. } = basket;
        let is_right = amount::is_right(link, expected, options.rounding, self.settings.amount_check);
        if is_right { None } else { Some(mismatch(link, basket)) }
    }

    /// What to do after a failure: to try again, or to reject.
    #[cold]
    #[inline(never)]
    fn failed(&mut self, failure: Failure, left_ms: u32, random: u32) -> Action {
        let budget = Budget { sent: self.sent, retries: self.settings.retries, left_ms, random };
        if self.waiting == Waiting::Answer
            && let Some(pause) = retry::pause(&failure, self.verb().reads(), budget)
        {
            self.waiting = Waiting::Pause;
            let mut action = Action::new(Then::On, "wait ", "");
            document::write(u64::from(pause), &mut action.text);
            return action;
        }
        match self.mismatch.take() {
            // The link exists: that is what the caller must hear of.
            Some(mismatch) => note(mismatch, false, &failure.message),
            None if failure.passed_on => Action::new(Then::End, "pass_on", ""),
            None => Action::fail(failure),
        }
    }
}

/// How the amount of a created link differs from the preview.
#[cold]
#[inline(never)]
fn mismatch(link: PaymentLink<'_>, basket: &Basket) -> Failure {
    let Basket { options, expected, given } = basket;
    let diagnosis = amount::diagnose(link, expected, options.vat_rates, &|how| given.misread(how));
    let mut preview = String::new();
    decimal::write(expected.grosses.exact(options.rounding), &mut preview);
    let message = amount::message(link, &preview, expected, diagnosis);
    let mut failure = Failure::new(ErrorCode::AmountMismatch, &[&message], true);
    document::put(&mut failure.more, "expected", "{");
    document::put_text(&mut failure.more, "value", &preview);
    document::put_text(&mut failure.more, "currency", expected.currency.code());
    failure.more.push('}');
    document::put_text(&mut failure.more, "diagnosis", diagnosis.map_or("", |diagnosis| diagnosis.0));
    failure
}

/// Rejects with a mismatch, and says whether the link was deactivated.
fn note(mut failure: Failure, deactivated: bool, why: &str) -> Action {
    document::put_flag(&mut failure.more, "deactivated", deactivated);
    let what = if deactivated { said::DEACTIVATED } else { said::NOT_DEACTIVATED };
    let because = if why.is_empty() { "" } else { ": " };
    document::put_all(&mut failure.message, &[what, because, why]);
    Action::fail(failure)
}

/// Whether a document is the JSON form of a `PaymentLinkError`.
fn is_error(document: Json<'_>) -> bool {
    document.text_of("name") == "PaymentLinkError" && ErrorCode::named(document.text_of("code")).is_some()
}
