//! The answer: the fields of a payment link that this crate relies on. All others are passed on.

use crate::api::document::Json;
use crate::syntax;

/// What a created link must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PaymentLink<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// Where the customer pays; http or https.
    pub url: &'a str,
    /// What the customer pays, VAT included, as the API wrote it.
    pub amount: &'a str,
    /// The amount's currency.
    pub currency: &'a str,
}

impl<'a> PaymentLink<'a> {
    /// Reads a link.
    ///
    /// # Errors
    /// The name of the first field that is missing or cannot be one.
    pub fn read(link: Json<'a>) -> Result<PaymentLink<'a>, &'static str> {
        let mut read = PaymentLink::default();
        for (name, value) in link.fields() {
            match name {
                "id" => read.id = value.text(),
                "url" => read.url = value.text(),
                "amount" => {
                    read.amount = value.text_of("value");
                    read.currency = value.text_of("currency");
                }
                _ => {}
            }
        }
        let link = read;
        if link.id.is_empty() {
            Err("id")
        } else if !syntax::is_http_url(link.url) {
            Err("url")
        } else if link.amount.is_empty() || link.currency.is_empty() {
            Err("amount")
        } else {
            Ok(link)
        }
    }
}
