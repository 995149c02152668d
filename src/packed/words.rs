//! The words of a packer: texts that repeat from call to call, each known by a number. What the rules say of
//! a word is found out once, when it is learnt. Pure.

use crate::currency::Currency;
use crate::syntax;
use crate::validate::{ITEM_TYPES, MEASURE_UNITS, PAYMENT_METHODS, usual_rate};
use crate::vat::{VatRate, VatRates};

/// How many words there may be.
pub const MAX_WORDS: usize = 32;

/// Words, in the order in which they were learnt.
#[derive(Clone, Debug, Default)]
pub struct Words {
    words: Vec<Word>,
    // A bit for each word of which no rule says anything where it is
    /// a payment method,
    pub(crate) methods: u32,
    /// a redirect URL,
    pub(crate) urls: u32,
    /// the currency of a basket's first item,
    pub(crate) currencies: u32,
    /// an item's type,
    pub(crate) item_types: u32,
    /// a measure unit.
    pub(crate) measure_units: u32,
}

#[derive(Clone, Debug)]
struct Word {
    text: Box<str>,
    /// The rate it is in each notation, where no rule says anything of it.
    rates: [Option<VatRate>; 2],
}

impl Words {
    /// No word.
    pub(crate) const NONE: &'static Words =
        &Words { words: Vec::new(), methods: 0, urls: 0, currencies: 0, item_types: 0, measure_units: 0 };

    /// Learns a word, unless there are [`MAX_WORDS`]. Its number is how many there were before.
    pub fn learn(&mut self, text: &str) {
        let number = self.words.len();
        if number >= MAX_WORDS {
            return;
        }
        let bit = |is_right: bool| u32::from(is_right).wrapping_shl(u32::try_from(number).unwrap_or(0));
        self.methods |= bit(PAYMENT_METHODS.contains(&text));
        self.urls |= bit(syntax::is_http_url(text));
        self.currencies |= bit(*text == *Currency::EUR.code());
        self.item_types |= bit(ITEM_TYPES.contains(&text));
        self.measure_units |= bit(MEASURE_UNITS.contains(&text));
        let rates = [usual_rate(text, VatRates::Percent), usual_rate(text, VatRates::Fraction)];
        self.words.push(Word { text: text.into(), rates });
    }

    /// The word with a number, or nothing.
    #[must_use]
    pub fn text(&self, number: u8) -> &str {
        self.words.get(usize::from(number)).map_or("", |word| &word.text)
    }

    /// The rate that the word with a number is, where no rule says anything of it.
    #[inline(always)]
    pub(crate) fn rate(&self, number: u8, notation: VatRates) -> Option<&VatRate> {
        let [percent, fraction] = &self.words.get(usize::from(number))?.rates;
        match notation {
            VatRates::Percent => percent.as_ref(),
            VatRates::Fraction => fraction.as_ref(),
        }
    }
}
