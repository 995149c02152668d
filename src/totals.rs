//! Net, VAT and gross: per line, per rate and in all, under four rounding rules. Pure.
//!
//! Every sum that any rule needs is kept per rate, in minor units (cents) or exactly, so that
//! all four totals of a basket are known after one pass over its lines.

use crate::currency::Currency;
use crate::decimal::{self, Decimal, Exact};
use crate::packed::words::MAX_WORDS;
use crate::vat::VatRate;

/// Where amounts are rounded, always half away from zero and to the currency's minor unit.
/// DESIGN.md relates each rule to EN 16931 and to what Qonto says of its invoices.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Net and VAT of each line, then sums: Qonto's stated way for invoices.
    #[default]
    Line,
    /// Each line's net, then the VAT of each rate: EN 16931, rule BR-CO-17.
    Rate,
    /// Once, at the end.
    Total,
    /// The gross price of one unit, times the quantity.
    Unit,
}

impl Rounding {
    /// Every rule with the name it has in options and reports.
    pub const NAMES: [(&'static str, Rounding); 4] = [
        ("line", Rounding::Line),
        ("rate", Rounding::Rate),
        ("total", Rounding::Total),
        ("unit", Rounding::Unit),
    ];

    /// Its place in [`NAMES`](Rounding::NAMES).
    #[must_use]
    pub fn place(self) -> u8 {
        match self {
            Rounding::Line => 0,
            Rounding::Rate => 1,
            Rounding::Total => 2,
            Rounding::Unit => 3,
        }
    }

    /// The name it has in options and reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rounding::Line => "line",
            Rounding::Rate => "rate",
            Rounding::Total => "total",
            Rounding::Unit => "unit",
        }
    }
}

/// Net, VAT and gross; `net + vat = gross` holds exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Amounts {
    /// Net, VAT and gross in minor units.
    pub(crate) units: [i64; 3],
    pub(crate) decimals: u32,
}

impl Amounts {
    /// Without VAT, in the currency's unit.
    #[must_use]
    pub fn net(&self) -> Decimal {
        decimal::amount(self.units[0], self.decimals)
    }

    /// The VAT, in the currency's unit.
    #[must_use]
    pub fn vat(&self) -> Decimal {
        decimal::amount(self.units[1], self.decimals)
    }

    /// What is paid, in the currency's unit.
    #[must_use]
    pub fn gross(&self) -> Decimal {
        decimal::amount(self.units[2], self.decimals)
    }
}

/// The totals of a basket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BasketTotals {
    /// The currency of every item.
    pub currency: Currency,
    /// The rule the amounts were rounded by.
    pub rounding: Rounding,
    /// The whole basket.
    pub amounts: Amounts,
    /// One row a rate, the highest rate first; the rows add up to the whole.
    pub by_rate: Vec<(VatRate, Amounts)>,
    /// One row a line, in the order of the items, when asked for; they add up to the whole.
    pub lines: Option<Vec<Amounts>>,
}

/// What a payload will cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Totals {
    /// The computed totals of a basket.
    Basket(BasketTotals),
    /// The amount an invoice payload states.
    Invoice {
        /// Its currency.
        currency: Currency,
        /// The amount, VAT included.
        gross: Decimal,
    },
}

/// The gross total under each rounding rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grosses {
    /// In minor units, by the order of [`Rounding::NAMES`].
    units: [i64; 4],
    decimals: u32,
}

impl Grosses {
    /// The same gross whatever the rule: an invoice's amount.
    pub(crate) fn same(units: i64, decimals: u32) -> Grosses {
        Grosses { units: [units; 4], decimals }
    }

    /// Each rule with its gross total.
    #[must_use]
    pub fn by_rule(&self) -> [(Rounding, Decimal); 4] {
        Rounding::NAMES.map(|(_, rule)| (rule, self.under(rule)))
    }

    /// The gross total under one rule.
    #[must_use]
    pub fn under(&self, rounding: Rounding) -> Decimal {
        self.exact(rounding).decimal().unwrap_or_default()
    }

