//! Webhooks: which headers are signature headers, and which time stamps are taken.
#![allow(
    clippy::unwrap_used,
    clippy::unreachable,
    clippy::string_slice,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use qonto_payment_links::api::webhook::WebhookCode::{Future, MalformedHeader, MissingHeader, Stale};
use qonto_payment_links::api::webhook::{Fault, MAX_HEADER, Signatures, TOLERANCE_SECONDS, WebhookCode};

/// The header of Qonto's own example.
const HEADER: &str = "t=1704110400,v1=56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805";
const V1: &str = "56aff06dc227db80d6568a5070f912c601c31f20451745d257cbc0b5dfa93805";

fn read(header: &str) -> Result<(&str, usize), (WebhookCode, &'static str)> {
    match Signatures::read(header) {
        Ok(signatures) => Ok((signatures.time, signatures.v1.len())),
        Err(Fault::Header(code, received)) => Err((code, received)),
        Err(Fault::Time(..)) => unreachable!("a header is read without a clock"),
    }
}

#[test]
fn the_header_of_qontos_documentation_is_read() {
    let signatures = Signatures::read(HEADER).unwrap();
    assert_eq!((signatures.time, signatures.v1.as_slice()), ("1704110400", [V1].as_slice()));
}

#[test]
fn what_has_a_time_stamp_and_a_signature_is_read() {
    let upper = V1.to_uppercase();
    for (header, signatures) in [
        (format!("t=1,v1={V1},v1={upper}"), 2),
        (format!("v1={V1},t=1"), 1),
        (format!(" t = 1 ,\tv1 = {V1} , "), 1),
        (format!("t=1,v0=00,v2={V1},v1={V1},,x,=,k=v=w"), 1),
        // One that cannot be a signature does not spoil one that can.
        (format!("t=1,v1=deadbeef,v1={V1},v1="), 1),
        (format!("t=1{}", format!(",v1={V1}").repeat(15)), 15),
    ] {
        assert_eq!(read(&header), Ok(("1", signatures)), "{header}");
    }
}

#[test]
fn nothing_is_a_missing_header() {
    for header in ["", " ", "\t \n"] {
        assert_eq!(read(header), Err((MissingHeader, "")));
    }
}

#[test]
fn what_has_another_form_is_malformed_and_the_message_says_how() {
    for (header, received) in [
        (format!("v1={V1}"), "no `t`"),
        (format!("T=1,v1={V1}"), "no `t`"),
        (format!("t,v1={V1}"), "a `t` that is not in whole seconds"),
        (V1.to_string(), "no `t`"),
        (",".to_string(), "no `t`"),
        (format!("t=1,t=1,v1={V1}"), "`t` twice"),
        (format!("t=1,v1={V1},t=2"), "`t` twice"),
        (format!("t=,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=,t=1,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=-1,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=+1,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=1.5,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=1e3,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=0x10,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=1 2,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=١,v1={V1}"), "a `t` that is not in whole seconds"),
        (format!("t=1234567890123456,v1={V1}"), "a `t` that is not in whole seconds"),
        ("t=1".to_string(), "no `v1` of 64 hex digits"),
        ("t=1,v1=".to_string(), "no `v1` of 64 hex digits"),
        (format!("t=1,v0={V1}"), "no `v1` of 64 hex digits"),
        (format!("t=1,v1={V1}0"), "no `v1` of 64 hex digits"),
        (format!("t=1,v1={}", &V1[1..]), "no `v1` of 64 hex digits"),
        (format!("t=1,v1={}g", &V1[1..]), "no `v1` of 64 hex digits"),
        (format!("t=1,v1={V1} {V1}"), "no `v1` of 64 hex digits"),
        (format!("t=1,v1={}é", &V1[2..]), "no `v1` of 64 hex digits"),
        ("x".repeat(MAX_HEADER + 1), "one that is too long"),
        (format!("t=1,v1={V1}{}", ",v1=0".repeat(1_000_000)), "one that is too long"),
    ] {
        assert_eq!(read(&header), Err((MalformedHeader, received)), "{:.100}", header);
    }
}

#[test]
fn a_time_stamp_may_be_off_by_the_tolerance_in_either_direction() {
    let header = |time: &str| format!("t={time},v1={V1}");
    for (time, now, tolerance, expected) in [
        ("1000", 1000, 0, Ok(())),
        ("1000", 1300, TOLERANCE_SECONDS, Ok(())),
        ("1000", 1301, TOLERANCE_SECONDS, Err(Fault::Time(Stale, 301))),
        ("1300", 1000, TOLERANCE_SECONDS, Ok(())),
        ("1301", 1000, TOLERANCE_SECONDS, Err(Fault::Time(Future, 301))),
        ("0", u32::MAX, 0, Err(Fault::Time(Stale, u32::MAX))),
        ("0", u32::MAX, u32::MAX, Ok(())),
        ("0001000", 1000, 0, Ok(())),
        ("4294967296", 1000, 5, Err(Fault::Time(Future, u32::MAX - 1000))),
        ("999999999999999", 1000, 5, Err(Fault::Time(Future, u32::MAX - 1000))),
    ] {
        let header = header(time);
        let signatures = Signatures::read(&header).unwrap();
        assert_eq!(signatures.check_time(now, tolerance), expected, "{time} at {now}");
    }
}

#[test]
fn messages_follow_the_grammar() {
    for code in WebhookCode::ALL {
        let message = code.template();
        assert!(message.starts_with("expected ") && message.contains("received "), "{message}");
        assert!(!message.ends_with('.') && !code.meaning().is_empty(), "{message}");
    }
}
