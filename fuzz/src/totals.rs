//! Totals, against another calculation of the four rules; and the two views of a payload against each other.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Unstructured};
use qonto_payment_links::currency::Currency;
use qonto_payment_links::decimal::Decimal;
use qonto_payment_links::issue::Code;
use qonto_payment_links::json::Document;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Amounts, BasketTotals, Rounding, Totals};
use qonto_payment_links::validate::{self, Report, Want};
use qonto_payment_links::vat::VatRates;
use serde_json::{Value, json};

use super::decimal::read;
use super::exact::Exact;
use super::packer::{Packer, Remembers};
use super::report;

const CURRENCIES: [&str; 8] = ["EUR", "EUR", "EUR", "USD", "JPY", "KWD", "CLF", "GBP"];
const RATES: [&str; 16] = [
    "20", "21.0", "5.5", "10", "0", "19.00", "2.1", "25.5", "8.1", "0.9", "100", "13.50", "7", "20.0",
    "0.21", "33",
];

#[derive(Arbitrary, Debug)]
struct Basket {
    currency: u8,
    rounding: u8,
    lines: bool,
    items: Vec<Line>,
}

/// Texts that are near a price: short forms of one, and what a quick look could take for one.
const ODD_PRICES: [&str; 16] = [
    ".50",
    "5.",
    "5.5",
    "0.5",
    "-0.50",
    "+1.00",
    "00.10",
    "1:.00",
    "a.00",
    "1.0a",
    "1.:0",
    "",
    "1234567.89",
    "12345678.90",
    "00000000000000000001.00",
    "18446744073709551617.00",
];

/// Figures on both sides of what is calculated with in 64 bits.
const EDGES: [u64; 12] = [
    (1 << 15) - 1,
    1 << 15,
    (1 << 16) - 1,
    1 << 16,
    (1 << 20) - 1,
    1 << 20,
    (1 << 31) - 1,
    1 << 31,
    (1 << 32) - 1,
    1 << 32,
    1 << 36,
    1 << 40,
];

fn edge(place: u8) -> u64 {
    EDGES[usize::from(place) % EDGES.len()]
}

#[derive(Arbitrary, Debug)]
pub struct Line {
    quantity: Quantity,
    price: Price,
    rate: Rate,
    /// Fields that do not count.
    beside: u8,
}

#[derive(Arbitrary, Debug)]
enum Quantity {
    Few(u8),
    Whole(u16),
    Edge(u8),
    Part(Figure),
    Any(f64),
}

#[derive(Arbitrary, Debug)]
enum Price {
    Cents(u16),
    Odd(u8),
    Edge(u8),
    Any(Figure),
}

#[derive(Arbitrary, Debug)]
enum Rate {
    Usual(u8),
    Hundredths(u16),
    Edge(u8),
    Any(Figure),
}

#[derive(Arbitrary, Debug)]
enum Figure {
    Small(i32, u8),
    Large(i128, u8),
}

impl Figure {
    fn text(&self) -> String {
        match self {
            Figure::Small(units, decimals) => Exact::new(*units, u32::from(decimals % 6)),
            // Up to one digit more than there may be.
            Figure::Large(units, decimals) => Exact::new(units % 10_i128.pow(29), u32::from(decimals % 30)),
        }
        .text()
    }
}

impl Line {
    pub fn usual(quantity: u8, cents: u16, rate: u8) -> Line {
        Line {
            quantity: Quantity::Few(quantity),
            price: Price::Cents(cents),
            rate: Rate::Usual(rate),
            beside: 0,
        }
    }

    /// As JSON writes it.
    fn quantity(&self) -> String {
        match &self.quantity {
            Quantity::Few(count) => (count % 12 + 1).to_string(),
            Quantity::Whole(count) => count.to_string(),
            Quantity::Edge(place) => edge(*place).to_string(),
            Quantity::Part(figure) => figure.text(),
            Quantity::Any(number) if number.is_finite() => format!("{number:e}"),
            Quantity::Any(_) => "1".to_string(),
        }
    }

    fn price(&self) -> String {
        match &self.price {
            Price::Cents(cents) => Exact::new(*cents, 2).text(),
            Price::Odd(place) => ODD_PRICES[usize::from(place % 16)].to_string(),
            Price::Edge(place) => Exact::new(edge(*place), 2).text(),
            Price::Any(figure) => figure.text(),
        }
    }

