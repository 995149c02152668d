//! The forms of texts: of identifiers and addresses, and where one is part of another. Pure.
//!
//! Texts are looked through byte by byte: the standard library's searcher for texts is fast on long
//! ones, and would be a tenth of the module.

/// The text before and behind the first of some ASCII characters.
#[inline(always)]
pub(crate) fn split_at(text: &str, is_place: impl Fn(u8) -> bool) -> Option<(&str, &str)> {
    let place = place(text, is_place)?;
    Some((text.get(..place)?, text.get(place.checked_add(1)?..)?))
}

/// Where the first of some ASCII characters stands. A loop of its own, because `position` is a call a
/// byte where code is made small.
#[inline(always)]
pub(crate) fn place(text: &str, is_place: impl Fn(u8) -> bool) -> Option<usize> {
    let mut place = 0_usize;
    for byte in text.as_bytes() {
        if is_place(*byte) {
            return Some(place);
        }
        place = place.wrapping_add(1);
    }
    None
}

/// Whether each byte of a text is right: one loop for all, because `all` is one for each place it stands in.
#[inline(always)]
pub(crate) fn all(text: &str, is_right: impl Fn(&u8) -> bool) -> bool {
    for byte in text.as_bytes() {
        if !is_right(byte) {
            return false;
        }
    }
    true
}

/// The text before and behind another, which is not empty.
pub(crate) fn split<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let first = *part.as_bytes().first()?;
    let mut place = 0_usize;
    for byte in text.as_bytes() {
        // The whole part only where its first byte stands: a comparison is a call.
        if *byte == first
            && let Some(behind) = text.get(place..).and_then(|rest| rest.strip_prefix(part))
        {
            return Some((text.get(..place)?, behind));
        }
        place = place.wrapping_add(1);
    }
    None
}

/// Whether a text has another in it, which is not empty.
pub(crate) fn has(text: &str, part: &str) -> bool {
    split(text, part).is_some()
}

/// A text without white space around it. The standard library's way, from both ends, is made of twice as much.
#[inline(never)]
pub(crate) fn trim(text: &str) -> &str {
    let (mut start, mut end, mut place) = (0_usize, 0_usize, 0_usize);
    for c in text.chars() {
        let behind = place.wrapping_add(c.len_utf8());
        if !c.is_whitespace() {
            if end == 0 {
                start = place;
            }
            end = behind;
        }
        place = behind;
    }
    text.get(..end).and_then(|text| text.get(start..)).unwrap_or_default()
}

/// Texts one behind the other. The standard library's `concat` and `format!` are each a hundredth of the
/// module.
pub(crate) fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// Whether it is a UUID in its usual form: 8-4-4-4-12 hexadecimal digits.
pub(crate) fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether it is an absolute URL with the scheme http or https: `scheme://host`, with no
/// character a URL cannot have, a host that is not empty and a port that is one (RFC 3986).
pub(crate) fn is_http_url(text: &str) -> bool {
    let Some((scheme, rest)) = split_at(text, |byte| byte == b':') else { return false };
    let Some(rest) = rest.strip_prefix("//") else { return false };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    let has_other = |c: char| !c.is_ascii() && (c.is_whitespace() || c.is_control());
    if !rest.is_ascii() && rest.chars().any(has_other) {
        return false;
    }
    let mut address = Address::default();
    let mut ended = false;
    for byte in rest.bytes() {
        if byte <= b' ' || matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'`' | 127) {
            return false;
        }
        ended |= matches!(byte, b'/' | b'?' | b'#');
        if byte == b'@' && !ended {
            // What stood before was the user's name.
            address = Address::default();
        } else if !ended {
            address.take(byte);
        }
    }
    let is_whole = match address.literal {
        Literal::None => true,
        Literal::Open => false,
        Literal::Closed => address.has_colon,
    };
    !address.is_wrong && address.length > 0 && is_whole
}

/// A host with its port, as far as it was read.
#[derive(Default)]
struct Address {
    /// Characters of the host.
    length: usize,
    literal: Literal,
    /// Whether a colon stands in it.
    has_colon: bool,
    /// The port, once its colon was read.
    port: Option<u32>,
    is_wrong: bool,
}

/// An IPv6 address in square brackets.
#[derive(Default)]
enum Literal {
    #[default]
    None,
    Open,
    Closed,
}

impl Address {
    fn take(&mut self, byte: u8) {
        if let Some(port) = &mut self.port {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            *port = port.saturating_mul(10).saturating_add(digit);
            self.is_wrong |= digit > 9 || *port > 65_535;
            return;
        }
        match (byte, &self.literal) {
            (b':', Literal::None | Literal::Closed) => self.port = Some(0),
            (b'[', Literal::None) if self.length == 0 => self.literal = Literal::Open,
            (b']', Literal::Open) => self.literal = Literal::Closed,
            (_, Literal::Open) if byte.is_ascii_hexdigit() || matches!(byte, b':' | b'.') => {
                self.has_colon |= byte == b':';
                self.length = self.length.saturating_add(1);
            }
            (b'[' | b']' | b'^' | b'|' | b'{' | b'}', _) | (_, Literal::Open | Literal::Closed) => {
                self.is_wrong = true;
            }
            _ => self.length = self.length.saturating_add(1),
        }
    }
}
