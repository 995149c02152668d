//! A call of the API as a machine without I/O: told what happened, it says what to do next. Whoever
//! runs it sends, waits, asks for a token, and decides nothing. Pure.

use super::amount::{self, AmountCheck, Expected, Misread};
use super::answer::{self, Asked, Facts};
use super::connect;
use super::document::{self, Json};
use super::error::{ErrorCode, Failure};
use super::options::{Settings, Token};
use super::recover::Wanted;
use super::request::{self, Credentials, Query, Verb};
use super::retry::{self, Budget};
use super::said;
use super::secret::Secret;
use crate::currency::Currency;
use crate::decimal;
use crate::issue::{Code, Issue, Severity};
use crate::options::Options;
use crate::payload::{Field, Payload, Source, Variant};
use crate::payment_link::PaymentLink;
use crate::totals::Grosses;
use crate::validate::{self, Want};

/// What to do next, as JSON: an object with `what` and what belongs to it, or else the message of a
/// `TypeError`.
///
/// | `what` | what to do | fields |
/// |---|---|---|
/// | `token` | ask the caller's function for a token | |
/// | `send` | send the request that [`Call::headers`] has the headers of | `method`, `url`; with a body `before` and `behind`, what stands around the payload's text in it |
/// | `wait` | wait | `ms` |
/// | `done` | give what was asked for | of a list `next`, the page behind this one |
/// | `fail` | reject | `failure`; `cause`, the words of what was thrown |
/// | `pass_on` | reject with the error of a proxy of one's own, as its answer has it | |
///
/// Each may have `at`, the field of the last answer's document that the link, or what was asked for,
/// stands in (empty for the document itself); after an answer it has `heard`, what that was, and `kept`,
/// the places of the links in it that are looked for.
#[derive(Debug)]
pub struct Action {
    /// What to do.
    pub json: String,
    /// What is wrong with the data, where that is why the call fails.
    pub issues: Vec<Issue>,
}

impl Action {
    #[inline(never)]
    fn new(what: &str) -> Action {
        let mut json = String::from("{");
        document::put_text(&mut json, "what", what);
        Action { json, issues: Vec::new() }
    }

    /// To reject with a `TypeError`.
    #[must_use]
    pub fn misuse(message: String) -> Action {
        Action { json: message, issues: Vec::new() }
    }

    /// To reject with a failure.
    #[must_use]
    pub fn fail(failure: Failure) -> Action {
        let mut action = Action::new("fail");
        document::put(&mut action.json, "failure", &failure.to_json());
        if !failure.cause.is_empty() {
            document::put(&mut action.json, "cause", &failure.cause);
        }
        action.issues = failure.issues;
        action
    }

    #[inline(never)]
    fn at(mut self, at: &str) -> Action {
        document::put(&mut self.json, "at", "\"");
        document::put_all(&mut self.json, &[at, "\""]);
        self
    }

