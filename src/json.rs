//! A payload's view of a JSON document that `serde_json` parsed: for Rust servers and native tests.

use std::collections::HashMap;
use std::ptr;

use ryu_js::Buffer;
use serde_json::{Map, Value};

use crate::payload::{Field, Item, Kind, Money, Number, Other, Payload, Prose, Text, Unknown, UnknownFields};
use crate::validate::MAX_ENTRIES;

/// A JSON document from which a payload can be read.
#[derive(Clone, Debug)]
pub struct Document<'d> {
    value: &'d Value,
    /// How ECMAScript writes each number, and the length of each array, by where they are in memory.
    written: HashMap<*const Value, String>,
}

impl<'d> Document<'d> {
    /// Prepares a parsed document.
    #[must_use]
    pub fn new(value: &'d Value) -> Document<'d> {
        let mut written = HashMap::new();
        let mut rest = vec![value];
        while let Some(value) = rest.pop() {
            match value {
                Value::Number(number) => {
                    let text = number.as_f64().map(ecmascript).unwrap_or_default();
                    written.insert(ptr::from_ref(value), text);
                }
                Value::Array(entries) => {
                    written.insert(ptr::from_ref(value), entries.len().to_string());
                    rest.extend(entries);
                }
                Value::Object(fields) => rest.extend(fields.values()),
                Value::Null | Value::Bool(_) | Value::String(_) => {}
            }
        }
        Document { value, written }
    }

    /// The view of the document as a payload, bare or inside `payment_link`.
    #[must_use]
    pub fn payload(&self) -> Field<'_, Payload<'_>> {
        let payload = |fields| self.fields(fields);
        let wrapped = self.value.as_object().filter(|fields| fields.contains_key("payment_link"));
        let Some(wrapper) = wrapped else { return self.object(Some(self.value), payload) };
        let mut field = self.object(wrapper.get("payment_link"), payload);
        if let (Field::Is(payload), Some(beside)) = (&mut field, unknown(wrapper, &["payment_link"])) {
            match &mut payload.unknown {
                Some(unknown) => unknown.names.extend(beside.names),
                None => payload.unknown = Some(beside),
            }
        }
        field
    }

    fn fields<'a>(&'a self, fields: &'a Map<String, Value>) -> Payload<'a> {
        Payload {
            potential_payment_methods: self
                .list(fields.get("potential_payment_methods"), |entry| self.text(entry)),
            reusable: self.read(fields.get("reusable"), Value::as_bool),
            items: self
                .list(fields.get("items"), |entry| self.object(entry, |fields| self.item(fields)))
                .map(Vec::into_iter),
            invoice_id: self.text(fields.get("invoice_id")),
            invoice_number: self.prose(fields.get("invoice_number")),
            debitor_name: self.prose(fields.get("debitor_name")),
            amount: self.object(fields.get("amount"), |fields| self.money(fields)),
            redirect_url: self.text(fields.get("redirect_url")),
            unknown: unknown(fields, &Payload::<()>::FIELDS),
        }
    }

    fn item<'a>(&'a self, fields: &'a Map<String, Value>) -> Item<'a> {
        Item {
            title: self.prose(fields.get("title")),
            quantity: self.read(fields.get("quantity"), |value| {
                value.is_number().then(|| Number::Written(self.written(value)))
            }),
            unit_price: self.object(fields.get("unit_price"), |fields| self.money(fields)),
            vat_rate: self.text(fields.get("vat_rate")),
            item_type: self.text(fields.get("type")),
            description: self.prose(fields.get("description")),
            measure_unit: self.text(fields.get("measure_unit")),
            unknown: unknown(fields, &Item::FIELDS),
        }
    }

    fn money<'a>(&'a self, fields: &'a Map<String, Value>) -> Money<'a> {
        Money {
            value: self.text(fields.get("value")),
            currency: self.text(fields.get("currency")),
            unknown: unknown(fields, &Money::FIELDS),
        }
    }

    fn text<'a>(&'a self, value: Option<&'a Value>) -> Field<'a, Text<'a>> {
        self.read(value, |value| value.as_str().map(Text::from))
    }

    fn prose<'a>(&'a self, value: Option<&'a Value>) -> Field<'a, Prose> {
        self.read(value, |value| value.as_str().map(Prose::from))
    }

    fn list<'a, T>(
        &'a self,
        value: Option<&'a Value>,
        entry: impl Fn(Option<&'a Value>) -> T,
    ) -> Field<'a, Vec<T>> {
        let most = usize::try_from(MAX_ENTRIES).unwrap_or(usize::MAX);
        if let Some(list) = value.filter(|value| value.as_array().is_some_and(|entries| entries.len() > most))
        {
            return Field::Not(Other { kind: Kind::Array, value: self.written(list) });
        }
        self.read(value, |value| {
            value.as_array().map(|entries| entries.iter().map(Some).map(entry).collect())
        })
    }

    fn object<'a, T>(
        &'a self,
        value: Option<&'a Value>,
        fields: impl Fn(&'a Map<String, Value>) -> T,
    ) -> Field<'a, T> {
        self.read(value, |value| value.as_object().map(fields))
    }

    fn read<'a, T>(
        &'a self,
        value: Option<&'a Value>,
        right: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Field<'a, T> {
        let Some(value) = value else { return Field::Absent };
        match right(value) {
            Some(right) => Field::Is(right),
            None => Field::Not(self.other(value)),
        }
    }

    fn other<'a>(&'a self, value: &Value) -> Other<'a> {
        let (kind, value) = match value {
            Value::Null => (Kind::Null, ""),
            Value::Bool(true) => (Kind::Boolean, "true"),
            Value::Bool(false) => (Kind::Boolean, "false"),
            Value::Number(_) => (Kind::Number, self.written(value)),
            Value::String(_) => (Kind::String, ""),
            Value::Array(_) => (Kind::Array, ""),
            Value::Object(_) => (Kind::Object, ""),
        };
        Other { kind, value }
    }

    fn written<'a>(&'a self, value: &Value) -> &'a str {
        self.written.get(&ptr::from_ref(value)).map_or("", String::as_str)
    }
}

fn unknown<'a>(fields: &'a Map<String, Value>, known: &[&str]) -> Unknown<'a> {
    let names = fields.keys().filter(|name| !known.contains(&name.as_str()));
    let names: Vec<_> = names.map(|name| Text::from(name.as_str())).collect();
    (!names.is_empty()).then(|| Box::new(UnknownFields { names, more: 0 }))
}

/// The text `String(number)` gives in JavaScript. Rust's own shortest form differs where two are as near.
fn ecmascript(number: f64) -> String {
    Buffer::new().format(number).to_string()
}
