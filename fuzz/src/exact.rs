//! Decimals of any length, by another library: what the crate's own are compared with.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};

/// `units` times ten to the minus `decimals`.
#[derive(Clone, Debug)]
pub struct Exact {
    pub units: BigInt,
    pub decimals: u32,
}

fn power(exponent: u32) -> BigInt {
    BigInt::from(10).pow(exponent)
}

impl Exact {
    pub fn new(units: impl Into<BigInt>, decimals: u32) -> Exact {
        Exact { units: units.into(), decimals }
    }

    pub fn zero() -> Exact {
        Exact::new(0, 0)
    }

    pub fn times(&self, other: &Exact) -> Exact {
        Exact::new(&self.units * &other.units, self.decimals + other.decimals)
    }

    pub fn plus(&self, other: &Exact) -> Exact {
        let decimals = self.decimals.max(other.decimals);
        Exact::new(self.at(decimals) + other.at(decimals), decimals)
    }

    pub fn minus(&self, other: &Exact) -> Exact {
        self.plus(&Exact::new(-&other.units, other.decimals))
    }

    /// Its units when written with at least as many decimals.
    fn at(&self, decimals: u32) -> BigInt {
        &self.units * power(decimals - self.decimals)
    }

    /// A hundredth of it.
    pub fn percent(&self) -> Exact {
        Exact::new(self.units.clone(), self.decimals + 2)
    }

    /// Rounded to that many decimals, half away from zero.
    pub fn round(&self, decimals: u32) -> Exact {
        if self.decimals <= decimals {
            return Exact::new(self.at(decimals), decimals);
        }
        let unit = power(self.decimals - decimals);
        let twice = self.units.magnitude() * 2_u32 + unit.magnitude();
        let magnitude = twice / (unit.magnitude() * 2_u32);
        Exact::new(BigInt::from_biguint(self.units.sign(), magnitude), decimals)
    }

    pub fn is_negative(&self) -> bool {
        self.units.sign() == Sign::Minus
    }

    pub fn is_zero(&self) -> bool {
        self.units.sign() == Sign::NoSign
    }

    /// How many digits stand before the point.
    pub fn whole_digits(&self) -> usize {
        (self.units.magnitude() / power(self.decimals).magnitude()).to_string().len()
    }

    /// With just as many decimals as it has.
    pub fn text(&self) -> String {
        let digits = self.units.magnitude().to_string();
        let behind = usize::try_from(self.decimals).unwrap();
        let digits = format!("{}{digits}", "0".repeat((behind + 1).saturating_sub(digits.len())));
        let (whole, part) = digits.split_at(digits.len() - behind);
        let sign = if self.is_negative() { "-" } else { "" };
        format!("{sign}{whole}{}{part}", if part.is_empty() { "" } else { "." })
    }

    /// Without zeros at its end.
    pub fn normalized(mut self) -> Exact {
        while self.decimals > 0 && (&self.units % 10_u32).sign() == Sign::NoSign {
            self = Exact::new(self.units / 10, self.decimals - 1);
        }
        self
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Exact {}

impl PartialOrd for Exact {
    fn partial_cmp(&self, other: &Exact) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Exact {
    fn cmp(&self, other: &Exact) -> Ordering {
        let decimals = self.decimals.max(other.decimals);
        self.at(decimals).cmp(&other.at(decimals))
    }
}
