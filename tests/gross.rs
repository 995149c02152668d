//! The net unit price for a gross amount: every answer against every price there is, and what a line can
//! be wrong in.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test may panic"
)]

#[path = "common/random.rs"]
mod random;

use qonto_payment_links::decimal::{self, Decimal};
use qonto_payment_links::gross::{Found, Line, Priced, UnitPrice};
use qonto_payment_links::issue::Issue;
use qonto_payment_links::options::Options;
use qonto_payment_links::payload::{Field, Item, Money, Number, Payload, Prose};
use qonto_payment_links::totals::Rounding;
use qonto_payment_links::validate::{self, LineReport, Want};
use qonto_payment_links::vat::VatRates;
use random::Random;

const RULES: [Rounding; 4] = [Rounding::Line, Rounding::Rate, Rounding::Total, Rounding::Unit];

fn by(rounding: Rounding) -> Options {
    Options { rounding, ..Options::default() }
}

fn report(gross: &str, quantity: &str, rate: &str, currency: &str, options: &Options) -> LineReport {
    let line = Line {
        gross: Field::Is(gross.into()),
        quantity: Field::Is(Number::Written(quantity)),
        vat_rate: Field::Is(rate.into()),
        currency: Field::Is(currency.into()),
        unknown: None,
    };
    validate::check_line(Field::Is(line), options)
}

/// The gross total of a basket with one line under each rule, in the order of [`RULES`]; `None` when the
/// preview has no total, or an error.
fn preview(price: &str, quantity: &str, rate: &str, currency: &str) -> Option<[Decimal; 4]> {
    let item = Item {
        title: Field::Is(Prose::from("Tea")),
        quantity: Field::Is(Number::Written(quantity)),
        unit_price: Field::Is(Money {
            value: Field::Is(price.into()),
            currency: Field::Is(currency.into()),
            unknown: None,
        }),
        vat_rate: Field::Is(rate.into()),
        ..Item::default()
    };
    let payload = Payload {
        potential_payment_methods: Field::Is(vec![Field::Is("paypal".into())]),
        reusable: Field::Is(true),
        items: Field::Is(vec![Field::Is(item)].into_iter()),
        ..Payload::default()
    };
    let report = validate::check(Field::Is(payload), &Options::default(), Want::Totals);
    let (_, grosses) = report.grosses.filter(|_| report.valid)?;
    Some(grosses.by_rule().map(|(_, gross)| gross))
}

fn amount(units: i64, decimals: u32) -> String {
    decimal::format(Decimal::new(units, decimals))
}

fn units(amount: Decimal, decimals: u32) -> i64 {
    let mut amount = amount;
    amount.rescale(decimals);
    i64::try_from(amount.mantissa()).unwrap()
}

/// How far a price is from the amount, before any rounding: exact, at one scale for all prices.
fn distance(price: i64, quantity: &str, rate: &str, wanted: i64, decimals: u32) -> u128 {
    let (quantity, rate) = (decimal::parse(quantity).unwrap(), decimal::parse(rate).unwrap());
    let factor = 10_i128.pow(rate.scale() + 2) + rate.mantissa();
    let scale = 2 + quantity.scale() + rate.scale() + 2;
    let exact = i128::from(price) * quantity.mantissa() * factor;
    (exact - i128::from(wanted) * 10_i128.pow(scale - decimals)).unsigned_abs()
}

/// What must be found, from the gross of every price from 0 (or `first`) on.
fn expected(
    grosses: &[i64],
    first: i64,
    wanted: i64,
    distance: &dyn Fn(i64) -> u128,
) -> (Option<i64>, [(i64, i64); 2]) {
    let at = |place: usize| (first + i64::try_from(place).unwrap(), grosses[place]);
    let (from, to) =
        (grosses.partition_point(|gross| *gross < wanted), grosses.partition_point(|gross| *gross <= wanted));
    // Of equally near ones the last.
    let best = (from..to).map(|place| at(place).0).min_by_key(|price| (distance(*price), -price));
    let (below, above) = (at(from.saturating_sub(1)), at(to));
    (best, [below, above])
}

