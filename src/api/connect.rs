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
    for (name, form, required) in &FIELDS {
        let at = At::Field(&At::Root, name);
        let value = request.field(name);
        match value.kind() {
            Kind::Undefined if *required => issues.add(&at, Code::Required, &[Figure::Text(name)]),
            Kind::Undefined => {}
            Kind::String => {
                let text = &document::unescaped(value.text());
                let (is_right, code, example) = match form {
                    Form::Url => {
                        (syntax::is_http_url(text), Code::NotAnHttpUrl, "https://shop.example/connected")
                    }
                    Form::Uuid => {
                        (syntax::is_uuid(text), Code::NotAUuid, "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d")
                    }
                    Form::Phone => (is_e164(text), Code::NotAPhoneNumber, "+33612345678"),
                    Form::Description => {
                        let length =
                            syntax::trim(text).chars().fold(0_u32, |length, _| length.saturating_add(1));
                        if length < MIN_DESCRIPTION {
                            let figures = [Figure::Count(MIN_DESCRIPTION), Figure::Count(length)];
                            issues.add(&at, Code::TooShort, &figures);
                        }
                        continue;
                    }
                };
                if !is_right {
                    issues.add(&at, code, &[Figure::Text(example), Figure::Received(text)]);
                }
            }
            kind => wrong_type(&mut issues, &at, Kind::String, kind),
        }
    }
    issues.into_list()
}

fn wrong_type(issues: &mut Issues, at: &At<'_>, expected: Kind, received: Kind) {
    issues.add(at, Code::WrongType, &[Figure::Text(expected.name()), Figure::Text(received.name())]);
}

/// Whether it is a phone number in E.164: a plus sign, and at most 15 digits, of which the first is
/// not 0.
fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix("+") else { return false };
    (2..=15).contains(&digits.len())
        && !matches!(digits.as_bytes(), [b'0', ..])
        && syntax::all(digits, u8::is_ascii_digit)
}