    /// The same, for calculating.
    pub(crate) fn exact(&self, rounding: Rounding) -> Exact {
        Exact::minor(self.units(rounding), self.decimals)
    }

    /// The same, in minor units.
    pub(crate) fn units(&self, rounding: Rounding) -> i64 {
        let [line, rate, total, unit] = self.units;
        match rounding {
            Rounding::Line => line,
            Rounding::Rate => rate,
            Rounding::Total => total,
            Rounding::Unit => unit,
        }
    }

    /// Whether the rules disagree.
    #[must_use]
    pub fn differ(&self) -> bool {
        let [line, others @ ..] = self.units;
        others.iter().any(|gross| *gross != line)
    }
}

/// What one line, or all lines of one rate, come to. The integers count minor units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sum {
    rate: VatRate,
    /// How many lines, where they are added and taken away one by one.
    lines: i32,
    net: i64,
    /// The VAT, rounded on each line.
    vat: i64,
    /// The gross from the rounded gross price of one unit.
    unit_gross: i64,
    /// Quantity times unit price, not rounded.
    exact_net: Exact,
}

impl Sum {
    /// One line; `None` when its figures have more digits than can be calculated with exactly.
    pub(crate) fn line(quantity: Exact, unit_price: Exact, rate: VatRate, decimals: u32) -> Option<Sum> {
        Sum::small_line(quantity, unit_price, rate, decimals).or_else(|| {
            let factor = rate.factor()?;
            let exact_net = quantity.times(unit_price)?;
            let net = exact_net.round(decimals)?;
            let vat = Exact::minor(net, decimals).times(factor)?.round(decimals)?;
            let unit_gross = unit_price.times(factor.plus(Exact::minor(1, 0))?)?.round(decimals)?;
            let unit_gross = quantity.times(Exact::minor(unit_gross, decimals))?.round(decimals)?;
            Some(Sum { rate, lines: 1, net, vat, unit_gross, exact_net })
        })
    }

    /// The same in 64 bits, for a whole quantity, a price in minor units and a rate in hundredths of a
    /// per cent, none of them huge: nearly every line, and many times faster.
    fn small_line(quantity: Exact, unit_price: Exact, rate: VatRate, decimals: u32) -> Option<Sum> {
        let quantity = quantity.small_at_scale(0)?;
        let unit_price = unit_price.small_at_scale(decimals)?;
        Sum::whole_line(quantity, unit_price, rate, decimals)
    }

    /// One line of `quantity` units, each at `unit_price` minor units; `None` where 64 bits may not do.
    #[inline(never)]
    pub(crate) fn whole_line(quantity: i64, unit_price: i64, rate: VatRate, decimals: u32) -> Option<Sum> {
        let small = Small::line(quantity, unit_price, i64::from(rate.hundredths()?))?;
        Some(small.sum(rate, decimals))
    }

    /// Its figures added up without their signs, in minor units, and one for what was rounded away; `None`
    /// for an unusual line. Below these limits the sums of as many lines as a list may have lose no digit,
    /// and neither do totals of lines that weigh less than [`Sums::MAX_WEIGHT`] together.
    pub(crate) fn weight(&self) -> Option<i64> {
        const _: () = assert!(crate::validate::MAX_ENTRIES <= 1 << 20, "sums of more lines may overflow");
        const HUGE: u64 = 1 << 36;
        let (net, vat, gross) =
            (self.net.unsigned_abs(), self.vat.unsigned_abs(), self.unit_gross.unsigned_abs());
        let weight = net.saturating_add(vat).saturating_add(gross).saturating_add(1);
        let is_usual = weight < HUGE && self.exact_net.scale() <= 20 && self.rate.hundredths().is_some();
        if is_usual { i64::try_from(weight).ok() } else { None }
    }

    /// The line that takes this one away.
    fn negated(&self) -> Sum {
        Sum {
            rate: self.rate,
            lines: self.lines.wrapping_neg(),
            net: self.net.wrapping_neg(),
            vat: self.vat.wrapping_neg(),
            unit_gross: self.unit_gross.wrapping_neg(),
            exact_net: self.exact_net.negated(),
        }
    }