fn found(expected: (Option<i64>, [(i64, i64); 2]), decimals: u32, sign: i64) -> Found {
    let priced = |(price, gross): (i64, i64)| Priced {
        unit_price: Decimal::new(sign * price, 2),
        gross: Decimal::new(sign * gross, decimals),
    };
    match expected {
        (Some(price), _) => Found::Price(Decimal::new(sign * price, 2)),
        (None, [below, above]) => Found::Nearest(priced(below), Some(priced(above))),
    }
}

/// Asks for every amount that the prices from 0 up to a last one come to, and for all those between;
/// gives how many times.
fn every_amount(quantity: &str, rate: &str, currency: &str, decimals: u32, prices: i64) -> usize {
    let table: Vec<[i64; 4]> = (0..=prices)
        .map(|price| {
            preview(&amount(price, 2), quantity, rate, currency).unwrap().map(|gross| units(gross, decimals))
        })
        .collect();
    let single: Vec<[i64; 4]> = (0..=300)
        .map(|price| {
            preview(&amount(price, 2), "1", rate, currency).unwrap().map(|gross| units(gross, decimals))
        })
        .collect();
    let mut asked = 0;
    for (rule, rounding) in RULES.into_iter().enumerate() {
        let grosses: Vec<i64> = table.iter().map(|row| row[rule]).collect();
        let singles: Vec<i64> = single.iter().map(|row| row[rule]).collect();
        assert!(grosses.is_sorted(), "{quantity} @ {rate} {}", rounding.name());
        for wanted in 0..*grosses.last().unwrap() {
            let name = || format!("{wanted} for {quantity} @ {rate} {currency} by {}", rounding.name());
            let near = |price| distance(price, quantity, rate, wanted, decimals);
            let wanted_found = expected(&grosses, 0, wanted, &near);
            // The amount and its opposite in turn.
            let sign = if wanted % 5 == 3 { -1 } else { 1 };
            let report = report(&amount(sign * wanted, decimals), quantity, rate, currency, &by(rounding));
            let price = report.unit_price.unwrap_or_else(|| panic!("{}: {:?}", name(), report.issues));
            assert_eq!(price.line, found(wanted_found, decimals, sign), "{}", name());
            assert_eq!(price.single.is_none(), matches!(price.line, Found::Price(_)), "{}", name());
            if let Some(found_single) = price.single
                && wanted < *singles.last().unwrap()
            {
                let near = |price| distance(price, "1", rate, wanted, decimals);
                let one = expected(&singles, 0, wanted, &near);
                assert_eq!(found_single, found(one, decimals, sign), "{}, single", name());
            }
            asked += 1;
        }
    }
    asked
}

#[test]
fn every_small_amount_in_euros_gets_the_price_that_trying_all_prices_gives() {
    let mut asked = 0;
    for rate in ["0", "0.9", "5.5", "8.1", "20", "21.0", "25.5", "100"] {
        for (quantity, prices) in [("1", 300), ("2", 200), ("3", 200), ("7", 100), ("12", 50), ("100", 10)] {
            asked += every_amount(quantity, rate, "EUR", 2, prices);
        }
        for quantity in ["0.1", "0.25", "0.333", "1.5", "2.675"] {
            asked += every_amount(quantity, rate, "EUR", 2, 200);
        }
    }
    assert!(asked > 100_000, "{asked}");
}

#[test]
fn every_small_amount_in_other_currencies_gets_the_price_that_trying_all_prices_gives() {
    for rate in ["0", "5.5", "10", "20", "100"] {
        for quantity in ["1", "3", "0.5"] {
            every_amount(quantity, rate, "JPY", 0, 2_000);
            every_amount(quantity, rate, "KWD", 3, 60);
        }
    }
}

