//! The rules: each field of a payload against what the API takes, in the order of Qonto's
//! documentation, and with the same pass the sums its totals are made from. Pure.
//!
//! Sources: the limits and lists are Qonto's, as far as it states them; README.md's section "What
//! is checked" says which are a sibling API's or inferred.

use std::cmp::Ordering;

use crate::basket::Lines;
use crate::currency::Currency;
use crate::decimal::{self, Decimal, DecimalError, Exact, MAX_DIGITS, MAX_EXACT_DIGITS};
use crate::gross::{Line, UnitPrice, Wanted};
use crate::issue::{At, Code, Figure, Issue, Issues};
use crate::options::{Misread, Options};
use crate::packed::reader::Reader;
use crate::packed::words::Words;
use crate::payload::{
    Field, Item, Kind, Money, Number, Other, Payload, PlainItem, Prose, Source, Text, Unknown, Variant,
};
use crate::syntax;
use crate::totals::{Grosses, Rounding, Small, SmallSums, Sum, Sums, Totals};
use crate::vat::{VatRate, VatRates};

/// How many decimals a price or amount may have.
pub const MAX_PRICE_DECIMALS: u32 = 2;
/// Characters of a title, in Qonto's Products API.
pub const MAX_TITLE: u32 = 120;
/// Characters of a description, in Qonto's Products API.
pub const MAX_DESCRIPTION: u32 = 600;
/// The largest gross total, either side of zero: twelve digits and two decimals. Qonto states no
/// limit; this is a thousand times what a SEPA transfer can carry.
pub const MAX_AMOUNT: Decimal = Decimal::from_parts(276_447_231, 23_283, 0, false, 2);
/// The highest VAT rate, in per cent.
pub const MAX_RATE: i64 = 100;

/// Entries of a list. Qonto states no limit; a million lines are no basket.
pub const MAX_ENTRIES: u32 = 1_000_000;

/// How a customer may pay.
pub const PAYMENT_METHODS: &[&str] = &["credit_card", "apple_pay", "paypal", "ideal"];
/// What an item can be.
pub const ITEM_TYPES: &[&str] = &["good", "service"];
/// What a quantity can count.
pub const MEASURE_UNITS: &[&str] = &[
    "unit",
    "hour",
    "day",
    "month",
    "gram",
    "kilogram",
    "liter",
    "meter",
    "square_meter",
    "cubic_meter",
    "ampere",
    "number_of_articles",
    "centimeter",
    "cubic_meter_per_hour",
    "gigajoule",
    "gigawatt",
    "gigawatt_hour",
    "half_year",
    "joule",
    "kilojoule",
    "kilovar",
    "kilowatt",
    "kilowatt_hour",
    "megajoule",
    "megawatt",
    "megawatt_hour",
    "milligram",
    "milliliter",
    "millimeter",
    "minute",
    "pair",
    "quarter",
    "second",
    "set",
    "ton",
    "two_week",
    "watt_hour",
    "week",
    "year",
];

pub(crate) const EURO: &str = "EUR";
const UUID_EXAMPLE: &str = "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d";
const URL_EXAMPLE: &str = "https://shop.example/thanks";

/// What one pass over a payload found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Everything wrong or doubtful, in document order.
    pub issues: Vec<Issue>,
    /// Whether no issue is an error.
    pub valid: bool,
    /// What the payload will cost, when [`Want`] asks for it; `None` when a quantity, unit price,
    /// rate or currency cannot be used in arithmetic.
    pub totals: Option<Totals>,
    /// The currency, and the gross total under each rounding rule; `None` as for the totals.
    pub grosses: Option<(Currency, Grosses)>,
}

/// What is wanted of a pass beside the issues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// Nothing.
    Issues,
    /// The totals, with those of the lines where the options say so.
    Totals,
}

/// Checks a payload, and adds it up.
pub fn check<'a, Items>(payload: Field<'a, Payload<'a, Items>>, options: &Options, want: Want) -> Report
where
    Items: Source<'a>,
{
    Rules::new(options, want).report(payload)
}

/// What was found in a packed payload.
#[derive(Debug)]
pub struct Found {
    /// All but the following.
    pub(crate) report: Report,
    /// The rule of the totals, where these are left in the sums of plain items.
    pub(crate) left: Option<Rounding>,
    /// Whether there is one more issue: the totals differ between the rounding rules.
    pub(crate) differ: bool,
}

