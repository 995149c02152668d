//! Webhooks: what JavaScript asks the core for around the HMAC.

use wasm_bindgen::prelude::wasm_bindgen;

use super::Packet;
use crate::api::webhook::{Fault, Signatures};
use crate::decimal;

/// What the signature header in the first `length` bytes says, as three lines in its place: the code of what is wrong,
/// the parameter `received` of its message, and the time stamp with the signatures, which is empty where nothing is to
/// be verified. Gives their length.
#[wasm_bindgen(js_name = webhookSignatures)]
pub fn webhook_signatures(packet: &mut Packet, length: usize, now: u32, tolerance: u32) -> usize {
    let mut lines = String::new();
    let signatures = Signatures::read(packet.text(0, length));
    let fault = match &signatures {
        Ok(signatures) => signatures.check_time(now, tolerance).err(),
        Err(fault) => Some(*fault),
    };
    if let Some(Fault::Header(code, _) | Fault::Time(code, _)) = fault {
        lines.push_str(code.name());
    }
    lines.push('\n');
    match fault {
        Some(Fault::Header(_, received)) => lines.push_str(received),
        Some(Fault::Time(_, seconds)) => {
            decimal::write_count(usize::try_from(seconds).unwrap_or(usize::MAX), &mut lines);
        }
        None => {}
    }
    lines.push('\n');
    if let Ok(signatures) = signatures {
        lines.push_str(signatures.time);
        for signature in &signatures.v1 {
            lines.push(' ');
            lines.push_str(signature);
        }
    }
    packet.write(lines.as_bytes())
}
