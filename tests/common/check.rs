//! One call for what every test asks: the report of a JSON document.

use qonto_payment_links::json::Document;
use qonto_payment_links::options::Options;
use qonto_payment_links::validate::{self, Report, Want};
use serde_json::Value;

pub(crate) fn check(payload: &Value, options: Options, want: Want) -> Report {
    validate::check(Document::new(payload).payload(), &options, want)
}