/// Checks a packed payload, and adds it up. The sums of plain items are in `plain`; who writes what is found `at_once`
/// gets no totals made of these, and no issue of what they can say.
pub(crate) fn find(
    reader: &mut Reader<'_>,
    options: &Options,
    want: Want,
    plain: &mut SmallSums,
    at_once: bool,
) -> Found {
    plain.clear();
    let mut rules = Rules::new(options, want);
    rules.plain = Some(plain);
    rules.at_once = at_once;
    match reader.plain_items() {
        Some(mut items) => {
            rules.last = at_once;
            rules.items(&At::Field(&At::Root, "items"), &mut items);
        }
        None => rules.root(reader.payload()),
    }
    let (left, differ) = (rules.left, rules.differ);
    Found { report: rules.reported(), left, differ }
}

/// What the items of a valid basket would come to if they were misread.
pub(crate) fn misread_items<'a>(items: &mut impl Source<'a>, read: Misread) -> Option<Grosses> {
    let options = Options { vat_rates: read.notation, ..Options::default() };
    let mut rules = Rules::new(&options, Want::Issues);
    rules.read = read;
    rules.items(&At::Root, items);
    rules.grosses.map(|(_, grosses)| grosses)
}

/// Checks a payload whose items are the lines of a live basket, in place of its own; without totals.
pub(crate) fn check_lines<'a, Items>(
    payload: Field<'a, Payload<'a, Items>>,
    options: &Options,
    lines: (&'a Lines, &'a Words),
) -> Report
where
    Items: Source<'a>,
{
    let mut rules = Rules::new(options, Want::Issues);
    rules.lines = Some(lines);
    rules.report(payload)
}

/// What was found for a line with a gross price.
#[derive(Clone, Debug)]
pub struct LineReport {
    /// Everything wrong or doubtful, in document order.
    pub issues: Vec<Issue>,
    /// The net unit price; `None` when an issue is an error.
    pub unit_price: Option<UnitPrice>,
}

/// Checks a line with a gross price, and finds its net unit price.
pub fn check_line<'a>(line: Field<'a, Line<'a>>, options: &Options) -> LineReport {
    let mut rules = Rules::new(options, Want::Issues);
    let line = rules.field(true, &At::Root, &line, Kind::Object);
    let unit_price = line.and_then(|line| rules.line(line));
    LineReport { issues: rules.issues.into_list(), unit_price }
}

/// The report of a payload that could not be made into JSON, or could not be read at all.
#[must_use]
pub fn refused(code: Code) -> Report {
    let mut issues = Issues::default();
    issues.add(&At::Root, code, &[]);
    Report { valid: false, issues: issues.into_list(), totals: None, grosses: None }
}

pub(crate) struct Rules<'a, 'o> {
    options: &'o Options,
    want: Want,
    pub(crate) issues: Issues,
    // As in a report.
    totals: Option<Totals>,
    grosses: Option<(Currency, Grosses)>,
    /// The first item's currency, and how it was written.
    pub(crate) currency: Option<(Currency, &'a str)>,
    /// The lines of a live basket, which stand for the payload's items.
    lines: Option<(&'a Lines, &'a Words)>,
    /// What of the items is not misread.
    read: Misread,
    /// A bit for each word that may be a plain item's currency.
    currencies: u32,
    /// The sums of plain items; without it no item is plain.
    plain: Option<&'o mut SmallSums>,
    /// Whether what is found is written at once, so that totals of plain items alone may be left in their sums;
    at_once: bool,
    /// and whether items are the last that is judged.
    last: bool,
    // As in what is found.
    left: Option<Rounding>,
    differ: bool,
}

impl PlainItem<'_> {
    /// What it comes to, when no rule finds anything.
    pub(crate) fn sum(&self) -> Option<Sum> {
        if !self.is_right() {
            return None;
        }
        Sum::whole_line(i64::from(self.quantity), self.cents, *self.rate, 2)
    }

    /// Whether no rule finds anything: what its own figures can be wrong in.
    #[inline(always)]
    fn is_right(&self) -> bool {
        self.title <= MAX_TITLE && self.description <= MAX_DESCRIPTION && self.quantity > 0 && self.cents > 0
    }
}

