//! Validation and `line` totals the way one usually writes a module: `Deserialize` is derived, the value comes in
//! and the report goes out by serde-wasm-bindgen, and amounts are `rust_decimal`. The rules are those that make a
//! payload invalid, for bare baskets, without warnings: see `../peers/rules.mjs`.

use rust_decimal::prelude::FromPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::{JsValue, wasm_bindgen};

#[derive(Clone, Copy, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
enum PaymentMethod {
    CreditCard,
    ApplePay,
    Paypal,
    Ideal,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum ItemType {
    Good,
    Service,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum MeasureUnit {
    Unit,
    Hour,
    Day,
    Month,
    Gram,
    Kilogram,
    Liter,
    Meter,
    SquareMeter,
    CubicMeter,
    Ampere,
    NumberOfArticles,
    Centimeter,
    CubicMeterPerHour,
    Gigajoule,
    Gigawatt,
    GigawattHour,
    HalfYear,
    Joule,
    Kilojoule,
    Kilovar,
    Kilowatt,
    KilowattHour,
    Megajoule,
    Megawatt,
    MegawattHour,
    Milligram,
    Milliliter,
    Millimeter,
    Minute,
    Pair,
    Quarter,
    Second,
    Set,
    Ton,
    TwoWeek,
    WattHour,
    Week,
    Year,
}

#[derive(Deserialize)]
struct Money {
    value: String,
    currency: String,
}

#[derive(Deserialize)]
struct Item {
    title: String,
    quantity: f64,
    unit_price: Money,
    vat_rate: String,
    #[serde(rename = "type")]
    #[expect(dead_code, reason = "reading it is the check")]
    item_type: Option<ItemType>,
    #[expect(dead_code, reason = "reading it is the check")]
    description: Option<String>,
    #[expect(dead_code, reason = "reading it is the check")]
    measure_unit: Option<MeasureUnit>,
}

#[derive(Deserialize)]
struct Basket {
    potential_payment_methods: Vec<PaymentMethod>,
    #[expect(dead_code, reason = "reading it is the check")]
    reusable: bool,
    items: Vec<Item>,
    redirect_url: Option<String>,
}

#[derive(Serialize)]
struct Issue {
    path: String,
    message: String,
}

#[derive(Serialize)]
struct Rate {
    #[serde(rename = "vatRate")]
    vat_rate: String,
    net: String,
    vat: String,
    gross: String,
}

#[derive(Serialize)]
struct Totals {
    currency: String,
    net: String,
    vat: String,
    gross: String,
    #[serde(rename = "byRate")]
    by_rate: Vec<Rate>,
}

#[derive(Serialize)]
struct Report {
    totals: Option<Totals>,
    issues: Vec<Issue>,
}

struct Row {
    rate: Decimal,
    net: Decimal,
    vat: Decimal,
}

const MAX_AMOUNT: Decimal = Decimal::from_parts(276_447_231, 23_283, 0, false, 2);

const CURRENCIES: [&str; 165] = [
    "AED", "AFN", "ALL", "AMD", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BOV", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHE", "CHF", "CHW",
    "CLF", "CLP", "CNY", "COP", "COU", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN",
    "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG",
    "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW",
    "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK",
    "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MXV", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR",
    "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR",
    "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB",
    "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "USN", "UYI", "UYU", "UYW",
    "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF", "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

/// Validates a basket, and adds it up where it is valid.
#[wasm_bindgen(js_name = previewTotals)]
pub fn preview_totals(payload: JsValue) -> Result<JsValue, serde_wasm_bindgen::Error> {
    let report = match serde_wasm_bindgen::from_value::<Basket>(payload) {
        Ok(basket) => report(&basket),
        Err(error) => {
            Report { totals: None, issues: vec![Issue { path: String::new(), message: error.to_string() }] }
        }
    };
    serde_wasm_bindgen::to_value(&report)
}

/// A decimal of digits with an optional point, of at most so many decimals.
fn decimal(text: &str, most: u32) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let whole = !digits.starts_with('.') && !digits.ends_with('.');
    let value = if plain && whole { Decimal::from_str_exact(text).ok()? } else { return None };
    (value.scale() <= most).then_some(value)
}

fn is_http_url(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !rest.contains(char::is_whitespace))
}

fn rounded(amount: Decimal) -> Decimal {
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

fn report(basket: &Basket) -> Report {
    let mut issues = Vec::new();
    let mut wrong = |path: String, message: String| issues.push(Issue { path, message });
    let methods = &basket.potential_payment_methods;
    if methods.is_empty() {
        wrong("potential_payment_methods".into(), "expected at least one entry, received none".into());
    }
    for (i, method) in methods.iter().enumerate() {
        if methods[..i].contains(method) {
            wrong(format!("potential_payment_methods/{i}"), "expected each payment method once".into());
        }
    }
    if basket.items.is_empty() {
        wrong("items".into(), "expected at least one entry, received none".into());
    }
    if let Some(url) = basket.redirect_url.as_deref().filter(|url| !is_http_url(url)) {
        wrong("redirect_url".into(), format!("expected an absolute URL, received {url}"));
    }
    let mut rows: Vec<Row> = Vec::new();
    let currency = basket.items.first().map(|item| item.unit_price.currency.as_str()).unwrap_or_default();
    for (i, item) in basket.items.iter().enumerate() {
        if item.title.trim().is_empty() {
            wrong(format!("items/{i}/title"), "expected visible text".into());
        }
        let quantity = Decimal::from_f64(item.quantity).filter(|quantity| *quantity > Decimal::ZERO);
        if quantity.is_none() {
            let received = item.quantity;
            wrong(format!("items/{i}/quantity"), format!("expected a quantity above 0, received {received}"));
        }
        let price = decimal(&item.unit_price.value, 2);
        if price.is_none() {
            let received = &item.unit_price.value;
            wrong(
                format!("items/{i}/unit_price/value"),
                format!("expected a decimal such as 10.99, received {received}"),
            );
        }
        let code = item.unit_price.currency.as_str();
        if CURRENCIES.binary_search(&code).is_err() {
            wrong(
                format!("items/{i}/unit_price/currency"),
                format!("expected an ISO 4217 code, received {code}"),
            );
        } else if code != currency {
            wrong(format!("items/{i}/unit_price/currency"), format!("expected {currency}, received {code}"));
        }
        let rate = decimal(&item.vat_rate, 28)
            .filter(|rate| *rate >= Decimal::ZERO && *rate <= Decimal::ONE_HUNDRED);
        if rate.is_none() {
            let received = &item.vat_rate;
            wrong(
                format!("items/{i}/vat_rate"),
                format!("expected a VAT rate from 0 to 100, received {received}"),
            );
        }
        let (Some(quantity), Some(price), Some(rate)) = (quantity, price, rate) else { continue };
        let line = quantity.checked_mul(price).map(rounded).and_then(|net| {
            let vat = net.checked_mul(rate)?.checked_mul(Decimal::new(1, 2)).map(rounded)?;
            Some((net, vat))
        });
        let Some((net, vat)) = line else {
            wrong(format!("items/{i}"), "expected figures that can be multiplied".into());
            continue;
        };
        match rows.iter_mut().find(|row| row.rate == rate) {
            Some(row) => {
                row.net += net;
                row.vat += vat;
            }
            None => rows.push(Row { rate, net, vat }),
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.rate));
    let net: Decimal = rows.iter().map(|row| row.net).sum();
    let vat: Decimal = rows.iter().map(|row| row.vat).sum();
    if (net + vat).abs() > MAX_AMOUNT {
        wrong("items".into(), format!("gross total above {MAX_AMOUNT}"));
    }
    let totals = issues.is_empty().then(|| Totals {
        currency: currency.into(),
        net: format!("{net:.2}"),
        vat: format!("{vat:.2}"),
        gross: format!("{:.2}", net + vat),
        by_rate: rows
            .iter()
            .map(|row| Rate {
                vat_rate: row.rate.normalize().to_string(),
                net: format!("{:.2}", row.net),
                vat: format!("{:.2}", row.vat),
                gross: format!("{:.2}", row.net + row.vat),
            })
            .collect(),
    });
    Report { totals, issues }
}
