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

/// The text before and behind another, which is not empty.
pub(crate) fn split<'t>(text: &'t str, part: &str) -> Option<(&'t str, &'t str)> {
    let place = text.as_bytes().windows(part.len()).position(|window| window == part.as_bytes())?;
    Some((text.get(..place)?, text.get(place.checked_add(part.len())?..)?))
}

/// Whether a text has another in it, which is not empty.
pub(crate) fn has(text: &str, part: &str) -> bool {
    split(text, part).is_some()
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
    let is_bad = |byte: u8| byte <= b' ' || matches!(byte, b'<' | b'>' | b'"' | b'\\' | b'`' | 127);
    let has_other = |c: char| !c.is_ascii() && (c.is_whitespace() || c.is_control());
    if place(rest, is_bad).is_some() || (!rest.is_ascii() && rest.chars().any(has_other)) {
        return false;
    }
    let authority =
        split_at(rest, |byte| matches!(byte, b'/' | b'?' | b'#')).map_or(rest, |(authority, _)| authority);
    let mut address = authority;
    while let Some((_, behind)) = split_at(address, |byte| byte == b'@') {
        address = behind;
    }
    let (host, port) = match address.strip_prefix('[') {
        Some(literal) => {
            let Some((host, behind)) = split_at(literal, |byte| byte == b']') else { return false };
            let is_v6 = split_at(host, |byte| byte == b':').is_some()
                && host.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':' || byte == b'.');
            if !is_v6 || !(behind.is_empty() || behind.starts_with(':')) {
                return false;
            }
            (host, behind.strip_prefix(':').unwrap_or_default())
        }
        None => split_at(address, |byte| byte == b':').unwrap_or((address, "")),
    };
    let is_host = |byte: u8| !matches!(byte, b'[' | b']' | b'^' | b'|' | b'{' | b'}');
    let is_port =
        port.bytes().all(|byte| byte.is_ascii_digit()) && (port.is_empty() || port.parse::<u16>().is_ok());
    !host.is_empty() && host.bytes().all(is_host) && is_port
}