/// The bit of a word; none for any other text.
fn bit(text: &Text<'_>) -> u32 {
    text.number.map_or(0, |number| 1_u32.wrapping_shl(u32::from(number)))
}

impl<'a, 'o> Rules<'a, 'o> {
    #[inline(never)]
    pub(crate) fn new(options: &'o Options, want: Want) -> Rules<'a, 'o> {
        Rules {
            options,
            want,
            issues: Issues::default(),
            totals: None,
            grosses: None,
            currency: None,
            lines: None,
            read: Misread::notation(options.vat_rates),
            currencies: 0,
            plain: None,
            at_once: false,
            last: false,
            left: None,
            differ: false,
        }
    }

    #[inline(never)]
    fn report<Items>(mut self, payload: Field<'a, Payload<'a, Items>>) -> Report
    where
        Items: Source<'a>,
    {
        self.root(payload);
        self.reported()
    }

    fn root<Items>(&mut self, payload: Field<'a, Payload<'a, Items>>)
    where
        Items: Source<'a>,
    {
        self.field(true, &At::Root, &payload, Kind::Object);
        if let Field::Is(payload) = payload {
            self.payload(payload);
        }
    }

    #[inline(always)]
    fn reported(self) -> Report {
        Report {
            valid: !self.issues.has_errors(),
            issues: self.issues.into_list(),
            totals: self.totals,
            grosses: self.grosses,
        }
    }

