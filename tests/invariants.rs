//! What is true of every basket and of every decimal, whatever the figures.
#![cfg(feature = "json")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test may panic"
)]

#[path = "common/basket.rs"]
mod basket;
#[path = "common/check.rs"]
mod check;

use basket::{Line, basket, totals};
use check::check;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed};
use qonto_payment_links::decimal::{self, Decimal, MAX_DIGITS};
use qonto_payment_links::issue::Code;
use qonto_payment_links::options::Options;
use qonto_payment_links::totals::{Amounts, BasketTotals, Rounding};
use qonto_payment_links::validate::Want;
use qonto_payment_links::vat::{VatRate, VatRates};
use rust_decimal::RoundingStrategy::MidpointAwayFromZero;

const RATES: [&str; 12] =
    ["0", "0.0", "2.1", "5.5", "7", "10", "13.5", "19.0", "20", "21.0", "25.50", "8.123456789"];

/// A sale: a price in cents, a whole quantity, a rate that exists.
fn usual_line() -> impl Strategy<Value = Line> {
    (0..20_000_u32, 1..=12_u32, select(RATES.as_slice())).prop_map(|(price, quantity, rate)| {
        [format!("{}.{:02}", price / 100, price % 100), quantity.to_string(), rate.to_string()]
    })
}

/// Small amounts with equal remainders, so that cents are left over.
fn tied_line() -> impl Strategy<Value = Line> {
    let prices = ["0.01", "0.03", "0.05", "0.33", "1.01", "-0.03", "0.25", "-0.33"];
    let quantities = ["1", "2", "3", "0.5", "1.5", "0.1"];
    let rates = ["20", "10", "5", "50", "0", "5.5"];
    (0..prices.len(), 0..quantities.len(), 0..rates.len())
        .prop_map(move |(p, q, r)| [prices[p], quantities[q], rates[r]].map(String::from))
}

/// A decimal below `most`, with up to `decimals` decimals.
fn figure(most: u64, decimals: u32) -> impl Strategy<Value = String> {
    let at = move |decimals: u32| (0..most * 10_u64.pow(decimals)).prop_map(move |units| (units, decimals));
    (0..=decimals).prop_flat_map(at).prop_map(|(units, decimals)| {
        decimal::format(Decimal::from_i128_with_scale(i128::from(units), decimals))
    })
}

/// Figures that can be calculated with, right or wrong.
fn odd_line() -> impl Strategy<Value = Line> {
    (any::<bool>(), figure(100_000, 4), figure(10_000, 6), figure(101, 3)).prop_map(
        |(minus, price, quantity, rate)| [format!("{}{price}", if minus { "-" } else { "" }), quantity, rate],
    )
}

/// A decimal of few or very many digits, on either side of zero.
fn any_rate() -> impl Strategy<Value = Decimal> {
    (
        prop_oneof![-30..30_i128, -10_i128.pow(MAX_DIGITS)..10_i128.pow(MAX_DIGITS)],
        prop_oneof![0..3_u32, 0..=MAX_DIGITS],
    )
        .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

fn any_line() -> impl Strategy<Value = Line> {
    prop_oneof![usual_line(), tied_line(), odd_line()]
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    vec(any_line(), 1..9)
}

fn rule() -> impl Strategy<Value = Rounding> {
    select(Rounding::NAMES.as_slice()).prop_map(|(_, rounding)| rounding)
}

fn currency() -> impl Strategy<Value = &'static str> {
    select(["EUR", "EUR", "JPY", "KWD", "CLF"].as_slice())
}

fn by(rounding: Rounding) -> Options {
    Options { rounding, lines: true, ..Options::default() }
}

fn add_up(lines: &[Line], currency: &str, rounding: Rounding) -> BasketTotals {
    totals(&basket(lines, currency), by(rounding)).unwrap()
}

fn sum(rows: &[Amounts], of: fn(&Amounts) -> Decimal) -> Decimal {
    rows.iter().map(of).sum()
}

#[test]
fn each_notation_of_rates_has_the_other() {
    assert_eq!(VatRates::Percent.other(), VatRates::Fraction);
    assert_eq!(VatRates::Fraction.other(), VatRates::Percent);
}

