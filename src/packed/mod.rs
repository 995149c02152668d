//! How a payload and its report cross between JavaScript and this crate: one byte stream each way, in one
//! crossing. Pure; a codec, in which no rule lives.

pub mod reader;
pub mod report;