    fn payload<Items>(&mut self, mut payload: Payload<'a, Items>)
    where
        Items: Source<'a>,
    {
        let root = At::Root;
        let variant = payload.variant();
        match variant {
            Variant::Neither => self.issues.add(&root, Code::VariantMissing, &[]),
            Variant::Both(basket, invoice) => {
                self.issues.add(&root, Code::VariantAmbiguous, &[Figure::Text(basket), Figure::Text(invoice)])
            }
            Variant::Basket | Variant::Invoice => {}
        }

        let (basket, invoice) = (matches!(variant, Variant::Basket), matches!(variant, Variant::Invoice));

        let at = At::Field(&root, "potential_payment_methods");
        if let Some(methods) = self.field(true, &at, &payload.potential_payment_methods, Kind::Array) {
            self.payment_methods(&at, methods);
        }

        let at = At::Field(&root, "reusable");
        self.field(basket, &at, &payload.reusable, Kind::Boolean);

        let at = At::Field(&root, "items");
        self.field(basket, &at, &payload.items, Kind::Array);
        let has_items = payload.items.is_present();
        if let Field::Is(items) = &mut payload.items {
            match self.lines {
                Some((lines, words)) => lines.judge(words, self, &at),
                None => self.items(&at, items),
            }
        }

        let at = At::Field(&root, "invoice_id");
        if let Some(id) = self.field(invoice, &at, &payload.invoice_id, Kind::String) {
            self.uuid(&at, id);
        }
        for (name, field) in
            &[("invoice_number", &payload.invoice_number), ("debitor_name", &payload.debitor_name)]
        {
            let at = At::Field(&root, name);
            if let Some(text) = self.field(invoice, &at, field, Kind::String) {
                self.visible(&at, text);
            }
        }
        let at = At::Field(&root, "amount");
        if let Some(amount) = self.field(invoice, &at, &payload.amount, Kind::Object)
            && let (Some(gross), Some(currency)) = self.money(&at, amount)
        {
            let decimals = currency.decimals();
            let units = gross.round(decimals);
            // More cents than can be counted are beyond any limit.
            let rounded = units.map_or(gross, |units| Exact::minor(units, decimals));
            self.in_range(&At::Field(&at, "value"), rounded);
            if let (Some(units), false) = (units, has_items) {
                self.grosses = Some((currency, Grosses::same(units, decimals)));
                if self.want == Want::Totals {
                    self.totals = Some(Totals::Invoice { currency, gross: decimal::amount(units, decimals) });
                }
            }
        }

        let at = At::Field(&root, "redirect_url");
        if let Some(url) = self.field(false, &at, &payload.redirect_url, Kind::String)
            && (url.cut || !syntax::is_http_url(url.start))
        {
            let figures = [Figure::Text(URL_EXAMPLE), Figure::Received(url.start)];
            self.issues.add(&at, Code::NotAnHttpUrl, &figures);
        }
        self.unknown(&root, &payload.unknown, &Payload::<()>::FIELDS);
    }

    fn payment_methods(&mut self, at: &At<'_>, methods: &[Field<'a, Text<'a>>]) {
        if methods.is_empty() {
            self.empty(at);
        }
        let mut seen: Vec<&str> = Vec::new();
        for (index, method) in methods.iter().enumerate() {
            let at = At::Index(at, index);
            let Some(method) = self.field(true, &at, method, Kind::String) else { continue };
            if !self.listed(&at, method, PAYMENT_METHODS) {
                continue;
            }
            if seen.contains(&method.start) {
                self.issues.add(&at, Code::Duplicate, &[Figure::Received(method.start)]);
            } else {
                seen.push(method.start);
            }
        }
    }

    fn items(&mut self, at: &At<'_>, items: &mut impl Source<'a>) {
        let mut basket: Option<Sums> = None;
        let mut lines = Vec::new();
        let keep_lines = self.options.lines && self.want == Want::Totals;
        let mut calculable = true;
        // What is misread is no plain item.
        let mut in_order = !(self.read.quantity && self.read.price && self.read.rate);
        let mut index = 0_usize;
        self.currencies = items.currencies();
        loop {
            // Most items are plain: no rule has anything to say, and their figures are small.
            let (vat_rates, currencies) = (self.options.vat_rates, self.currencies);
            let (sums, currency) = (&mut self.plain, &mut self.currency);
            let mut add = |plain: &PlainItem<'a>| {
                let hundredths = i64::from(plain.rate.hundredths()?);
                let line = Small::line(i64::from(plain.quantity), plain.cents, hundredths)?;
                sums.as_deref_mut()?.add(plain.word, &line)?;
                if keep_lines {
                    lines.push(line.sum(*plain.rate, 2));
                }
                if currency.is_none() {
                    *currency = Some((Currency::EUR, EURO));
                }
                Some(())
            };
            while !in_order
                && items.next_plain(vat_rates, currencies, |plain| plain.is_right() && add(plain).is_some())
            {
                index = index.saturating_add(1);
            }
            if items.count() == 0 {
                break;
            }
            // Made where it is needed: it is large.
            let mut item = Item::default();
            let Some(next) = items.next_into(&mut item) else { break };
            let at = At::Index(at, index);
            index = index.saturating_add(1);
            let Some((line, (currency, _))) = self.sum(&at, next, &item).zip(self.currency) else {
                calculable = false;
                continue;
            };
            let sums = basket.get_or_insert_with(|| Sums::new(currency.decimals()));
            // From here on a sum may lose digits, and the item is named that makes it.
            if line.weight().is_none() && !in_order {
                in_order = true;
                self.add_plain(sums);
            }
            if sums.add(&line).is_none() {
                calculable = false;
                self.not_calculable(&at);
            }
            if keep_lines {
                lines.push(line);
            }
        }
        if index == 0 {
            self.empty(at);
        }
        let Some((currency, _)) = self.currency.filter(|_| calculable) else { return };
        if basket.is_none() && !keep_lines && self.plain_basket(at, currency).is_some() {
            return;
        }
        let mut sums = basket.unwrap_or_else(|| Sums::new(currency.decimals()));
        if !in_order {
            self.add_plain(&mut sums);
        }
        if self.whole_basket(at, currency, &sums, keep_lines.then_some(&lines)).is_none() {
            self.not_calculable(at);
        }
    }

    /// What a basket of nothing but plain items comes to; `None`, and nothing is done, where [`Sums`] are
    /// needed.
    fn plain_basket(&mut self, at: &At<'_>, currency: Currency) -> Option<()> {
        let rounding = self.options.rounding;
        if self.want == Want::Totals && (!self.at_once || rounding == Rounding::Total) {
            return None;
        }
        let grosses = self.plain.as_ref()?.grosses()?;
        if self.want == Want::Totals {
            self.left = Some(rounding);
        }
        self.grosses(at, currency, grosses);
        Some(())
    }

    /// Adds the plain items up to sums of usual lines, which loses no digit.
    fn add_plain(&self, sums: &mut Sums) {
        if let Some(plain) = &self.plain {
            plain.add_to(sums);
        }
    }

