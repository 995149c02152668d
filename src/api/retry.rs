//! When a request is sent again: only where it surely created nothing, and never past the call's
//! own time.

use super::document::whole;
use super::error::{ErrorCode, Failure};

/// The first pause, in milliseconds; each further one is twice as long.
const FIRST_PAUSE: u32 = 500;
/// The longest pause of our own choice.
const LONGEST_PAUSE: u32 = 8_000;

/// What is left of a call.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// How many requests were sent.
    pub sent: u32,
    /// How many may be sent again.
    pub retries: u32,
    /// Milliseconds until the call's time is up.
    pub left_ms: u32,
    /// A random number, so that clients that failed together do not return together.
    pub random: u32,
}

/// Whether a connection that failed with this system code failed before anything was sent.
#[must_use]
pub fn failed_before_sending(system_code: &str) -> bool {
    matches!(system_code, "ECONNREFUSED" | "ENOTFOUND" | "EAI_AGAIN" | "UND_ERR_CONNECT_TIMEOUT")
}

/// How many milliseconds to wait before sending the request again, if it may be. One that only
/// `reads` may be after any failure of the connection or the API.
#[must_use]
pub fn pause(failure: &Failure, reads: bool, budget: Budget) -> Option<u32> {
    if failure.maybe_created || budget.sent > budget.retries {
        return None;
    }
    let again = match failure.code {
        ErrorCode::RateLimited => true,
        ErrorCode::Network => reads || failure.unsent,
        ErrorCode::Server => reads || (failure.status == 503 && failure.retry_after_ms.is_some()),
        _ => false,
    };
    if !again {
        return None;
    }
    let doublings = budget.sent.saturating_sub(1).min(10);
    let longest = FIRST_PAUSE.saturating_mul(1_u32.wrapping_shl(doublings)).min(LONGEST_PAUSE);
    let half = longest.wrapping_shr(1);
    let jittered = half.saturating_add(budget.random.checked_rem(half.saturating_add(1)).unwrap_or(0));
    let pause = match failure.retry_after_ms {
        Some(asked) => u32::try_from(asked).ok()?,
        None => jittered,
    };
    (pause < budget.left_ms).then_some(pause)
}

/// `Retry-After` in milliseconds: seconds, or a date that is `left_ms` away (RFC 9110, 10.2.3).
#[must_use]
pub fn retry_after(value: &str, left_ms: Option<u64>) -> Option<u64> {
    match whole(value) {
        Some(seconds) => seconds.checked_mul(1000),
        // A date starts with the name of a day; what else a lenient parser takes for one is none.
        None if value.as_bytes().first().is_some_and(u8::is_ascii_alphabetic) => left_ms,
        None => None,
    }
}
