//! Qonto's payment-link API as plain data: what a request says, what an answer means, when to try
//! again, and whether the amount is right. Pure: whoever sends the request is told what to send.

pub mod amount;
pub mod answer;
pub mod error;
pub mod request;
pub mod retry;
pub mod secret;
pub mod tree;
pub mod webhook;
