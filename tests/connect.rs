//! The fields of a request that connects an account, and the options of a call: right, and wrong in one way each.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]
#![cfg(feature = "json")]

#[path = "common/handed.rs"]
#[expect(dead_code, reason = "of an answer nothing is asked here")]
mod handed;

use handed::options;
use qonto_payment_links::api::connect::{self, MIN_DESCRIPTION};
use qonto_payment_links::api::document::Json;
use qonto_payment_links::api::options::Settings;
use qonto_payment_links::api::request::Verb;
use qonto_payment_links::issue::Param;
use serde_json::{Value, json};

fn description(length: u32) -> String {
    "x".repeat(usize::try_from(length).unwrap())
}

fn request() -> Value {
    json!({
        "partner_callback_url": "https://shop.example/connected",
        "user_bank_account_id": "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d",
        "user_phone_number": "+33612345678",
        "business_description": description(MIN_DESCRIPTION),
    })
}

/// Code and pointer of each issue.
fn issues(request: &Value) -> Vec<String> {
    let issues = connect::check(Json::new(&request.to_string()));
    issues.iter().map(|issue| format!("{} {}", issue.code.spec().name, issue.pointer())).collect()
}

fn with(name: &str, value: Value) -> Vec<String> {
    let mut request = request();
    request.as_object_mut().unwrap().insert(name.to_string(), value);
    issues(&request)
}

#[test]
fn a_request_with_all_that_is_required_is_right() {
    assert_eq!(issues(&request()), [""; 0]);
    assert_eq!(with("user_website_url", json!("https://shop.example")), [""; 0]);
    assert_eq!(with("user_phone_number", json!("+123456789012345")), [""; 0]);
}

#[test]
fn what_is_missing_is_named_in_the_order_of_the_documentation() {
    assert_eq!(
        issues(&json!({})),
        [
            "required /partner_callback_url",
            "required /user_bank_account_id",
            "required /user_phone_number",
            "required /business_description",
        ]
    );
    for other in [json!(null), json!([]), json!(1), json!("a"), json!(true)] {
        assert_eq!(issues(&other), ["wrong_type "]);
    }
}

#[test]
fn each_field_has_its_form() {
    for (name, value, code) in [
        ("partner_callback_url", json!("/connected"), "not_an_http_url"),
        ("user_website_url", json!("shop.example"), "not_an_http_url"),
        ("user_bank_account_id", json!("FR76"), "not_a_uuid"),
        ("user_phone_number", json!("33612345678"), "not_a_phone_number"),
        ("user_phone_number", json!("+03612345678"), "not_a_phone_number"),
        ("user_phone_number", json!("+1234567890123456"), "not_a_phone_number"),
        ("user_phone_number", json!("+1"), "not_a_phone_number"),
        ("user_phone_number", json!("+33 612345678"), "not_a_phone_number"),
        ("business_description", json!(description(MIN_DESCRIPTION - 1)), "too_short"),
        ("business_description", json!(format!("{} ", description(MIN_DESCRIPTION - 1))), "too_short"),
        ("business_description", json!(format!("Tea{}", "\n".repeat(90))), "too_short"),
        ("business_description", json!(format!("{}Tea", "\u{b}".repeat(90))), "too_short"),
        ("business_description", json!(7), "wrong_type"),
        ("user_website_url", json!(null), "wrong_type"),
    ] {
        assert_eq!(with(name, value.clone()), [format!("{code} /{name}")], "{value}");
    }
}

#[test]
fn what_was_received_is_repeated_as_it_was_given() {
    for given in ["a \"b\" \\c\nd", "\u{1}é", "/connected"] {
        let mut request = request();
        request["partner_callback_url"] = json!(given);
        let text = request.to_string();
        let issues = connect::check(Json::new(&text));
        assert!(issues[0].params.contains(&Param::Text(given.to_string())), "{issues:?}");
    }
}

fn misuse(given: &Value) -> Option<String> {
    let list = format!("[{}]", options(given));
    Settings::read(Json::new(&list).entries(), Verb::Create).err()
}

#[test]
fn each_option_of_a_call_has_its_type_and_its_values() {
    let right = json!({ "idempotencyKey": "key-1" });
    assert_eq!(misuse(&right), None);
    let with = |name: &str, value: Value| {
        let mut options = right.clone();
        options.as_object_mut().unwrap().insert(name.to_string(), value);
        options
    };
    for (name, value) in [
        ("fetch", json!(1)),
        ("onResponse", json!("f")),
        ("signal", json!({})),
        ("signal", json!(true)),
        ("stagingToken", json!(1)),
        ("idempotencyKey", json!(5)),
        ("headers", json!({})),
        ("headers", json!([["x-shop", 1]])),
        ("headers", json!([["x shop", "1"]])),
        ("timeoutMs", json!(0)),
        ("timeoutMs", json!("1")),
        ("timeoutMs", json!(1.5)),
        ("retries", json!(-1)),
        ("retries", json!(1_000)),
        ("amountCheck", json!("never")),
        ("onAmountMismatch", json!("ignore")),
        ("allowTokenInBrowser", json!("yes")),
        ("baseUrl", json!("shop.example")),
        ("baseUrl", json!("")),
    ] {
        let message = misuse(&with(name, value.clone())).unwrap_or_default();
        assert!(
            message.starts_with("expected ") && message.contains(name.trim_end_matches('s')),
            "{name} {value}: {message}"
        );
    }
    assert!(misuse(&json!({})).is_some(), "no random numbers, no key");
    // In a page, where an address may be relative, this is the page's own.
    let empty = json!({ "idempotencyKey": "key-1", "baseUrl": "", "url": "https://shop.example/cart" });
    assert!(misuse(&empty).is_some_and(|message| message.contains("baseUrl")));
    let message = misuse(&with("stagingToken", json!("tok_staging\n"))).unwrap();
    assert!(message.contains("stagingToken") && !message.contains("tok_staging"), "{message}");
    for (name, value) in [("timeoutMs", json!(1)), ("retries", json!(0)), ("amountCheck", json!("off"))] {
        assert_eq!(misuse(&with(name, value)), None, "{name}");
    }
}
