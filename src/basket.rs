//! The live basket: items that are added, changed and removed one at a time, with totals that are kept up to
//! date. Pure.
//!
//! A change costs the same however many items there are: what the item came to is taken out of the sums of
//! its rate, and what it comes to now is added. What is asked of a basket equals what a fresh
//! [`validate::check`] of the whole payload says, always. Two kinds of basket are therefore checked afresh
//! when they are asked, at the cost of all their items: those with items in several currencies, and those
//! with figures so large or fine that sums might lose digits.

use crate::currency::Currency;
use crate::decimal::{self, Decimal};
use crate::issue::At;
use crate::options::Options;
use crate::packed::reader::Reader;
use crate::packed::words::Words;
use crate::payload::{Field, Item, Source};
use crate::totals::{Rounding, Sum, Sums, Totals};
use crate::validate::{self, EURO, MAX_ENTRIES, Report, Rules, Want};

/// Lines in one piece of the order: what a removal moves at most.
const CHUNK: usize = 256;

/// A basket whose items change.
///
/// Its payload and items are what `pkg-template/src/pack.ts` writes and [`crate::packed::reader`] reads.
#[derive(Clone, Debug)]
pub struct Basket {
    options: Options,
    /// The payload, without items where it has a list of them.
    packet: Vec<u8>,
    /// Whether the payload has a list of items, which are the lines.
    is_list: bool,
    lines: Lines,
    /// The words in the items' packets.
    words: Words,
}

impl Basket {
    /// A basket without items. `packet` holds options and payload, which stays as it is: a list of items
    /// must be empty, and is then that of this basket.
    ///
    /// # Errors
    /// The message of the `TypeError` that a misused option is.
    pub fn new(packet: &[u8]) -> Result<Basket, String> {
        let options = Options::read(&Reader::new(packet).options())?;
        let lines = Lines::default();
        let words = Words::default();
        let mut basket = Basket { options, packet: Vec::new(), is_list: false, lines, words };
        basket.set_payload(packet);
        Ok(basket)
    }

    /// Puts another payload around the items; the options in `packet` do not count.
    pub fn set_payload(&mut self, packet: &[u8]) {
        self.packet = packet.to_vec();
        let is_list = matches!(&Reader::new(&self.packet).read().1, Field::Is(payload) if matches!(payload.items, Field::Is(_)));
        self.is_list = is_list;
    }

    /// Learns a word that items put from now on may have in their packets; see [`Words::learn`].
    pub fn learn(&mut self, text: &str) {
        self.words.learn(text);
    }

    /// Puts an item in the place of that with this index, or behind all others where `index` is their number.
    /// Gives its slot, which stays its own as long as it is there. `None`, and nothing changes, when there
    /// is no such place, or are [`MAX_ENTRIES`] items already.
    pub fn put(&mut self, index: usize, item: &[u8]) -> Option<u32> {
        let most = usize::try_from(MAX_ENTRIES).unwrap_or(usize::MAX);
        let place = self.lines.place(index);
        if place.is_none() && (index != self.len() || index >= most) {
            return None;
        }
        let line = Line::read(item, &self.words, &self.options);
        let (chunk, place) = place.or_else(|| self.lines.grow())?;
        self.lines.put(chunk, place, line)
    }

    /// Removes an item; gives the slot it had.
    pub fn remove(&mut self, index: usize) -> Option<u32> {
        let (chunk, place) = self.lines.place(index)?;
        self.lines.remove(chunk, place)
    }

    /// Removes all items.
    pub fn clear(&mut self) {
        self.lines = Lines::default();
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.count
    }

    /// Whether there is no item.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The slot of an item.
    #[must_use]
    pub fn slot(&self, index: usize) -> Option<u32> {
        let (chunk, place) = self.lines.place(index)?;
        self.lines.slot(chunk, place)
    }

    /// The slots of all items, in order.
    #[must_use]
    pub fn slots(&self) -> Vec<u32> {
        let mut slots = Vec::with_capacity(self.len());
        for chunk in &self.lines.order {
            slots.extend_from_slice(&chunk.slots);
        }
        slots
    }

