//! Issues: what is wrong or doubtful about a payload, as data. Pure.
//!
//! [`Code`] is the one table of all codes: severity, meaning, the English message, its parameters and an
//! example. A message is made from its template and the issue's parameters, so that any language can.

use std::borrow::Cow;

use crate::decimal::{self, Decimal, Exact};
use crate::syntax;

/// How many issues of one payload are reported in full.
pub const MAX_ISSUES: usize = 100;

/// How many characters of what was received a message repeats.
pub const MAX_RECEIVED: usize = 60;

/// Whether an issue makes a payload invalid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Doubtful: the payload may be sent.
    Warning,
    /// Wrong: the API would refuse the payload, or charge something else than was meant.
    Error,
}

impl Severity {
    /// The name it has in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// What the table says of a code.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The name of the code, which stays.
    pub name: &'static str,
    /// Its severity; [`Code::MoreIssues`] takes that of the worst issue it stands for.
    pub severity: Severity,
    /// The English message: `{name}` is a parameter, and a part in square brackets stands only
    /// when its parameter is there.
    pub message: &'static str,
}

/// What is documented of a code and nothing calculates with.
#[derive(Clone, Copy, Debug)]
pub struct Docs {
    /// What it means.
    pub meaning: &'static str,
    /// The parameters of its issues, in the order they are given.
    pub params: &'static [ParamSpec],
    /// A part of a payload that gives it.
    pub example: &'static str,
}

/// What is known of a parameter ahead of an issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    /// Its name in the template and in `params`.
    pub name: &'static str,
    /// What it holds.
    pub kind: ParamKind,
    /// Whether an issue may lack it.
    pub optional: bool,
}

/// The kinds of [`Param`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// [`Param::Text`] or [`Param::Amount`]
    Text,
    /// [`Param::Count`]
    Count,
    /// [`Param::List`]
    List,
}

impl ParamKind {
    /// The name it has in the documentation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            ParamKind::Text => "text",
            ParamKind::Count => "count",
            ParamKind::List => "list",
        }
    }
}

const fn text(name: &'static str) -> ParamSpec {
    ParamSpec { name, kind: ParamKind::Text, optional: false }
}

const fn count(name: &'static str) -> ParamSpec {
    ParamSpec { name, kind: ParamKind::Count, optional: false }
}

const fn list(name: &'static str) -> ParamSpec {
    ParamSpec { name, kind: ParamKind::List, optional: false }
}

impl ParamSpec {
    const fn optional(mut self) -> ParamSpec {
        self.optional = true;
        self
    }
}

macro_rules! codes {
    ($($(#[$doc:meta])* $code:ident = $name:literal, $severity:ident, $meaning:literal, $message:literal,
        [$($param:expr),*], $example:literal;)+) => {
        /// The codes an issue can have.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $meaning] $code),+ }

        impl Code {
            /// Every code, in the order of the table.
            pub const ALL: &'static [Code] = &[$(Code::$code),+];

            /// Its place in the table, from 0.
            #[must_use]
            #[expect(clippy::as_conversions, reason = "the number of a variant, of which there are fewer than 256")]
            pub fn number(self) -> u8 {
                self as u8
            }

            /// Its severity; that of [`Code::MoreIssues`] is the worst of the issues it stands for.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self {
                    $(Code::$code => Severity::$severity),+
                }
            }

            /// Its row of the table, with texts that the module need not carry.
            #[must_use]
            pub fn spec(self) -> Spec {
                match self {
                    $(Code::$code => Spec { name: $name, severity: Severity::$severity, message: $message }),+
                }
            }

            /// What else there is to know of it: apart from the row, so that the module need not carry it.
            #[must_use]
            pub fn docs(self) -> Docs {
                match self {
                    $(Code::$code => {
                        const PARAMS: &[ParamSpec] = &[$($param),*];
                        Docs { meaning: $meaning, params: PARAMS, example: $example }
                    }),+
                }
            }
        }
    };
}

