//! A payload's view of a JSON document that `serde_json` parsed: for Rust servers and native tests.

use serde_json::{Map, Value};

use crate::payload::{
    Field, Item, Kind, Money, Number, Other, Payload, Prose, Text, Unknown, UnknownFields, Written,
};
use crate::validate::MAX_ENTRIES;

impl<'a> Payload<'a> {
    /// The view of a payload, bare or inside `payment_link`.
    #[must_use]
    pub fn from_json(document: &'a Value) -> Field<Payload<'a>> {
        let wrapped = document.as_object().filter(|fields| fields.contains_key("payment_link"));
        let Some(wrapper) = wrapped else { return object(Some(document), payload) };
        let mut field = object(wrapper.get("payment_link"), payload);
        if let (Field::Is(payload), Some(beside)) = (&mut field, unknown(wrapper, &["payment_link"])) {
            match &mut payload.unknown {
                Some(unknown) => unknown.names.extend(beside.names),
                None => payload.unknown = Some(beside),
            }
        }
        field
    }
}

fn payload(fields: &Map<String, Value>) -> Payload<'_> {
    Payload {
        potential_payment_methods: list(fields.get("potential_payment_methods"), text),
        reusable: read(fields.get("reusable"), Value::as_bool),
        items: list(fields.get("items"), |value| object(value, item)).map(Vec::into_iter),
        invoice_id: text(fields.get("invoice_id")),
        invoice_number: prose(fields.get("invoice_number")),
        debitor_name: prose(fields.get("debitor_name")),
        amount: object(fields.get("amount"), money),
        redirect_url: text(fields.get("redirect_url")),
        unknown: unknown(fields, &Payload::<()>::FIELDS),
    }
}

fn item(fields: &Map<String, Value>) -> Item<'_> {
    Item {
        title: prose(fields.get("title")),
        quantity: read(fields.get("quantity"), |value| {
            value.as_f64().map(|number| Number::Written(Written::new(&ecmascript(number))))
        }),
        unit_price: object(fields.get("unit_price"), money),
        vat_rate: text(fields.get("vat_rate")),
        item_type: text(fields.get("type")),
        description: prose(fields.get("description")),
        measure_unit: text(fields.get("measure_unit")),
        unknown: unknown(fields, &Item::FIELDS),
    }
}

fn money(fields: &Map<String, Value>) -> Money<'_> {
    Money {
        value: text(fields.get("value")),
        currency: text(fields.get("currency")),
        unknown: unknown(fields, &Money::FIELDS),
    }
}

fn text(value: Option<&Value>) -> Field<Text<'_>> {
    read(value, |value| value.as_str().map(Text::from))
}

fn prose(value: Option<&Value>) -> Field<Prose> {
    read(value, |value| value.as_str().map(Prose::from))
}

fn list<'a, T>(value: Option<&'a Value>, entry: impl Fn(Option<&'a Value>) -> T) -> Field<Vec<T>> {
    let most = usize::try_from(MAX_ENTRIES).unwrap_or(usize::MAX);
    if let Some(entries) = value.and_then(Value::as_array).filter(|entries| entries.len() > most) {
        return Field::Not(Other { kind: Kind::Array, value: Written::new(&entries.len().to_string()) });
    }
    read(value, |value| value.as_array().map(|entries| entries.iter().map(Some).map(entry).collect()))
}

fn object<'a, T>(value: Option<&'a Value>, fields: impl Fn(&'a Map<String, Value>) -> T) -> Field<T> {
    read(value, |value| value.as_object().map(fields))
}

fn read<'a, T>(value: Option<&'a Value>, right: impl FnOnce(&'a Value) -> Option<T>) -> Field<T> {
    let Some(value) = value else { return Field::Absent };
    match right(value) {
        Some(right) => Field::Is(right),
        None => Field::Not(other(value)),
    }
}

fn other(value: &Value) -> Other {
    let (kind, value) = match value {
        Value::Null => (Kind::Null, String::new()),
        Value::Bool(value) => (Kind::Boolean, value.to_string()),
        Value::Number(number) => (Kind::Number, number.as_f64().map(ecmascript).unwrap_or_default()),
        Value::String(_) => (Kind::String, String::new()),
        Value::Array(_) => (Kind::Array, String::new()),
        Value::Object(_) => (Kind::Object, String::new()),
    };
    Other { kind, value: Written::new(&value) }
}

fn unknown<'a>(fields: &'a Map<String, Value>, known: &[&str]) -> Unknown<'a> {
    let names = fields.keys().filter(|name| !known.contains(&name.as_str()));
    let names: Vec<_> = names.map(|name| Text::from(name.as_str())).collect();
    (!names.is_empty()).then(|| Box::new(UnknownFields { names, more: 0 }))
}

/// The text `String(number)` gives in JavaScript.
fn ecmascript(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return format!("{}", if size == 0.0 { 0.0 } else { number });
    }
    let text = format!("{number:e}");
    if size >= 1e21 { text.replacen('e', "e+", 1) } else { text }
}
