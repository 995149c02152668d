//! Calls of the API as a machine: what is sent, when it is sent again, and how each call ends.
#![cfg(feature = "json")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "common/handed.rs"]
mod handed;

use handed::{facts, options};
use qonto_payment_links::api::amount;
use qonto_payment_links::api::answer::Facts;
use qonto_payment_links::api::call::{Action, Basket, Call, Event, Given, Shape};
use qonto_payment_links::api::document::Json;
use qonto_payment_links::api::request::Verb;
use qonto_payment_links::json::Document;
use qonto_payment_links::options::{Misread, Options};
use qonto_payment_links::totals::Grosses;
use qonto_payment_links::validate::{self, Want};
use serde_json::{Value, json};

const TOKEN: &str = "tok_machine_4f1c9a";
const KEY: &str = "12345678-9abc-4ef0-9234-56789abcdef0";

fn payload() -> Value {
    json!({
        "potential_payment_methods": ["credit_card"],
        "reusable": true,
        "items": [{
            "title": "Item 1",
            "quantity": 1,
            "unit_price": { "value": "10.99", "currency": "EUR" },
            "vat_rate": "21.0",
        }],
    })
}

/// A payload as serde_json parsed it.
struct Parsed(Value);

impl Given for Parsed {
    fn misread(&self, how: Misread) -> Option<Grosses> {
        amount::misread(Document::new(&self.0).payload(), how)
    }

    fn shape(&self) -> Shape {
        Shape::of(&Document::new(&self.0).payload())
    }
}

fn basket(payload: &Value) -> Basket {
    let options = Options::default();
    let report = validate::check(Document::new(payload).payload(), &options, Want::Issues);
    Basket::new(report, options, Box::new(Parsed(payload.clone()))).unwrap()
}

fn begin(verb: Verb, given: &Value, subject: &Value) -> Call {
    let about = matches!(verb, Verb::Create | Verb::Recover).then(|| Ok(basket(&payload())));
    let mut given = given.clone();
    given["idempotencyKey"] = json!(KEY);
    let list = format!("[{subject},\"{TOKEN}\",{}]", options(&given));
    let call = Call::new(verb, Json::new(&list).entries(), about);
    *call.map_err(|action| action.text).unwrap()
}

fn create(options: &Value) -> Call {
    begin(Verb::Create, options, &json!({}))
}

/// What the call says to do, as JSON; a misuse is a text.
fn said(action: Action) -> Value {
    let text = action.text;
    if let Some(message) = text.strip_prefix("misuse ") {
        return json!(message);
    }
    let mut said = json!({});
    for (place, line) in text.split('\n').enumerate() {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let value: Value = serde_json::from_str(rest).unwrap_or(json!(rest));
        match (place, word) {
            (0, "send") => {
                let (method, url) = rest.split_once(' ').unwrap();
                said["method"] = json!(method);
                said["url"] = json!(url);
            }
            (0, "wait") => said["ms"] = value,
            (0, "fail") => said["failure"] = value,
            (0, _) => assert_eq!(rest, ""),
            (_, "kept") => said["kept"] = serde_json::from_str(&format!("[{rest}]")).unwrap(),
            _ => said[word] = value,
        }
        if place == 0 {
            said["what"] = json!(word);
        }
    }
    said
}

fn next(call: &mut Call, event: Event<'_>) -> Value {
    said(call.next(event, 30_000, 0))
}

fn answer(call: &mut Call, known: &Value) -> Value {
    next(call, Event::Answer(Facts::read(&facts(known))))
}

fn created(amount: &str) -> Value {
    let link = json!({
        "id": "link 1",
        "url": "https://pay.qonto.com/1",
        "status": "open",
        "amount": { "value": amount, "currency": "EUR" },
    });
    json!({ "status": 201, "document": { "payment_link": link } })
}

fn headers(call: &Call) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    call.headers(&mut |name, value| headers.push((name.to_string(), value.concat())));
    headers
}

#[test]
fn a_link_is_created_by_one_request() {
    let mut call = create(&json!({ "onResponse": "function" }));
    let sent = next(&mut call, Event::Ready);
    assert_eq!(sent["what"], "send");
    assert_eq!(sent["method"], "POST");
    assert_eq!(sent["url"], "https://thirdparty.qonto.com/v2/payment_links");
    assert_eq!(
        headers(&call),
        [
            ("Content-Type".to_string(), "application/json".to_string()),
            ("X-Qonto-Idempotency-Key".to_string(), KEY.to_string()),
            ("Authorization".to_string(), format!("Bearer {TOKEN}")),
        ]
    );
    let done = answer(&mut call, &created("13.30"));
    assert_eq!((&done["what"], &done["at"]), (&json!("done"), &json!("payment_link")));
    assert_eq!(done["heard"], json!({ "status": 201, "attempt": 1 }));
}

