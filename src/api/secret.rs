//! A text that is never shown.

use std::borrow::Cow;
use std::fmt;

use crate::syntax;

/// What stands in the place of a secret.
const REDACTED: &str = "[redacted]";

/// The shortest secret that is looked for in texts: a shorter one is no secret, and part of words.
const MIN_LENGTH: usize = 6;

/// A token: it has no readable `Debug`, no `Display`, and is overwritten when it is dropped.
pub struct Secret(String);

impl Secret {
    /// Keeps a secret.
    #[must_use]
    pub fn new(text: String) -> Secret {
        Secret(text)
    }

    /// The secret, for a request.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The text, which may be JSON, without the secret; one that had it in it is overwritten, unless it is borrowed.
    #[must_use]
    pub fn redact<'t>(&self, text: Cow<'t, str>) -> Cow<'t, str> {
        if self.0.len() < MIN_LENGTH {
            return text;
        }
        let text = without(&self.0, text);
        // In JSON two of the characters that a token may have are escaped.
        if syntax::all(&self.0, |byte| !matches!(byte, b'"' | b'\\')) {
            return text;
        }
        let mut escaped = Secret(String::with_capacity(self.0.len().saturating_mul(2)));
        for c in self.0.chars() {
            if matches!(c, '"' | '\\') {
                escaped.0.push('\\');
            }
            escaped.0.push(c);
        }
        without(&escaped.0, text)
    }
}

/// The text without a part of it.
fn without<'t>(part: &str, text: Cow<'t, str>) -> Cow<'t, str> {
    if !syntax::has(&text, part) {
        return text;
    }
    let text = Secret(text.into_owned());
    let mut out = String::new();
    let mut rest = text.expose();
    while let Some((before, behind)) = syntax::split(rest, part) {
        out.push_str(before);
        out.push_str(REDACTED);
        rest = behind;
    }
    out.push_str(rest);
    out.into()
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        let mut bytes: Vec<u8> = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        std::hint::black_box(&bytes);
    }
}
