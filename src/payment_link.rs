//! The answer: the fields of a payment link that this crate relies on. All others are passed on.

use crate::api::tree::Node;
use crate::syntax;

/// What a created link must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentLink {
    /// Its identifier.
    pub id: String,
    /// Where the customer pays; http or https.
    pub url: String,
    /// What the customer pays, VAT included, as the API wrote it.
    pub amount: String,
    /// The amount's currency.
    pub currency: String,
}

impl PaymentLink {
    /// Reads a link.
    ///
    /// # Errors
    /// The name of the first field that is missing or cannot be one.
    pub fn read<N: Node>(link: &N) -> Result<PaymentLink, &'static str> {
        let text = |node: &N, name: &'static str| {
            node.get(name).and_then(|value| value.text()).filter(|text| !text.is_empty()).ok_or(name)
        };
        let id = text(link, "id")?;
        let url = text(link, "url")?;
        if !syntax::is_http_url(&url) {
            return Err("url");
        }
        let money = link.get("amount").ok_or("amount")?;
        Ok(PaymentLink {
            id,
            url,
            amount: text(&money, "value").map_err(|_| "amount")?,
            currency: text(&money, "currency").map_err(|_| "amount")?,
        })
    }
}