    /// The action at its end.
    #[must_use]
    pub fn closed(mut self) -> Action {
        if self.json.starts_with('{') {
            self.json.push('}');
        }
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

/// What a basket comes to when it is misread, by [`amount::misread`].
pub type Misreadings = Box<dyn Fn(Currency, Misread) -> Option<Grosses>>;

/// What a payload is expected to become.
pub struct Basket {
    options: Options,
    expected: Expected,
    invoice: bool,
    items: usize,
    misread: Misreadings,
}

impl Basket {
    /// Checks a payload.
    ///
    /// # Errors
    /// A failure with the code `validation`, which has all issues.
    pub fn new<'a>(
        payload: Field<'a, Payload<'a, impl Source<'a>>>,
        options: Options,
        misread: Misreadings,
    ) -> Result<Basket, Failure> {
        let (mut invoice, mut items) = (false, 0);
        if let Field::Is(payload) = &payload {
            invoice = payload.variant() == Variant::Invoice;
            if let Field::Is(list) = &payload.items {
                items = list.count();
            }
        }
        let report = validate::check(payload, &options, Want::Issues);
        match report.grosses {
            Some((currency, grosses)) if report.valid => {
                Ok(Basket { options, expected: Expected { currency, grosses }, invoice, items, misread })
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
    /// The options as they were given: the caller's headers stand in them.
    options: Secret,
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
    /// Begins a call. `options` are as [`Settings::read`] reads them, with the `token` as far as it is
    /// no text; `subject` is what the call is about, `{ id, query, since, body }`, of which each verb
    /// has its own; `basket` is the payload of one that has a payload.
    ///
    /// # Errors
    /// What to do at once: to reject.
    pub fn new(
        verb: Verb,
        options: Secret,
        [token, staging_token]: [Secret; 2],
        subject: Json<'_>,
        basket: Option<Result<Basket, Failure>>,
    ) -> Result<Box<Call>, Action> {
        let given = Json::new(options.expose());
        let settings = Settings::read(given, staging_token, verb).map_err(Action::misuse)?;
        let kind = given.field("token").kind();
        let source = Token::read(kind, token, &settings.base).map_err(Action::misuse)?;
        let basket = match basket {
            Some(Err(failure)) => return Err(Action::fail(failure)),
            Some(Ok(basket)) => Some(basket),
            None => None,
        };
        let mut call = Box::new(Call {
            verb,
            settings,
            options,
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
                return Some(Action::misuse(said::NO_ID.into()));
            }
        }
        let query = subject.get("query");
        match self.verb.query(query) {
            Ok(query) => self.query = query,
            Err(misuse) => return Some(Action::misuse(misuse)),
        }
        self.page = query.whole_of("page").unwrap_or(1);
        let body = subject.field("body");
        if self.verb == Verb::Connect {
            let issues = connect::check(body);
            return (!issues.is_empty()).then(|| Action::fail(invalid(issues)));
        }
        if self.verb == Verb::Recover
            && let Some(Basket { options, expected: Expected { currency, grosses }, misread, .. }) =
                &self.basket
        {
            let other = misread(*currency, Misread::notation(options.vat_rates.other()));
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
    pub fn redact(&self, text: String) -> String {
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
                        None => Action::misuse(misuse),
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
                let mut heard = String::from("{");
                document::put_count(&mut heard, "status", u64::from(answer::status(facts)));
                document::put_text(&mut heard, "traceId", facts.text_of("traceId"));
                document::put_count(&mut heard, "attempt", u64::from(attempt));
                document::put_all(&mut heard, &["},\"kept\":[", &kept, "]"]);
                document::put(&mut action.json, "heard", &heard);
                return action;
            }
        };
        self.failed(failure, left_ms, random)
    }

    fn ask(&mut self) -> Action {
        self.waiting = Waiting::Token;
        Action::new("token")
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
        let mut action = Action::new("send");
        let url = self.settings.base.join(&verb.path(&self.id, &self.query));
        document::put_text(&mut action.json, "method", verb.method());
        document::put_text(&mut action.json, "url", &url);
        if let Some((before, behind)) = verb.around() {
            document::put(&mut action.json, "before", "\"");
            document::put_all(&mut action.json, &[before, "\",\"behind\":\"", behind, "\""]);
        }
        action
    }

    /// Hands over the headers of the present request.
    pub fn headers(&self, set: &mut dyn FnMut(&str, &str)) {
        let token = match &self.source {
            Token::Given(token) => Some(token),
            _ => self.tokens.last(),
        };
        let verb = self.verb();
        let credentials = Credentials {
            token: token.map(Secret::expose),
            staging_token: self.settings.staging_token.as_ref().map(Secret::expose),
            idempotency_key: verb.creates().then_some(&self.settings.idempotency_key),
        };
        let further = Json::new(self.options.expose()).get("headers");
        request::headers(&credentials, further, verb.around().is_some(), set);
    }

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

    fn ended(&self, code: ErrorCode, message: &str) -> Failure {
        let maybe_created = self.waiting == Waiting::Answer && self.verb().creates();
        Failure::new(code, &[message, answer::look(maybe_created)], maybe_created)
    }

    fn answered(&mut self, facts: Facts<'_>, kept: &mut String) -> Result<Action, Box<Failure>> {
        let status = answer::status(facts);
        if status == 401 && !self.renewed && matches!(self.source, Token::Function) {
            self.renewed = true;
            self.sent = self.sent.saturating_sub(1);
            return Ok(self.ask());
        }
        let (invoice, items) =
            self.basket.as_ref().map_or((false, 0), |basket| (basket.invoice, basket.items));
        let sandbox = self.settings.base.is_sandbox;
        let asked = Asked { verb: self.verb(), sandbox, invoice, items, page: self.page };
        let found = match answer::read(facts, asked) {
            Ok(found) => found,
            Err(mut failure) => {
                // An error of the proxy's is what it says it is, and so is whether a link may exist.
                let document = facts.behind();
                if matches!(self.source, Token::Proxy) && is_error(document) {
                    failure.maybe_created = document.get("maybeCreated").is_true();
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
            let mut created = facts.get("createdMs").entries();
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
            && let Some(mut failure) = self.mismatch_of(found.value)
        {
            failure.status = status;
            document::put_text(&mut failure.more, "traceId", facts.text_of("traceId"));
            if !self.settings.deactivates {
                return Ok(Action::fail(failure).at(found.at));
            }
            self.id = document::plain(found.value.text_of("id")).unwrap_or_default();
            self.mismatch = Some(failure);
            self.sent = 0;
            return Ok(self.send().at(found.at));
        }
        let mut action = Action::new("done").at(found.at);
        if let Some(next) = found.next {
            document::put_count(&mut action.json, "next", next);
        }
        Ok(action)
    }

    /// How the amount of a created link differs from the preview, if it does.
    fn mismatch_of(&self, link: Json<'_>) -> Option<Failure> {
        let Basket { options, expected, invoice, misread, .. } = self.basket.as_ref()?;
        let link = PaymentLink::read(link).ok()?;
        let check = match self.settings.amount_check {
            AmountCheck::Rounding if *invoice => AmountCheck::Exact,
            check => check,
        };
        if amount::is_right(link, expected, options.rounding, check) {
            return None;
        }
        let diagnosis =
            amount::diagnose(link, expected, options.vat_rates, &|how| misread(expected.currency, how));
        let mut preview = String::new();
        decimal::write(expected.grosses.exact(options.rounding), &mut preview);
        let message = amount::message(link, &preview, expected, diagnosis);
        let mut failure = Failure::new(ErrorCode::AmountMismatch, &[&message], true);
        document::put(&mut failure.more, "expected", "{");
        document::put_text(&mut failure.more, "value", &preview);
        document::put_text(&mut failure.more, "currency", expected.currency.code());
        failure.more.push('}');
        document::put_text(&mut failure.more, "diagnosis", diagnosis.map_or("", |diagnosis| diagnosis.0));
        Some(failure)
    }

    /// What to do after a failure: to try again, or to reject.
    fn failed(&mut self, failure: Failure, left_ms: u32, random: u32) -> Action {
        let budget = Budget { sent: self.sent, retries: self.settings.retries, left_ms, random };
        if self.waiting == Waiting::Answer
            && let Some(pause) = retry::pause(&failure, self.verb().reads(), budget)
        {
            self.waiting = Waiting::Pause;
            let mut action = Action::new("wait");
            document::put_count(&mut action.json, "ms", u64::from(pause));
            return action;
        }
        match self.mismatch.take() {
            // The link exists: that is what the caller must hear of.
            Some(mismatch) => note(mismatch, false, &failure.message),
            None if failure.passed_on => Action::new("pass_on"),
            None => Action::fail(failure),
        }
    }
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
