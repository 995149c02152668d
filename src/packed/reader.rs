//! The packed payload: `pkg-template/src/pack.ts` writes one byte stream, and this reads it into a
//! [`Payload`] view that borrows from it. The stream is a codec: no rule lives in it. A value is one tag byte, with what
//! the tag says behind it (numbers little-endian):
//!
//! | tag | value |
//! |---|---|
//! | 0 | absent, or `undefined` |
//! | 1 to 9 | null, false, true, an object, an array, a bigint, a symbol, a function, an unreadable value |
//! | 10 | the whole number in the next two bytes |
//! | 11 | any other number: length byte, then `String(number)` in ASCII |
//! | 12 | text: u8 1 if it is cut, u16 bytes, then UTF-8 |
//! | 14, 15 | prose that is visible, blank: u32 characters (exact above 64, where limits begin) |
//! | 16 | a string where the field wants none |
//! | 17 | a list too long to be written: length byte, then its count in ASCII digits |
//! | 18 | an item of the usual kind: u8 characters of its title, u16 quantity, the tags of its words (currency, rate, type, measure unit; 0 for none), u16 characters of its description (0 for none), u8 and the price in ASCII |
//! | 32 to 63 | the word number 0 to 31: see [`Words`] |
//! | 128 to 255 | text of 0 to 127 ASCII characters, which follow |
//!
//! First stand the options: absent, or an object with `rounding`, `vatRates` and `lines`; then the
//! payload. Behind an object or array where the field wants one stand its fields in the order of
//! `FIELDS`, then its unknown names; or a u32 count, then the entries. Unknown names are 0, or a
//! non-zero byte, u32 names that follow, u32 more, then the names as texts. A payload's `items`
//! stand last, behind its unknown names, so that they can be read one at a time.
//!
//! What is kept stands alone, so that no text in it is a word; but the items of a live basket have the words
//! of that basket, and the payload of a call keeps hold of those that it was packed with.
//!
//! Where a line with a gross price is asked for, it stands in the payload's place and is packed alike.
//!
//! Any bytes at all can be read: past the end everything is absent.

use crate::decimal;
use crate::gross::Line;
use crate::options::Settings;
use crate::packed::words::Words;
use crate::payload::{
    Field, Item, Kind, Money, Number, Other, Payload, PlainItem, Prose, Source, Text, Unknown, UnknownFields,
};
use crate::vat::VatRates;

const OBJECT: u8 = 4;
const ARRAY: u8 = 5;
const WHOLE: u8 = 10;
const VISIBLE: u8 = 14;
const ITEM: u8 = 18;
const FIRST_WORD: u8 = 32;

/// How long a list may be to be written entry by entry.
pub const MAX_ENTRIES: u32 = crate::validate::MAX_ENTRIES;

const _: () = assert!(crate::validate::MAX_TITLE >= 64, "shorter prose is counted in UTF-16 units");

/// Options and payload, as they were given.
pub type Packed<'r, 'a> = (Field<'a, Settings<'a>>, Field<'a, Payload<'a, Items<'r, 'a>>>);

/// Reads what was packed.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
    words: &'a Words,
}

/// The items of a packed basket, read one at a time.
#[derive(Debug)]
pub struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    left: usize,
}

impl<'a> Source<'a> for Items<'_, 'a> {
    fn next_into(&mut self, item: &mut Item<'a>) -> Option<Field<'a, ()>> {
        self.left = self.left.checked_sub(1)?;
        if self.reader.rest.is_empty() {
            return None;
        }
        Some(self.reader.next_item(item))
    }

    #[inline(always)]
    fn next_plain(
        &mut self,
        vat_rates: VatRates,
        currencies: u32,
        take: impl FnOnce(&PlainItem<'a>) -> bool,
    ) -> bool {
        let Some(left) = self.left.checked_sub(1) else { return false };
        match plain_item(self.reader.rest, self.reader.words, vat_rates, currencies) {
            Some((item, rest)) if take(&item) => {
                self.left = left;
                self.reader.rest = rest;
                true
            }
            _ => false,
        }
    }

    #[inline(always)]
    fn count(&self) -> usize {
        self.left
    }

    fn currencies(&self) -> u32 {
        self.reader.words.currencies
    }
}

/// Reads an item whose every value stands in the shortest form there is for it.
#[inline(always)]
fn plain_item<'a>(
    bytes: &'a [u8],
    words: &'a Words,
    vat_rates: VatRates,
    currencies: u32,
) -> Option<(PlainItem<'a>, &'a [u8])> {
    let [ITEM, title, low, high, currency, rate, item_type, measure_unit, few, many, length, rest @ ..] =
        bytes
    else {
        return None;
    };
    let (price, rest) = rest.split_at_checked(usize::from(*length))?;
    let cents = decimal::cents(price)?;
    if !is_one_of(*currency, currencies)
        || !is_optional(*item_type, words.item_types)
        || !is_optional(*measure_unit, words.measure_units)
    {
        return None;
    }
    let word = rate.wrapping_sub(FIRST_WORD);
    let rate = words.rate(word, vat_rates)?;
    let quantity = u16::from_le_bytes([*low, *high]);
    let description = u32::from(u16::from_le_bytes([*few, *many]));
    Some((PlainItem { title: u32::from(*title), quantity, cents, rate, word, description }, rest))
}

/// A text of so many characters that shows something.
fn visible<'a>(length: u32) -> Field<'a, Prose> {
    Field::Is(Prose { blank: false, length })
}

/// Whether a tag is that of a word which has its bit.
#[inline(always)]
fn is_one_of(tag: u8, words: u32) -> bool {
    let number = tag.wrapping_sub(FIRST_WORD);
    number < 32 && words.wrapping_shr(u32::from(number)) & 1 == 1
}

/// Whether a tag stands for nothing, or is that of a word which has its bit.
#[inline(always)]
fn is_optional(tag: u8, words: u32) -> bool {
    tag == 0 || is_one_of(tag, words)
}

impl<'a> Reader<'a> {
    /// For `bytes`, which may be anything, and in which no text is a word.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader::with(bytes, Words::NONE)
    }

