//! What JavaScript hands over of a call, made from values with names.

use qonto_payment_links::api::options::OPTIONS;
use serde_json::{Value, json};

/// The list of options without its brackets, `url` first. A text that is the name of a type that JSON
/// does not have stands for such a value.
pub(crate) fn options(given: &Value) -> String {
    let written = |name: &str| match given.get(name) {
        None => "u".to_string(),
        Some(Value::String(kind)) if kind == "function" => kind.clone(),
        Some(value) => value.to_string(),
    };
    let list: Vec<String> = ["url"].into_iter().chain(OPTIONS).map(written).collect();
    list.join(",")
}

/// What is known of an answer.
pub(crate) fn facts(known: &Value) -> String {
    let names = [
        "status",
        "document",
        "traceId",
        "contentType",
        "retryAfter",
        "retryAfterMs",
        "fault",
        "thrown",
        "createdMs",
        "text",
    ];
    let list: Vec<&Value> = names.iter().map(|name| &known[*name]).collect();
    json!(list).to_string()
}
