//! JSON text, read where it is asked and written field by field. Pure.
//!
//! What comes from outside is JSON that a parser has accepted and written anew, so it is only looked
//! through here: nothing is built, and a text goes from what was read to what is written as it stands,
//! escapes and all. A text that is no JSON has no fields, or some that it does not have; nothing worse
//! happens.

use crate::decimal::{self, Exact};
use crate::payload::Kind;
use crate::syntax;

/// A value in a JSON text, or nothing.
#[derive(Clone, Copy, Debug)]
pub struct Json<'t>(&'t str);

impl<'t> Json<'t> {
    /// No value.
    pub const NONE: Json<'static> = Json("");

    /// The value that a text is.
    #[must_use]
    pub fn new(text: &'t str) -> Json<'t> {
        Json(behind(text))
    }

    /// Whether there is a value.
    #[must_use]
    pub fn is_there(self) -> bool {
        !self.0.is_empty()
    }

    /// The value as it is written.
    #[must_use]
    pub fn written(self) -> &'t str {
        self.0
    }

    /// Its type. Beside JSON's literals those of JavaScript's types are known that JSON
    /// does not have: `function`, `symbol`, `bigint`, `NaN`.
    #[must_use]
    #[inline(never)]
    pub fn kind(self) -> Kind {
        match self.0.as_bytes() {
            [b'"', ..] => Kind::String,
            [b'{' | b'o', ..] => Kind::Object,
            [b'[', ..] => Kind::Array,
            [b'f', b'u', ..] => Kind::Function,
            [b't' | b'f', ..] => Kind::Boolean,
            [b'n', ..] => Kind::Null,
            [b's', ..] => Kind::Symbol,
            [b'b', ..] => Kind::BigInt,
            [b'0'..=b'9' | b'-' | b'N' | b'I', ..] => Kind::Number,
            _ => Kind::Undefined,
        }
    }

    /// The field of an object, whatever it holds.
    #[must_use]
    #[inline(never)]
    pub fn field(self, name: &str) -> Json<'t> {
        self.fields().find(|field| *field.0 == *name).map_or(Json::NONE, |field| field.1)
    }

    /// The fields of an object, with what stands between the quotes of their names; of anything else there are none.
    #[must_use]
    pub fn fields(self) -> Fields<'t> {
        Fields(self.behind(b'{'))
    }

    /// The field of an object, unless null stands there.
    #[must_use]
    #[inline(never)]
    pub fn get(self, name: &str) -> Json<'t> {
        self.field(name).unless_null()
    }

    /// The value, unless it is null.
    #[must_use]
    pub fn unless_null(self) -> Json<'t> {
        if self.kind() == Kind::Null { Json::NONE } else { self }
    }

    /// The entries of an array; of anything else there are none.
    #[must_use]
    pub fn entries(self) -> Entries<'t> {
        Entries(self.behind(b'['))
    }

    /// What stands behind the character that the value begins with, if that is the one that it is to begin with.
    fn behind(self, first: u8) -> &'t str {
        match self.0.as_bytes() {
            [byte, ..] if *byte == first => self.0.get(1..).unwrap_or_default(),
            _ => "",
        }
    }

    /// What stands between the quotes of a string, with its escapes; nothing for anything else.
    #[must_use]
    #[inline(never)]
    pub fn text(self) -> &'t str {
        match self.0.as_bytes() {
            [b'"', text @ .., b'"'] => self.0.get(1..=text.len()).unwrap_or_default(),
            _ => "",
        }
    }

    /// What stands between the quotes of a field that is a string; nothing for any other.
    #[must_use]
    #[inline(never)]
    pub fn text_of(self, name: &str) -> &'t str {
        self.field(name).text()
    }

    /// The whole number in a field.
    #[must_use]
    #[inline(never)]
    pub fn whole_of(self, name: &str) -> Option<u64> {
        self.field(name).whole()
    }

    /// A number that is whole and not negative.
    #[must_use]
    pub fn whole(self) -> Option<u64> {
        whole(self.written())
    }

    /// Whether it is `true`.
    #[must_use]
    pub fn is_true(self) -> bool {
        matches!(self.0.as_bytes(), [b't', ..])
    }
}

/// The entries of an array, one after the other. An `u` stands for an entry that there is not, which JSON has
/// no form for.
#[derive(Clone, Copy, Debug)]
pub struct Entries<'t>(&'t str);

impl<'t> Entries<'t> {
    /// The next entry, or no value where there is none.
    #[inline(never)]
    pub(super) fn take_next(&mut self) -> Json<'t> {
        self.next().unwrap_or(Json::NONE)
    }

    /// Whether there are no more.
    #[must_use]
    pub fn is_at_end(&self) -> bool {
        matches!(self.0, "" | "]")
    }
}

impl<'t> Iterator for Entries<'t> {
    type Item = Json<'t>;

    fn next(&mut self) -> Option<Json<'t>> {
        let entry = first(&mut self.0);
        entry.is_there().then_some(if matches!(entry.0, "u") { Json::NONE } else { entry })
    }
}

/// The fields of an object, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'t>(&'t str);

impl<'t> Iterator for Fields<'t> {
    type Item = (&'t str, Json<'t>);

    #[inline(never)]
    fn next(&mut self) -> Option<(&'t str, Json<'t>)> {
        let name = first(&mut self.0);
        let value = first(&mut self.0);
        (name.kind() == Kind::String).then_some((name.text(), value))
    }
}

/// The number that digits write.
#[must_use]
#[inline(never)]
pub(super) fn whole(digits: &str) -> Option<u64> {
    let mut number = None;
    for byte in digits.bytes() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = Some(number.unwrap_or(0_u64).checked_mul(10)?.checked_add(u64::from(digit))?);
    }
    number
}