/// The same in every run.
fn config() -> Config {
    Config { cases: 1_000, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn net_and_vat_are_the_gross_in_every_row_and_rows_and_lines_add_up(
        lines in lines(), currency in currency(), rounding in rule(),
    ) {
        let totals = add_up(&lines, currency, rounding);
        let of_rates: Vec<Amounts> = totals.by_rate.iter().map(|(_, amounts)| *amounts).collect();
        let of_lines = totals.lines.unwrap();
        prop_assert_eq!(of_lines.len(), lines.len());
        for row in of_rates.iter().chain(&of_lines).chain([&totals.amounts]) {
            prop_assert_eq!(row.net() + row.vat(), row.gross());
        }
        for rows in [of_rates, of_lines] {
            prop_assert_eq!(sum(&rows, |row| row.net()), totals.amounts.net());
            prop_assert_eq!(sum(&rows, |row| row.vat()), totals.amounts.vat());
            prop_assert_eq!(sum(&rows, |row| row.gross()), totals.amounts.gross());
        }
    }

    #[test]
    fn the_order_of_the_items_does_not_matter(
        (lines, shuffled) in lines().prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
        currency in currency(), rounding in rule(),
    ) {
        let (one, other) = (add_up(&lines, currency, rounding), add_up(&shuffled, currency, rounding));
        prop_assert_eq!((one.amounts, one.by_rate), (other.amounts, other.by_rate));
    }

    // Where its net is whole cents: what is rounded in two parts may be a cent more or less.
    #[test]
    fn splitting_a_line_does_not_change_the_totals_of_its_rate_under_rate(
        mut lines in vec(usual_line(), 1..6), place in any::<Index>(), quantity in 2..1_000_u32, part in any::<Index>(),
    ) {
        let place = place.index(lines.len());
        lines[place][1] = quantity.to_string();
        let whole = add_up(&lines, "EUR", Rounding::Rate);
        let part = u32::try_from(part.index(usize::try_from(quantity).unwrap() - 1)).unwrap() + 1;
        let mut rest = lines[place].clone();
        lines[place][1] = part.to_string();
        rest[1] = (quantity - part).to_string();
        lines.push(rest);
        let split = add_up(&lines, "EUR", Rounding::Rate);
        prop_assert_eq!((whole.amounts, whole.by_rate), (split.amounts, split.by_rate));
    }

    #[test]
    fn a_higher_price_never_makes_a_lower_total(
        mut lines in lines(), place in any::<Index>(), more in figure(10, 4), currency in currency(), rounding in rule(),
    ) {
        let before = add_up(&lines, currency, rounding).amounts;
        let place = place.index(lines.len());
        let price = &mut lines[place][0];
        *price = decimal::format(decimal::parse(price).unwrap() + decimal::parse(&more).unwrap());
        let after = add_up(&lines, currency, rounding).amounts;
        prop_assert!(after.gross() >= before.gross() && after.net() >= before.net(), "{before:?}, then {after:?}");
    }

    #[test]
    fn a_basket_of_negative_prices_is_the_mirror_of_the_positive_one(
        lines in lines(), currency in currency(), rounding in rule(),
    ) {
        let negated = |[price, quantity, rate]: &Line| {
            let price = price.strip_prefix('-').map_or_else(|| format!("-{price}"), String::from);
            [price, quantity.clone(), rate.clone()]
        };
        let mirror: Vec<Line> = lines.iter().map(negated).collect();
        let (one, other) = (add_up(&lines, currency, rounding).amounts, add_up(&mirror, currency, rounding).amounts);
        prop_assert_eq!((one.net(), one.vat(), one.gross()), (-other.net(), -other.vat(), -other.gross()));
    }

    // In whole cents, because `unit` rounds the price of one unit first, with VAT or without.
    #[test]
    fn what_is_at_0_percent_has_no_vat(lines in vec(prop_oneof![usual_line(), tied_line()], 1..9), rounding in rule()) {
        let totals = add_up(&lines, "EUR", rounding);
        for (rate, row) in &totals.by_rate {
            prop_assert!(!rate.percent().is_zero() || row.vat().is_zero());
        }
        for (line, row) in lines.iter().zip(totals.lines.unwrap()) {
            prop_assert!(!decimal::parse(&line[2]).unwrap().is_zero() || row.vat().is_zero());
        }
    }

    // BR-CO-17, with rust_decimal's own multiplication and rounding.
    #[test]
    fn under_rate_the_vat_of_each_rate_is_what_en_16931_says(lines in lines()) {
        for (rate, row) in add_up(&lines, "EUR", Rounding::Rate).by_rate {
            let vat = row.net() * rate.percent() / Decimal::ONE_HUNDRED;
            prop_assert_eq!(row.vat(), vat.round_dp_with_strategy(2, MidpointAwayFromZero));
        }
    }

    #[test]
    fn both_notations_of_a_rate_give_the_same_totals(lines in lines(), rounding in rule()) {
        let as_fraction = |[price, quantity, rate]: &Line| {
            let percent = decimal::parse(rate).unwrap();
            let fraction = Decimal::from_i128_with_scale(percent.mantissa(), percent.scale() + 2);
            [price.clone(), quantity.clone(), decimal::format(fraction)]
        };
        let fractions: Vec<Line> = lines.iter().map(as_fraction).collect();
        let options = Options { vat_rates: VatRates::Fraction, ..by(rounding) };
        prop_assert_eq!(totals(&basket(&fractions, "EUR"), options).unwrap(), add_up(&lines, "EUR", rounding));
    }

    #[test]
    fn the_grosses_of_all_rules_are_the_totals_under_each(lines in lines(), currency in currency()) {
        let payload = basket(&lines, currency);
        let report = check(&payload, Options::default(), Want::Issues);
        let (_, grosses) = report.grosses.unwrap();
        for (rounding, gross) in grosses.by_rule() {
            prop_assert_eq!(gross, totals(&payload, by(rounding)).unwrap().amounts.gross());
        }
        let warned = report.issues.iter().any(|issue| issue.code == Code::RoundingDependent);
        prop_assert_eq!(warned, grosses.differ());
    }

    #[test]
    fn a_decimal_that_was_written_is_read_as_itself(mantissa in -10_i128.pow(MAX_DIGITS)..10_i128.pow(MAX_DIGITS), scale in 0..=MAX_DIGITS) {
        let value = Decimal::from_i128_with_scale(mantissa, scale);
        let text = decimal::format(value);
        // A zero before the point is not counted among the digits, one behind it is.
        let read = decimal::parse(&text).unwrap();
        prop_assert_eq!((read.mantissa(), read.scale()), (value.mantissa(), value.scale()));
        prop_assert_eq!(decimal::format(read), text);
    }

    #[test]
    fn rates_are_ordered_as_numbers_however_many_digits_they_have(one in any_rate(), other in any_rate()) {
        let rate = |value: Decimal| VatRate::read(&decimal::format(value), VatRates::Percent).unwrap();
        prop_assert_eq!(rate(one).cmp(&rate(other)), one.cmp(&other));
        prop_assert_eq!(rate(one) == rate(other), one == other);
    }

    #[test]
    fn a_text_of_the_right_form_is_written_as_it_stands(text in "-?(0|[1-9][0-9]{0,13})(\\.[0-9]{1,14})?") {
        let value = decimal::parse(&text).unwrap();
        let expected = if value.is_zero() { text.trim_start_matches('-') } else { &text };
        prop_assert_eq!(decimal::format(value), expected);
    }

    #[test]
    fn a_double_is_its_shortest_form_or_refused(
        number in prop_oneof![any::<u64>().prop_map(f64::from_bits), -1e22..1e22_f64, -1.0..1.0_f64, (any::<i32>()).prop_map(|cents| f64::from(cents) / 100.0)],
    ) {
        // The fewest digits that are read as the same double, in both ways of writing them.
        let text = format!("{number:e}");
        let plain = format!("{number}");
        let digits = plain.bytes().filter(u8::is_ascii_digit).count() - usize::from(plain.trim_start_matches('-').starts_with("0."));
        match decimal::parse_number(&text) {
            Ok(value) => {
                prop_assert_eq!(decimal::format(value), if number == 0.0 { "0" } else { plain.as_str() });
            }
            Err(_) => prop_assert!(!number.is_finite() || digits > usize::try_from(MAX_DIGITS).unwrap(), "{text}"),
        }
    }
}