codes! {
    WrongType = "wrong_type", Error, "A value of another JSON type than the field's.",
        "expected type `{expected}`, received type `{received}`[ (`{value}`)][; write it as `{nearest}`]",
        [text("expected"), text("received"), text("value").optional(), text("nearest").optional()], r#"{"vat_rate": 21}"#;
    Unreadable = "unreadable", Error, "A value that throws when it is read: a getter, or a Proxy.",
        "expected plain data, received a value that throws when it is read",
        [], "new Proxy({}, throwing)";
    NotSerializable = "not_serializable", Error, "A payload that JSON cannot hold, such as a cycle or a bigint.",
        "expected data that JSON can hold, received a cycle, a bigint or a `toJSON` that throws",
        [], r#"{"quantity": 1n}"#;
    VariantMissing = "variant_missing", Error, "Neither the fields of a basket nor those of an invoice.",
        "expected `items` for a basket or `invoice_id` for an invoice, received neither",
        [], r#"{"potential_payment_methods": ["paypal"]}"#;
    VariantAmbiguous = "variant_ambiguous", Error, "Fields of a basket and of an invoice in one payload.",
        "expected a basket or an invoice, received fields of both (`{basket}` and `{invoice}`)",
        [text("basket"), text("invoice")], r#"{"items": [], "invoice_id": ""}"#;
    Required = "required", Error, "A required field is missing.",
        "expected the field `{field}`, received none",
        [text("field")], r#"{"title": "Tea"}"#;
    EmptyList = "empty_list", Error, "A list that needs at least one entry has none.",
        "expected at least one entry, received none",
        [], r#"{"items": []}"#;
    TooManyEntries = "too_many_entries", Error, "A list with more than a million entries.",
        "expected at most {max} entries, received {count}",
        [count("max"), count("count")], "new Array(1e9)";
    Duplicate = "duplicate", Error, "A payment method stands twice.",
        "expected each payment method once, received `{received}` again",
        [text("received")], r#"{"potential_payment_methods": ["paypal", "paypal"]}"#;
    UnknownValue = "unknown_value", Error, "A value that is not in the field's list.",
        "expected one of {expected}, received `{received}`[; did you mean `{nearest}`?]",
        [list("expected"), text("received"), text("nearest").optional()], r#"{"type": "goods"}"#;
    Blank = "blank", Error, "A text that is empty or all white space.",
        "expected visible text, received a text of length {length} that shows nothing",
        [count("length")], r#"{"title": " "}"#;
    NotADecimal = "not_a_decimal", Error, "A text that is not a decimal: a comma, an exponent, spaces, a sign without digits.",
        "expected a decimal such as `{example}`, received `{received}`[; did you mean `{nearest}`?]",
        [text("example"), text("received"), text("nearest").optional()], r#"{"unit_price": {"value": "10,99", "currency": "EUR"}}"#;
    TooManyDecimals = "too_many_decimals", Error, "An amount with more than two decimals.",
        "expected at most {max} decimals, received {count} in `{received}`",
        [count("max"), count("count"), text("received")], r#"{"unit_price": {"value": "10.999", "currency": "EUR"}}"#;
    TooManyDigits = "too_many_digits", Error, "A number with more digits than can be calculated with exactly.",
        "expected at most {max} digits, received `{received}`",
        [count("max"), text("received")], r#"{"vat_rate": "0.00000000000000000000000000001"}"#;
    NotCalculable = "not_calculable", Error, "An item whose exact net or gross has more digits than can be held.",
        "expected quantity, price and VAT rate with fewer digits, received a product of more than {max}",
        [count("max")], r#"{"quantity": 1e27}"#;
    NotFinite = "not_finite", Error, "A quantity that is NaN or infinite.",
        "expected a finite number, received `{received}`",
        [text("received")], r#"{"quantity": NaN}"#;
    QuantityNotPositive = "quantity_not_positive", Error, "A quantity of 0 or less.",
        "expected a quantity above 0, received `{received}`",
        [text("received")], r#"{"quantity": 0}"#;
    CurrencyUnknown = "currency_unknown", Error, "A currency that is not an upper-case ISO 4217 code.",
        "expected an ISO 4217 code such as `EUR`, received `{received}`[; did you mean `{nearest}`?]",
        [text("received"), text("nearest").optional()], r#"{"currency": "eur"}"#;
    CurrencyMixed = "currency_mixed", Error, "A currency that differs from the first item's.",
        "expected `{expected}`, the currency of the first item, received `{received}`",
        [text("expected"), text("received")], r#"{"currency": "USD"}"#;
    AmountOutOfRange = "amount_out_of_range", Error, "A gross total beyond what an amount can hold.",
        "expected a gross total from -{max} to {max}, received {received}",
        [text("max"), text("received")], r#"{"quantity": 1e12}"#;
    RateOutOfRange = "rate_out_of_range", Error, "A VAT rate below 0 or above 100 %.",
        "expected a VAT rate from 0 to 100 %, received `{received}`, which is {percent} %",
        [text("received"), text("percent")], r#"{"vat_rate": "-5"}"#;
    RateNotAFraction = "rate_not_a_fraction", Error, "In fraction notation, a VAT rate of 1 or more.",
        "expected a fraction below 1, received `{received}`, which is {percent} %[; did you mean `{nearest}`?]",
        [text("received"), text("percent"), text("nearest").optional()], r#"{"vat_rate": "21"}"#;
    NotAUuid = "not_a_uuid", Error, "An identifier that is not a UUID.",
        "expected a UUID such as `{example}`, received `{received}`",
        [text("example"), text("received")], r#"{"invoice_id": "F-2026-001"}"#;
    NotAnHttpUrl = "not_an_http_url", Error, "A URL that is not absolute, or neither http nor https.",
        "expected an absolute URL such as `{example}`, received `{received}`",
        [text("example"), text("received")], r#"{"redirect_url": "/thanks"}"#;
    NotForSale = "not_for_sale", Error, "An item that the shop's catalogue does not have, or a part of one; the proxy handler alone says so.",
        "expected an item and a quantity that the shop sells, received another",
        [], r#"{"sku": "no such"}"#;
    NotAPhoneNumber = "not_a_phone_number", Error, "In a request of `connect`, a phone number that is not in E.164.",
        "expected a phone number such as `{example}`, received `{received}`",
        [text("example"), text("received")], r#"{"user_phone_number": "06 12 34 56 78"}"#;
    TooShort = "too_short", Error, "In a request of `connect`, a business description shorter than Qonto takes.",
        "expected at least {min} characters, received {length}",
        [count("min"), count("length")], r#"{"business_description": "We sell tea."}"#;
    RateLooksLikeFraction = "rate_looks_like_fraction", Warning, "In percent notation, a VAT rate between 0 and 0.9: no such rate exists.",
        "expected a percentage, received `{received}`, which is {percent} %[; did you mean `{nearest}`?]",
        [text("received"), text("percent"), text("nearest").optional()], r#"{"vat_rate": "0.21"}"#;
    RateUnusual = "rate_unusual", Warning, "A VAT rate that no European country uses.",
        "expected a VAT rate that a European country uses, received `{received}`, which is {percent} %",
        [text("received"), text("percent")], r#"{"vat_rate": "33"}"#;
    CurrencyNotEur = "currency_not_eur", Warning, "A currency other than EUR, the only one Qonto documents for payment links.",
        "expected `EUR`, received `{received}`",
        [text("received")], r#"{"currency": "USD"}"#;
    TooLong = "too_long", Warning, "A text longer than Qonto's Products API takes.",
        "expected at most {max} characters, received {length}",
        [count("max"), count("length")], r#"{"title": "(121 characters)"}"#;
    PriceNotPositive = "price_not_positive", Warning, "A price or amount of 0 or less.",
        "expected a price above 0, received `{received}`",
        [text("received")], r#"{"unit_price": {"value": "0.00", "currency": "EUR"}}"#;
    QuantityFractional = "quantity_fractional", Warning, "A quantity with a fraction, which nobody has shown to work.",
        "expected a whole quantity, received `{received}`",
        [text("received")], r#"{"quantity": 1.5}"#;
    UnknownField = "unknown_field", Warning, "A field that is not in Qonto's documentation.",
        "expected a field that Qonto documents, received `{received}`[; did you mean `{nearest}`?]",
        [text("received"), text("nearest").optional()], r#"{"vatRate": "21"}"#;
    RoundingDependent = "rounding_dependent", Warning, "A total that differs between the rounding rules.",
        "expected the same total under every rounding rule, received line {line}, rate {rate}, total {total}, unit {unit}",
        [text("line"), text("rate"), text("total"), text("unit")], r#"{"unit_price": {"value": "0.33", "currency": "EUR"}, "quantity": 3, "vat_rate": "20"}"#;
    MoreIssues = "more_issues", Warning, "How many issues there are beyond those listed; an error if one of them is.",
        "expected at most {max} issues, received {count} more",
        [count("max"), count("count")], "a payload with 101 issues";
}