    /// Judges an item; what it comes to, when it can be added up.
    #[inline(never)]
    pub(crate) fn sum(&mut self, at: &At<'_>, next: Field<'a, ()>, item: &Item<'a>) -> Option<Sum> {
        self.field(true, at, &next, Kind::Object)?;
        let field = At::Field(at, "title");
        if let Some(title) = self.field(true, &field, &item.title, Kind::String) {
            self.visible(&field, title);
            self.at_most(&field, title, MAX_TITLE);
        }
        let field = At::Field(at, "quantity");
        let quantity = self.field(true, &field, &item.quantity, Kind::Number);
        let quantity = quantity.and_then(|quantity| self.quantity(&field, *quantity));

        let field = At::Field(at, "unit_price");
        let (unit_price, currency) = match self.field(true, &field, &item.unit_price, Kind::Object) {
            Some(price) => self.money(&field, price),
            None => (None, None),
        };

        let rate = self.vat_rate(&At::Field(at, "vat_rate"), &item.vat_rate);

        let field = At::Field(at, "type");
        if let Some(item_type) = self.field(false, &field, &item.item_type, Kind::String) {
            self.listed(&field, item_type, ITEM_TYPES);
        }
        let field = At::Field(at, "description");
        if let Some(description) = self.field(false, &field, &item.description, Kind::String) {
            self.at_most(&field, description, MAX_DESCRIPTION);
        }
        let field = At::Field(at, "measure_unit");
        if let Some(unit) = self.field(false, &field, &item.measure_unit, Kind::String) {
            self.listed(&field, unit, MEASURE_UNITS);
        }
        self.unknown(at, &item.unknown, &Item::FIELDS);
        let (quantity, unit_price, rate, currency) = (quantity?, unit_price?, rate?, currency?);
        let (one, read) = (Exact::minor(1, 0), self.read);
        let line = Sum::line(
            if read.quantity { quantity } else { one },
            if read.price { unit_price } else { one },
            if read.rate { rate } else { VatRate::ZERO },
            currency.decimals(),
        );
        if line.is_none() {
            self.not_calculable(at);
        }
        line
    }

    pub(crate) fn empty(&mut self, at: &At<'_>) {
        self.issues.add(at, Code::EmptyList, &[]);
    }

    fn not_calculable(&mut self, at: &At<'_>) {
        self.issues.add(at, Code::NotCalculable, &[Figure::Count(MAX_EXACT_DIGITS)]);
    }

    /// The rules about a basket as a whole.
    pub(crate) fn whole_basket(
        &mut self,
        at: &At<'_>,
        currency: Currency,
        sums: &Sums,
        lines: Option<&Vec<Sum>>,
    ) -> Option<()> {
        let grosses = sums.grosses()?;
        let rounding = self.options.rounding;
        if self.want == Want::Totals {
            let lines = lines.map(Vec::as_slice);
            self.totals = Some(Totals::Basket(sums.totals(currency, rounding, lines)?));
        }
        self.in_range(at, grosses.exact(rounding));
        self.grosses(at, currency, grosses);
        Some(())
    }

    /// Keeps the gross totals, and says where they differ.
    fn grosses(&mut self, at: &At<'_>, currency: Currency, grosses: Grosses) {
        if grosses.differ() {
            self.differ = self.last && !self.issues.is_full();
        }
        if grosses.differ() && !self.differ {
            let gross = |rule: Rounding| Figure::Amount(grosses.exact(rule));
            let figures =
                [gross(Rounding::Line), gross(Rounding::Rate), gross(Rounding::Total), gross(Rounding::Unit)];
            self.issues.add(at, Code::RoundingDependent, &figures);
        }
        self.grosses = Some((currency, grosses));
    }

