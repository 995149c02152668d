//! The request as it was given: a view that holds whatever stands in each field, right or wrong,
//! so that the rules can judge it. Pure.
//!
//! Field names are Qonto's. A view borrows its texts; [`crate::packed`] reads one from what
//! JavaScript packed, `json::Document` (feature `json`) from a parsed JSON document.

use crate::vat::{VatRate, VatRates};

/// What stands in a field.
#[derive(Clone, Copy, Debug, Default)]
pub enum Field<'a, T> {
    /// Nothing, or JavaScript's `undefined`.
    #[default]
    Absent,
    /// A value of the right type.
    Is(T),
    /// A value of another type.
    Not(Other<'a>),
}

impl<'a, T> Field<'a, T> {
    /// Whether anything stands in the field.
    pub fn is_present(&self) -> bool {
        !matches!(self, Field::Absent)
    }

    /// The field with what `change` makes of a value of the right type.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Field<'a, U> {
        match self {
            Field::Absent => Field::Absent,
            Field::Is(value) => Field::Is(change(value)),
            Field::Not(other) => Field::Not(other),
        }
    }
}

/// A value of a type the field does not have.
#[derive(Clone, Copy, Debug)]
pub struct Other<'a> {
    /// The type it has.
    pub kind: Kind,
    /// How it is written, for numbers and booleans; else empty.
    pub value: &'a str,
}

/// The types a JavaScript value can have, JSON's among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are JavaScript's")]
pub enum Kind {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
    BigInt,
    Symbol,
    Function,
    /// Reading it threw: a getter, or a Proxy.
    Unreadable,
}

impl Kind {
    /// The name messages use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Undefined => "undefined",
            Kind::Null => "null",
            Kind::Boolean => "boolean",
            Kind::Number => "number",
            Kind::String => "string",
            Kind::Array => "array",
            Kind::Object => "object",
            Kind::BigInt => "bigint",
            Kind::Symbol => "symbol",
            Kind::Function => "function",
            Kind::Unreadable => "unreadable",
        }
    }
}

/// How much of a text is read, in UTF-16 units; a longer one is cut. No rule takes one that is.
pub const MAX_TEXT: u32 = 2_048;

/// A text, of which a very long one is cut: rules need its start, and how long it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text, or its first part.
    pub start: &'a str,
    /// Whether there is more.
    pub cut: bool,
    /// Its number, when it is a word of the packer.
    pub number: Option<u8>,
}

impl<'a> Text<'a> {
    /// A text that is too short to be cut.
    #[inline(always)]
    pub(crate) fn short(text: &'a str) -> Text<'a> {
        Text { start: text, cut: false, number: None }
    }

    /// The whole text, when it is not cut.
    #[must_use]
    pub fn whole(self) -> Option<&'a str> {
        (!self.cut).then_some(self.start)
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        let mut units = 0_u32;
        for (place, c) in text.char_indices() {
            units = units.saturating_add(if c.len_utf16() == 1 { 1 } else { 2 });
            if units > MAX_TEXT {
                return Text { start: text.get(..place).unwrap_or_default(), cut: true, number: None };
            }
        }
        Text::short(text)
    }
}

/// A JSON number.
#[derive(Clone, Copy, Debug)]
pub enum Number<'a> {
    /// A small whole number.
    Whole(u16),
    /// Any other, by its shortest decimal form as ECMAScript writes it: `0.1`, `1e+21`, `NaN`.
    Written(&'a str),
}

/// What the rules ask of a text that people read, without the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prose {
    /// Whether it is empty or all white space, as ECMAScript's `trim` sees it.
    pub blank: bool,
    /// How many characters (code points) it has.
    pub length: u32,
}

impl From<&str> for Prose {
    fn from(text: &str) -> Prose {
        // ECMAScript's white space is Unicode's, with the byte order mark and without NEXT LINE.
        let white = |c: char| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}';
        Prose {
            blank: text.chars().all(white),
            length: u32::try_from(text.chars().count()).unwrap_or(u32::MAX),
        }
    }
}

/// The fields of an object that no rule knows; most objects have none.
pub type Unknown<'a> = Option<Box<UnknownFields<'a>>>;

/// The names of the fields that no rule knows.
#[derive(Clone, Debug)]
pub struct UnknownFields<'a> {
    /// Their names, or the first of very many.
    pub names: Vec<Text<'a>>,
    /// How many more there are.
    pub more: usize,
}

/// An amount: `{ value, currency }`.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are Qonto's")]
pub struct Money<'a> {
    pub value: Field<'a, Text<'a>>,
    pub currency: Field<'a, Text<'a>>,
    pub unknown: Unknown<'a>,
}

impl Money<'_> {
    /// The names of its fields, in the order of Qonto's documentation.
    pub const FIELDS: [&'static str; 2] = ["value", "currency"];
}

