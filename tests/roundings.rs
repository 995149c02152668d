//! The four rounding rules: the table of known baskets, and a great many random ones against an
//! oracle that counts with integers of any size and shares no code with the crate.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;
#[path = "common/random.rs"]
mod random;

use baskets::{Line, basket, differences, table, totals};
use check::check;
use num_bigint::BigInt;
use qonto_payment_links::decimal::{self, Decimal};
use qonto_payment_links::issue::Code;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Amounts, BasketTotals, Rounding, Totals};
use qonto_payment_links::validate::Want;
use qonto_payment_links::vat::VatRates;
use random::Random;
use serde_json::json;

const RULES: [Rounding; 4] = [Rounding::Line, Rounding::Rate, Rounding::Total, Rounding::Unit];

fn by(rounding: Rounding) -> Options {
    Options { rounding, lines: true, ..Options::default() }
}

fn lines(lines: &[[&str; 3]]) -> Vec<Line> {
    lines.iter().map(|line| line.map(String::from)).collect()
}

/// Net, VAT and gross as text.
fn shown(amounts: &Amounts) -> [String; 3] {
    [amounts.net, amounts.vat, amounts.gross].map(decimal::format)
}

fn gross(given: &[[&str; 3]], currency: &str, rounding: Rounding) -> String {
    decimal::format(totals(&basket(&lines(given), currency), by(rounding)).unwrap().amounts.gross)
}

// The oracle: every figure is an integer with 86 decimals, which holds the exact product of a
// quantity, a price and a rate of 28 decimals each.

const SCALE: u32 = 86;
const FIELD: u32 = 28;

