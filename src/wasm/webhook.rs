//! Webhooks: what JavaScript asks the core for around the HMAC.

use wasm_bindgen::prelude::wasm_bindgen;

use crate::api::webhook::{Fault, Signatures};
use crate::decimal;

/// What a signature header says, as three lines: the code of what is wrong, the parameter `received` of
/// its message, and the time stamp with the signatures, which is empty where nothing is to be verified.
#[wasm_bindgen(js_name = webhookSignatures)]
pub fn webhook_signatures(header: &str, now: u32, tolerance: u32) -> String {
    let mut lines = String::new();
    let signatures = Signatures::read(header);
    let fault = signatures.as_ref().map_or_else(|fault| Err(*fault), |read| read.check_time(now, tolerance));
    match fault {
        Ok(()) => lines.push('\n'),
        Err(Fault::Header(code, received)) => {
            lines.push_str(code.name());
            lines.push('\n');
            lines.push_str(received);
        }
        Err(Fault::Time(code, seconds)) => {
            lines.push_str(code.name());
            lines.push('\n');
            decimal::write_count(usize::try_from(seconds).unwrap_or(usize::MAX), &mut lines);
        }
    }
    lines.push('\n');
    if let Ok(signatures) = signatures {
        lines.push_str(signatures.time);
        for signature in signatures.v1 {
            lines.push(' ');
            lines.push_str(signature);
        }
    }
    lines
}