    /// What [`validate::check`] says of the issues of the payload.
    #[must_use]
    pub fn issues(&self) -> Report {
        if !self.is_kept() {
            return self.afresh(false, Want::Issues);
        }
        validate::check_lines(Reader::new(&self.packet).read().1, &self.options, (&self.lines, &self.words))
    }

    /// What [`validate::check`] says of the totals of the payload.
    #[must_use]
    pub fn totals(&self) -> Option<Totals> {
        self.totals_with(self.options.lines)
    }

    fn totals_with(&self, lines: bool) -> Option<Totals> {
        if !self.is_kept() {
            return self.afresh(lines, Want::Totals).totals;
        }
        let (currency, sums) = self.lines.sums()?;
        let lines = if lines { Some(self.lines.all()) } else { None };
        sums.totals(currency, self.options.rounding, lines.as_deref()).map(Totals::Basket)
    }

    /// The gross of the totals, at a fraction of their cost.
    #[must_use]
    pub fn gross(&self) -> Option<Decimal> {
        if self.is_kept() {
            let (_, sums) = self.lines.sums()?;
            return Some(decimal::amount(sums.gross(self.options.rounding)?, sums.decimals()));
        }
        let (_, grosses) = self.afresh(false, Want::Issues).grosses?;
        Some(grosses.under(self.options.rounding))
    }

    /// Totals whose amounts are those of one line: as the totals of the basket have them with the option
    /// `lines`, which under `Rate` and `Total` takes a look at all lines. Of a basket without totals: those
    /// the line has alone. `None` when there is no such line, or it cannot be added up.
    #[must_use]
    pub fn line(&self, index: usize) -> Option<Totals> {
        let slot = self.slot(index)?;
        let alone = self.fresh(&[slot], false, Want::Totals).totals;
        // Figures of very many digits may have totals among others and none alone.
        if (alone.is_none() || matches!(self.options.rounding, Rounding::Rate | Rounding::Total))
            && let Some(Totals::Basket(mut totals)) = self.totals_with(true)
        {
            totals.amounts = *totals.lines.as_ref()?.get(index)?;
            return Some(Totals::Basket(totals));
        }
        alone
    }

    /// Whether what is kept says all that a fresh check says.
    #[inline(never)]
    fn is_kept(&self) -> bool {
        self.is_list && self.lines.is_usual()
    }

    /// Checks the payload with all items.
    #[inline(never)]
    fn afresh(&self, lines: bool, want: Want) -> Report {
        self.fresh(&self.slots(), lines, want)
    }

    /// Checks the payload with the items of these slots.
    fn fresh(&self, slots: &[u32], lines: bool, want: Want) -> Report {
        let mut packet = self.packet.clone();
        if self.is_list {
            // The count of the list, which is empty, stands at the end.
            packet.truncate(packet.len().saturating_sub(4));
            packet.extend_from_slice(&u32::try_from(slots.len()).unwrap_or(MAX_ENTRIES).to_le_bytes());
            for slot in slots {
                if let Some(line) = self.lines.line(*slot) {
                    packet.extend_from_slice(&line.packet);
                }
            }
        }
        validate::check(Reader::with(&packet, &self.words).read().1, &Options { lines, ..self.options }, want)
    }
}

/// The items of a basket, what they come to, and their order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    count: usize,
    /// The slots of the lines in their order, in pieces, so that no removal moves many.
    order: Vec<Chunk>,
    /// By slot.
    lines: Vec<Option<Box<Line>>>,
    /// The slots of removed lines.
    free: Vec<u32>,
    /// The sums of the lines that are usual.
    usual: Sums,
    /// The currencies that lines have or had, and how many have each.
    currencies: Vec<(Currency, usize)>,
    /// The currency of the lines, if any has one.
    currency: Option<Currency>,
    /// Whether lines have several.
    is_mixed: bool,
    /// How many lines cannot be added up.
    uncountable: usize,
    /// How many lines can, but not with the certainty that no digit is lost.
    unusual: usize,
    /// What all other lines weigh.
    weight: i64,
}