fn ten(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

/// A decimal with `scale` decimals, from its text, which has no exponent.
fn read(text: &str, scale: u32) -> BigInt {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let missing = scale - u32::try_from(decimals.len()).unwrap();
    format!("{whole}{decimals}").parse::<BigInt>().unwrap() * ten(missing)
}

/// Half away from zero, in minor units.
fn round(exact: &BigInt, decimals: u32) -> BigInt {
    let unit = ten(SCALE - decimals);
    let away = if *exact < BigInt::ZERO { -&unit } else { unit.clone() };
    (exact * 2 + away) / (unit * 2)
}

fn text(units: &BigInt, decimals: u32) -> String {
    let places = usize::try_from(decimals).unwrap();
    let digits = format!("{:0>1$}", units.magnitude().to_string(), places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    let sign = if *units < BigInt::ZERO { "-" } else { "" };
    if decimals == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// One line with all that a rule may need of it; the amounts are in minor units or exact.
struct Figures {
    rate: BigInt,
    net: BigInt,
    vat: BigInt,
    unit_gross: BigInt,
    exact_net: BigInt,
    exact_gross: BigInt,
    /// The exact VAT of the rounded net.
    exact_vat: BigInt,
}

fn figures([price, quantity, rate]: &Line, decimals: u32) -> Figures {
    let (price, quantity, rate) = (read(price, FIELD), read(quantity, FIELD), read(rate, FIELD));
    let hundred = ten(FIELD + 2);
    let exact_net = &price * &quantity * ten(FIELD + 2);
    let exact_gross = &price * &quantity * (&rate + &hundred);
    let net = round(&exact_net, decimals);
    let exact_vat = &net * ten(SCALE - decimals - FIELD - 2) * &rate;
    let unit = round(&(&price * (&rate + &hundred) * ten(FIELD)), decimals);
    let unit_gross = round(&(&unit * ten(SCALE - decimals - FIELD) * &quantity), decimals);
    Figures { vat: round(&exact_vat, decimals), rate, net, unit_gross, exact_net, exact_gross, exact_vat }
}

/// Shares `total` among exact figures: each is rounded, and the units left over go one by one to
/// those with the largest remainder.
fn share(exact: &[BigInt], total: &BigInt, decimals: u32) -> Vec<BigInt> {
    let mut shares: Vec<BigInt> = exact.iter().map(|figure| round(figure, decimals)).collect();
    loop {
        let missing = total - shares.iter().sum::<BigInt>();
        if missing == BigInt::ZERO {
            return shares;
        }
        let up = missing > BigInt::ZERO;
        let remainder = |index: usize| &exact[index] - &shares[index] * ten(SCALE - decimals);
        // What is zero stays so.
        let candidates: Vec<usize> = (0..exact.len()).filter(|index| exact[*index] != BigInt::ZERO).collect();
        let mut best = candidates[0];
        for &index in &candidates[1..] {
            // Of two alike, the earlier gets one first, and the later gives one up first.
            let better =
                if up { remainder(index) > remainder(best) } else { remainder(index) <= remainder(best) };
            if better {
                best = index;
            }
        }
        shares[best] += if up { 1 } else { -1 };
    }
}

/// Net and gross.
type Row = (BigInt, BigInt);

struct Answer {
    whole: Row,
    by_rate: Vec<(BigInt, Row)>,
    lines: Vec<Row>,
}

fn oracle(given: &[Line], rounding: Rounding, decimals: u32) -> Answer {
    let all: Vec<Figures> = given.iter().map(|line| figures(line, decimals)).collect();
    let mut rates: Vec<BigInt> = all.iter().map(|line| line.rate.clone()).collect();
    rates.sort_by(|a, b| b.cmp(a));
    rates.dedup();
    let members = |rate: &BigInt| -> Vec<usize> {
        let rate = rate.clone();
        (0..all.len()).filter(|index| all[*index].rate == rate).collect()
    };
    let sum = |places: &[usize], figure: &dyn Fn(&Figures) -> BigInt| -> BigInt {
        places.iter().map(|place| figure(&all[*place])).sum()
    };
    let every: Vec<usize> = (0..all.len()).collect();

    if rounding == Rounding::Total {
        let whole = (
            round(&sum(&every, &|line| line.exact_net.clone()), decimals),
            round(&sum(&every, &|line| line.exact_gross.clone()), decimals),
        );
        let shared = |groups: &[Vec<usize>]| -> Vec<Row> {
            let exact = |figure: &dyn Fn(&Figures) -> BigInt| -> Vec<BigInt> {
                groups.iter().map(|places| sum(places, figure)).collect()
            };
            let nets = share(&exact(&|line| line.exact_net.clone()), &whole.0, decimals);
            let vats = exact(&|line| &line.exact_gross - &line.exact_net);
            let vats = share(&vats, &(&whole.1 - &whole.0), decimals);
            nets.into_iter().zip(vats).map(|(net, vat)| (net.clone(), net + vat)).collect()
        };
        let groups: Vec<Vec<usize>> = rates.iter().map(members).collect();
        let singles: Vec<Vec<usize>> = every.iter().map(|place| vec![*place]).collect();
        let by_rate = rates.iter().cloned().zip(shared(&groups)).collect();
        let lines = shared(&singles);
        return Answer { by_rate, lines, whole };
    }

    let mut rows: Vec<Row> = all
        .iter()
        .map(|line| match rounding {
            Rounding::Unit => (line.net.clone(), line.unit_gross.clone()),
            _ => (line.net.clone(), &line.net + &line.vat),
        })
        .collect();
    if rounding == Rounding::Rate {
        for rate in &rates {
            let places = members(rate);
            let vat = round(&sum(&places, &|line| line.exact_vat.clone()), decimals);
            let exact: Vec<BigInt> = places.iter().map(|place| all[*place].exact_vat.clone()).collect();
            for (place, vat) in places.iter().zip(share(&exact, &vat, decimals)) {
                rows[*place].1 = &rows[*place].0 + vat;
            }
        }
    }
    let add = |places: &[usize]| -> Row {
        (places.iter().map(|place| &rows[*place].0).sum(), places.iter().map(|place| &rows[*place].1).sum())
    };
    let by_rate = rates.iter().map(|rate| (rate.clone(), add(&members(rate)))).collect();
    Answer { whole: add(&every), by_rate, lines: rows }
}

fn row((net, gross): &Row, decimals: u32) -> [String; 3] {
    [text(net, decimals), text(&(gross - net), decimals), text(gross, decimals)]
}

/// Whether the crate's totals are the oracle's, in every row.
fn assert_equal(received: &BasketTotals, given: &[Line], rounding: Rounding) {
    let decimals = received.currency.decimals();
    let expected = oracle(given, rounding, decimals);
    let context = || format!("{given:?} {:?} by {}", received.currency, rounding.name());
    assert_eq!(shown(&received.amounts), row(&expected.whole, decimals), "{}", context());
    let by_rate: Vec<_> = received
        .by_rate
        .iter()
        .map(|(rate, amounts)| (read(&decimal::format(rate.percent()), FIELD), shown(amounts)))
        .collect();
    let expected_by_rate: Vec<_> =
        expected.by_rate.iter().map(|(rate, amounts)| (rate.clone(), row(amounts, decimals))).collect();
    assert_eq!(by_rate, expected_by_rate, "{}", context());
    let lines: Vec<_> = received.lines.as_ref().unwrap().iter().map(shown).collect();
    let expected: Vec<_> = expected.lines.iter().map(|line| row(line, decimals)).collect();
    assert_eq!(lines, expected, "{}", context());
}

/// Whether every row and every column adds up.
fn assert_adds_up(totals: &BasketTotals) {
    let sum = |rows: &[Amounts], of: fn(&Amounts) -> Decimal| -> Decimal { rows.iter().map(of).sum() };
    let by_rate: Vec<Amounts> = totals.by_rate.iter().map(|(_, amounts)| *amounts).collect();
    for rows in [&by_rate, totals.lines.as_ref().unwrap()] {
        for row in rows {
            assert_eq!(row.net + row.vat, row.gross, "{totals:?}");
        }
        assert_eq!(sum(rows, |row| row.net), totals.amounts.net, "{totals:?}");
        assert_eq!(sum(rows, |row| row.vat), totals.amounts.vat, "{totals:?}");
        assert_eq!(sum(rows, |row| row.gross), totals.amounts.gross, "{totals:?}");
    }
    assert_eq!(totals.amounts.net + totals.amounts.vat, totals.amounts.gross, "{totals:?}");
}

const USUAL_RATES: [&str; 8] = ["0", "5.5", "10", "20", "21.0", "19", "2.1", "25.50"];
const CURRENCIES: [&str; 4] = ["EUR", "JPY", "KWD", "CLF"];

fn decimal_text(random: &mut Random, largest: u64, decimals: u32) -> String {
    let places = usize::try_from(random.below(u64::from(decimals) + 1)).unwrap();
    let whole = random.below(largest);
    if places == 0 {
        return whole.to_string();
    }
    let fraction = random.below(10_u64.pow(u32::try_from(places).unwrap()));
    format!("{whole}.{fraction:0>places$}")
}

/// Baskets as shops have them: whole quantities, prices in cents, rates that exist.
fn usual_line(random: &mut Random) -> Line {
    let price = random.below(20_000) + 1;
    let quantity = random.below(12) + 1;
    let rate = USUAL_RATES[random.index(USUAL_RATES.len())];
    [format!("{}.{:02}", price / 100, price % 100), quantity.to_string(), rate.to_string()]
}

/// Lines that are right or wrong, but can be calculated with.
fn odd_line(random: &mut Random) -> Line {
    let sign = |random: &mut Random| if random.below(4) == 0 { "-" } else { "" };
    let price_sign = sign(random);
    let size = 10_u64.pow(u32::try_from(random.below(7)).unwrap());
    let price = decimal_text(random, size, 4);
    let quantity_sign = sign(random);
    let size = 10_u64.pow(u32::try_from(random.below(5)).unwrap());
    let quantity = decimal_text(random, size, 6);
    let rate_sign = if random.below(10) == 0 { "-" } else { "" };
    let rate = match random.below(3) {
        0 => decimal_text(random, 120, 5),
        _ => USUAL_RATES[random.index(USUAL_RATES.len())].to_string(),
    };
    [format!("{price_sign}{price}"), format!("{quantity_sign}{quantity}"), format!("{rate_sign}{rate}")]
}

/// Many small amounts with equal remainders, so that cents are left over.
fn tied_line(random: &mut Random) -> Line {
    let prices = ["0.01", "0.03", "0.05", "0.33", "1.01", "-0.03", "0.25"];
    let quantities = ["1", "1", "2", "3", "0.5", "1.5", "0.1"];
    let rates = ["20", "10", "5", "50", "0", "5.5"];
    let mut pick = |from: &[&str]| from[random.index(from.len())].to_string();
    [pick(&prices), pick(&quantities), pick(&rates)]
}

fn compare(seed: u64, baskets: usize, line: fn(&mut Random) -> Line) {
    let mut random = Random::new(seed);
    for _ in 0..baskets {
        let count = random.index(8) + 1;
        let given: Vec<Line> = (0..count).map(|_| line(&mut random)).collect();
        let currency = CURRENCIES[random.index(CURRENCIES.len() * 2).min(3)];
        let currency = if random.below(2) == 0 { "EUR" } else { currency };
        let payload = basket(&given, currency);
        for rounding in RULES {
            let Some(totals) = totals(&payload, by(rounding)) else {
                panic!("{given:?} {currency} has no totals");
            };
            assert_adds_up(&totals);
            assert_equal(&totals, &given, rounding);
        }
    }
}

#[test]
fn the_rounding_table_holds_under_all_four_rules() {
    assert_eq!(table().len(), 7);
    assert_eq!(differences(), "");
}

#[test]
fn usual_baskets_are_the_oracles_under_every_rule() {
    compare(1, 4_000, usual_line);
}

#[test]
fn odd_baskets_are_the_oracles_under_every_rule() {
    compare(2, 4_000, odd_line);
}

#[test]
fn baskets_with_cents_left_over_are_the_oracles_under_every_rule() {
    compare(3, 4_000, tied_line);
}

#[test]
fn baskets_of_a_thousand_lines_are_the_oracles_under_every_rule() {
    let mut random = Random::new(4);
    for line in [usual_line, tied_line] {
        let given: Vec<Line> = (0..1_000).map(|_| line(&mut random)).collect();
        for rounding in RULES {
            let totals = totals(&basket(&given, "EUR"), by(rounding)).unwrap();
            assert_adds_up(&totals);
            assert_eq!(shown(&totals.amounts), row(&oracle(&given, rounding, 2).whole, 2));
        }
    }
}

#[test]
fn half_a_cent_is_rounded_away_from_zero_on_both_sides() {
    let cases = [
        ("0.01", "0.5", "0.01"),
        ("-0.01", "0.5", "-0.01"),
        ("0.01", "0.49", "0.00"),
        ("-0.01", "0.49", "0.00"),
        ("0.03", "0.5", "0.02"),
        ("-0.03", "0.5", "-0.02"),
        ("0.05", "0.5", "0.03"),
        ("0.01", "0.4999999999", "0.00"),
        ("0.01", "0.5000000001", "0.01"),
        ("-0.01", "0.5000000001", "-0.01"),
    ];
    for (price, quantity, expected) in cases {
        for rounding in [Rounding::Line, Rounding::Rate, Rounding::Total] {
            assert_eq!(gross(&[[price, quantity, "0"]], "EUR", rounding), expected, "{price} × {quantity}");
        }
    }
    for (price, expected) in [("0.10", "0.11"), ("-0.10", "-0.11"), ("0.30", "0.32"), ("-0.30", "-0.32")] {
        for rounding in RULES {
            assert_eq!(gross(&[[price, "1", "5"]], "EUR", rounding), expected, "{price} at 5 %");
        }
    }
}

#[test]
fn a_negative_basket_is_the_mirror_of_the_positive_one() {
    let mut random = Random::new(5);
    for _ in 0..300 {
        let given: Vec<Line> = (0..4).map(|_| usual_line(&mut random)).collect();
        let mirror: Vec<Line> = given
            .iter()
            .map(|[price, quantity, rate]| [format!("-{price}"), quantity.clone(), rate.clone()])
            .collect();
        for rounding in RULES {
            let amounts = |lines: &[Line]| totals(&basket(lines, "EUR"), by(rounding)).unwrap().amounts;
            let (one, other) = (amounts(&given), amounts(&mirror));
            assert_eq!((one.net, one.vat, one.gross), (-other.net, -other.vat, -other.gross), "{given:?}");
        }
    }
}

#[test]
fn the_order_of_the_lines_does_not_change_the_total_or_the_rates() {
    let mut random = Random::new(6);
    for _ in 0..300 {
        let given: Vec<Line> = (0..6).map(|_| tied_line(&mut random)).collect();
        let reversed: Vec<Line> = given.iter().rev().cloned().collect();
        for rounding in RULES {
            let one = totals(&basket(&given, "EUR"), by(rounding)).unwrap();
            let other = totals(&basket(&reversed, "EUR"), by(rounding)).unwrap();
            assert_eq!((one.amounts, one.by_rate), (other.amounts, other.by_rate), "{given:?}");
        }
    }
}

#[test]
fn under_the_rule_total_the_cents_left_over_go_to_the_largest_remainders() {
    // Each line is 0.396; together 1.188, which is 1.19: the last gives up the cent.
    let three = lines(&[["0.33", "1", "20"]; 3]);
    let totals = totals(&basket(&three, "EUR"), by(Rounding::Total)).unwrap();
    let rows: Vec<_> = totals.lines.unwrap().iter().map(shown).collect();
    assert_eq!(rows[0], ["0.33", "0.07", "0.40"]);
    assert_eq!(rows[1], ["0.33", "0.07", "0.40"]);
    assert_eq!(rows[2], ["0.33", "0.06", "0.39"]);
}

#[test]
fn under_the_rule_rate_the_lines_of_a_rate_share_its_vat() {
    // Each line's VAT is 0.202; together 0.606, which is 0.61: the first gets the cent.
    let three = lines(&[["1.01", "1", "20"], ["1.00", "1", "5"], ["1.01", "1", "20"], ["1.01", "1", "20"]]);
    let totals = totals(&basket(&three, "EUR"), by(Rounding::Rate)).unwrap();
    let rows: Vec<_> = totals.lines.unwrap().iter().map(shown).collect();
    assert_eq!(rows[0], ["1.01", "0.21", "1.22"]);
    assert_eq!(rows[1], ["1.00", "0.05", "1.05"]);
    assert_eq!(rows[2], ["1.01", "0.20", "1.21"]);
    assert_eq!(rows[3], ["1.01", "0.20", "1.21"]);
}

#[test]
fn a_row_at_0_percent_never_has_vat() {
    let mut random = Random::new(7);
    let mut wrong = Vec::new();
    for _ in 0..2_000 {
        let given: Vec<Line> = (0..3).map(|_| tied_line(&mut random)).collect();
        for rounding in RULES {
            let totals = totals(&basket(&given, "EUR"), by(rounding)).unwrap();
            let of_rates = totals.by_rate.iter().filter(|(rate, _)| rate.percent().is_zero());
            let of_lines =
                given.iter().zip(totals.lines.as_ref().unwrap()).filter(|(line, _)| line[2] == "0");
            if of_rates.map(|(_, row)| row).chain(of_lines.map(|(_, row)| row)).any(|row| !row.vat.is_zero())
            {
                wrong.push(format!("{given:?} by {}", rounding.name()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} baskets, such as {}", wrong.len(), wrong[0]);
}

#[test]
fn currencies_have_the_decimals_of_their_minor_unit() {
    let cases = [
        ("EUR", "10.99", "13.30"),
        ("JPY", "10.99", "13"),
        ("ISK", "100", "121"),
        ("KWD", "10.99", "13.298"),
        ("TND", "10", "12.100"),
        ("CLF", "10.99", "13.2979"),
        ("USD", "10", "12.10"),
    ];
    for (currency, price, expected) in cases {
        assert_eq!(gross(&[[price, "1", "21"]], currency, Rounding::Total), expected, "{currency}");
    }
}

#[test]
fn both_notations_of_the_same_rate_give_the_same_totals() {
    let rates = [
        ("21.0", "0.21"),
        ("21", "0.210"),
        ("5.5", "0.055"),
        ("0", "0"),
        ("25.5", "0.255"),
        ("0.9", "0.009"),
    ];
    for (percent, fraction) in rates {
        for rounding in RULES {
            let read = |rate: &str, vat_rates| {
                let payload = basket(&lines(&[["10.99", "3", rate], ["0.33", "7", rate]]), "EUR");
                totals(&payload, Options { vat_rates, ..by(rounding) }).unwrap()
            };
            let (one, other) = (read(percent, VatRates::Percent), read(fraction, VatRates::Fraction));
            assert_eq!(one, other, "{percent} {}", rounding.name());
        }
    }
}

#[test]
fn one_rate_written_in_several_ways_is_one_row() {
    let given =
        lines(&[["1.00", "1", "21"], ["1.00", "1", "21.0"], ["1.00", "1", "21.000"], ["1.00", "1", "021"]]);
    let totals = totals(&basket(&given, "EUR"), by(Rounding::Line)).unwrap();
    assert_eq!(totals.by_rate.len(), 1);
    assert_eq!(decimal::format(totals.by_rate[0].0.percent()), "21");
}

#[test]
fn the_rates_stand_in_descending_order() {
    let given =
        lines(&[["1", "1", "5.5"], ["1", "1", "21"], ["1", "1", "0"], ["1", "1", "5.501"], ["1", "1", "10"]]);
    let totals = totals(&basket(&given, "EUR"), by(Rounding::Line)).unwrap();
    let rates: Vec<_> = totals.by_rate.iter().map(|(rate, _)| decimal::format(rate.percent())).collect();
    assert_eq!(rates, ["21", "10", "5.501", "5.5", "0"]);
}

#[test]
fn quantities_are_read_by_their_shortest_decimal_form() {
    // The price makes every digit of the quantity visible.
    let cases = [
        ("0.1", "100000000", "10000000.00"),
        ("0.30000000000000004", "1000000000000000", "300000000000000.04"),
        ("1e-7", "100000000", "10.00"),
        ("1.5e-7", "100000000", "15.00"),
        ("1E+2", "1.00", "100.00"),
        ("1.005", "1.00", "1.01"),
        ("2.675", "1.00", "2.68"),
        ("1.0049999999999997", "1.00", "1.00"),
        ("123456789.125", "0.01", "1234567.89"),
        ("9007199254740993", "0.01", "90071992547409.92"),
        ("100000000000000000000", "0.00", "0.00"),
        ("1e21", "0.00", "0.00"),
    ];
    for (quantity, price, expected) in cases {
        assert_eq!(gross(&[[price, quantity, "0"]], "EUR", Rounding::Line), expected, "{quantity}");
    }
}

#[test]
fn large_and_tiny_figures_are_exact_or_refused() {
    let fits = [
        ["999999999999.99", "1", "0"],
        ["0.01", "99999999999999", "0"],
        ["99999999999999.99", "1", "21"],
        ["0.01", "1e-20", "21"],
        ["1.00", "0.0000001", "99.999999999"],
        ["12345678.99", "12345.678901", "0.000000000001"],
    ];
    for line in fits {
        let plain = lines(&[line]).into_iter().map(|[price, quantity, rate]| {
            let quantity = if quantity == "1e-20" { format!("0.{}1", "0".repeat(19)) } else { quantity };
            [price, quantity, rate]
        });
        let plain: Vec<Line> = plain.collect();
        for rounding in RULES {
            let totals = totals(&basket(&lines(&[line]), "EUR"), by(rounding));
            let Some(totals) = totals else { panic!("{line:?} was refused") };
            assert_adds_up(&totals);
            assert_equal(&totals, &plain, rounding);
        }
    }
    let refused = [["9999999999999999999999999999", "1", "21"], ["0.01", "1e27", "21"], ["1", "1e25", "0"]];
    for line in refused {
        let payload = basket(&lines(&[line]), "EUR");
        assert_eq!(totals(&payload, by(Rounding::Line)), None, "{line:?}");
        let report = check(&payload, Options::default(), Want::Totals);
        assert_eq!(
            report.issues.iter().map(|issue| issue.code).next_back(),
            Some(Code::NotCalculable),
            "{line:?}"
        );
        assert!(!report.valid);
    }
}

/// A decimal of just so many digits before and behind the point.
fn sized(random: &mut Random, (whole, decimals): (usize, usize)) -> String {
    let mut text = String::new();
    for place in 0..whole + decimals {
        if place == whole {
            text.push('.');
        }
        let digit = if place == 0 { random.below(9) + 1 } else { random.below(10) };
        text.push_str(&digit.to_string());
    }
    text
}

#[test]
fn random_figures_of_any_size_are_exact_or_refused() {
    let prices = [(1, 2), (4, 2), (9, 2), (13, 2), (17, 2), (1, 12), (5, 20)];
    // No more digits than a JSON number keeps.
    let quantities = [(1, 0), (3, 3), (6, 6), (1, 14), (12, 0), (14, 1)];
    let rates = [(1, 0), (2, 1), (2, 6), (1, 15), (2, 24)];
    let mut random = Random::new(8);
    let (mut calculated, mut refused) = (0, 0);
    for _ in 0..3_000 {
        let mut line = || {
            [prices.as_slice(), quantities.as_slice(), rates.as_slice()].map(|sizes| {
                let size = sizes[random.index(sizes.len())];
                sized(&mut random, size)
            })
        };
        let given: Vec<Line> = vec![line(), line()];
        let payload = basket(&given, "EUR");
        for rounding in RULES {
            let report = check(&payload, by(rounding), Want::Totals);
            if let Some(Totals::Basket(totals)) = report.totals {
                calculated += 1;
                assert_adds_up(&totals);
                assert_equal(&totals, &given, rounding);
            } else {
                refused += 1;
                assert!(report.issues.iter().any(|issue| issue.code == Code::NotCalculable), "{given:?}");
            }
        }
    }
    assert!(calculated > 2_000 && refused > 2_000, "{calculated} calculated, {refused} refused");
}

#[test]
fn a_line_whose_digits_nearly_fill_64_bits_is_calculated() {
    // Price times quantity without their points: just below 2^63, with eight decimals too many.
    let limit = u64::try_from(i64::MAX).unwrap();
    for price in [10_001_u64, 10_007, 12_345, 99_999, 100_003] {
        let quantity = limit / price;
        let (whole, decimals) = (quantity / 100_000_000, quantity % 100_000_000);
        let given = [[
            format!("{}.{:02}", price / 100, price % 100),
            format!("{whole}.{decimals:08}"),
            "21".to_string(),
        ]];
        for rounding in RULES {
            let payload = basket(&given, "EUR");
            let Some(totals) = totals(&payload, by(rounding)) else { panic!("{given:?} was refused") };
            assert_equal(&totals, &given, rounding);
        }
    }
}

#[test]
fn an_invoice_costs_its_amount_in_the_decimals_of_its_currency() {
    let cases = [
        ("13.3", "EUR", "13.30"),
        ("13", "EUR", "13.00"),
        ("13.305", "EUR", "13.31"),
        ("-13.305", "EUR", "-13.31"),
        ("0", "EUR", "0.00"),
        ("1300", "JPY", "1300"),
        ("13.3", "KWD", "13.300"),
    ];
    for (value, currency, expected) in cases {
        let payload = json!({
            "potential_payment_methods": ["paypal"],
            "invoice_id": "7c7d1c3a-7a8f-4b1e-9f6e-0d7a3f1b2c4d",
            "invoice_number": "F-2026-001",
            "debitor_name": "Ada Lovelace",
            "amount": { "value": value, "currency": currency },
        });
        for rounding in RULES {
            let report = check(&payload, by(rounding), Want::Totals);
            let Some(Totals::Invoice { gross, .. }) = &report.totals else { panic!("{value} has no total") };
            assert_eq!(decimal::format(*gross), expected, "{value} {currency}");
            let (_, grosses) = report.grosses.unwrap();
            assert!(!grosses.differ());
            assert_eq!(grosses.under(rounding), *gross);
            assert_eq!(report.totals.unwrap().to_text(), format!("{currency} {expected}"));
        }
    }
}

#[test]
fn totals_as_text_are_the_whole_the_rates_and_the_lines() {
    let payload = basket(&lines(&[["10.99", "1", "21.0"], ["1.00", "2", "0"]]), "EUR");
    let text = |options: Options| check(&payload, options, Want::Totals).totals.unwrap().to_text();
    let short = "EUR line 12.99 2.31 15.30 2 21 10.99 2.31 13.30 0 2.00 0.00 2.00";
    assert_eq!(text(Options::default()), short);
    assert_eq!(text(by(Rounding::Line)), format!("{short} 10.99 2.31 13.30 2.00 0.00 2.00"));
}

#[test]
fn the_grosses_of_all_rules_are_the_totals_under_each() {
    let mut random = Random::new(9);
    for _ in 0..500 {
        let given: Vec<Line> = (0..5).map(|_| tied_line(&mut random)).collect();
        let payload = basket(&given, "EUR");
        for rounding in RULES {
            let report = check(&payload, by(rounding), Want::Totals);
            let Some(Totals::Basket(totals)) = report.totals else { panic!("{given:?} has no totals") };
            let (_, grosses) = report.grosses.unwrap();
            assert_eq!(grosses.under(rounding), totals.amounts.gross, "{given:?}");
            let warned = report.issues.iter().any(|issue| issue.code == Code::RoundingDependent);
            assert_eq!(warned, grosses.differ(), "{given:?}");
        }
    }
}

#[test]
fn a_decimal_is_written_as_it_was_read() {
    let texts = [
        "0",
        "0.00",
        "0.01",
        "-0.01",
        "13.30",
        "1",
        "-1",
        "10.990",
        "999999999999.99",
        "9999999999999999999999999999",
        "0.0000000000000000000000000001",
        "-12345678901234567890.12345678",
        "18446744073709551615",
        "18446744073709551616",
        "1000000000000000000",
        "1844674407370955161.6",
    ];
    for text in texts {
        assert_eq!(decimal::format(decimal::parse(text).unwrap()), text);
    }
    for (number, text) in [
        ("1e+21", "1000000000000000000000"),
        ("1.5e-7", "0.00000015"),
        ("-1E3", "-1000"),
        ("1e27", "1000000000000000000000000000"),
    ] {
        assert_eq!(decimal::format(decimal::parse_number(number).unwrap()), text);
    }
    for text in ["", "-", ".", "1.", ".1", "+1", "1e2", " 1", "1 ", "1,0", "--1", "1-", "NaN", "1.2.3", "٣"]
    {
        assert!(decimal::parse(text).is_err(), "{text}");
    }
    for text in ["e5", "1e", "1e99999999999", "1e5.5", "NaN", "-Infinity", "1e28", "1e-29"] {
        assert!(decimal::parse_number(text).is_err(), "{text}");
    }
}
