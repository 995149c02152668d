//! Totals as a line of words, which is how the vectors write them.

use qonto_payment_links::decimal;
use qonto_payment_links::totals::{Amounts, Totals};

/// Currency and gross of an invoice; of a basket currency, rule, net, VAT, gross, the number of rates,
/// each rate with its net, VAT and gross, and where there are any each line's.
pub(crate) fn text(totals: &Totals) -> String {
    let mut words = Vec::new();
    let add = |amounts: &Amounts, words: &mut Vec<String>| {
        words.extend([amounts.net(), amounts.vat(), amounts.gross()].map(decimal::format));
    };
    match totals {
        Totals::Invoice { currency, gross } => {
            words.extend([currency.code().to_string(), decimal::format(*gross)]);
        }
        Totals::Basket(totals) => {
            words.extend([totals.currency.code().to_string(), totals.rounding.name().to_string()]);
            add(&totals.amounts, &mut words);
            words.push(totals.by_rate.len().to_string());
            for (rate, amounts) in &totals.by_rate {
                words.push(decimal::format(rate.percent()));
                add(amounts, &mut words);
            }
            for amounts in totals.lines.iter().flatten() {
                add(amounts, &mut words);
            }
        }
    }
    words.join(" ")
}
