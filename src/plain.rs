//! Reports as plain data: the one form in which issues and failures leave this crate. Pure.

use crate::syntax;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

/// Data as JSON has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plain {
    /// A string.
    Text(String),
    /// A whole number.
    Count(u32),
    /// A boolean.
    Flag(bool),
    /// An array.
    List(Vec<Plain>),
    /// An object.
    Object(Vec<(&'static str, Plain)>),
}

impl Plain {
    /// A string.
    pub(crate) fn text(text: &str) -> Plain {
        Plain::Text(text.into())
    }
}

/// Appends a text as JSON.
pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    let mut rest = text;
    // What needs no escape, which is nearly everything, is copied in one piece.
    while let Some(place) = syntax::place(rest, |byte| byte < b' ' || byte == b'"' || byte == b'\\') {
        out.push_str(rest.get(..place).unwrap_or_default());
        let byte = rest.as_bytes().get(place).copied().unwrap_or_default();
        if byte < b' ' {
            out.push_str("\\u00");
            for nibble in [byte >> 4, byte & 15] {
                out.extend(char::from_digit(u32::from(nibble), 16));
            }
        } else {
            out.push('\\');
            out.push(char::from(byte));
        }
        rest = rest.get(place.saturating_add(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    out.push('"');
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Plain::Text(text) => serializer.serialize_str(text),
            Plain::Count(count) => serializer.serialize_u32(*count),
            Plain::Flag(flag) => serializer.serialize_bool(*flag),
            Plain::List(entries) => {
                let mut list = serializer.serialize_seq(Some(entries.len()))?;
                for entry in entries {
                    list.serialize_element(entry)?;
                }
                list.end()
            }
            Plain::Object(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(*name, value)?;
                }
                map.end()
            }
        }
    }
}