#[test]
fn each_call_has_its_method_and_its_path() {
    let subject = json!({ "id": "a/b c", "query": {} });
    for (verb, method, path) in [
        (Verb::Get, "GET", "/a%2Fb%20c"),
        (Verb::List, "GET", ""),
        (Verb::Deactivate, "PATCH", "/a%2Fb%20c/deactivate"),
        (Verb::Payments, "GET", "/a%2Fb%20c/payments"),
        (Verb::Methods, "GET", "/payment_methods"),
        (Verb::Connection, "GET", "/connections"),
        (Verb::Recover, "GET", "?per_page=100&page=1"),
    ] {
        let mut call = begin(verb, &json!({ "baseUrl": "sandbox" }), &subject);
        let sent = next(&mut call, Event::Ready);
        assert_eq!(sent["method"], method, "{verb:?}");
        let url = format!("https://thirdparty-sandbox.staging.qonto.co/v2/payment_links{path}");
        assert_eq!(sent["url"], url, "{verb:?}");
        let names: Vec<String> = headers(&call).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["Authorization"], "{verb:?}");
    }
}

#[test]
fn a_list_is_asked_for_as_the_caller_says() {
    let query = json!({ "page": 2, "per_page": 50, "status": ["open", "pa id"], "sort_by": "amount:desc" });
    let mut call = begin(Verb::List, &json!({}), &json!({ "query": query }));
    let sent = next(&mut call, Event::Ready);
    let url = sent["url"].as_str().unwrap().split_once('?').unwrap().1;
    assert_eq!(url, "page=2&per_page=50&status%5B%5D=open&status%5B%5D=pa%20id&sort_by=amount%3Adesc");
    let page = |current: Value, next: Value| {
        let meta = json!({ "current_page": current, "next_page": next });
        json!({ "status": 200, "document": { "payment_links": [], "meta": meta } })
    };
    for (current, then, expected) in [
        (json!(2), json!(3), Some(3)),
        (json!(2), json!(2), None),
        (json!(2), json!(0), None),
        (json!(2), Value::Null, None),
        (json!(1), json!(2), None),
        (Value::Null, json!(3), Some(3)),
    ] {
        let mut call = begin(Verb::List, &json!({}), &json!({ "query": { "page": 2 } }));
        next(&mut call, Event::Ready);
        let done = answer(&mut call, &page(current.clone(), then.clone()));
        assert_eq!(done["what"], "done");
        assert_eq!(done.get("next").and_then(Value::as_u64), expected, "{current} {then}");
    }
}

#[test]
fn what_may_have_created_a_link_is_never_sent_again() {
    let thrown = json!({ "message": "socket hang up", "code": "ECONNRESET" }).to_string();
    let refused = json!({ "message": "no", "code": "ECONNREFUSED" }).to_string();
    for (event, expected) in [
        (Event::Thrown(Json::new(&thrown)), "network+"),
        (Event::Timeout, "timeout+"),
        (Event::Aborted, "aborted+"),
        (Event::Missing("fetch"), "network"),
        (Event::Thrown(Json::new(&refused)), "wait"),
    ] {
        let mut call = create(&json!({}));
        next(&mut call, Event::Ready);
        let said = next(&mut call, event);
        let mut end = said["failure"]["code"].as_str().unwrap_or("wait").to_string();
        if said["failure"]["maybeCreated"] == true {
            end.push('+');
        }
        assert_eq!(end, expected, "{event:?}");
    }
    for status in [500, 502, 503, 504, 408, 409, 422, 400, 403, 302, 0] {
        let mut call = create(&json!({}));
        next(&mut call, Event::Ready);
        let said = answer(&mut call, &json!({ "status": status, "text": "" }));
        assert_eq!(said["what"], "fail", "{status}");
        assert_eq!(said["failure"]["maybeCreated"], json!(status >= 500), "{status}");
    }
}

#[test]
fn nothing_was_sent_before_the_first_request_and_between_two() {
    for event in [Event::Timeout, Event::Aborted] {
        assert_eq!(next(&mut create(&json!({})), event)["failure"]["maybeCreated"], false);
        let mut call = create(&json!({}));
        next(&mut call, Event::Ready);
        assert_eq!(answer(&mut call, &json!({ "status": 429, "text": "" }))["what"], "wait");
        assert_eq!(next(&mut call, event)["failure"]["maybeCreated"], false);
    }
}