/// The rounding rules in integers, apart from the crate: the gross of one line in minor units.
fn oracle(price: i128, quantity: (i128, u32), hundredths: i128, decimals: u32) -> [i128; 4] {
    let round = |mantissa: i128, scale: u32| {
        let divisor = 10_i128.pow(scale - decimals);
        (2 * mantissa + divisor).div_euclid(2 * divisor)
    };
    let (count, scale) = quantity;
    let whole = 10_000 + hundredths;
    let net = round(price * count, 2 + scale);
    let line = net + round(net * hundredths, decimals + 4);
    let total = round(price * count * whole, 2 + scale + 4);
    let unit = round(round(price * whole, 6) * count, decimals + scale);
    [line, line, total, unit]
}

#[test]
fn random_amounts_of_any_size_get_the_price_that_a_window_of_prices_gives() {
    let mut random = Random::new(7);
    for round in 0..25_000 {
        let decimals = if round % 50 == 0 { 0 } else { 2 };
        let currency = if decimals == 0 { "JPY" } else { "EUR" };
        let scale = u32::try_from(random.below(4)).unwrap() / 2;
        let most = [10, 1_000, 100_000][random.index(3)];
        let count = i128::from(random.below(most) + 1);
        let quantity = decimal::format(Decimal::from_i128_with_scale(count, scale));
        let hundredths =
            i128::from([0, 550, 1_000, 1_900, 2_000, 2_100, 2_550, random.below(10_001)][random.index(8)]);
        let rate = amount(i64::try_from(hundredths).unwrap(), 2);
        // Near what some price comes to, so that about half of the amounts are reached.
        let most = [1_000, 100_000, 1_000_000_000][random.index(3)];
        let price = i128::from(random.below(most) + 1);
        let step = i128::from(random.below(3)) - 1;
        let rule = random.index(4);
        let wanted = (oracle(price, (count, scale), hundredths, decimals)[rule] + step).max(0);

        if wanted > 90_000_000_000_000 {
            continue; // near the largest amount, whose tests are elsewhere
        }
        // What rounding can move the gross by, in prices, on each side of the exact one.
        let unit = 10_i128.pow(2 - decimals);
        let exact = wanted * unit * 10_i128.pow(scale) * 10_000 / (count * (10_000 + hundredths));
        let reach = 3 * unit * (10_i128.pow(scale) / count + 1) + 3 * unit;
        let first = (exact - reach).max(0);
        let grosses: Vec<i64> = (first..=exact + reach)
            .map(|price| i64::try_from(oracle(price, (count, scale), hundredths, decimals)[rule]).unwrap())
            .collect();
        assert!(grosses.is_sorted());
        let wanted = i64::try_from(wanted).unwrap();
        let near = |price| distance(price, &quantity, &rate, wanted, decimals);
        let expected = expected(&grosses, i64::try_from(first).unwrap(), wanted, &near);

        let options = by(RULES[rule]);
        let name = format!("{wanted} for {quantity} @ {rate} {currency} by {}", options.rounding.name());
        let report = report(&amount(wanted, decimals), &quantity, &rate, currency, &options);
        let price = report.unit_price.unwrap_or_else(|| panic!("{name}: {:?}", report.issues));
        assert_eq!(price.line, found(expected, decimals, 1), "{name}");
        for (quantity, found) in [(quantity.as_str(), Some(&price.line)), ("1", price.single.as_ref())] {
            holds(found, quantity, &rate, currency, rule, wanted, decimals, &name);
        }
    }
}