    /// The unit price of a line in which nothing is wrong.
    fn line(&mut self, line: &Line<'a>) -> Option<UnitPrice> {
        let root = At::Root;
        let known = match line.currency {
            Field::Is(text) => text.whole().and_then(Currency::read),
            Field::Absent | Field::Not(_) => None,
        };
        let decimals = known.unwrap_or(Currency::EUR).decimals();
        let at = At::Field(&root, "gross");
        let gross = self.amount(&at, &line.gross, decimals);
        if let Some(gross) = gross {
            self.in_range(&at, gross);
        }
        let at = At::Field(&root, "quantity");
        let quantity = self.field(true, &at, &line.quantity, Kind::Number);
        let quantity = quantity.and_then(|quantity| self.quantity(&at, *quantity));
        let rate = self.vat_rate(&At::Field(&root, "vat_rate"), &line.vat_rate);
        let at = At::Field(&root, "currency");
        let currency = match &line.currency {
            Field::Absent => Some(Currency::EUR),
            currency => self
                .field(true, &at, currency, Kind::String)
                .and_then(|currency| self.currency(&at, currency)),
        };
        self.unknown(&root, &line.unknown, &Line::FIELDS);
        let rounding = self.options.rounding;
        let gross = gross?.round(decimals)?;
        let wanted = Wanted { gross, quantity: quantity?, rate: rate?, currency: currency?, rounding };
        if self.issues.has_errors() {
            return None;
        }
        let found = wanted.find();
        if found.is_none() {
            self.not_calculable(&root);
        }
        found
    }

    fn vat_rate(&mut self, at: &At<'_>, field: &Field<'a, Text<'a>>) -> Option<VatRate> {
        let text = match field {
            Field::Not(other) if other.kind == Kind::Number => self.number_for_rate(at, other),
            field => self.field(true, at, field, Kind::String),
        };
        text.and_then(|text| self.rate(at, text))
    }

    fn quantity(&mut self, at: &At<'_>, quantity: Number<'a>) -> Option<Exact> {
        let written = match quantity {
            Number::Whole(count) if count > 0 => return Some(Exact::minor(i64::from(count), 0)),
            Number::Whole(_) => "0",
            Number::Written(written) => written,
        };
        let value = decimal::number_exact(written);
        let code = match &value {
            Ok(value) if !value.is_positive() => Some(Code::QuantityNotPositive),
            Ok(value) => value.has_fraction().then_some(Code::QuantityFractional),
            Err(DecimalError::Syntax) => Some(Code::NotFinite),
            Err(DecimalError::TooManyDigits) => {
                self.too_many_digits(at, written);
                None
            }
        };
        if let Some(code) = code {
            self.issues.add(at, code, &[Figure::Received(written)]);
        }
        value.ok()
    }

    fn money(&mut self, at: &At<'_>, money: &Money<'a>) -> (Option<Exact>, Option<Currency>) {
        let value = self.amount(&At::Field(at, "value"), &money.value, MAX_PRICE_DECIMALS);
        let field = At::Field(at, "currency");
        let currency = self.field(true, &field, &money.currency, Kind::String);
        let currency = currency.and_then(|currency| self.currency(&field, currency));
        self.unknown(at, &money.unknown, &Money::FIELDS);
        (value, currency)
    }

    fn amount(&mut self, at: &At<'_>, field: &Field<'a, Text<'a>>, decimals: u32) -> Option<Exact> {
        let text = self.field(true, at, field, Kind::String)?;
        let value = self.decimal(at, text, "10.99")?;
        if value.scale() > decimals {
            let figures =
                [Figure::Count(decimals), Figure::Count(value.scale()), Figure::Received(text.start)];
            self.issues.add(at, Code::TooManyDecimals, &figures);
        }
        if !value.is_positive() {
            self.issues.add(at, Code::PriceNotPositive, &[Figure::Received(text.start)]);
        }
        Some(value)
    }

    fn currency(&mut self, at: &At<'_>, text: &Text<'a>) -> Option<Currency> {
        let Some(currency) = text.whole().and_then(Currency::read) else {
            let upper = syntax::trim(text.start).to_ascii_uppercase();
            let figures = [Figure::Received(text.start), Figure::Text(&upper)];
            let known = if Currency::read(&upper).is_some() { 2 } else { 1 };
            self.issues.add(at, Code::CurrencyUnknown, figures.get(..known).unwrap_or_default());
            return None;
        };
        match self.currency {
            Some((first, _)) if first == currency => {}
            Some((_, first)) => {
                let figures = [Figure::Text(first), Figure::Received(text.start)];
                self.issues.add(at, Code::CurrencyMixed, &figures);
                return None;
            }
            None => {
                self.currency = Some((currency, text.start));
                self.currencies = 0;
                if currency != Currency::EUR {
                    self.issues.add(at, Code::CurrencyNotEur, &[Figure::Received(text.start)]);
                }
            }
        }
        // The prices of plain items count hundredths.
        if currency.decimals() == 2 {
            self.currencies |= bit(text);
        }
        Some(currency)
    }

