//! What this crate needs of a JSON document, whichever library parsed it.

/// A value of a JSON document.
pub trait Node: Sized {
    /// The field of an object; `None` for what is no object, has no such field or has null there.
    fn get(&self, name: &str) -> Option<Self>;
    /// The text of a string.
    fn text(&self) -> Option<String>;
    /// The entries of an array.
    fn entries(&self) -> Option<Vec<Self>>;
    /// Whether it is an object (an array is none).
    fn is_object(&self) -> bool;
}

#[cfg(feature = "json")]
impl Node for &serde_json::Value {
    fn get(&self, name: &str) -> Option<Self> {
        serde_json::Value::get(self, name).filter(|value| !value.is_null())
    }

    fn text(&self) -> Option<String> {
        self.as_str().map(String::from)
    }

    fn entries(&self) -> Option<Vec<Self>> {
        self.as_array().map(|entries| entries.iter().collect())
    }

    fn is_object(&self) -> bool {
        serde_json::Value::is_object(self)
    }
}
