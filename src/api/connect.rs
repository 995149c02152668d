//! The rules for a request that connects an account to payment links. Pure.
//!
//! Source: Qonto's documentation of `POST /v2/payment_links/connections`.

use super::document::{self, Json};
use crate::issue::{At, Code, Figure, Issue, Issues};
use crate::payload::Kind;
use crate::syntax;

/// Characters that a business description has at least.
pub const MIN_DESCRIPTION: u32 = 80;

/// What a field must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Url,
    Uuid,
    Phone,
    Description,
}

/// The fields, in the order of Qonto's documentation, and whether they are required.
const FIELDS: [(&str, Form, bool); 5] = [
    ("partner_callback_url", Form::Url, true),
    ("user_bank_account_id", Form::Uuid, true),
    ("user_phone_number", Form::Phone, true),
    ("business_description", Form::Description, true),
    ("user_website_url", Form::Url, false),
];

/// Whether the request has a field with this name.
pub(super) fn is_field(name: &str) -> bool {
    FIELDS.iter().any(|field| field.0 == name)
}

/// What is wrong with a request, in the order of its fields.
#[must_use]
pub fn check(request: Json<'_>) -> Vec<Issue> {
    let mut issues = Issues::default();
    let kind = request.kind();
    if kind != Kind::Object {
        issues.add(
            &At::Root,
            Code::WrongType,
            &[Figure::Text(Kind::Object.name()), Figure::Text(kind.name())],
        );
        return issues.into_list();
    }
    for (name, form, required) in FIELDS {
        let value = request.field(name);
        let text = &document::unescaped(value.text());
        let length = text.trim().chars().fold(0_u32, |length, _| length.saturating_add(1));
        let received = Figure::Received(text);
        let (code, figures) = match (value.kind(), form) {
            (Kind::Undefined, _) => (Code::Required, [Figure::Text(name), received]),
            (Kind::String, Form::Url) if !syntax::is_http_url(text) => {
                (Code::NotAnHttpUrl, [Figure::Text("https://shop.example/connected"), received])
            }
            (Kind::String, Form::Uuid) if !syntax::is_uuid(text) => {
                (Code::NotAUuid, [Figure::Text("7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d"), received])
            }
            (Kind::String, Form::Phone) if !is_e164(text) => {
                (Code::NotAPhoneNumber, [Figure::Text("+33612345678"), received])
            }
            (Kind::String, Form::Description) if length < MIN_DESCRIPTION => {
                (Code::TooShort, [Figure::Count(MIN_DESCRIPTION), Figure::Count(length)])
            }
            (Kind::String, _) => continue,
            (kind, _) => (Code::WrongType, [Figure::Text(Kind::String.name()), Figure::Text(kind.name())]),
        };
        let given = if code == Code::Required { 1 } else { 2 };
        if code != Code::Required || required {
            issues.add(&At::Field(&At::Root, name), code, figures.get(..given).unwrap_or_default());
        }
    }
    issues.into_list()
}

/// Whether it is a phone number in E.164: a plus sign, and at most 15 digits, of which the first is
/// not 0.
fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else { return false };
    (2..=15).contains(&digits.len()) && !digits.starts_with('0') && syntax::all(digits, u8::is_ascii_digit)
}
