//! The rules and roundings inside the WebAssembly module: what holds natively holds there. Run once
//! in Node and once in a browser.
#![cfg(all(target_arch = "wasm32", feature = "json"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;
#[path = "common/invoices.rs"]
mod invoices;
#[path = "common/rules.rs"]
mod rules;
#[path = "common/table.rs"]
mod table;

use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn every_case_of_the_rules_gets_its_issues_its_validity_and_its_gross_total() {
    assert_eq!(rules::differences(), "");
}

#[wasm_bindgen_test]
fn the_rounding_table_holds_under_all_four_rules() {
    assert_eq!(table::differences(), "");
}

#[wasm_bindgen_test]
fn every_invoice_has_the_totals_of_the_oracle_under_all_four_rules() {
    assert_eq!(invoices::differences(), "");
}