/// A preview says of each price what was said.
#[expect(clippy::too_many_arguments, reason = "all of a case")]
fn holds(
    found: Option<&Found>,
    quantity: &str,
    rate: &str,
    currency: &str,
    rule: usize,
    wanted: i64,
    decimals: u32,
    name: &str,
) {
    let gross =
        |price: Decimal| preview(&decimal::format(price), quantity, rate, currency).map(|all| all[rule]);
    let wanted = Decimal::new(wanted, decimals);
    match found {
        None => {}
        Some(Found::Price(price)) => assert_eq!(gross(*price), Some(wanted), "{name}"),
        Some(Found::Nearest(short, beyond)) => {
            assert_eq!(gross(short.unit_price), Some(short.gross), "{name}");
            assert!(short.gross < wanted, "{name}");
            let next = short.unit_price + Decimal::new(1, 2);
            assert_eq!(beyond.map(|beyond| beyond.gross), gross(next), "{name}");
            if let Some(beyond) = beyond {
                assert_eq!(beyond.unit_price, next, "{name}");
                assert!(beyond.gross > wanted, "{name}");
            }
        }
    }
}

/// What was found, in a line: the price, or the two nearest.
fn shown(found: &Found) -> String {
    let text = |priced: &Priced| {
        format!("{} → {}", decimal::format(priced.unit_price), decimal::format(priced.gross))
    };
    match found {
        Found::Price(price) => decimal::format(*price),
        Found::Nearest(short, None) => text(short),
        Found::Nearest(short, Some(beyond)) => format!("{}, {}", text(short), text(beyond)),
    }
}

fn price(gross: &str, quantity: &str, rate: &str, currency: &str, rounding: Rounding) -> UnitPrice {
    report(gross, quantity, rate, currency, &by(rounding)).unit_price.unwrap()
}

fn line(gross: &str, quantity: &str, rate: &str, rounding: Rounding) -> String {
    shown(&price(gross, quantity, rate, "EUR", rounding).line)
}

#[test]
fn an_amount_that_no_price_reaches_may_be_reached_by_a_line_of_quantity_one() {
    let found = price("10.00", "3", "20", "EUR", Rounding::Line);
    assert_eq!(shown(&found.line), "2.77 → 9.97, 2.78 → 10.01");
    assert_eq!(shown(&found.single.unwrap()), "8.33");
}

#[test]
fn an_amount_may_be_reached_by_no_line_at_all() {
    let found = price("35.97", "3", "20", "EUR", Rounding::Line);
    assert_eq!(shown(&found.line), "9.99 → 35.96, 10.00 → 36.00");
    assert_eq!(shown(&found.single.unwrap()), "29.97 → 35.96, 29.98 → 35.98");
    assert_eq!(line("35.97", "3", "20", Rounding::Unit), "9.99");
    let found = price("0.03", "1", "20", "EUR", Rounding::Line);
    assert_eq!(found.single.as_ref(), Some(&found.line));
}

#[test]
fn of_several_prices_the_one_nearest_to_the_exact_one_is_given() {
    assert_eq!(shown(&price("100", "1", "20", "JPY", Rounding::Line).line), "83.33");
    assert_eq!(shown(&price("-100", "1", "20", "JPY", Rounding::Line).line), "-83.33");
    assert_eq!(line("2.50", "0.25", "20", Rounding::Line), "8.33");
    // 8.325 lies in the middle.
    assert_eq!(shown(&price("333", "40", "0", "JPY", Rounding::Line).line), "8.33");
}

#[test]
fn zero_and_negative_amounts_have_prices() {
    assert_eq!(line("0.00", "3", "20", Rounding::Line), "0.00");
    assert_eq!(line("-0.00", "3", "20", Rounding::Unit), "0.00");
    assert_eq!(line("-11.99", "1", "20", Rounding::Line), "-9.99");
    assert_eq!(line("-10.00", "3", "20", Rounding::Line), "-2.77 → -9.97, -2.78 → -10.01");
    assert_eq!(line("0.01", "100", "20", Rounding::Line), "0.00 → 0.00, 0.01 → 1.20");
}