    fn plus(&self, other: &Sum) -> Option<Sum> {
        Some(Sum {
            rate: self.rate,
            lines: self.lines.wrapping_add(other.lines),
            net: self.net.checked_add(other.net)?,
            vat: self.vat.checked_add(other.vat)?,
            unit_gross: self.unit_gross.checked_add(other.unit_gross)?,
            exact_net: self.exact_net.plus(other.exact_net)?,
        })
    }

    /// The VAT of the net: of a rate's whole net, what EN 16931 rounds (BR-CO-17).
    fn exact_vat(&self, decimals: u32) -> Option<Exact> {
        Exact::minor(self.net, decimals).times(self.rate.factor()?)
    }

    /// Not rounded.
    pub(crate) fn exact_gross(&self) -> Option<Exact> {
        self.exact_net.times(self.rate.factor()?.plus(Exact::minor(1, 0))?)
    }

    /// Net and gross under a rule that rounds lines or rates one by one; `Total` does not.
    fn row(&self, rounding: Rounding, decimals: u32) -> Option<Row> {
        let gross = match rounding {
            Rounding::Unit => self.unit_gross,
            Rounding::Rate => self.net.checked_add(self.exact_vat(decimals)?.round(decimals)?)?,
            Rounding::Line | Rounding::Total => self.net.checked_add(self.vat)?,
        };
        Some(Row { net: self.net, gross })
    }
}

/// 100 % in hundredths of a per cent.
const WHOLE: i64 = 10_000;

/// The sums of usual lines at one rate, in minor units: what a [`Sum`] holds, in 64 bits.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Small {
    /// The rate in hundredths of a per cent.
    pub(crate) hundredths: i64,
    pub(crate) net: i64,
    vat: i64,
    unit_gross: i64,
}

impl Small {
    /// A line; `None` when its figures are not small. Below these limits no product, and no sum of as many
    /// lines as a list may have, reaches 2^63, so none has to be checked.
    #[inline(always)]
    pub(crate) fn line(quantity: i64, unit_price: i64, hundredths: i64) -> Option<Small> {
        const _: () = assert!(crate::validate::MAX_ENTRIES <= 1 << 20, "sums of more lines may overflow");
        let small = quantity.unsigned_abs() < 1 << 20 && unit_price.unsigned_abs() < 1 << 32;
        let net = quantity.wrapping_mul(unit_price);
        if !small || net.unsigned_abs() >= 1 << 40 || hundredths.unsigned_abs() >= 1 << 15 {
            return None;
        }
        let vat = decimal::divide(net.wrapping_mul(hundredths), WHOLE)?;
        let unit_gross = decimal::divide(unit_price.wrapping_mul(hundredths.wrapping_add(WHOLE)), WHOLE)?;
        Some(Small { hundredths, net, vat, unit_gross: unit_gross.wrapping_mul(quantity) })
    }

    /// The gross under a rule, but for [`Rounding::Total`], which shares one out.
    pub(crate) fn gross(&self, rounding: Rounding) -> Option<i64> {
        Some(match rounding {
            Rounding::Line | Rounding::Total => self.net.wrapping_add(self.vat),
            Rounding::Rate => {
                self.net.wrapping_add(decimal::divide(self.net.wrapping_mul(self.hundredths), WHOLE)?)
            }
            Rounding::Unit => self.unit_gross,
        })
    }

    /// The sums, of lines at `rate`.
    #[inline(always)]
    pub(crate) fn sum(&self, rate: VatRate, decimals: u32) -> Sum {
        let Small { net, vat, unit_gross, .. } = *self;
        Sum { rate, lines: 1, net, vat, unit_gross, exact_net: Exact::minor(net, decimals) }
    }
}

/// The sums of usual lines above zero in a currency with hundredths, the highest rate first.
#[derive(Clone, Debug, Default)]
pub struct SmallSums {
    rates: [Small; SmallSums::MAX_RATES],
    count: usize,
    /// For each word the place of its rate among these, from 1; 0 where it is not known.
    places: [u8; MAX_WORDS],
}

