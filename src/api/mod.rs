//! Qonto's payment-link API as plain data: what a request says, what an answer means, when to try
//! again, and whether the amount is right. Pure: [`call::Call`] says what to do next, and whoever
//! runs it sends, waits, and reports what came of it.

pub mod amount;
pub mod answer;
pub mod call;
pub mod connect;
pub mod document;
pub mod error;
pub mod options;
pub mod recover;
pub mod request;
pub mod retry;
pub mod said;
pub mod secret;
pub mod webhook;
