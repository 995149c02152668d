//! The JSON Schema of a payload, made from the crate's lists and limits.
//!
//! It says what a schema can say about one value at a time. What needs arithmetic over the whole basket
//! stays with the validator: [`BEYOND`].
#![allow(clippy::arithmetic_side_effects, reason = "counts of digits and characters, far from any limit")]

use qonto_payment_links::currency::Currency;
use qonto_payment_links::decimal::{self, MAX_DIGITS};
use qonto_payment_links::issue::Code;
use qonto_payment_links::payload::{Item, MAX_TEXT, Money, Payload};
use qonto_payment_links::validate::{
    ITEM_TYPES, MAX_AMOUNT, MAX_ENTRIES, MAX_PRICE_DECIMALS, MAX_RATE, MEASURE_UNITS, PAYMENT_METHODS,
};

/// The errors that the schema cannot say, with what it accepts; `tests/npm/json-schema.test.mjs` holds it
/// to this.
pub(crate) const BEYOND: [(Code, &str); 6] = [
    (Code::CurrencyMixed, "items of several currencies"),
    (Code::NotCalculable, "a product of more digits than can be held"),
    (
        Code::AmountOutOfRange,
        "a basket of any total; an amount that only its currency's rounding makes too large",
    ),
    (Code::TooManyDigits, "a quantity with more decimals than can be calculated with"),
    (Code::NotAnHttpUrl, "a URL that is too long in UTF-16 units, but not in characters"),
    (Code::MoreIssues, "what is behind the first hundred issues"),
];

/// The longest line of a list, in characters.
const LINE: usize = 110;

/// White space as ECMAScript's `trim` sees it. Spelt out, because `\s` is something else in other
/// languages' expressions.
const WHITE: &str = r"\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

/// What a URL cannot have: controls, white space, and the characters that RFC 3986 leaves out.
const NOT_IN_URL: &str =
    r#"\u0000-\u0020"<>\\`\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"#;