impl SmallSums {
    /// Of how many rates there may be sums: more are seldom, and have [`Sums`].
    const MAX_RATES: usize = 6;

    /// Forgets all lines.
    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.places = [0; MAX_WORDS];
    }

    /// One row a rate.
    pub(crate) fn rates(&self) -> &[Small] {
        self.rates.get(..self.count).unwrap_or_default()
    }

    /// Adds a line whose rate is a word; `None`, and nothing is added, when there are too many rates.
    #[inline(always)]
    pub(crate) fn add(&mut self, word: u8, line: &Small) -> Option<()> {
        let word = usize::from(word);
        let mut place = *self.places.get(word)?;
        if place == 0 {
            place = self.place(line.hundredths)?;
            *self.places.get_mut(word)? = place;
        }
        let small = self.rates.get_mut(usize::from(place).wrapping_sub(1))?;
        small.net = small.net.wrapping_add(line.net);
        small.vat = small.vat.wrapping_add(line.vat);
        small.unit_gross = small.unit_gross.wrapping_add(line.unit_gross);
        Some(())
    }

    /// The place of a rate, from 1.
    #[inline(never)]
    fn place(&mut self, hundredths: i64) -> Option<u8> {
        let mut place = 0_usize;
        while self.rates().get(place).is_some_and(|small| small.hundredths > hundredths) {
            place = place.wrapping_add(1);
        }
        if self.rates().get(place).is_none_or(|small| small.hundredths < hundredths) {
            // Those behind it move, so none is where it was.
            let mut new = Small { hundredths, ..Small::default() };
            for small in self.rates.get_mut(place..=self.count)? {
                new = std::mem::replace(small, new);
            }
            self.count = self.count.wrapping_add(1);
            self.places = [0; MAX_WORDS];
        }
        u8::try_from(place.wrapping_add(1)).ok()
    }

    /// Adds all lines to `sums`, which loses no digit.
    pub(crate) fn add_to(&self, sums: &mut Sums) {
        for small in self.rates() {
            let _ = sums.add(&small.sum(VatRate::of_hundredths(small.hundredths), sums.decimals()));
        }
    }

    /// The gross total under each rule: what [`Sums`] of the lines say, in 64 bits, and within the limit of a
    /// total. `None` where 64 bits may not do.
    pub(crate) fn grosses(&self) -> Option<Grosses> {
        /// So many cents, in ten thousandths and of so many rates, are less than 2^62; and with VAT, however
        /// rounded, less than any limit.
        const LARGE: i64 = 1 << 38;
        let mut units = [0_i64; 4];
        for small in self.rates() {
            if small.net >= LARGE {
                return None;
            }
            let grosses = [
                small.gross(Rounding::Line)?,
                small.gross(Rounding::Rate)?,
                small.net.wrapping_mul(WHOLE.wrapping_add(small.hundredths)),
                small.unit_gross,
            ];
            for (sum, gross) in units.iter_mut().zip(grosses) {
                *sum = sum.wrapping_add(gross);
            }
        }
        let [_, _, total, _] = &mut units;
        *total = decimal::divide(*total, WHOLE)?;
        Some(Grosses { units, decimals: 2 })
    }
}

/// The sums of a basket, from which its totals follow under any rule.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sums {
    decimals: u32,
    /// The highest rate first.
    rates: Vec<Sum>,
}

impl Sums {
    /// From lines that weigh less together, totals lose no digit.
    pub(crate) const MAX_WEIGHT: i64 = 1 << 40;

    /// For a currency with `decimals` decimals.
    pub(crate) fn new(decimals: u32) -> Sums {
        Sums { decimals, rates: Vec::new() }
    }

    pub(crate) fn decimals(&self) -> u32 {
        self.decimals
    }

    /// Says how many decimals the currency of all lines has, where lines in another were taken away.
    pub(crate) fn set_decimals(&mut self, decimals: u32) {
        self.decimals = decimals;
    }