    fn rate(&mut self, at: &At<'_>, text: &Text<'a>) -> Option<VatRate> {
        let notation = self.options.vat_rates;
        let example = match notation {
            VatRates::Percent => "21.0",
            VatRates::Fraction => "0.21",
        };
        let written = self.decimal(at, text, example)?;
        let Some(rate) = VatRate::of(written, notation) else {
            self.too_many_digits(at, text.start);
            return None;
        };
        let Some(code) = doubt(rate, notation) else { return Some(rate) };
        let percent = rate.exact();
        let is_fraction = notation == VatRates::Fraction;
        // What was meant is most likely a real rate, in the other notation.
        let (read, write) = if is_fraction { (-2, -2) } else { (2, 0) };
        let meant = percent.shifted(read).map(VatRate::new).filter(|rate| rate.is_european());
        let meant = meant.and_then(|rate| Some(rate.exact().shifted(write)?.normalized()));
        let suggests = matches!(code, Code::RateNotAFraction | Code::RateLooksLikeFraction);
        let figures = [
            Figure::Received(text.start),
            Figure::Amount(percent),
            meant.filter(|_| suggests).map_or(Figure::None, Figure::Amount),
        ];
        self.issues.add(at, code, &figures);
        Some(rate)
    }

    /// A rate given as a number: wrong, with the text that would be right.
    fn number_for_rate<T>(&mut self, at: &At<'_>, other: &Other<'a>) -> Option<T> {
        let mut quoted = String::from("\"");
        quoted.push_str(other.value);
        quoted.push('"');
        let nearest = match decimal::parse_exact(other.value) {
            Ok(_) => Figure::Text(&quoted),
            Err(_) => Figure::None, // `NaN` or `1e21`, which is no rate in quotes either
        };
        let figures = [
            Figure::Text(Kind::String.name()),
            Figure::Text(Kind::Number.name()),
            Figure::Received(other.value),
            nearest,
        ];
        self.issues.add(at, Code::WrongType, &figures);
        None
    }

    fn decimal(&mut self, at: &At<'_>, text: &Text<'a>, example: &'static str) -> Option<Exact> {
        match if text.cut { Err(DecimalError::Syntax) } else { decimal::parse_exact(text.start) } {
            Ok(value) => Some(value),
            Err(DecimalError::TooManyDigits) => {
                self.too_many_digits(at, text.start);
                None
            }
            Err(DecimalError::Syntax) => {
                let mut meant = String::new();
                for c in syntax::trim(text.start).chars() {
                    meant.push(if c == ',' { '.' } else { c });
                }
                let figures = [Figure::Text(example), Figure::Received(text.start), Figure::Text(&meant)];
                // A comma before three digits may stand for thousands.
                let thousands =
                    syntax::split(text.start, ",").is_some_and(|(_, behind)| syntax::trim(behind).len() == 3);
                let known =
                    if !thousands && !text.cut && decimal::parse_exact(&meant).is_ok() { 3 } else { 2 };
                self.issues.add(at, Code::NotADecimal, figures.get(..known).unwrap_or_default());
                None
            }
        }
    }

    #[inline(never)]
    fn too_many_digits(&mut self, at: &At<'_>, written: &str) {
        let figures = [Figure::Count(MAX_DIGITS), Figure::Received(written)];
        self.issues.add(at, Code::TooManyDigits, &figures);
    }

    fn in_range(&mut self, at: &At<'_>, gross: Exact) {
        if !is_in_range(gross) {
            let figures = [Figure::Amount(MAX_AMOUNT.into()), Figure::Amount(gross)];
            self.issues.add(at, Code::AmountOutOfRange, &figures);
        }
    }

    fn uuid(&mut self, at: &At<'_>, text: &Text<'a>) {
        if text.cut || !syntax::is_uuid(text.start) {
            let figures = [Figure::Text(UUID_EXAMPLE), Figure::Received(text.start)];
            self.issues.add(at, Code::NotAUuid, &figures);
        }
    }