    pub fn rate(&self) -> String {
        match &self.rate {
            Rate::Usual(place) => RATES[usize::from(place % 16)].to_string(),
            Rate::Hundredths(units) => Exact::new(*units, 2).text(),
            Rate::Edge(place) => Exact::new(edge(*place), 2).text(),
            Rate::Any(figure) => figure.text(),
        }
    }

    pub fn json(&self, currency: &str, rate: &str) -> Value {
        let quantity: Value = serde_json::from_str(&self.quantity()).unwrap();
        let mut item = json!({
            "title": "Tea",
            "quantity": quantity,
            "unit_price": { "value": self.price(), "currency": currency },
            "vat_rate": rate,
        });
        for (bit, (name, value)) in
            [("type", "good"), ("description", "Green"), ("measure_unit", "kilogram"), ("sku", "1")]
                .into_iter()
                .enumerate()
        {
            if self.beside >> bit & 1 == 1 {
                item[name] = value.into();
            }
        }
        item
    }

    /// Its figures, when each can be read.
    fn figures(&self) -> Option<Figures> {
        let mut buffer = ryu_js::Buffer::new();
        let shortest = buffer.format(self.quantity().parse::<f64>().unwrap());
        let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
        Some(Figures {
            quantity: read(mantissa, Some(exponent.parse().unwrap())).ok()?,
            price: read(&self.price(), None).ok()?,
            rate: read(&self.rate(), None).ok()?.normalized(),
        })
    }
}

pub fn run(bytes: &[u8]) {
    let Ok(basket) = Basket::arbitrary(&mut Unstructured::new(bytes)) else { return };
    let code = CURRENCIES[usize::from(basket.currency % 8)];
    let payload = |rates: &[String]| -> Value {
        let items: Vec<Value> =
            basket.items.iter().zip(rates).map(|(line, rate)| line.json(code, rate)).collect();
        json!({ "potential_payment_methods": ["paypal"], "reusable": true, "items": items })
    };
    let options = Options {
        rounding: Rounding::NAMES[usize::from(basket.rounding % 4)].1,
        vat_rates: VatRates::Percent,
        lines: basket.lines,
    };
    let rates: Vec<String> = basket.items.iter().map(Line::rate).collect();
    let found = check(&payload(&rates), &options);

    let currency = Currency::read(code).unwrap();
    let figures: Option<Vec<Figures>> = basket.items.iter().map(Line::figures).collect();
    if let Some(figures) = figures.filter(|figures| !figures.is_empty()) {
        against(&found, &figures, currency, &options);
    } else {
        assert!(found.totals.is_none() && found.grosses.is_none() && !found.valid);
    }

    // The same rates as fractions, where those have not too many digits.
    let fractions: Option<Vec<String>> = rates
        .iter()
        .map(|rate| Some(read(&read(rate, None).ok()?.percent().text(), None).ok()?.text()))
        .collect();
    if let Some(fractions) = fractions {
        let options = Options { vat_rates: VatRates::Fraction, ..options };
        let fraction = check(&payload(&fractions), &options);
        assert_eq!((fraction.totals, fraction.grosses), (found.totals, found.grosses));
    }
}

/// What both views of a payload say, which is the same.
fn check(payload: &Value, options: &Options) -> Report {
    let parsed = validate::check(Document::new(payload).payload(), options, Want::Totals);
    report::sound(&parsed);
    for remembers in [Remembers::Nothing, Remembers::Words, Remembers::Everything] {
        let packed = Packer::pack(payload, *options, remembers).check(Want::Totals);
        assert_eq!(packed.issues, parsed.issues);
        assert_eq!((&packed.totals, packed.grosses), (&parsed.totals, parsed.grosses));
    }
    parsed
}

/// What a line is charged by; the rate is a percentage.
struct Figures {
    quantity: Exact,
    price: Exact,
    rate: Exact,
}

impl Figures {
    fn net(&self) -> Exact {
        self.quantity.times(&self.price)
    }

    fn vat(&self) -> Exact {
        self.net().times(&self.rate.percent())
    }
}

