//! Reports as plain data: the one form in which issues and failures leave this crate. Pure.

use crate::decimal;
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
    /// The data as JSON: for what is reported often, the quickest way to JavaScript.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut out = String::with_capacity(512);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Plain::Text(text) => write_text(text, out),
            Plain::Count(count) => decimal::write(decimal::amount(i64::from(*count), 0), out),
            Plain::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Plain::List(entries) => {
                out.push('[');
                for (index, entry) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    entry.write(out);
                }
                out.push(']');
            }
            Plain::Object(fields) => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    write_text(name, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }

    /// A string.
    pub(crate) fn text(text: &str) -> Plain {
        Plain::Text(text.into())
    }
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\0'..='\x1f' => {
                out.push_str("\\u00");
                let code = u32::from(c);
                out.extend(
                    [code.wrapping_shr(4), code & 15].iter().filter_map(|digit| char::from_digit(*digit, 16)),
                );
            }
            c => out.push(c),
        }
    }
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
