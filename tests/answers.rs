//! Requests and answers as plain data: the API page's own example, every known form of an error,
//! when a request is sent again, the amount check, and what may carry a token.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "common/check.rs"]
mod check;
#[path = "common/handed.rs"]
#[expect(dead_code, reason = "no option is asked here")]
mod handed;

use check::check;
use qonto_payment_links::api::amount::{self, AmountCheck, Expected};
use qonto_payment_links::api::answer::{self, Asked, FIELDS, Facts};
use qonto_payment_links::api::call::Shape;
use qonto_payment_links::api::document::Json;
use qonto_payment_links::api::error::{ErrorCode, Failure};
use qonto_payment_links::api::request::{self, Base, Credentials, Verb};
use qonto_payment_links::api::retry::{self, Budget};
use qonto_payment_links::api::secret::Secret;
use qonto_payment_links::decimal;
use qonto_payment_links::json::Document;
use qonto_payment_links::options::Options;
use qonto_payment_links::payment_link::PaymentLink;
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::Want;
use qonto_payment_links::vat::VatRates;
use serde::Deserialize;
use serde_json::{Value, json};

const EXAMPLE: &str = r#"{"potential_payment_methods":["credit_card"],"reusable":true,"items":[{"title":"Item 1","quantity":1,"unit_price":{"value":"10.99","currency":"EUR"},"vat_rate":"21.0","type":"good","description":"Item 1 description","measure_unit":"unit"}]}"#;

/// An answer, with the link or the failure it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    answer: Given,
    #[serde(default)]
    asked: Question,
    link: Option<Value>,
    failure: Option<Value>,
    /// A part of the failure's message.
    says: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    status: u16,
    headers: Value,
    body: String,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Question {
    sandbox: bool,
    invoice: bool,
    items: usize,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("fixtures/answers.json")).unwrap()
}

/// What is asked when a link is created.
const CREATED: Asked<'_> = Asked { verb: Verb::Create, sandbox: false, shape: &Shape::default, page: 1 };

/// What whoever received an answer says of it.
fn facts(case: &Case, hands_all: bool) -> String {
    let header = |name: &str| case.answer.headers.get(name).and_then(Value::as_str);
    let mut known = json!({
        "status": case.answer.status,
        "traceId": header(request::TRACE_ID),
        "retryAfter": header("Retry-After"),
        "contentType": header("Content-Type"),
    });
    match serde_json::from_str::<Value>(&case.answer.body) {
        Ok(document) if hands_all || case.answer.status >= 300 => known["document"] = document,
        Ok(document) => known["document"] = looked_at(&document),
        Err(_) => known["text"] = json!(case.answer.body),
    }
    handed::facts(&known)
}

/// A document with the fields alone that are looked at, at any depth.
fn looked_at(document: &Value) -> Value {
    match document {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| FIELDS.contains(&name.as_str()));
            fields.map(|(name, value)| (name.clone(), looked_at(value))).collect()
        }
        Value::Array(entries) => entries.iter().map(looked_at).collect(),
        other => other.clone(),
    }
}

/// The link or the failure that an answer is, as JSON.
fn outcome(case: &Case, hands_all: bool) -> Result<Value, Value> {
    let Question { sandbox, invoice, items } = case.asked;
    let asked = Asked { verb: Verb::Create, sandbox, shape: &|| Shape { invoice, items }, page: 1 };
    match answer::read(Facts::read(&facts(case, hands_all)), asked) {
        Ok(found) => {
            let PaymentLink { id, url, amount, currency } = PaymentLink::read(found.value).unwrap();
            Ok(json!({ "id": id, "url": url, "amount": amount, "currency": currency }))
        }
        Err(failure) => Err(serde_json::from_str(&failure.to_json()).unwrap()),
    }
}

fn refused(known: &Value, asked: Asked<'_>) -> Failure {
    *answer::read(Facts::read(&handed::facts(known)), asked).unwrap_err()
}

