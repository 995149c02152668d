//! Reports as plain data: the one form in which issues and failures leave this crate. Pure.

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