#[test]
fn amounts_and_quantities_at_the_limits_have_an_answer() {
    assert_eq!(line("999999999999.99", "1", "0", Rounding::Line), "999999999999.99");
    // The next price would be beyond what a total can be.
    assert_eq!(line("999999999999.99", "100", "20", Rounding::Line), "8333333333.33 → 999999999999.60");
    assert_eq!(line("1", "1e21", "20", Rounding::Line), "0.00 → 0.00");
    assert_eq!(line("1", "0.001", "20", Rounding::Line), "833.33");
    assert_eq!(line("1", "1e-10", "0", Rounding::Line), "10000000000.00");
    // As many digits as a quantity or rate can have, with and without room for their product.
    assert_eq!(line("10", "3", "20.0000000000000001", Rounding::Line), "2.77 → 9.97, 2.78 → 10.01");
    for (quantity, rate) in [("1e-28", "20"), ("1e-15", "20.00000000000000000000000001")] {
        let report = report("10", quantity, rate, "EUR", &by(Rounding::Line));
        let codes: Vec<_> = report.issues.iter().map(|issue| issue.code.spec().name).collect();
        assert_eq!(report.unit_price, None, "{quantity} @ {rate}");
        assert!(codes.contains(&"not_calculable"), "{quantity} @ {rate}: {codes:?}");
    }
}

/// Issues in a line each: severity, code, pointer.
fn issues(issues: &[Issue]) -> Vec<String> {
    issues
        .iter()
        .map(|issue| format!("{} {} {}", issue.severity.name(), issue.code.spec().name, issue.pointer()))
        .collect()
}

#[test]
fn the_fraction_notation_gives_the_same_prices() {
    let fraction = Options { vat_rates: VatRates::Fraction, ..by(Rounding::Line) };
    let report = report("10.00", "3", "0.2", "EUR", &fraction);
    assert_eq!(report.unit_price, Some(price("10.00", "3", "20", "EUR", Rounding::Line)));
    assert_eq!(issues(&report.issues), Vec::<String>::new());
}

#[test]
fn what_is_wrong_or_doubtful_about_a_line_is_said_at_its_field() {
    let cases: [(&[&str; 4], &[&str]); 12] = [
        (&["10,00", "3", "20", "EUR"], &["error not_a_decimal /gross"]),
        (&["10.001", "3", "20", "EUR"], &["error too_many_decimals /gross"]),
        (
            &["10.0", "3", "20", "JPY"],
            &["error too_many_decimals /gross", "warning currency_not_eur /currency"],
        ),
        (&["10.001", "3", "20", "KWD"], &["warning currency_not_eur /currency"]),
        (&["1000000000000", "3", "20", "EUR"], &["error amount_out_of_range /gross"]),
        (&["-1", "3", "20", "EUR"], &["warning price_not_positive /gross"]),
        (&["1", "0", "20", "EUR"], &["error quantity_not_positive /quantity"]),
        (&["1", "NaN", "20", "EUR"], &["error not_finite /quantity"]),
        (
            &["1", "1.5", "0.2", "EUR"],
            &["warning quantity_fractional /quantity", "warning rate_looks_like_fraction /vat_rate"],
        ),
        (&["1", "1", "-1", "EUR"], &["error rate_out_of_range /vat_rate"]),
        (&["1", "1", "33", "eur"], &["warning rate_unusual /vat_rate", "error currency_unknown /currency"]),
        (&["", "1", "20 %", "EUR"], &["error not_a_decimal /gross", "error not_a_decimal /vat_rate"]),
    ];
    for ([gross, quantity, rate, currency], expected) in cases {
        let report = report(gross, quantity, rate, currency, &by(Rounding::Line));
        assert_eq!(issues(&report.issues), expected, "{gross} {quantity} {rate} {currency}");
        let error = expected.iter().any(|issue| issue.starts_with("error"));
        assert_eq!(report.unit_price.is_none(), error, "{gross} {quantity} {rate} {currency}");
    }
    let report = validate::check_line(Field::Is(Line::default()), &Options::default());
    assert_eq!(
        issues(&report.issues),
        ["error required /gross", "error required /quantity", "error required /vat_rate"]
    );
    let report = validate::check_line(Field::Absent, &Options::default());
    assert_eq!(issues(&report.issues), ["error wrong_type "]);
}