    /// Adds a line, or changes nothing and returns `None` when a sum would lose digits.
    pub(crate) fn add(&mut self, line: &Sum) -> Option<()> {
        match self.place(line.rate) {
            Ok(index) => {
                let row = self.rates.get_mut(index)?;
                *row = row.plus(line)?;
            }
            Err(index) => self.rates.insert(index, *line),
        }
        Some(())
    }

    /// Takes a line away that was added.
    pub(crate) fn take(&mut self, line: &Sum) {
        let _ = self.add(&line.negated());
        self.rates.retain(|row| row.lines != 0);
    }

    /// Where a rate stands, or would stand.
    fn place(&self, rate: VatRate) -> Result<usize, usize> {
        self.rates.binary_search_by(|row| rate.cmp(&row.rate))
    }

    /// The gross total under one rule, in minor units; `None` when it would lose digits.
    pub(crate) fn gross(&self, rounding: Rounding) -> Option<i64> {
        Some(self.whole(rounding)?.gross)
    }

    /// The gross total under each rule; `None` when one of them would lose digits.
    pub(crate) fn grosses(&self) -> Option<Grosses> {
        let mut units = [0; 4];
        for ((_, rule), units) in Rounding::NAMES.iter().zip(&mut units) {
            *units = self.gross(*rule)?;
        }
        Some(Grosses { units, decimals: self.decimals })
    }

    /// Net and gross in all, under one rule.
    fn whole(&self, rounding: Rounding) -> Option<Row> {
        let mut whole = Row { net: 0, gross: 0 };
        if rounding == Rounding::Total {
            let (mut net, mut gross) = (Exact::ZERO, Exact::ZERO);
            for sum in &self.rates {
                net = net.plus(sum.exact_net)?;
                gross = gross.plus(sum.exact_gross()?)?;
            }
            whole = Row { net: net.round(self.decimals)?, gross: gross.round(self.decimals)? };
        } else {
            for sum in &self.rates {
                let row = sum.row(rounding, self.decimals)?;
                whole.net = whole.net.checked_add(row.net)?;
                whole.gross = whole.gross.checked_add(row.gross)?;
            }
        }
        Some(whole)
    }

    /// The totals under one rule, with those of `lines` when given: the very lines that were added.
    /// `None` when a figure would lose digits.
    pub(crate) fn totals(
        &self,
        currency: Currency,
        rounding: Rounding,
        lines: Option<&[Sum]>,
    ) -> Option<BasketTotals> {
        let whole = self.whole(rounding)?;
        let rows = self.rows(&self.rates, rounding, &whole)?;
        let mut by_rate = Vec::with_capacity(rows.len());
        for (sum, row) in self.rates.iter().zip(&rows) {
            by_rate.push((sum.rate, *row));
        }
        let lines = match lines {
            Some(lines) => Some(self.lines(lines, rounding, &whole)?),
            None => None,
        };
        Some(BasketTotals { currency, rounding, amounts: whole.amounts(self.decimals)?, by_rate, lines })
    }

    /// The amounts of each of `sums`, which make up the whole.
    fn rows(&self, sums: &[Sum], rounding: Rounding, whole: &Row) -> Option<Vec<Amounts>> {
        let mut rows = Vec::with_capacity(sums.len());
        for sum in sums {
            rows.push(sum.row(rounding, self.decimals)?.amounts(self.decimals)?);
        }
        if rounding == Rounding::Total {
            let net = |place: usize| Some(sums.get(place)?.exact_net);
            let vat = |place: usize| net(place)?.times(sums.get(place)?.rate.factor()?);
            let nets = self.shares(sums.len(), &net, whole.net)?;
            let vats = self.shares(sums.len(), &vat, whole.gross.checked_sub(whole.net)?)?;
            for ((row, net), vat) in rows.iter_mut().zip(&nets).zip(&vats) {
                row.units = [*net, *vat, net.checked_add(*vat)?];
            }
        }
        Some(rows)
    }

    fn lines(&self, lines: &[Sum], rounding: Rounding, whole: &Row) -> Option<Vec<Amounts>> {
        let mut rows = self.rows(lines, rounding, whole)?;
        if rounding == Rounding::Rate {
            self.share_vat(lines, &mut rows)?;
        }
        Some(rows)
    }