#[test]
fn a_token_function_is_asked_first_and_once_more_after_a_401() {
    // JSON has no functions: the boundary writes the name of the type.
    let begin = || {
        let list = format!("[{{}},function,{}]", options(&json!({ "idempotencyKey": KEY })));
        let call = Call::new(Verb::Create, Json::new(&list).entries(), Some(Ok(basket(&payload()))));
        *call.map_err(|action| action.text).unwrap()
    };
    let refused = json!({ "status": 401, "document": { "errors": [{ "detail": "expired" }] } });
    let mut call = begin();
    assert_eq!(next(&mut call, Event::Ready)["what"], "token");
    assert_eq!(next(&mut call, Event::Token("tok_one_123456"))["what"], "send");
    assert_eq!(headers(&call).last().unwrap().1, "Bearer tok_one_123456");
    assert_eq!(answer(&mut call, &refused)["what"], "token");
    assert_eq!(next(&mut call, Event::Token("tok_two_123456"))["what"], "send");
    assert_eq!(headers(&call).last().unwrap().1, "Bearer tok_two_123456");
    let failed = answer(&mut call, &refused);
    assert_eq!(failed["failure"]["code"], "unauthorized");
    let redacted = call.redact("tok_one_123456 tok_two_123456".into());
    assert_eq!(redacted, "[redacted] [redacted]");

    let thrown = json!({ "message": "no token" }).to_string();
    for (event, expected) in [
        (Event::NoToken("undefined"), "unauthorized"),
        (Event::Thrown(Json::new(&thrown)), "unauthorized"),
        (Event::Timeout, "timeout"),
        (Event::Aborted, "aborted"),
    ] {
        let mut call = begin();
        next(&mut call, Event::Ready);
        let failure = &next(&mut call, event)["failure"];
        assert_eq!(failure["code"], expected);
        assert_eq!(failure["maybeCreated"], false);
    }
    let mut call = begin();
    next(&mut call, Event::Ready);
    assert!(next(&mut call, Event::Token("a\nb")).is_string());
}

#[test]
fn a_link_with_another_amount_is_deactivated_when_asked() {
    let mut call = create(&json!({ "onAmountMismatch": "deactivate" }));
    next(&mut call, Event::Ready);
    let sent = answer(&mut call, &created("241.78"));
    assert_eq!((&sent["what"], &sent["method"]), (&json!("send"), &json!("PATCH")));
    assert_eq!(sent["url"], "https://thirdparty.qonto.com/v2/payment_links/link%201/deactivate");
    assert_eq!(sent["at"], "payment_link");
    assert!(headers(&call).iter().all(|(name, _)| name != "X-Qonto-Idempotency-Key"));
    // Too many requests: it is tried again, as any other.
    assert_eq!(answer(&mut call, &json!({ "status": 429, "text": "" }))["what"], "wait");
    assert_eq!(next(&mut call, Event::Ready)["method"], "PATCH");
    let end = answer(&mut call, &json!({ "status": 200, "document": { "id": "1", "status": "canceled" } }));
    assert_eq!((&end["what"], &end["at"]), (&json!("fail"), &json!("")));
    let failure = &end["failure"];
    assert_eq!(failure["code"], "amount_mismatch");
    assert_eq!(failure["deactivated"], true);
    assert_eq!(failure["expected"], json!({ "value": "13.30", "currency": "EUR" }));

    for event in [Event::Timeout, Event::Aborted] {
        let mut call = create(&json!({ "onAmountMismatch": "deactivate" }));
        next(&mut call, Event::Ready);
        answer(&mut call, &created("241.78"));
        let failure = &next(&mut call, event)["failure"];
        assert_eq!(failure["code"], "amount_mismatch");
        assert_eq!(failure["deactivated"], false);
        assert_eq!(failure["maybeCreated"], true);
    }
}

#[test]
fn a_page_is_warned_only_of_a_token_for_qonto_itself() {
    let warned = |options| !create(&options).warning().is_empty();
    assert!(warned(json!({})));
    assert!(warned(json!({ "baseUrl": "sandbox" })));
    assert!(!warned(json!({ "allowTokenInBrowser": true })));
    assert!(!warned(json!({ "baseUrl": "https://shop.example", "url": "https://shop.example/" })));
}

#[test]
fn links_that_match_a_payload_are_found_on_every_page() {
    let link = json!({ "id": "1", "items": payload()["items"] });
    let other = json!({ "id": "2", "items": [] });
    let page = |number: u64, next: Value| {
        let meta = json!({ "current_page": number, "next_page": next });
        json!({
            "status": 200,
            "document": { "payment_links": [other, link], "meta": meta },
            "createdMs": [5, 5],
        })
    };
    let subject = json!({ "body": payload(), "since": 5 });
    let mut call = begin(Verb::Recover, &json!({}), &subject);
    next(&mut call, Event::Ready);
    let more = answer(&mut call, &page(1, json!(2)));
    assert_eq!((&more["what"], &more["kept"]), (&json!("send"), &json!([1])));
    let done = answer(&mut call, &page(2, Value::Null));
    assert_eq!((&done["what"], &done["kept"]), (&json!("done"), &json!([1])));

    let mut call = begin(Verb::Recover, &json!({}), &json!({ "body": payload(), "since": 6 }));
    next(&mut call, Event::Ready);
    assert_eq!(answer(&mut call, &page(1, Value::Null)).get("kept"), None);
}