fn failure(status: u16, retry_after_ms: Option<u64>) -> Failure {
    let mut facts = json!({ "status": status, "text": "" });
    if let Some(milliseconds) = retry_after_ms {
        facts["retryAfter"] = json!("Wed, 25 Nov 2026 13:17:13 GMT");
        facts["retryAfterMs"] = json!(milliseconds);
    }
    refused(&facts, CREATED)
}

#[test]
fn every_answer_is_the_link_or_the_failure_that_it_says() {
    let mut wrong = Vec::new();
    for case in cases() {
        assert_eq!(outcome(&case, true), outcome(&case, false), "{}: not all that is looked at", case.name);
        let (received, expected) = match outcome(&case, true) {
            Ok(link) => (link, case.link),
            Err(mut failure) => {
                failure.as_object_mut().unwrap().remove("message");
                (failure, case.failure)
            }
        };
        if Some(&received) != expected.as_ref() {
            wrong.push(format!(
                "{}: expected {}, received {received}",
                case.name,
                expected.unwrap_or_default()
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_failure_says_what_to_do_and_what_the_api_said() {
    let mut wrong = Vec::new();
    for case in cases() {
        let Err(failure) = outcome(&case, true) else { continue };
        let message = failure["message"].as_str().unwrap().to_string();
        let says = case.says.unwrap();
        if !message.contains(&says) {
            wrong.push(format!("{}: expected `{says}` in `{message}`", case.name));
        }
        assert!(message.starts_with(|c: char| c.is_ascii_lowercase()), "{message}");
        assert!(message.chars().count() < 600 && !message.contains('\n'), "{}: {message}", case.name);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_more_than_a_hundred_errors_of_an_answer_are_kept() {
    let facts = json!({ "status": 400, "document": { "errors": vec![json!({ "detail": "no" }); 1_000] } });
    let failure: Value = serde_json::from_str(&refused(&facts, CREATED).to_json()).unwrap();
    assert_eq!(failure["errors"].as_array().unwrap().len(), 100);
}

#[test]
fn the_headers_are_those_the_api_documents_and_the_callers() {
    let sent = |credentials: Credentials<'_>, further: &str, has_body| {
        let mut headers = Vec::new();
        request::headers(&credentials, Json::new(further), has_body, &mut |name, value| {
            headers.push((name.to_string(), value.concat()));
        });
        headers.sort();
        headers
    };
    let credentials = Credentials {
        token: Some("token-1"),
        staging_token: Some("staging-1"),
        idempotency_key: Some("key-1"),
    };
    let expected = [
        ("Authorization", "Bearer token-1"),
        ("Content-Type", "application/json"),
        ("X-Qonto-Idempotency-Key", "key-1"),
        ("X-Qonto-Staging-Token", "staging-1"),
        ("X-Shop", r#""7" \ 8"#),
    ];
    assert_eq!(
        sent(credentials, r#"[["X-Shop","\"7\" \\ 8"]]"#, true),
        expected.map(|(name, value)| (name.to_string(), value.to_string()))
    );
    let without = Credentials { token: None, staging_token: None, idempotency_key: None };
    assert_eq!(sent(without, "", false), []);
}

#[test]
fn every_error_code_has_a_name_of_its_own_and_is_found_by_it() {
    let names = [
        "validation",
        "unauthorized",
        "forbidden",
        "not_connected",
        "not_found",
        "rejected",
        "rate_limited",
        "server",
        "network",
        "timeout",
        "aborted",
        "bad_answer",
        "amount_mismatch",
        "unavailable",
    ];
    assert_eq!(ErrorCode::ALL.iter().map(|code| code.name()).collect::<Vec<_>>(), names);
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::named(code.name()), Some(*code));
        let [meaning, when, advice] = code.docs();
        assert!(meaning.ends_with('.') && advice.ends_with('.') && !when.ends_with('.'), "{code:?}");
    }
    assert_eq!(ErrorCode::named("teapot"), None);
}

// Sending again.

const BUDGET: Budget = Budget { sent: 1, retries: 2, left_ms: 30_000, random: 0 };

#[test]
fn only_what_surely_created_nothing_is_sent_again() {
    for code in ErrorCode::ALL {
        for maybe_created in [false, true] {
            for unsent in [false, true] {
                let mut failure = Failure::new(*code, &[], maybe_created);
                failure.unsent = unsent;
                let sure = *code == ErrorCode::RateLimited || (*code == ErrorCode::Network && unsent);
                let writes = retry::pause(&failure, false, BUDGET).is_some();
                assert_eq!(writes, sure && !maybe_created, "{code:?} {maybe_created} {unsent}");
                let harmless =
                    matches!(code, ErrorCode::RateLimited | ErrorCode::Network | ErrorCode::Server);
                let reads = retry::pause(&failure, true, BUDGET).is_some();
                assert_eq!(reads, harmless && !maybe_created, "{code:?} {maybe_created} {unsent}");
            }
        }
    }
}

#[test]
fn a_429_is_sent_again_and_a_503_only_when_it_names_its_time() {
    assert_eq!(retry::pause(&failure(429, Some(3_000)), false, BUDGET), Some(3_000));
    assert_eq!(retry::pause(&failure(429, None), false, BUDGET), Some(250));
    assert_eq!(retry::pause(&failure(503, Some(2_000)), false, BUDGET), Some(2_000));
    for status in [301, 400, 401, 403, 404, 408, 422, 500, 502, 503, 504] {
        assert_eq!(retry::pause(&failure(status, None), false, BUDGET), None, "{status}");
    }
    for status in [400, 401, 404, 500, 502, 504] {
        assert_eq!(retry::pause(&failure(status, Some(1_000)), false, BUDGET), None, "{status}");
    }
}

#[test]
fn a_request_is_sent_again_as_often_as_allowed_and_no_more() {
    let failure = failure(429, Some(10));
    let pause = |sent, retries| retry::pause(&failure, false, Budget { sent, retries, ..BUDGET });
    assert_eq!(pause(1, 0), None);
    assert_eq!(pause(1, 1), Some(10));
    assert_eq!(pause(2, 1), None);
    assert_eq!(pause(2, 2), Some(10));
    assert_eq!(pause(3, 2), None);
    assert_eq!(pause(u32::MAX, u32::MAX), Some(10));
}

#[test]
fn no_pause_reaches_the_end_of_the_calls_time() {
    let pause =
        |asked, left_ms| retry::pause(&failure(429, Some(asked)), false, Budget { left_ms, ..BUDGET });
    assert_eq!(pause(3_000, 3_001), Some(3_000));
    assert_eq!(pause(3_000, 3_000), None);
    assert_eq!(pause(3_000, 0), None);
    assert_eq!(pause(0, 1), Some(0));
    assert_eq!(pause(0, 0), None);
    assert_eq!(pause(u64::from(u32::MAX), u32::MAX), None);
    assert_eq!(pause(u64::MAX, u32::MAX), None);
}

#[test]
fn pauses_of_our_own_choice_double_up_to_eight_seconds_and_are_jittered_by_half() {
    let mut network = Failure::new(ErrorCode::Network, &[], false);
    network.unsent = true;
    for (sent, longest) in
        [(1, 500), (2, 1_000), (3, 2_000), (4, 4_000), (5, 8_000), (6, 8_000), (1_000, 8_000)]
    {
        for random in [0, 1, 249, 250, 251, 4_000, 4_001, 123_456_789, u32::MAX] {
            let budget = Budget { sent, retries: u32::MAX, left_ms: u32::MAX, random };
            let pause = retry::pause(&network, false, budget).unwrap();
            assert!((longest / 2..=longest).contains(&pause), "{sent} {random}: {pause}");
        }
    }
}

#[test]
fn only_failures_to_connect_are_before_sending() {
    for code in ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"] {
        assert!(retry::failed_before_sending(code), "{code}");
    }
    for code in
        ["ECONNRESET", "EPIPE", "ETIMEDOUT", "UND_ERR_SOCKET", "UND_ERR_HEADERS_TIMEOUT", "", "econnrefused"]
    {
        assert!(!retry::failed_before_sending(code), "{code}");
    }
}

#[test]
fn retry_after_is_seconds_or_a_date_and_nothing_else() {
    for (value, left_ms, expected) in [
        ("0", None, Some(0)),
        ("120", None, Some(120_000)),
        ("120", Some(5), Some(120_000)),
        ("4294967", None, Some(4_294_967_000)),
        ("4294968", None, Some(4_294_968_000)),
        ("5184000", None, Some(5_184_000_000)),
        ("99999999999999999999", Some(5), None),
        ("Wed, 25 Nov 2026 13:17:13 GMT", Some(2_500), Some(2_500)),
        ("Wed, 25 Nov 2026 13:17:13 GMT", Some(0), Some(0)),
        ("Wed, 25 Nov 2026 13:17:13 GMT", Some(u64::MAX), Some(u64::MAX)),
        ("Wed, 25 Nov 2026 13:17:13 GMT", None, None),
        // What a lenient parser of dates takes for one.
        ("1.5", Some(0), None),
        ("-5", Some(0), None),
        ("", Some(5), None),
    ] {
        assert_eq!(retry::retry_after(value, left_ms), expected, "{value} {left_ms:?}");
    }
}

// The amount check.

struct Preview {
    payload: Value,
    expected: Expected,
    rounding: Rounding,
    vat_rates: VatRates,
}

fn expected(payload: &Value, rounding: Rounding, vat_rates: VatRates) -> Preview {
    let report = check(payload, Options { rounding, vat_rates, lines: false }, Want::Issues);
    let (currency, grosses) = report.grosses.unwrap();
    Preview { payload: payload.clone(), expected: Expected { currency, grosses }, rounding, vat_rates }
}

impl Preview {
    /// The message for an amount that is not as expected.
    fn compare(&self, link: PaymentLink<'_>, check: AmountCheck) -> Result<(), String> {
        let Preview { payload, expected, rounding, vat_rates } = self;
        if amount::is_right(link, expected, *rounding, check) {
            return Ok(());
        }
        let misread = |how| amount::misread(Document::new(payload).payload(), how);
        let diagnosis = amount::diagnose(link, expected, *vat_rates, &misread);
        let preview = decimal::format(expected.grosses.under(*rounding));
        Err(amount::message(link, &preview, expected, diagnosis))
    }
}

fn example(vat_rate: &str) -> Value {
    let mut payload: Value = serde_json::from_str(EXAMPLE).unwrap();
    payload["items"][0]["vat_rate"] = json!(vat_rate);
    payload
}

fn link<'a>(amount: &'a str, currency: &'a str) -> PaymentLink<'a> {
    PaymentLink { id: "1", url: "https://pay.qonto.com/1", amount, currency }
}

#[test]
fn the_amount_of_the_pages_example_is_as_expected() {
    let expected = expected(&example("21.0"), Rounding::Line, VatRates::Percent);
    for amount in ["13.30", "13.3", "13.300", "013.30"] {
        for check in [AmountCheck::Rounding, AmountCheck::Exact, AmountCheck::Off] {
            assert_eq!(expected.compare(link(amount, "EUR"), check), Ok(()), "{amount}");
        }
    }
}

#[test]
fn an_amount_one_cent_away_is_a_mismatch_unless_the_check_is_off() {
    let expected = expected(&example("21.0"), Rounding::Line, VatRates::Percent);
    for amount in ["13.29", "13.31", "-13.30", "1330", "0", "", "13,30", "NaN", "1.33e1"] {
        for check in [AmountCheck::Rounding, AmountCheck::Exact] {
            let message = expected.compare(link(amount, "EUR"), check).unwrap_err();
            let start = format!("expected the amount `13.30 EUR`, received `{amount} EUR`");
            assert!(message.starts_with(&start), "{message}");
        }
        assert_eq!(expected.compare(link(amount, "EUR"), AmountCheck::Off), Ok(()));
    }
}

/// Why the amount is another one, by the exact check.
fn diagnosis(expected: &Preview, amount: &str, currency: &str) -> Option<String> {
    let message = expected.compare(link(amount, currency), AmountCheck::Exact).unwrap_err();
    message.split_once("must not be paid: ").map(|(_, diagnosis)| diagnosis.to_string())
}

#[test]
fn a_mismatch_says_why_where_that_can_be_told() {
    let percent = expected(&example("21.0"), Rounding::Line, VatRates::Percent);
    assert_eq!(
        diagnosis(&percent, "241.78", "EUR").unwrap(),
        "the VAT rate, a percentage, was read as a fraction"
    );
    assert_eq!(diagnosis(&percent, "10.99", "EUR").unwrap(), "it is without VAT");
    assert_eq!(diagnosis(&percent, "13.31", "EUR"), None);
    assert_eq!(diagnosis(&percent, "13.30", "USD"), None);
    assert_eq!(diagnosis(&percent, "241.78", "USD"), None);

    let fraction = expected(&example("0.21"), Rounding::Line, VatRates::Fraction);
    assert_eq!(
        diagnosis(&fraction, "11.01", "EUR").unwrap(),
        "the VAT rate, a fraction, was read as a percentage"
    );
}

#[test]
fn an_amount_by_another_rounding_rule_passes_but_for_the_exact_check() {
    let payload = json!({
        "potential_payment_methods": ["paypal"],
        "reusable": true,
        "items": [
            { "title": "a", "quantity": 9, "unit_price": { "value": "0.87", "currency": "EUR" }, "vat_rate": "10" },
            { "title": "b", "quantity": 5, "unit_price": { "value": "0.63", "currency": "EUR" }, "vat_rate": "5.5" },
            { "title": "c", "quantity": 6, "unit_price": { "value": "6.01", "currency": "EUR" }, "vat_rate": "5.5" },
            { "title": "d", "quantity": 6, "unit_price": { "value": "4.34", "currency": "EUR" }, "vat_rate": "10" },
        ],
    });
    let amounts = [
        (Rounding::Unit, "78.60"),
        (Rounding::Line, "78.61"),
        (Rounding::Total, "78.62"),
        (Rounding::Rate, "78.63"),
    ];
    for (chosen, _) in amounts {
        let expected = expected(&payload, chosen, VatRates::Percent);
        for (rule, amount) in amounts {
            assert_eq!(expected.compare(link(amount, "EUR"), AmountCheck::Rounding), Ok(()));
            let exact = expected.compare(link(amount, "EUR"), AmountCheck::Exact);
            assert_eq!(exact.is_ok(), rule == chosen, "{amount} by {chosen:?}");
            if let Err(message) = exact {
                assert!(
                    message.ends_with(&format!("it is rounded by the rule `{}`", rule.name())),
                    "{message}"
                );
            }
        }
        for amount in ["78.59", "78.64", "78.615"] {
            assert!(expected.compare(link(amount, "EUR"), AmountCheck::Rounding).is_err());
        }
    }
}

#[test]
fn the_right_amount_in_another_currency_is_a_mismatch_that_names_both() {
    let expected = expected(&example("21.0"), Rounding::Line, VatRates::Percent);
    let message = expected.compare(link("13.30", "USD"), AmountCheck::Rounding).unwrap_err();
    assert!(message.starts_with("expected the amount `13.30 EUR`, received `13.30 USD`"), "{message}");
}

#[test]
fn a_mismatch_repeats_only_the_start_of_what_the_api_answers() {
    let expected = expected(&example("21.0"), Rounding::Line, VatRates::Percent);
    let message =
        expected.compare(link(&"9".repeat(1_000), &"E".repeat(1_000)), AmountCheck::Rounding).unwrap_err();
    assert!(message.len() < 200, "{message}");
}

// Where a token may go.

fn check_header(name: &str, value: &str) -> Result<(), String> {
    let (name, value) = (json!(name).to_string(), json!(value).to_string());
    request::check_header(Json::new(&name), Json::new(&value))
}

#[test]
fn a_base_url_is_https_or_http_on_loopback() {
    for href in [
        "https://thirdparty.qonto.com/",
        "https://shop.example/",
        "https://shop.example:8443/qonto/",
        "http://localhost:8787/",
        "http://shop.localhost/",
        "http://127.0.0.1:3000/",
        "http://127.1.2.3/",
        "http://[::1]:3000/",
        "https://10.0.0.1/",
    ] {
        assert!(Base::new(href).is_ok(), "{href}");
    }
    for href in [
        "http://thirdparty.qonto.com/",
        "http://shop.example/",
        "http://localhost.shop.example/",
        "http://127.0.0.1.shop.example/",
        "http://notlocalhost/",
        "http://128.0.0.1/",
        "http://127.0.0/",
        "http://127.0.0.256/",
        "http://0.0.0.0/",
        "http://[::2]/",
        "http://[::ffff:7f00:1]/",
        "ftp://localhost/",
        "file:///v2",
        "ws://localhost/",
        "http://192.168.0.1/",
        "http://.localhost.example/",
    ] {
        assert!(Base::new(href).is_err(), "{href}");
    }
}

#[test]
fn a_base_url_has_no_user_no_query_and_no_fragment() {
    for href in [
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://:pass@shop.example/",
        "https://shop.example/?a=b",
        "https://shop.example/#a",
    ] {
        let message = Base::new(href).unwrap_err();
        assert!(!message.contains("pass") || message.contains("password"), "{message}");
    }
}

fn address(base: &Base) -> String {
    let mut address = base.href().to_string();
    Verb::Create.put_path("", "", &mut address);
    address
}

#[test]
fn a_path_is_joined_to_a_base_url_with_an_empty_query_or_fragment_as_a_path() {
    for href in [
        "https://shop.example/?",
        "https://shop.example/#",
        "https://shop.example/api?",
        "https://shop.example/api/?#",
    ] {
        // Refusing it would do as well.
        let Ok(base) = Base::new(href) else { continue };
        let joined = address(&base);
        assert!(!joined.contains(['?', '#']), "{href} becomes {joined}");
    }
}

#[test]
fn a_path_is_joined_to_a_base_url_with_one_slash() {
    for (href, joined) in [
        ("https://thirdparty.qonto.com/", "https://thirdparty.qonto.com/v2/payment_links"),
        ("https://shop.example/qonto", "https://shop.example/qonto/v2/payment_links"),
        ("https://shop.example/qonto/", "https://shop.example/qonto/v2/payment_links"),
        ("http://localhost:8787/", "http://localhost:8787/v2/payment_links"),
    ] {
        assert_eq!(address(&Base::new(href).unwrap()), joined);
    }
}

#[test]
fn qontos_own_hosts_are_recognised_with_all_below_them() {
    for (href, is_sandbox) in [
        ("https://thirdparty.qonto.com/", false),
        ("https://thirdparty.qonto.com./", false),
        ("https://thirdparty.qonto.com:8443/", false),
        ("https://qonto.com/", false),
        ("https://a.b.qonto.com/", false),
        ("https://qonto.co/", false),
        ("https://api.qonto.co/", false),
        ("https://thirdparty-sandbox.staging.qonto.co/", true),
        ("https://thirdparty-sandbox.staging.qonto.co./", true),
        ("https://staging.qonto.co/", true),
    ] {
        let base = Base::new(href).unwrap();
        assert!(base.is_qonto, "{href}");
        assert_eq!(base.is_sandbox, is_sandbox, "{href}");
    }
    for href in [
        "https://notqonto.com/",
        "https://qonto.com.shop.example/",
        "https://qonto.community/",
        "https://shop.example/qonto.com",
        "https://qonto.example/",
        "http://localhost/",
    ] {
        let base = Base::new(href).unwrap();
        assert!(!base.is_qonto && !base.is_sandbox, "{href}");
    }
}

#[test]
fn a_token_is_visible_ascii_and_its_refusal_does_not_repeat_it() {
    for token in ["a", "eyJhbGciOi.J9-_~+/=", "!\"#$%&'()*,:;<>?@[\\]^`{|}", &"a".repeat(request::MAX_TOKEN)]
    {
        assert_eq!(request::check_secret("a token", token), Ok(()));
    }
    let long = "a".repeat(request::MAX_TOKEN + 1);
    for token in [
        "",
        " ",
        "sesame sesame",
        "sesame\n",
        "sesame\r\nX-Evil: 1",
        "sesame\0",
        "sesame\u{7f}",
        "sesamé",
        "\u{feff}sesame",
        &long,
    ] {
        let message = request::check_secret("a token", token).unwrap_err();
        assert!(message.starts_with("expected a token of"), "{message}");
        assert!(!message.contains("sesam") && message.len() < 200, "{message}");
    }
}

#[test]
fn a_header_has_a_name_that_is_one_and_a_printable_value() {
    for (name, value) in
        [("X-Shop", "7"), ("x-shop", ""), ("User-Agent", "shop/1.0 (a; b)"), ("X!#$%&'*+-.^_`|~", "a\tb")]
    {
        assert_eq!(check_header(name, value), Ok(()), "{name}");
    }
    for name in ["", " ", "X Shop", "X-Shop:", "X-Shöp", "X-Shop\r\nX-Evil", "X(", "X\0", "X/", "{}"] {
        let message = check_header(name, "sesame").unwrap_err();
        assert!(!message.contains("sesame") && !message.contains(['\r', '\n', '\0']), "{message}");
    }
    for value in ["a\r\nX-Evil: 1", "a\n", "a\0", "é", "\u{7f}"] {
        let message = check_header("X-Shop", value).unwrap_err();
        assert!(message.contains("`X-Shop`") && !message.contains("Evil"), "{message}");
    }
}

#[test]
fn the_headers_of_the_call_are_not_the_callers_to_set() {
    for name in [
        "Authorization",
        "authorization",
        "AUTHORIZATION",
        "Content-Type",
        "content-type",
        "X-Qonto-Staging-Token",
        "x-qonto-staging-token",
        "X-Qonto-Idempotency-Key",
        "x-qonto-idempotency-key",
    ] {
        assert!(check_header(name, "1").is_err(), "{name}");
    }
}

#[test]
fn a_secret_is_not_shown_and_is_taken_out_of_texts() {
    let secret = Secret::new("sesame-123".to_string());
    assert_eq!(secret.expose(), "sesame-123");
    assert!(!format!("{secret:?} {secret:#?} {:?}", [&secret]).contains("sesame"));
    for (text, redacted) in [
        ("", ""),
        ("nothing", "nothing"),
        ("sesame-123", "[redacted]"),
        ("Bearer sesame-123!", "Bearer [redacted]!"),
        ("sesame-123sesame-123", "[redacted][redacted]"),
        ("sesame-12 sesame-1234", "sesame-12 [redacted]4"),
        ("é sesame-123 é", "é [redacted] é"),
        ("SESAME-123", "SESAME-123"),
    ] {
        assert_eq!(secret.redact(text.into()), redacted);
    }
}

#[test]
fn a_secret_that_overlaps_itself_leaves_nothing_of_it_whole() {
    let secret = Secret::new("aaaaaa".to_string());
    assert!(!secret.redact("a".repeat(100).into()).contains("aaaaaa"));
    let secret = Secret::new("abcabcabc".to_string());
    assert!(!secret.redact("abcabcabcabcabc".into()).contains("abcabcabc"));
}

#[test]
fn a_text_too_short_to_be_a_secret_is_left_in_words() {
    assert_eq!(
        Secret::new("token".to_string()).redact("the token was refused".into()),
        "the token was refused"
    );
    assert_eq!(Secret::new(String::new()).redact("the token was refused".into()), "the token was refused");
    assert_eq!(Secret::new("tokens".to_string()).redact("the tokens".into()), "the [redacted]");
}