    /// Under `Rate`, the lines of each rate share its VAT.
    fn share_vat(&self, lines: &[Sum], rows: &mut [Amounts]) -> Option<()> {
        let mut of_rate: Vec<Vec<usize>> = Vec::with_capacity(self.rates.len());
        for _ in &self.rates {
            of_rate.push(Vec::new());
        }
        for (index, line) in lines.iter().enumerate() {
            of_rate.get_mut(self.place(line.rate).ok()?)?.push(index);
        }
        for (sum, places) in self.rates.iter().zip(&of_rate) {
            let row = sum.row(Rounding::Rate, self.decimals)?;
            let vat = row.gross.checked_sub(row.net)?;
            let exact = |place: usize| lines.get(*places.get(place)?)?.exact_vat(self.decimals);
            let vats = self.shares(places.len(), &exact, vat)?;
            for (place, vat) in places.iter().zip(&vats) {
                let [net, _, _] = rows.get(*place)?.units;
                rows.get_mut(*place)?.units = [net, *vat, net.checked_add(*vat)?];
            }
        }
        Some(())
    }

    /// Rounds exact figures, as many as `count`, so that they add up to `total`: one by one, and the minor
    /// units left over go to those with the largest remainder, the earlier first. What is zero stays so: a
    /// line at 0 % has no VAT.
    #[inline(never)]
    fn shares(&self, count: usize, exact: &dyn Fn(usize) -> Option<Exact>, total: i64) -> Option<Vec<i64>> {
        let mut scale = self.decimals;
        let mut shares = Vec::with_capacity(count);
        let mut missing = total;
        for place in 0..count {
            let figure = exact(place)?;
            let share = figure.round(self.decimals)?;
            scale = scale.max(figure.scale());
            missing = missing.checked_sub(share)?;
            shares.push(share);
        }
        if missing == 0 {
            return Some(shares);
        }
        let step = missing.signum();
        let mut remainders = Vec::with_capacity(count);
        for (place, share) in shares.iter().enumerate() {
            let figure = exact(place)?;
            let rounded = Exact::minor(*share, self.decimals).at_scale(scale)?;
            let remainder = figure.at_scale(scale)?.checked_sub(rounded)?;
            let remainder = if step > 0 { remainder } else { remainder.wrapping_neg() };
            remainders.push(if figure.is_zero() { i128::MIN } else { remainder });
        }
        // Halving finds the least remainder that gets a unit: no more than half a unit. That needs no order, for
        // which the standard library's code is a hundredth of the module.
        let reach = |least: i128| remainders.iter().filter(|remainder| **remainder >= least).count();
        let wanted = usize::try_from(missing.unsigned_abs()).ok()?;
        let mut beyond = Exact::minor(1, self.decimals).at_scale(scale)?.wrapping_shr(1).wrapping_add(1);
        let mut least = beyond.wrapping_neg();
        if reach(least) < wanted {
            return None;
        }
        loop {
            let middle = least.wrapping_add(beyond.wrapping_sub(least).wrapping_shr(1));
            if middle == least {
                break;
            }
            if reach(middle) < wanted { beyond = middle } else { least = middle }
        }
        // Among equals the earlier gets a unit first, and is the last to give one up.
        let mut spared = if step > 0 { 0 } else { reach(least).wrapping_sub(wanted) };
        let mut equal = wanted.wrapping_sub(reach(beyond));
        for (share, remainder) in shares.iter_mut().zip(&remainders) {
            if *remainder < least {
                continue;
            }
            if *remainder == least {
                if spared > 0 || equal == 0 {
                    spared = spared.saturating_sub(1);
                    continue;
                }
                equal = equal.wrapping_sub(1);
            }
            *share = share.checked_add(step)?;
        }
        Some(shares)
    }
}

/// Net and gross in minor units.
struct Row {
    net: i64,
    gross: i64,
}

impl Row {
    fn amounts(&self, decimals: u32) -> Option<Amounts> {
        let vat = self.gross.checked_sub(self.net)?;
        Some(Amounts { units: [self.net, vat, self.gross], decimals })
    }
}