/// One step of an issue's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Segment {
    /// A field of an object.
    Field(Cow<'static, str>),
    /// A place in a list, from 0.
    Index(usize),
}

/// A parameter of an issue: a figure of its message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Param {
    /// A text: names, and what the user wrote.
    Text(String),
    /// An amount or a percentage.
    Amount(Decimal),
    /// A count.
    Count(u32),
    /// The values to choose from.
    List(&'static [&'static str]),
}

impl Param {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> ParamKind {
        match self {
            Param::Text(_) | Param::Amount(_) => ParamKind::Text,
            Param::Count(_) => ParamKind::Count,
            Param::List(_) => ParamKind::List,
        }
    }
}

/// One thing that is wrong or doubtful.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Where, from the payload without its wrapper.
    pub path: Vec<Segment>,
    /// What.
    pub code: Code,
    /// How bad.
    pub severity: Severity,
    /// The figures, in the order of [`Docs::params`], which has their names; those at the end may be
    /// missing that may be.
    pub params: Vec<Param>,
}

impl Issue {
    /// The path as a JSON pointer (RFC 6901).
    #[must_use]
    pub fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.path {
            pointer.push('/');
            match segment {
                Segment::Field(name) => name.chars().for_each(|c| match c {
                    '~' => pointer.push_str("~0"),
                    '/' => pointer.push_str("~1"),
                    c => pointer.push(c),
                }),
                Segment::Index(index) => decimal::write_count(*index, &mut pointer),
            }
        }
        pointer
    }

    /// The figures with their names.
    pub fn named_params(&self) -> impl Iterator<Item = (&'static str, &Param)> {
        self.code.docs().params.iter().map(|param| param.name).zip(&self.params)
    }

    /// What was expected and what was received, in English.
    #[must_use]
    pub fn message(&self) -> String {
        let params: Vec<_> = self.named_params().collect();
        render(self.code.spec().message, &params)
    }
}