/// JSON whose objects keep their order.
enum Json {
    /// A number or literal, as it is written.
    Raw(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl From<&str> for Json {
    fn from(text: &str) -> Json {
        Json::Text(text.to_string())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Json {
        Json::Text(text)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Json {
        Json::Raw(number.to_string())
    }
}

impl From<bool> for Json {
    fn from(flag: bool) -> Json {
        Json::Raw(flag.to_string())
    }
}

impl<const N: usize> From<[(&'static str, Json); N]> for Json {
    fn from(fields: [(&'static str, Json); N]) -> Json {
        Json::Object(fields.into())
    }
}

impl<T: Into<Json>> From<Vec<T>> for Json {
    fn from(entries: Vec<T>) -> Json {
        Json::List(entries.into_iter().map(Into::into).collect())
    }
}

impl Json {
    /// The value on one line.
    fn inline(&self) -> String {
        match self {
            Json::Raw(text) => text.clone(),
            Json::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Json::List(entries) => {
                format!("[{}]", entries.iter().map(Json::inline).collect::<Vec<_>>().join(", "))
            }
            Json::Object(fields) => {
                let field = |(name, value): &(&str, Json)| format!("\"{name}\": {}", value.inline());
                format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// The value on as few lines as it needs, behind `indent`.
    fn write(&self, indent: &str, out: &mut String) {
        let inline = self.inline();
        let deeper = format!("{indent}  ");
        match self {
            Json::List(entries) if indent.len() + inline.len() > LINE => {
                let scalars = entries.iter().all(|entry| matches!(entry, Json::Raw(_) | Json::Text(_)));
                let mut line = LINE; // full: the first entry begins a new one
                out.push('[');
                for (index, entry) in entries.iter().enumerate() {
                    let mut text = String::new();
                    entry.write(&deeper, &mut text);
                    text.push_str(if index + 1 < entries.len() { "," } else { "" });
                    if scalars && line + 1 + text.len() <= LINE {
                        out.push(' ');
                        line += 1 + text.len();
                    } else {
                        out.push_str(&format!("\n{deeper}"));
                        line = deeper.len() + text.len();
                    }
                    out.push_str(&text);
                }
                out.push_str(&format!("\n{indent}]"));
            }
            Json::Object(fields) if indent.len() + inline.len() > LINE || indent.is_empty() => {
                out.push('{');
                for (index, (name, value)) in fields.iter().enumerate() {
                    out.push_str(if index > 0 { "," } else { "" });
                    out.push_str(&format!("\n{deeper}\"{name}\": "));
                    value.write(&deeper, out);
                }
                out.push_str(&format!("\n{indent}}}"));
            }
            _ => out.push_str(&inline),
        }
    }
}

fn reference(name: &str) -> Json {
    [("$ref", Json::from(format!("#/$defs/{name}")))].into()
}

/// A whole text of one of these forms.
fn one_of(forms: &[String]) -> Json {
    Json::from(format!("^(?:{})$", forms.join("|")))
}

/// The fields of `known`, each with what `schema` says of it.
fn fields(known: &[&'static str], schema: impl Fn(&str) -> Json) -> Json {
    Json::Object(known.iter().map(|name| (*name, schema(name))).collect())
}

fn visible(description: &str, example: &str) -> Json {
    [
        ("description", Json::from(description)),
        ("type", "string".into()),
        ("pattern", format!("[^{WHITE}]").into()),
        ("examples", vec![example].into()),
    ]
    .into()
}

fn listed(description: &str, list: &[&str]) -> Json {
    [("description", Json::from(description)), ("type", "string".into()), ("enum", Json::from(list.to_vec()))]
        .into()
}

/// Decimals with up to [`MAX_PRICE_DECIMALS`] of them, and at most `whole` digits before the point beside so
/// many. Leading zeros do not count.
fn amounts(whole: impl Fn(u32) -> u32) -> String {
    let forms = (0..=MAX_PRICE_DECIMALS).map(|decimals| {
        let point = if decimals == 0 { "" } else { r"\." };
        let fraction = "[0-9]".repeat(usize::try_from(decimals).unwrap());
        format!("[0-9]{{1,{}}}{point}{fraction}", whole(decimals))
    });
    format!("^-?0*(?:{})$", forms.collect::<Vec<_>>().join("|"))
}

fn money(title: &str, description: &str, pattern: &str, example: &str) -> Json {
    let money = fields(&Money::FIELDS, |name| match name {
        "value" => [
            ("description", Json::from("A decimal as text, with at most two decimals.")),
            ("type", "string".into()),
            ("maxLength", MAX_TEXT.into()),
            ("pattern", pattern.into()),
            ("examples", vec![example].into()),
        ]
        .into(),
        _ => reference(name),
    });
    [
        ("title", Json::from(title)),
        ("description", description.into()),
        ("type", "object".into()),
        ("required", Json::from(Money::FIELDS.to_vec())),
        ("properties", money),
    ]
    .into()
}

fn currency() -> Json {
    [
        ("title", Json::from("Currency")),
        (
            "description",
            "An ISO 4217 code. All items have the same. EUR is the only one Qonto documents for payment links."
                .into(),
        ),
        ("type", "string".into()),
        ("enum", Json::from(Currency::all().map(|currency| currency.code().to_string()).collect::<Vec<_>>())),
        ("examples", vec!["EUR"].into()),
    ]
    .into()
}

/// A rate up to [`MAX_RATE`] per cent: a zero, or one to three digits and what decimals are left.
fn percent() -> Json {
    let most = MAX_RATE;
    assert_eq!(most, 100, "the forms below are those of 0 to 100");
    Json::from([
        ("title", Json::from("VAT rate, in per cent")),
        ("description", "A percentage as text, from 0 to 100: \"21.0\" is 21 %.".into()),
        ("$comment", "Qonto's pages show this notation and the fraction's for the same example.".into()),
        ("type", "string".into()),
        ("maxLength", MAX_TEXT.into()),
        (
            "pattern",
            one_of(&[
                format!(r"-?0+(?:\.0{{1,{MAX_DIGITS}}})?"),
                format!(r"0+\.[0-9]{{1,{MAX_DIGITS}}}"),
                format!(r"0*[1-9](?:\.[0-9]{{1,{}}})?", MAX_DIGITS - 1),
                format!(r"0*[1-9][0-9](?:\.[0-9]{{1,{}}})?", MAX_DIGITS - 2),
                format!(r"0*{most}(?:\.0{{1,{}}})?", MAX_DIGITS - 3),
            ]),
        ),
        ("examples", vec!["21.0", "5.5", "0"].into()),
    ])
}

/// A rate below 1.
fn fraction() -> Json {
    Json::from([
        ("title", Json::from("VAT rate, as a fraction")),
        (
            "description",
            "A fraction as text, from 0 to below 1: \"0.21\" is 21 %. It stands in vat_rate's place where rates are written so."
                .into(),
        ),
        ("type", "string".into()),
        ("maxLength", MAX_TEXT.into()),
        (
            "pattern",
            one_of(&[
                format!(r"-?0+(?:\.0{{1,{MAX_DIGITS}}})?"),
                format!(r"0+\.[0-9]{{1,{MAX_DIGITS}}}"),
            ]),
        ),
        ("examples", vec!["0.21", "0.055", "0"].into()),
    ])
}

fn item() -> Json {
    let properties = fields(&Item::FIELDS, |name| match name {
        "title" => visible("What is sold, as the customer reads it.", "Item 1"),
        "quantity" => Json::from([
            ("description", Json::from("How many, above 0; that fractions work nobody has shown.")),
            ("type", "number".into()),
            ("exclusiveMinimum", 0.into()),
            ("exclusiveMaximum", Json::Raw(format!("1e{MAX_DIGITS}"))),
            ("examples", vec![1].into()),
        ]),
        "type" => listed("What the item is.", ITEM_TYPES),
        "description" => Json::from([
            ("description", Json::from("More about the item.")),
            ("type", "string".into()),
            ("examples", vec!["Item 1 description"].into()),
        ]),
        "measure_unit" => listed("What the quantity counts.", MEASURE_UNITS),
        name => reference(name),
    });
    Json::from([
        ("title", Json::from("Item")),
        ("description", "One line of a basket.".into()),
        ("$comment", "The measure units are those of Qonto's own SDK.".into()),
        ("type", "object".into()),
        ("required", Json::from(vec!["title", "quantity", "unit_price", "vat_rate"])),
        ("properties", properties),
    ])
}

fn methods() -> Json {
    Json::from([
        ("title", Json::from("Payment methods")),
        (
            "description",
            "How the customer may pay; what is really on offer depends on the Qonto account.".into(),
        ),
        ("type", "array".into()),
        ("minItems", 1.into()),
        ("maxItems", MAX_ENTRIES.into()),
        ("uniqueItems", true.into()),
        ("items", [("type", Json::from("string")), ("enum", Json::from(PAYMENT_METHODS.to_vec()))].into()),
    ])
}

/// An absolute http(s) URL, as `syntax::is_http_url` knows it.
fn http_url() -> Json {
    let user = format!("[^/?#{NOT_IN_URL}]*@");
    let v6 = r"\[[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*\]";
    let host = format!(r"[^/?#@:\[\]^|{{}}{NOT_IN_URL}]+");
    let port = "0*(?:[0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])";
    Json::from([
        ("title", Json::from("URL to return to")),
        ("description", "Where the customer is sent after paying: an absolute http(s) URL.".into()),
        ("type", "string".into()),
        ("maxLength", MAX_TEXT.into()),
        (
            "pattern",
            format!(
                r"^[Hh][Tt][Tt][Pp][Ss]?://(?:{user})?(?:{v6}|{host})(?::(?:{port})?)?(?:[/?#][^{NOT_IN_URL}]*)?$"
            )
            .into(),
        ),
        ("examples", vec!["https://shop.example/thanks"].into()),
    ])
}

/// One of the two requests. The other one's own fields may not stand in it.
fn variant(title: &str, description: &str, own: &[&str], never: &[&str]) -> Json {
    let properties = fields(&Payload::<()>::FIELDS, |name| match name {
        name if never.contains(&name) => false.into(),
        "reusable" => Json::from([
            ("description", Json::from("Whether the link may be paid more than once.")),
            ("type", "boolean".into()),
        ]),
        "items" => Json::from([
            ("description", Json::from("What is sold.")),
            ("type", "array".into()),
            ("minItems", 1.into()),
            ("maxItems", MAX_ENTRIES.into()),
            ("items", reference("item")),
        ]),
        "invoice_number" => visible("The invoice's number.", "F-2026-001"),
        "debitor_name" => visible("Who owes the amount.", "Ada Lovelace"),
        name => reference(name),
    });
    let required: Vec<&str> = Payload::<()>::FIELDS
        .into_iter()
        .filter(|name| own.contains(name) || *name == "potential_payment_methods")
        .collect();
    Json::from([
        ("title", Json::from(title)),
        ("description", description.into()),
        ("type", "object".into()),
        ("required", Json::from(required)),
        ("properties", properties),
    ])
}

/// The example of the API's page.
fn example() -> Json {
    let item = Json::from([
        ("title", Json::from("Item 1")),
        ("quantity", 1.into()),
        ("unit_price", [("value", Json::from("10.99")), ("currency", "EUR".into())].into()),
        ("vat_rate", "21.0".into()),
        ("type", "good".into()),
        ("description", "Item 1 description".into()),
        ("measure_unit", "unit".into()),
    ]);
    Json::from([
        ("potential_payment_methods", Json::from(vec!["credit_card"])),
        ("reusable", true.into()),
        ("items", Json::List(vec![item])),
    ])
}

/// The schema, as the text of its file.
pub(crate) fn schema() -> String {
    let (basket, invoice) = (["reusable", "items"], Payload::<()>::FIELDS);
    let invoice = invoice.split_at(basket.len() + 1).1.split_last().map(|(_, own)| own).unwrap();
    let largest = decimal::format(MAX_AMOUNT);
    let (whole, _) = largest.split_once('.').unwrap();
    assert!(
        largest.bytes().all(|byte| byte == b'9' || byte == b'.'),
        "an amount's limit is one of its digits"
    );
    let whole = u32::try_from(whole.len()).unwrap();
    let uuid = "^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";

    let json = Json::from([
        ("$schema", Json::from("https://json-schema.org/draft/2020-12/schema")),
        ("title", "Qonto payment link".into()),
        (
            "description",
            "What a Qonto payment link is created from, bare or inside payment_link as Qonto's API takes it."
                .into(),
        ),
        (
            "$comment",
            "Made from the crate qonto-payment-links, which is not Qonto's. Fields and lists are those of the reference of POST /v2/payment_links; the README says where each limit comes from. The validator checks more: sums, and that all items have one currency."
                .into(),
        ),
        ("type", "object".into()),
        (
            "anyOf",
            Json::List(vec![
                Json::from([
                    ("title", Json::from("Bare")),
                    ("allOf", Json::List(vec![reference("payment_link")])),
                    ("properties", [("payment_link", Json::from(false))].into()),
                ]),
                Json::from([
                    ("title", Json::from("Wrapped")),
                    ("required", Json::from(vec!["payment_link"])),
                    ("properties", [("payment_link", reference("payment_link"))].into()),
                ]),
            ]),
        ),
        ("examples", Json::List(vec![example(), [("payment_link", example())].into()])),
        (
            "$defs",
            [
                (
                    "payment_link",
                    Json::from([
                        ("title", Json::from("Payment link")),
                        ("description", "A basket or an invoice, told apart by their fields alone.".into()),
                        ("oneOf", Json::List(vec![reference("basket"), reference("invoice")])),
                    ]),
                ),
                ("basket", variant("Basket", "Items, of which Qonto computes the amount.", &basket, invoice)),
                (
                    "invoice",
                    variant("Invoice", "An invoice that exists at Qonto, with its amount.", invoice, &basket),
                ),
                ("potential_payment_methods", methods()),
                ("item", item()),
                (
                    "unit_price",
                    money(
                        "Unit price",
                        "The price of one, net of VAT.",
                        &amounts(|decimals| MAX_DIGITS - decimals),
                        "10.99",
                    ),
                ),
                (
                    "amount",
                    money(
                        "Amount",
                        "What the invoice comes to, VAT included.",
                        &amounts(|_| whole),
                        "13.30",
                    ),
                ),
                ("currency", currency()),
                ("vat_rate", percent()),
                ("vat_rate_fraction", fraction()),
                (
                    "invoice_id",
                    Json::from([
                        ("title", Json::from("Invoice identifier")),
                        ("description", "The UUID that the invoice has at Qonto.".into()),
                        ("type", "string".into()),
                        ("pattern", uuid.into()),
                        ("examples", vec!["7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d"].into()),
                    ]),
                ),
                ("redirect_url", http_url()),
            ]
            .into(),
        ),
    ]);
    let mut out = String::new();
    json.write("", &mut out);
    out.push('\n');
    out
}