#[derive(Clone, Debug, Default)]
struct Chunk {
    slots: Vec<u32>,
    /// How many of the lines have issues.
    flagged: usize,
}

/// What is known of one item.
#[derive(Clone, Debug)]
struct Line {
    packet: Box<[u8]>,
    /// What it comes to alone, when it can be added up.
    sum: Option<Sum>,
    /// Its currency, when it has one.
    currency: Option<Currency>,
    /// Whether a rule finds something, whatever the basket's currency is.
    flagged: bool,
}

impl Line {
    fn read(packet: &[u8], words: &Words, options: &Options) -> Box<Line> {
        let mut sum = None;
        let is_plain =
            Reader::with(packet, words).item().next_plain(options.vat_rates, words.currencies, |item| {
                sum = item.sum();
                sum.is_some()
            });
        if is_plain {
            return Box::new(Line {
                packet: packet.into(),
                sum,
                currency: Some(Currency::EUR),
                flagged: false,
            });
        }
        let mut rules = Rules::new(options, Want::Issues);
        let sum = judge(packet, words, &mut rules, &At::Root);
        let currency = rules.currency.map(|(currency, _)| currency);
        // That the first item is not in euros is said once.
        let first = currency.is_some_and(|currency| currency != Currency::EUR);
        let flagged = rules.issues.count() > usize::from(first);
        Box::new(Line { packet: packet.into(), sum, currency, flagged })
    }
}

/// Judges an item; what it comes to, when it can be added up.
#[inline(never)]
fn judge<'a>(packet: &'a [u8], words: &'a Words, rules: &mut Rules<'a, '_>, at: &At<'_>) -> Option<Sum> {
    let mut item = Item::default();
    let next = Reader::with(packet, words).next_item(&mut item);
    rules.sum(at, next, &item)
}

impl Lines {
    fn line(&self, slot: u32) -> Option<&Line> {
        self.lines.get(usize::try_from(slot).ok()?)?.as_deref()
    }

    /// The chunk of an index, and the place in it.
    fn place(&self, index: usize) -> Option<(usize, usize)> {
        let mut place = index;
        for (number, chunk) in self.order.iter().enumerate() {
            match place.checked_sub(chunk.slots.len()) {
                None => return Some((number, place)),
                Some(rest) => place = rest,
            }
        }
        None
    }

    /// The slot at a place.
    #[inline(never)]
    fn slot(&self, chunk: usize, place: usize) -> Option<u32> {
        self.order.get(chunk)?.slots.get(place).copied()
    }

    /// Makes a place behind all others.
    fn grow(&mut self) -> Option<(usize, usize)> {
        if self.order.last().is_none_or(|chunk| chunk.slots.len() >= CHUNK) {
            self.order.push(Chunk::default());
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None => {
                self.lines.push(None);
                u32::try_from(self.lines.len()).ok()?.checked_sub(1)?
            }
        };
        let last = self.order.len().checked_sub(1)?;
        let slots = &mut self.order.get_mut(last)?.slots;
        slots.push(slot);
        self.count = self.count.saturating_add(1);
        Some((last, slots.len().checked_sub(1)?))
    }

    /// Puts a line where one is, or a place for one.
    fn put(&mut self, chunk: usize, place: usize, line: Box<Line>) -> Option<u32> {
        let slot = self.slot(chunk, place)?;
        self.count(&line, chunk, true);
        let old = self.lines.get_mut(usize::try_from(slot).ok()?)?.replace(line);
        if let Some(old) = old {
            self.count(&old, chunk, false);
        }
        Some(slot)
    }