/// Net and VAT.
type Parts = (Exact, Exact);

/// Compares a report with what the figures come to.
fn against(report: &Report, figures: &[Figures], currency: Currency, options: &Options) {
    let decimals = currency.decimals();
    let Some((found_currency, grosses)) = &report.grosses else {
        assert!(report.totals.is_none());
        let why = |code| report.issues.iter().any(|issue| issue.code == code);
        assert!(why(Code::NotCalculable) || why(Code::MoreIssues));
        return assert!(!is_easy(figures, decimals), "an easy basket is not calculable");
    };
    assert_eq!(*found_currency, currency);
    for (rounding, gross) in grosses.by_rule() {
        let (net, vat) = whole(figures, rounding, decimals);
        assert!(is(gross, &net.plus(&vat)), "{rounding:?}: {gross}");
    }
    let rounding = options.rounding;
    let Some(Totals::Basket(BasketTotals { amounts, by_rate, lines, .. })) = &report.totals else {
        panic!("grosses without totals");
    };
    let total = whole(figures, rounding, decimals);
    same(amounts, &total);
    let expected = rows(figures, rounding, decimals, &total);
    assert_eq!(by_rate.len(), expected.len());
    for ((rate, amounts), (expected_rate, parts)) in by_rate.iter().zip(expected.iter().rev()) {
        assert!(is(rate.percent(), expected_rate));
        same(amounts, parts);
    }
    assert_eq!(lines.is_some(), options.lines);
    if let Some(lines) = lines {
        let expected = line_parts(figures, rounding, decimals, &total, &expected);
        assert_eq!(lines.len(), expected.len());
        for (amounts, parts) in lines.iter().zip(&expected) {
            same(amounts, parts);
        }
    }
}

/// Whether a basket's figures are far from the most digits there may be.
fn is_easy(figures: &[Figures], decimals: u32) -> bool {
    let whole = |line: &Figures| {
        line.quantity.whole_digits() + line.price.whole_digits() + line.rate.whole_digits().max(3)
    };
    let behind =
        |line: &Figures| line.quantity.decimals + line.price.decimals + line.rate.decimals + 4 + decimals;
    let most = figures.iter().map(whole).max().unwrap_or(0) + figures.len().to_string().len();
    let behind = figures.iter().map(behind).max().unwrap_or(0);
    most + usize::try_from(decimals).unwrap() <= 17 && most + usize::try_from(behind).unwrap() <= 36
}

fn is(value: Decimal, expected: &Exact) -> bool {
    Exact::new(value.mantissa(), value.scale()) == *expected
}

fn same(amounts: &Amounts, (net, vat): &Parts) {
    let gross = net.plus(vat);
    assert!(
        is(amounts.net(), net) && is(amounts.vat(), vat) && is(amounts.gross(), &gross),
        "{amounts:?}: {net:?} {vat:?}"
    );
}

fn sum(values: impl Iterator<Item = Exact>) -> Exact {
    values.fold(Exact::zero(), |sum, value| sum.plus(&value))
}

/// Net and VAT of one line alone, under a rule that rounds line by line.
fn line(line: &Figures, rounding: Rounding, decimals: u32) -> Parts {
    let net = line.net().round(decimals);
    let vat = match rounding {
        Rounding::Unit => {
            let unit = line.price.plus(&line.price.times(&line.rate.percent())).round(decimals);
            line.quantity.times(&unit).round(decimals).minus(&net)
        }
        _ => net.times(&line.rate.percent()).round(decimals),
    };
    (net, vat)
}

fn by_rate(figures: &[Figures]) -> BTreeMap<Exact, Vec<&Figures>> {
    let mut rates: BTreeMap<Exact, Vec<&Figures>> = BTreeMap::new();
    for line in figures {
        rates.entry(line.rate.clone()).or_default().push(line);
    }
    rates
}

fn whole(figures: &[Figures], rounding: Rounding, decimals: u32) -> Parts {
    if rounding == Rounding::Total {
        let net = sum(figures.iter().map(Figures::net));
        let gross = net.plus(&sum(figures.iter().map(Figures::vat))).round(decimals);
        let net = net.round(decimals);
        return (net.clone(), gross.minus(&net));
    }
    let total = (Exact::zero(), Exact::zero());
    let rows = rows(figures, rounding, decimals, &total);
    (sum(rows.values().map(|row| row.0.clone())), sum(rows.values().map(|row| row.1.clone())))
}