/// What stands behind white space and what parts values.
#[inline(never)]
fn behind(text: &str) -> &str {
    let mut rest = text;
    while let [b' ' | b'\n' | b'\r' | b'\t' | b',' | b':', ..] = rest.as_bytes() {
        rest = rest.get(1..).unwrap_or_default();
    }
    rest
}

/// The value that a text begins with, which is taken from it.
#[inline(never)]
fn first<'t>(rest: &mut &'t str) -> Json<'t> {
    let text = behind(rest);
    let (value, more) = text.split_at_checked(end(text)).unwrap_or_default();
    *rest = more;
    Json(value)
}

/// Where the value that a text begins with ends.
fn end(text: &str) -> usize {
    let mut rest = text.bytes();
    let mut depth = 0_u32;
    loop {
        let at = text.len().wrapping_sub(rest.len());
        match rest.next() {
            Some(b'"') => skip_string(&mut rest),
            Some(b'}' | b']') if depth > 0 => depth = depth.wrapping_sub(1),
            Some(b'{' | b'[') => depth = depth.wrapping_add(1),
            Some(b'}' | b']' | b',' | b':' | b' ' | b'\n' | b'\r' | b'\t') if depth == 0 => return at,
            Some(_) => continue,
            None => return at,
        }
        if depth == 0 {
            return text.len().wrapping_sub(rest.len());
        }
    }
}

/// Goes behind the quote that ends a string.
fn skip_string(rest: &mut std::str::Bytes<'_>) {
    while let Some(byte) = rest.next() {
        match byte {
            b'"' => return,
            // What is escaped ends nothing.
            b'\\' => _ = rest.next(),
            _ => {}
        }
    }
}

/// The first characters of what stands in a string, cut where no escape is broken.
#[must_use]
#[inline(never)]
pub(super) fn start(text: &str, characters: usize) -> &str {
    let (mut at, mut count, mut escape) = (0_usize, 0_usize, 0_u32);
    for c in text.chars() {
        if escape == 0 {
            if count >= characters {
                break;
            }
            count = count.saturating_add(1);
        }
        escape = match (escape, c) {
            (0, '\\') => 5,
            (5, 'u') => 4,
            (0 | 5, _) => 0,
            _ => escape.wrapping_sub(1),
        };
        at = at.saturating_add(c.len_utf8());
    }
    text.get(..at).unwrap_or(text)
}

/// The first characters of what stands in a string, on one line, with a mark where it was cut.
#[must_use]
#[inline(never)]
pub(super) fn line(text: &str, characters: usize) -> String {
    let mut line = String::new();
    let (mut is_escape, mut is_apart) = (false, false);
    let shown = start(text, characters);
    for c in shown.chars() {
        if c == '\\' && !is_escape {
            is_escape = true;
            continue;
        }
        let is_blank = if is_escape { matches!(c, 'n' | 'r' | 't') } else { c == ' ' };
        if is_blank {
            is_apart = !line.is_empty();
        } else {
            if is_apart {
                line.push(' ');
            }
            if is_escape {
                line.push('\\');
            }
            line.push(c);
            is_apart = false;
        }
        is_escape = false;
    }
    if shown.len() < text.len() {
        line.push('…');
    }
    line
}

/// The text of a string of which this stands between the quotes, if it is one that an address or a
/// header could have: with no control character but the tab, and no lone surrogate.
#[must_use]
#[inline(never)]
pub(super) fn plain(text: &str) -> Option<String> {
    if syntax::all(text, |byte| matches!(byte, b' '..=b'[' | b']'..=b'~')) {
        return Some(text.into()); // nearly every one
    }
    let text = unescaped(text);
    let is_other = |c: char| c < ' ' && c != '\t' || c == char::REPLACEMENT_CHARACTER;
    if text.chars().any(is_other) { None } else { Some(text) }
}

/// The text of a string of which this stands between the quotes. A lone surrogate is U+FFFD.
#[must_use]
pub(super) fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        out.push(match rest.next().unwrap_or(c) {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'u' => {
                let digits = (0..4).filter_map(|_| rest.next()?.to_digit(16));
                let unit = digits.fold(0_u32, |unit, digit| unit.wrapping_shl(4) | digit);
                char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            c => c,
        });
    }
    out
}

/// Appends a field with a value that is JSON.
#[inline(never)]
pub(super) fn put(out: &mut String, name: &str, value: &str) {
    put_all(out, &[if out.ends_with("{") { "\"" } else { ",\"" }, name, "\":", value]);
}

/// Appends a field with a text as a JSON string holds it; one that is empty is left out.
#[inline(never)]
pub(super) fn put_text(out: &mut String, name: &str, text: &str) {
    if !text.is_empty() {
        put(out, name, "\"");
        put_all(out, &[text, "\""]);
    }
}

/// Appends a field with a number.
#[inline(never)]
pub(super) fn put_count(out: &mut String, name: &str, count: u64) {
    put(out, name, "");
    write(count, out);
}

/// Appends a number.
pub(super) fn write(count: u64, out: &mut String) {
    decimal::write(Exact::minor(i64::try_from(count).unwrap_or(i64::MAX), 0), out);
}

/// Appends texts.
#[inline(never)]
pub(super) fn put_all(out: &mut String, texts: &[&str]) {
    for text in texts {
        out.push_str(text);
    }
}

/// Appends a field with a boolean.
#[inline(never)]
pub(super) fn put_flag(out: &mut String, name: &str, flag: bool) {
    put(out, name, if flag { "true" } else { "false" });
}