    fn remove(&mut self, chunk: usize, place: usize) -> Option<u32> {
        let slot = self.slot(chunk, place)?;
        self.order.get_mut(chunk)?.slots.remove(place);
        let old = self.lines.get_mut(usize::try_from(slot).ok()?)?.take()?;
        self.count(&old, chunk, false);
        if self.order.get(chunk)?.slots.is_empty() {
            self.order.remove(chunk);
        }
        self.free.push(slot);
        self.count = self.count.saturating_sub(1);
        Some(slot)
    }

    /// Counts a line of a chunk, or takes it out of all counts.
    fn count(&mut self, line: &Line, chunk: usize, adds: bool) {
        let step = if adds { 1 } else { -1 };
        if line.flagged
            && let Some(chunk) = self.order.get_mut(chunk)
        {
            chunk.flagged = chunk.flagged.wrapping_add_signed(step);
        }
        let weight = line.sum.as_ref().map(Sum::weight);
        match weight {
            None => self.uncountable = self.uncountable.wrapping_add_signed(step),
            Some(None) => self.unusual = self.unusual.wrapping_add_signed(step),
            Some(Some(weight)) if adds => self.weight = self.weight.wrapping_add(weight),
            Some(Some(weight)) => self.weight = self.weight.wrapping_sub(weight),
        }
        if let (Some(sum), Some(Some(_))) = (&line.sum, weight) {
            if adds {
                let _ = self.usual.add(sum);
            } else {
                self.usual.take(sum);
            }
        }
        let Some(currency) = line.currency else { return };
        match self.currencies.iter_mut().find(|known| known.0 == currency) {
            Some((_, lines)) => *lines = lines.wrapping_add_signed(step),
            None => self.currencies.push((currency, 1)),
        }
        let mut first = None;
        self.is_mixed = false;
        for (currency, lines) in &self.currencies {
            if *lines > 0 {
                self.is_mixed |= first.is_some();
                first = first.or(Some(*currency));
            }
        }
        if self.currency != first {
            self.currency = first;
            self.usual.set_decimals(first.unwrap_or(Currency::EUR).decimals());
        }
    }

    /// Whether no sum of the lines, in any order, can lose a digit, and all are in one currency.
    fn is_usual(&self) -> bool {
        self.unusual == 0 && self.weight < Sums::MAX_WEIGHT && !self.is_mixed
    }

    /// The currency and the sums, when all lines can be added up.
    fn sums(&self) -> Option<(Currency, &Sums)> {
        if self.uncountable > 0 {
            return None;
        }
        Some((self.currency?, &self.usual))
    }

    /// What each line comes to.
    fn all(&self) -> Vec<Sum> {
        let mut all = Vec::with_capacity(self.count);
        for chunk in &self.order {
            for slot in &chunk.slots {
                if let Some(Line { sum: Some(sum), .. }) = self.line(*slot) {
                    all.push(*sum);
                }
            }
        }
        all
    }

    /// Judges usual lines in one currency: as the rules do, but looks only at those in which they find
    /// something.
    pub(crate) fn judge<'a>(&'a self, words: &'a Words, rules: &mut Rules<'a, '_>, at: &At<'_>) {
        if self.count == 0 {
            rules.empty(at);
        }
        // Something is said of the first line with a currency when that is not the euro.
        let mut first_sought = self.currency.is_some_and(|currency| currency != Currency::EUR);
        if self.currency.is_some() && !first_sought {
            rules.currency = Some((Currency::EUR, EURO)); // or an amount beside the items would be the first
        }
        let mut index = 0_usize;
        for chunk in &self.order {
            if chunk.flagged == 0 && !first_sought {
                index = index.saturating_add(chunk.slots.len());
                continue;
            }
            for slot in &chunk.slots {
                if let Some(line) = self.line(*slot)
                    && (line.flagged || first_sought && line.currency.is_some())
                {
                    first_sought &= line.currency.is_none();
                    judge(&line.packet, words, rules, &At::Index(at, index));
                }
                index = index.saturating_add(1);
            }
        }
        if let Some((currency, sums)) = self.sums() {
            let _ = rules.whole_basket(at, currency, sums, None);
        }
    }
}
