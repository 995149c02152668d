//! Currencies: which codes ISO 4217 has, and how many decimals each one's minor unit takes. Pure.

use std::fmt;

use crate::syntax;

/// A currency of ISO 4217, such as EUR.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency {
    /// Its code, and its decimals.
    entry: [u8; 4],
}

impl Currency {
    /// The euro, the only currency Qonto documents for payment links.
    pub const EUR: Currency = Currency { entry: [b'E', b'U', b'R', 2] };

    /// Reads an upper-case code; `None` when ISO 4217 has none such.
    #[must_use]
    pub fn read(code: &str) -> Option<Currency> {
        let [a, b, c] = *code.as_bytes() else { return None };
        if !syntax::all(code, u8::is_ascii_uppercase) {
            return None;
        }
        let wanted = number([a, b, c]);
        let mut at = number(*b"AAA");
        for step in &STEPS {
            at = at.wrapping_add(step & (DECIMALS - 1));
            if at == wanted {
                let [decimals, _] = step.wrapping_div(DECIMALS).to_le_bytes();
                return Some(Currency { entry: [a, b, c, decimals] });
            }
        }
        None
    }

    /// Every currency, by code.
    pub fn all() -> impl Iterator<Item = Currency> {
        CURRENCIES.into_iter().map(|[a, b, c, digit]| Currency { entry: [a, b, c, digit.wrapping_sub(b'0')] })
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> &str {
        let [code @ .., _] = &self.entry;
        std::str::from_utf8(code).unwrap_or_default()
    }

    /// The letters of its code, in ASCII.
    pub(crate) fn letters(self) -> [u8; 3] {
        let [letters @ .., _] = self.entry;
        letters
    }

    /// How many decimals an amount has: 2 for EUR.
    #[must_use]
    pub fn decimals(self) -> u32 {
        let [.., decimals] = self.entry;
        u32::from(decimals)
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What stands above the step in a number of [`STEPS`]: the decimals.
const DECIMALS: u16 = 1 << 12;

/// The table as the module carries it, in half the bytes: of each code how far it is from the one before, and the
/// decimals.
const STEPS: [u16; CURRENCIES.len()] = {
    let mut steps = [0; CURRENCIES.len()];
    let (mut index, mut last) = (0, number(*b"AAA"));
    #[expect(clippy::indexing_slicing, clippy::as_conversions, reason = "evaluated by the compiler")]
    while index < steps.len() {
        let [a, b, c, digit] = CURRENCIES[index];
        let number = number([a, b, c]);
        assert!(number - last < DECIMALS, "a step has twelve bits");
        steps[index] = (number - last) | ((digit - b'0') as u16 * DECIMALS);
        last = number;
        index += 1;
    }
    steps
};

/// A number for three capital letters, in their order.
#[expect(clippy::as_conversions, reason = "a byte is widened, for which a constant has no other way")]
const fn number([a, b, c]: [u8; 3]) -> u16 {
    (a as u16).wrapping_mul(26).wrapping_add(b as u16).wrapping_mul(26).wrapping_add(c as u16)
}

/// The active codes of ISO 4217 for money in circulation or of account, ascending, each with the decimals of its
/// minor unit. BGN is kept: Bulgaria has used the euro since 2026, but Qonto's own list still has it.
const CURRENCIES: [[u8; 4]; 165] = [
    *b"AED2", *b"AFN2", *b"ALL2", *b"AMD2", *b"AOA2", *b"ARS2", *b"AUD2", *b"AWG2", *b"AZN2", *b"BAM2",
    *b"BBD2", *b"BDT2", *b"BGN2", *b"BHD3", *b"BIF0", *b"BMD2", *b"BND2", *b"BOB2", *b"BOV2", *b"BRL2",
    *b"BSD2", *b"BTN2", *b"BWP2", *b"BYN2", *b"BZD2", *b"CAD2", *b"CDF2", *b"CHE2", *b"CHF2", *b"CHW2",
    *b"CLF4", *b"CLP0", *b"CNY2", *b"COP2", *b"COU2", *b"CRC2", *b"CUP2", *b"CVE2", *b"CZK2", *b"DJF0",
    *b"DKK2", *b"DOP2", *b"DZD2", *b"EGP2", *b"ERN2", *b"ETB2", *b"EUR2", *b"FJD2", *b"FKP2", *b"GBP2",
    *b"GEL2", *b"GHS2", *b"GIP2", *b"GMD2", *b"GNF0", *b"GTQ2", *b"GYD2", *b"HKD2", *b"HNL2", *b"HTG2",
    *b"HUF2", *b"IDR2", *b"ILS2", *b"INR2", *b"IQD3", *b"IRR2", *b"ISK0", *b"JMD2", *b"JOD3", *b"JPY0",
    *b"KES2", *b"KGS2", *b"KHR2", *b"KMF0", *b"KPW2", *b"KRW0", *b"KWD3", *b"KYD2", *b"KZT2", *b"LAK2",
    *b"LBP2", *b"LKR2", *b"LRD2", *b"LSL2", *b"LYD3", *b"MAD2", *b"MDL2", *b"MGA2", *b"MKD2", *b"MMK2",
    *b"MNT2", *b"MOP2", *b"MRU2", *b"MUR2", *b"MVR2", *b"MWK2", *b"MXN2", *b"MXV2", *b"MYR2", *b"MZN2",
    *b"NAD2", *b"NGN2", *b"NIO2", *b"NOK2", *b"NPR2", *b"NZD2", *b"OMR3", *b"PAB2", *b"PEN2", *b"PGK2",
    *b"PHP2", *b"PKR2", *b"PLN2", *b"PYG0", *b"QAR2", *b"RON2", *b"RSD2", *b"RUB2", *b"RWF0", *b"SAR2",
    *b"SBD2", *b"SCR2", *b"SDG2", *b"SEK2", *b"SGD2", *b"SHP2", *b"SLE2", *b"SOS2", *b"SRD2", *b"SSP2",
    *b"STN2", *b"SVC2", *b"SYP2", *b"SZL2", *b"THB2", *b"TJS2", *b"TMT2", *b"TND3", *b"TOP2", *b"TRY2",
    *b"TTD2", *b"TWD2", *b"TZS2", *b"UAH2", *b"UGX0", *b"USD2", *b"USN2", *b"UYI0", *b"UYU2", *b"UYW4",
    *b"UZS2", *b"VED2", *b"VES2", *b"VND0", *b"VUV0", *b"WST2", *b"XAF0", *b"XCD2", *b"XCG2", *b"XOF0",
    *b"XPF0", *b"YER2", *b"ZAR2", *b"ZMW2", *b"ZWG2",
];