/// Net and VAT of each rate.
fn rows(figures: &[Figures], rounding: Rounding, decimals: u32, total: &Parts) -> BTreeMap<Exact, Parts> {
    let rates = by_rate(figures);
    if rounding == Rounding::Total {
        // The highest rate is the first row.
        let nets = rates.values().rev().map(|lines| sum(lines.iter().map(|line| line.net()))).collect();
        let vats = rates.values().rev().map(|lines| sum(lines.iter().map(|line| line.vat()))).collect();
        let rows = shares(nets, &total.0, decimals).into_iter().zip(shares(vats, &total.1, decimals));
        return rates.keys().rev().cloned().zip(rows).collect();
    }
    let row = |rate: &Exact, lines: &[&Figures]| {
        let parts: Vec<Parts> = lines.iter().map(|figures| line(figures, rounding, decimals)).collect();
        let net = sum(parts.iter().map(|part| part.0.clone()));
        let vat = match rounding {
            Rounding::Rate => net.times(&rate.percent()).round(decimals),
            _ => sum(parts.iter().map(|part| part.1.clone())),
        };
        (net, vat)
    };
    rates.iter().map(|(rate, lines)| (rate.clone(), row(rate, lines))).collect()
}

/// Net and VAT of each line.
fn line_parts(
    figures: &[Figures],
    rounding: Rounding,
    decimals: u32,
    total: &Parts,
    rows: &BTreeMap<Exact, Parts>,
) -> Vec<Parts> {
    match rounding {
        Rounding::Line | Rounding::Unit => {
            figures.iter().map(|figures| line(figures, rounding, decimals)).collect()
        }
        Rounding::Total => {
            let nets = shares(figures.iter().map(Figures::net).collect(), &total.0, decimals);
            let vats = shares(figures.iter().map(Figures::vat).collect(), &total.1, decimals);
            nets.into_iter().zip(vats).collect()
        }
        Rounding::Rate => {
            let net = |line: &Figures| line.net().round(decimals);
            let mut shared: BTreeMap<&Exact, _> = rows
                .iter()
                .map(|(rate, (_, vat))| {
                    let members = figures.iter().filter(|line| line.rate == *rate);
                    let vats = members.map(|line| net(line).times(&rate.percent())).collect();
                    (rate, shares(vats, vat, decimals).into_iter())
                })
                .collect();
            figures
                .iter()
                .map(|line| (net(line), shared.get_mut(&line.rate).unwrap().next().unwrap()))
                .collect()
        }
    }
}

/// Rounds each value, and brings what is missing to those with the largest remainders, the earlier first;
/// takes what is too much from those with the smallest, the later first. Zero stays zero.
fn shares(values: Vec<Exact>, total: &Exact, decimals: u32) -> Vec<Exact> {
    let mut rounded: Vec<Exact> = values.iter().map(|value| value.round(decimals)).collect();
    let missing = total.minus(&sum(rounded.iter().cloned()));
    let up = !missing.is_negative();
    let mut order: Vec<usize> = (0..values.len()).filter(|place| !values[*place].is_zero()).collect();
    let remainders: Vec<Exact> =
        values.iter().zip(&rounded).map(|(value, rounded)| value.minus(rounded)).collect();
    // A stable sort keeps the earlier first.
    order.sort_by(|a, b| remainders[*b].cmp(&remainders[*a]));
    if !up {
        order.reverse();
    }
    let unit = Exact::new(if up { 1 } else { -1 }, decimals);
    let mut left = missing;
    for place in order {
        if left.is_zero() {
            break;
        }
        rounded[place] = rounded[place].plus(&unit);
        left = left.minus(&unit);
    }
    assert!(left.is_zero(), "more is missing than there are values");
    rounded
}

/// Bytes of which most make some basket.
pub fn seeds() -> Vec<Vec<u8>> {
    (0..32_u8)
        .map(|seed| (0..40 + seed).map(|place| place.wrapping_mul(seed * 2 + 1) ^ seed).collect())
        .collect()
}