    fn visible(&mut self, at: &At<'_>, text: &Prose) {
        if text.blank {
            self.issues.add(at, Code::Blank, &[Figure::Count(text.length)]);
        }
    }

    fn at_most(&mut self, at: &At<'_>, text: &Prose, max: u32) {
        if text.length > max {
            let figures = [Figure::Count(max), Figure::Count(text.length)];
            self.issues.add(at, Code::TooLong, &figures);
        }
    }

    fn listed(&mut self, at: &At<'_>, text: &Text<'a>, list: &'static [&'static str]) -> bool {
        let known = !text.cut && list.contains(&text.start);
        if !known {
            let figures =
                [Figure::List(list), Figure::Received(text.start), Figure::Nearest(text.start, list)];
            self.issues.add(at, Code::UnknownValue, &figures);
        }
        known
    }

    fn unknown(&mut self, at: &At<'_>, unknown: &Unknown<'a>, known: &'static [&'static str]) {
        let Some(unknown) = unknown else { return };
        for name in &unknown.names {
            let figures = [Figure::Received(name.start), Figure::Nearest(name.start, known)];
            self.issues.add(&At::Unknown(at, name.start), Code::UnknownField, &figures);
        }
        self.issues.add_unnamed(Code::UnknownField, unknown.more);
    }

    /// The value of a field of the right type. A field that is `required` must be there.
    fn field<'f, T>(
        &mut self,
        required: bool,
        at: &At<'_>,
        field: &'f Field<'a, T>,
        expected: Kind,
    ) -> Option<&'f T> {
        match field {
            Field::Is(value) => return Some(value),
            Field::Not(other) => self.wrong_type(at, expected, other),
            Field::Absent if required => self.missing(at, expected),
            Field::Absent => {}
        }
        None
    }

    #[inline(never)]
    fn missing(&mut self, at: &At<'_>, expected: Kind) {
        match at {
            At::Field(_, name) => self.issues.add(at, Code::Required, &[Figure::Text(name)]),
            _ => self.wrong_type(at, expected, &Other { kind: Kind::Undefined, value: "" }),
        }
    }

    #[inline(never)]
    fn wrong_type(&mut self, at: &At<'_>, expected: Kind, other: &Other<'a>) {
        match other.kind {
            Kind::Unreadable => self.issues.add(at, Code::Unreadable, &[]),
            Kind::Array if expected == Kind::Array => {
                let count = decimal::parse_exact(other.value).ok().and_then(|count| count.round(0));
                let count = count.and_then(|count| u32::try_from(count).ok()).unwrap_or(u32::MAX);
                let figures = [Figure::Count(MAX_ENTRIES), Figure::Count(count)];
                self.issues.add(at, Code::TooManyEntries, &figures);
            }
            _ => {
                let figures = [
                    Figure::Text(expected.name()),
                    Figure::Text(other.kind.name()),
                    Figure::Received(other.value),
                ];
                let known = if other.value.is_empty() { 2 } else { 3 };
                self.issues.add(at, Code::WrongType, figures.get(..known).unwrap_or_default());
            }
        }
    }
}

/// What is wrong or doubtful in a rate of this notation.
fn doubt(rate: VatRate, notation: VatRates) -> Option<Code> {
    let is_fraction = notation == VatRates::Fraction;
    let above = rate.compare(MAX_RATE);
    if is_fraction && above != Ordering::Less {
        Some(Code::RateNotAFraction)
    } else if rate.exact().is_negative() || above == Ordering::Greater {
        Some(Code::RateOutOfRange)
    } else if !is_fraction && rate.looks_like_fraction() {
        Some(Code::RateLooksLikeFraction)
    } else if !rate.is_european() {
        Some(Code::RateUnusual)
    } else {
        None
    }
}

/// The rate that a text is, where no rule says anything of it.
pub(crate) fn usual_rate(text: &str, notation: VatRates) -> Option<VatRate> {
    VatRate::read(text, notation).ok().filter(|rate| doubt(*rate, notation).is_none())
}

/// Whether a gross total is within [`MAX_AMOUNT`], either side of zero.
pub(crate) fn is_in_range(gross: Exact) -> bool {
    gross.magnitude().compare(MAX_AMOUNT.into()) != Ordering::Greater
}
