//! Validate a basket, show its exact VAT total, and create a Qonto payment link.
//!
//! The core is pure: [`payload`] is the request as given, [`validate::check`] judges it and adds
//! it up, [`totals`] holds the four rounding rules, [`issue`] what can be wrong, and [`api`] the
//! requests and answers as plain data. The module `wasm`, compiled for wasm32 alone, is the
//! boundary to JavaScript and the only place that does I/O. `DESIGN.md` says why.

#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

pub mod api;
pub mod basket;
pub mod currency;
pub mod decimal;
pub mod gross;
pub mod issue;
#[cfg(feature = "json")]
pub mod json;
pub mod options;
pub mod packed;
pub mod payload;
pub mod payment_link;
mod syntax;
pub mod totals;
pub mod validate;
pub mod vat;
#[cfg(target_arch = "wasm32")]
mod wasm;