    /// For `bytes`, which may be anything.
    #[must_use]
    pub fn with(bytes: &'a [u8], words: &'a Words) -> Reader<'a> {
        Reader { rest: bytes, words }
    }

    /// Reads options and payload; the items are read as they are asked for.
    pub fn read(&mut self) -> Packed<'_, 'a> {
        (self.options(), self.payload())
    }

    /// Reads options and a line with a gross price.
    pub fn read_line(&mut self) -> (Field<'a, Settings<'a>>, Field<'a, Line<'a>>) {
        let options = self.options();
        let line = self.object(|reader| Line {
            gross: reader.text(),
            quantity: reader.number(),
            vat_rate: reader.text(),
            currency: reader.text(),
            unknown: reader.unknown(),
        });
        (options, line)
    }

    /// Goes past what is absent, if it is.
    pub(crate) fn skip_absent(&mut self) -> bool {
        let [0, rest @ ..] = self.rest else { return false };
        self.rest = rest;
        true
    }

    /// Reads options.
    pub fn options(&mut self) -> Field<'a, Settings<'a>> {
        self.object(|reader| Settings {
            rounding: reader.text(),
            vat_rates: reader.text(),
            lines: reader.boolean(),
        })
    }

    /// Reads a payload; its items are read as they are asked for.
    pub fn payload(&mut self) -> Field<'a, Payload<'a, Items<'_, 'a>>> {
        match self.byte() {
            OBJECT => Field::Is(self.fields()),
            tag => self.not(tag),
        }
    }

    fn fields(&mut self) -> Payload<'a, Items<'_, 'a>> {
        Payload {
            potential_payment_methods: self.list(Reader::text),
            reusable: self.boolean(),
            invoice_id: self.text(),
            invoice_number: self.prose(),
            debitor_name: self.prose(),
            amount: self.object(Reader::money),
            redirect_url: self.text(),
            unknown: self.unknown(),
            items: match self.byte() {
                ARRAY => {
                    let left = self.count();
                    Field::Is(Items { reader: self, left })
                }
                tag => self.not(tag),
            },
        }
    }

    /// The one item that stands in all of the bytes.
    pub fn item(&mut self) -> Items<'_, 'a> {
        Items { reader: self, left: 1 }
    }

    /// The items of a basket of whose other fields no rule says anything; of any other payload nothing is
    /// read.
    pub fn plain_items(&mut self) -> Option<Items<'_, 'a>> {
        let [OBJECT, ARRAY, methods @ 1..=255, 0, 0, 0, rest @ ..] = self.rest else { return None };
        let (methods, rest) = rest.split_at_checked(usize::from(*methods))?;
        let mut left = self.words.methods;
        for method in methods {
            if !is_one_of(*method, left) {
                return None; // or it stands there twice
            }
            left &= !1_u32.wrapping_shl(u32::from(method.wrapping_sub(FIRST_WORD)));
        }
        let [2 | 3, 0, 0, 0, 0, redirect_url, 0, ARRAY, a, b, c, d, rest @ ..] = rest else { return None };
        if !is_optional(*redirect_url, self.words.urls) {
            return None;
        }
        let left = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?;
        self.rest = rest;
        Some(Items { reader: self, left })
    }

    /// Reads one item into `item`; what is there is of use only where the answer is [`Field::Is`].
    pub(crate) fn next_item(&mut self, item: &mut Item<'a>) -> Field<'a, ()> {
        match self.byte() {
            OBJECT => self.item_fields(item),
            ITEM => self.usual_item(item),
            tag => return self.not(tag),
        }
        Field::Is(())
    }

    fn usual_item(&mut self, item: &mut Item<'a>) {
        item.title = visible(self.byte().into());
        item.quantity = Field::Is(Number::Whole(self.short()));
        let currency = self.text();
        item.vat_rate = self.text();
        item.item_type = self.text();
        item.measure_unit = self.text();
        item.description = match self.short() {
            0 => Field::Absent,
            length => visible(length.into()),
        };
        let value = Field::Is(self.ascii().into());
        item.unit_price = Field::Is(Money { value, currency, unknown: None });
        item.unknown = None;
    }

    /// In place, because an item is large and moving it costs as much as reading it.
    fn item_fields(&mut self, item: &mut Item<'a>) {
        item.title = self.prose();
        item.quantity = self.number();
        item.unit_price = self.object(Reader::money);
        item.vat_rate = self.text();
        item.item_type = self.text();
        item.description = self.prose();
        item.measure_unit = self.text();
        item.unknown = self.unknown();
    }

    fn money(&mut self) -> Money<'a> {
        Money { value: self.text(), currency: self.text(), unknown: self.unknown() }
    }

    fn boolean(&mut self) -> Field<'a, bool> {
        match self.byte() {
            2 => Field::Is(false),
            3 => Field::Is(true),
            tag => self.not(tag),
        }
    }

    fn number(&mut self) -> Field<'a, Number<'a>> {
        match self.byte() {
            WHOLE => Field::Is(Number::Whole(self.short())),
            11 => Field::Is(Number::Written(self.ascii())),
            tag => self.not(tag),
        }
    }

    fn text(&mut self) -> Field<'a, Text<'a>> {
        let text = match self.byte() {
            12 => {
                let cut = self.byte() == 1;
                let length = self.little_endian(2);
                Text { start: self.utf8(length), cut, number: None }
            }
            tag @ 32..=63 => {
                let number = tag.wrapping_sub(FIRST_WORD);
                Text { start: self.words.text(number), cut: false, number: Some(number) }
            }
            tag @ 128.. => Text::short(self.utf8(usize::from(tag).wrapping_sub(128))),
            tag => return self.not(tag),
        };
        Field::Is(text)
    }

    fn prose(&mut self) -> Field<'a, Prose> {
        match self.byte() {
            tag @ (VISIBLE | 15) => {
                Field::Is(Prose { blank: tag == 15, length: u32::try_from(self.count()).unwrap_or(u32::MAX) })
            }
            tag => self.not(tag),
        }
    }

    fn object<T>(&mut self, fields: impl FnOnce(&mut Self) -> T) -> Field<'a, T> {
        match self.byte() {
            OBJECT => Field::Is(fields(self)),
            tag => self.not(tag),
        }
    }

    fn list<T>(&mut self, entry: impl Fn(&mut Self) -> T) -> Field<'a, Vec<T>> {
        match self.byte() {
            ARRAY => {
                // An entry takes a byte at least, which bounds a count that is not to be trusted.
                let count = self.count().min(self.rest.len());
                let mut entries = Vec::with_capacity(count);
                for _ in 0..count {
                    entries.push(entry(self));
                }
                Field::Is(entries)
            }
            tag => self.not(tag),
        }
    }

    fn unknown(&mut self) -> Unknown<'a> {
        if self.byte() == 0 {
            return None;
        }
        let count = self.count().min(self.rest.len());
        let more = self.count();
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            names.push(match self.text() {
                Field::Is(name) => name,
                Field::Absent | Field::Not(_) => Text::short(""),
            });
        }
        Some(Box::new(UnknownFields { names, more }))
    }

    /// A value of a type the field does not have, or nothing.
    fn not<T>(&mut self, tag: u8) -> Field<'a, T> {
        if tag == 0 { Field::Absent } else { Field::Not(self.other(tag)) }
    }

    #[inline(never)]
    fn other(&mut self, tag: u8) -> Other<'a> {
        let (kind, value) = match tag {
            1 => (Kind::Null, ""),
            2 => (Kind::Boolean, "false"),
            3 => (Kind::Boolean, "true"),
            OBJECT => (Kind::Object, ""),
            ARRAY => (Kind::Array, ""),
            6 => (Kind::BigInt, ""),
            7 => (Kind::Symbol, ""),
            8 => (Kind::Function, ""),
            9 => (Kind::Unreadable, ""),
            11 => (Kind::Number, self.ascii()),
            17 => (Kind::Array, self.ascii()),
            _ => (Kind::String, ""),
        };
        Other { kind, value }
    }

    fn byte(&mut self) -> u8 {
        match self.rest {
            [byte, rest @ ..] => {
                self.rest = rest;
                *byte
            }
            [] => 0,
        }
    }

    fn short(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    fn little_endian(&mut self, bytes: u32) -> usize {
        (0..bytes).fold(0, |value, place| {
            let byte = usize::from(self.byte());
            value | byte.wrapping_shl(place.wrapping_mul(8))
        })
    }

    fn count(&mut self) -> usize {
        self.little_endian(4)
    }

    fn ascii(&mut self) -> &'a str {
        let length = usize::from(self.byte());
        self.utf8(length)
    }

    fn utf8(&mut self, length: usize) -> &'a str {
        let (text, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, &[]));
        self.rest = rest;
        std::str::from_utf8(text).unwrap_or_default()
    }
}