/// One line of a basket.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the names are Qonto's")]
pub struct Item<'a> {
    pub title: Field<'a, Prose>,
    pub quantity: Field<'a, Number<'a>>,
    pub unit_price: Field<'a, Money<'a>>,
    pub vat_rate: Field<'a, Text<'a>>,
    /// `type`.
    pub item_type: Field<'a, Text<'a>>,
    pub description: Field<'a, Prose>,
    pub measure_unit: Field<'a, Text<'a>>,
    pub unknown: Unknown<'a>,
}

impl Item<'_> {
    /// The names of its fields, in the order of Qonto's documentation.
    pub const FIELDS: [&'static str; 7] =
        ["title", "quantity", "unit_price", "vat_rate", "type", "description", "measure_unit"];
}

/// The fields of a request body inside `payment_link`, of both variants: a basket has `items` and
/// `reusable`, an invoice `invoice_id`, `invoice_number`, `debitor_name` and `amount`.
///
/// `Items` is a [`Source`] of the items, so that a long basket need not be held twice.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names are Qonto's")]
pub struct Payload<'a, Items = std::vec::IntoIter<Field<'a, Item<'a>>>> {
    pub potential_payment_methods: Field<'a, Vec<Field<'a, Text<'a>>>>,
    pub reusable: Field<'a, bool>,
    pub items: Field<'a, Items>,
    pub invoice_id: Field<'a, Text<'a>>,
    pub invoice_number: Field<'a, Prose>,
    pub debitor_name: Field<'a, Prose>,
    pub amount: Field<'a, Money<'a>>,
    pub redirect_url: Field<'a, Text<'a>>,
    pub unknown: Unknown<'a>,
}

impl<Items> Default for Payload<'_, Items> {
    fn default() -> Self {
        Payload {
            potential_payment_methods: Field::Absent,
            reusable: Field::Absent,
            items: Field::Absent,
            invoice_id: Field::Absent,
            invoice_number: Field::Absent,
            debitor_name: Field::Absent,
            amount: Field::Absent,
            redirect_url: Field::Absent,
            unknown: None,
        }
    }
}

/// Where items come from, one at a time.
pub trait Source<'a> {
    /// Reads the next item into `item`; what is there is of use only where the answer is
    /// [`Field::Is`]. `None` at the end.
    fn next_into(&mut self, item: &mut Item<'a>) -> Option<Field<'a, ()>>;

    /// Goes past the next item when it is plain and `take` takes it, and says whether it did. The currency
    /// of a plain item is a word that has its bit in `currencies`.
    fn next_plain(
        &mut self,
        _vat_rates: VatRates,
        _currencies: u32,
        _take: impl FnOnce(&PlainItem<'a>) -> bool,
    ) -> bool {
        false
    }

    /// How many items are left.
    fn count(&self) -> usize;

    /// A bit for each word that a first item may have as its currency without any rule saying anything.
    fn currencies(&self) -> u32 {
        0
    }
}

/// An item of the usual kind: a small whole quantity, a price in cents, and for the rest words of which no rule
/// says anything.
#[derive(Clone, Copy, Debug)]
pub struct PlainItem<'a> {
    /// Characters of the title, which shows something.
    pub title: u32,
    /// The quantity.
    pub quantity: u16,
    /// The unit price in cents.
    pub cents: i64,
    /// The VAT rate.
    pub rate: &'a VatRate,
    /// The number of the word that is the rate.
    pub word: u8,
    /// Characters of the description, 0 without one.
    pub description: u32,
}

impl<'a> Source<'a> for std::vec::IntoIter<Field<'a, Item<'a>>> {
    fn next_into(&mut self, item: &mut Item<'a>) -> Option<Field<'a, ()>> {
        Some(self.next()?.map(|next| *item = next))
    }

    fn count(&self) -> usize {
        self.len()
    }
}

/// Which of the two requests a payload is, told by its fields alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Items, of which Qonto computes the amount.
    Basket,
    /// An invoice with its amount.
    Invoice,
    /// No field of either.
    Neither,
    /// Fields of both, such as the two named.
    Both(&'static str, &'static str),
}

impl<Items> Payload<'_, Items> {
    /// The names of the fields of both variants, in the order of Qonto's documentation.
    pub const FIELDS: [&'static str; 8] = [
        "potential_payment_methods",
        "reusable",
        "items",
        "invoice_id",
        "invoice_number",
        "debitor_name",
        "amount",
        "redirect_url",
    ];

    /// Which of the two requests this is.
    #[must_use]
    pub fn variant(&self) -> Variant {
        let basket = if self.items.is_present() {
            "items"
        } else if self.reusable.is_present() {
            "reusable"
        } else {
            ""
        };
        let invoice = if self.invoice_id.is_present() {
            "invoice_id"
        } else if self.invoice_number.is_present() {
            "invoice_number"
        } else if self.debitor_name.is_present() {
            "debitor_name"
        } else if self.amount.is_present() {
            "amount"
        } else {
            ""
        };
        match (basket, invoice) {
            ("", "") => Variant::Neither,
            (_, "") => Variant::Basket,
            ("", _) => Variant::Invoice,
            (basket, invoice) => Variant::Both(basket, invoice),
        }
    }
}