/// Fills a template's parameters in; see [`Spec::message`].
fn render(template: &str, params: &[(&'static str, &Param)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, part)) = syntax::split_at(rest, |byte| byte == b'[') {
        out.push_str(&fill(before, params).unwrap_or_default());
        let (optional, after) = syntax::split_at(part, |byte| byte == b']').unwrap_or((part, ""));
        out.push_str(&fill(optional, params).unwrap_or_default());
        rest = after;
    }
    out.push_str(&fill(rest, params).unwrap_or_default());
    out
}

/// The text with its parameters, or `None` when one of them is missing.
fn fill(template: &str, params: &[(&'static str, &Param)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = syntax::split_at(rest, |byte| byte == b'{') {
        out.push_str(before);
        let (name, after) = syntax::split_at(after, |byte| byte == b'}')?;
        match params.iter().find(|param| param.0 == name)? {
            (_, Param::Text(text)) => out.push_str(text),
            (_, Param::Amount(amount)) => decimal::write((*amount).into(), &mut out),
            (_, Param::Count(count)) => {
                decimal::write_count(usize::try_from(*count).unwrap_or(usize::MAX), &mut out)
            }
            (_, Param::List(values)) => {
                for (index, value) in values.iter().enumerate() {
                    out.push_str(if index == 0 { "`" } else { ", `" });
                    out.push_str(value);
                    out.push('`');
                }
            }
        }
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// A figure as a rule has it at hand; it becomes a [`Param`] only for an issue that is reported.
#[derive(Clone, Copy)]
pub(crate) enum Figure<'f> {
    Text(&'f str),
    /// What the user wrote: repeated in part when it is long.
    Received(&'f str),
    Count(u32),
    Amount(Exact),
    /// Nothing: only at the end.
    None,
    List(&'static [&'static str]),
    /// The name of a list that a text most likely meant, if any.
    Nearest(&'f str, &'static [&'static str]),
}

impl Figure<'_> {
    fn param(self) -> Option<Param> {
        Some(match self {
            Figure::Text(text) => Param::Text(text.to_string()),
            Figure::Received(text) => Param::Text(shortened(text, MAX_RECEIVED)),
            Figure::Count(count) => Param::Count(count),
            Figure::Amount(amount) => Param::Amount(amount.decimal()?),
            Figure::None => return None,
            Figure::List(list) => Param::List(list),
            Figure::Nearest(text, names) => Param::Text(nearest(text, names)?.to_string()),
        })
    }
}

/// The first characters of a text, with a mark where it was cut.
pub(crate) fn shortened(text: &str, characters: usize) -> String {
    let mut out = String::new();
    for (index, c) in text.chars().enumerate() {
        if index >= characters {
            out.push('…');
            break;
        }
        out.push(c);
    }
    out
}

/// The longest text for which a name is looked for that is near it.
const MAX_NEAR: usize = 40;

/// The name that was most likely meant.
fn nearest(text: &str, names: &[&'static str]) -> Option<&'static str> {
    let mut best = None;
    let mut least = usize::MAX;
    for name in names {
        let distance = distance(text.as_bytes(), name.as_bytes())?;
        if *name != text && distance < least && distance <= name.len().div_ceil(3) {
            (best, least) = (Some(*name), distance);
        }
    }
    best
}

/// How many bytes must be put in, taken out or changed to make one name the other, whatever their
/// case (Levenshtein); `None` for a long text.
fn distance(text: &[u8], name: &[u8]) -> Option<usize> {
    let mut row: [usize; MAX_NEAR] = std::array::from_fn(|index| index.saturating_add(1));
    let row = row.get_mut(..text.len())?;
    let mut last = text.len();
    for (above, wanted) in name.iter().enumerate() {
        let mut diagonal = above;
        last = above.saturating_add(1);
        for (cell, byte) in row.iter_mut().zip(text) {
            let changed = diagonal.saturating_add(usize::from(!byte.eq_ignore_ascii_case(wanted)));
            diagonal = *cell;
            last = changed.min(last.min(diagonal).saturating_add(1));
            *cell = last;
        }
    }
    Some(last)
}

/// A place in the payload: a chain of steps back to its root, made into a path only for an issue.
#[derive(Clone, Copy)]
pub(crate) enum At<'p> {
    Root,
    Field(&'p At<'p>, &'static str),
    /// A field that no rule knows.
    Unknown(&'p At<'p>, &'p str),
    Index(&'p At<'p>, usize),
}

impl At<'_> {
    fn path(&self) -> Vec<Segment> {
        let (parent, segment) = match self {
            At::Root => return Vec::new(),
            At::Field(parent, name) => (parent, Segment::Field(Cow::Borrowed(name))),
            At::Unknown(parent, name) => (parent, Segment::Field(Cow::Owned((*name).to_string()))),
            At::Index(parent, index) => (parent, Segment::Index(*index)),
        };
        let mut path = parent.path();
        path.push(segment);
        path
    }
}

/// Collects issues, the first [`MAX_ISSUES`] in full.
#[derive(Default)]
pub(crate) struct Issues {
    list: Vec<Issue>,
    more: usize,
    worst_of_more: Option<Severity>,
    errors: bool,
}

impl Issues {
    /// Adds an issue.
    #[inline(never)]
    pub(crate) fn add(&mut self, at: &At<'_>, code: Code, figures: &[Figure<'_>]) {
        let severity = code.severity();
        self.errors |= severity == Severity::Error;
        if self.is_full() {
            return self.add_unnamed(code, 1);
        }
        let mut params = Vec::with_capacity(figures.len());
        for figure in figures {
            if let Some(param) = figure.param() {
                params.push(param);
            }
        }
        self.list.push(Issue { path: at.path(), code, severity, params });
    }

    /// Counts issues that are not reported one by one.
    pub(crate) fn add_unnamed(&mut self, code: Code, count: usize) {
        if count > 0 {
            self.more = self.more.saturating_add(count);
            self.worst_of_more = self.worst_of_more.max(Some(code.severity()));
        }
    }

    /// How many issues there are.
    pub(crate) fn count(&self) -> usize {
        self.list.len().saturating_add(self.more)
    }

    /// Whether one more would not be reported in full.
    pub(crate) fn is_full(&self) -> bool {
        self.list.len() >= MAX_ISSUES
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors
    }

    /// The issues, and one that says how many more there are.
    pub(crate) fn into_list(mut self) -> Vec<Issue> {
        if let Some(severity) = self.worst_of_more {
            let count = |count: usize| Param::Count(u32::try_from(count).unwrap_or(u32::MAX));
            let params = Vec::from([count(MAX_ISSUES), count(self.more)]);
            self.list.push(Issue { path: Vec::new(), code: Code::MoreIssues, severity, params });
        }
        self.list
    }
}
