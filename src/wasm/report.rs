//! Reports as JavaScript objects.

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::plain::Plain;

/// A report as a JavaScript value.
pub(super) fn to_js(report: &Plain) -> JsValue {
    report.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::UNDEFINED)
}
