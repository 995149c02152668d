"""Writes test vectors: random baskets from a seed, with their totals under every rule by totals.py.

    python3 tests/oracle/vectors.py <file> [--baskets N] [--seed N]

One basket a line, in tab-separated fields: what must happen, the currency, the lines, and the totals under
`line`, `rate`, `total` and `unit` as totals.words gives them. A line of a basket is price, quantity, rate in
per cent and the same rate as a fraction, with spaces between; lines are separated by semicolons. What must
happen is `exact`, or `exact-or-refused` for figures with more digits than the README says can always be
calculated with.

Both notations of the rate must give the same totals, so a basket stands for eight vectors.
"""

import argparse
import random
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal, getcontext

from totals import DECIMALS, EXACT, RULES, Line, plus, times, total_of, words

# Figures that are built here have up to 28 digits, those of rates more when made fractions.
getcontext().prec = 80

REAL_RATES = (
    "0 0.0 2.1 2.10 3 4 4.8 5 5.0 5.5 5.50 6 7 7.7 8 8.1 9 9.5 10 10.0 12 13 13.5 14 17 18 19 19.0 20 20.0 "
    "20.00 21 21.0 21.00 22 23 24 25 25.5 25.50 27 021"
).split()
DIGITS = "0123456789"


def cents(units, decimals=2):
    return f"{units // 10**decimals}.{units % 10**decimals:0{decimals}d}"


def digits(rng, count):
    """So many digits, the first not zero."""
    return rng.choice(DIGITS[1:]) + "".join(rng.choice(DIGITS) for _ in range(count - 1)) if count else ""


def sized(rng, whole, decimals):
    text = digits(rng, whole) or "0"
    return f"{text}.{''.join(rng.choice(DIGITS) for _ in range(decimals))}" if decimals else text


def number(value):
    """How JSON and JavaScript may write a double; Python's `repr` is the shortest form as well."""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text


def usual(rng):
    """What shops sell: whole quantities, prices in cents, rates that exist."""
    return cents(rng.randint(1, 20_000)), str(rng.randint(1, 12)), rng.choice(REAL_RATES)


def hours(rng):
    """Fractions of hours, days, kilograms, metres."""
    quantity = rng.choice((rng.randint(1, 400) / 4, rng.randint(1, 4_000) / 100, rng.randint(1, 30_000) / 1_000))
    return cents(rng.randint(100, 40_000)), number(quantity), rng.choice(REAL_RATES)


def tied(rng):
    """Small amounts with equal remainders, so that cents are left over."""
    return (
        rng.choice("0.01 0.03 0.05 0.33 1.01 -0.03 0.25 0.10 -0.33 0.99".split()),
        rng.choice("1 1 2 3 0.5 1.5 0.1 0.25".split()),
        rng.choice("20 10 5 50 0 5.5 25".split()),
    )


def untaxed(rng):
    """Fractions of a cent, most of them without VAT, so that a cent left over finds few lines to go to."""
    quantity = rng.choice("0.5 0.25 0.3 0.7 1.5 1".split())
    return cents(rng.randint(1, 99)), quantity, rng.choice("0 0 0 5 10 20 0.5".split())


def halves(rng):
    """Amounts that end in half a minor unit, or a hair beside it."""
    percent = rng.choice(("5", "10", "15", "25", "50", "2.5", "12.5", "5.5", "21", "20"))
    price = cents(rng.randint(1, 5_000) * rng.choice((1, 5, 10)))
    quantity = rng.choice(("1", "0.5", "1.5", "3", "2.5", "0.4999999999", "0.5000000001", "0.125", "7"))
    return sign(rng, 5) + price, quantity, percent


def sign(rng, one_in):
    return "-" if rng.randrange(one_in) == 0 else ""


def odd(rng):
    """Right or wrong, but figures: negative, zero, with more decimals than a price may have."""
    price = sized(rng, rng.randint(0, 6), rng.randint(0, 4))
    quantity = number(rng.randint(0, 10 ** rng.randint(1, 10)) / 10 ** rng.randint(0, 6))
    percent = rng.choice(REAL_RATES) if rng.random() < 0.5 else sized(rng, rng.randint(0, 2), rng.randint(0, 5))
    return sign(rng, 4) + price, sign(rng, 6) + quantity, sign(rng, 10) + rng.choice((percent, "100", percent))


def rates(rng):
    """Rates with many decimals."""
    return cents(rng.randint(1, 200_000)), str(rng.randint(1, 50)), sized(rng, rng.randint(0, 2), rng.randint(3, 15))


def doubles(rng):
    """Quantities as any double there is, near 1."""
    quantity = rng.choice((rng.random(), rng.random() * 1_000, rng.random() * 1e-7, rng.uniform(0, 1e6)))
    return cents(rng.randint(0, 99_999)), number(quantity), rng.choice(REAL_RATES)


def many_digits(rng):
    """Figures of any size that a field can hold, and products that nothing can."""
    price = sized(rng, *rng.choice(((1, 2), (4, 2), (9, 2), (12, 2), (13, 2), (17, 2), (26, 2), (1, 12), (5, 20), (28, 0))))
    quantity = rng.choice(
        (
            lambda: str(rng.randint(1, 9)),
            lambda: number(rng.randint(1, 999_999) / 1_000),
            lambda: number(rng.randint(1, 999_999_999_999) / 1_000_000),
            lambda: number(rng.random() * 10.0 ** rng.randint(-10, 16)),
            lambda: str(rng.randint(1, 2**53)),
            # Halfway between two shortest forms, now and then.
            lambda: number(rng.randint(2**52, 2**53) / 2 ** rng.randint(1, 6)),
            lambda: rng.choice(("1e+21", "1e+22", "1.5e-7", "1e-20", "5e-11", "123456789012345680000")),
        )
    )()
    percent = sized(rng, *rng.choice(((1, 0), (2, 1), (2, 6), (1, 15), (2, 24), (3, 0))))
    return sign(rng, 8) + price, quantity, percent


def bounds(rng):
    """Around the powers of two and ten where a sum changes its way of being calculated, or is out of range."""
    near = rng.choice((2 ** rng.randint(28, 63), 10 ** rng.randint(9, 17)))
    units = near + rng.randint(-3, 3)
    factor = max(2 ** rng.randint(0, 21) + rng.randint(-1, 1), 1)
    price, quantity = cents(max(units // factor, 1)), str(factor)
    if rng.random() < 0.2:
        # Price times quantity without their points: just below 2^63.
        small = rng.randint(10_001, 100_003)
        price, quantity = cents(small), number(float(cents(2**63 // small, 8)))
    percent = rng.choice((*REAL_RATES, "99.99", "100", "327.67", "327.68", "10485.75", "10485.76", "0.01"))
    return sign(rng, 6) + price, quantity, percent


# Each kind of line, and how often it is that of a basket.
KINDS = ((usual, 26), (hours, 16), (tied, 9), (untaxed, 5), (halves, 9), (odd, 12), (rates, 6), (doubles, 6), (many_digits, 4), (bounds, 5))


def decimals_of(text):
    return len(text.partition(".")[2])


def is_certain(figures, decimals):
    """Whether the README promises that a basket of these figures can be calculated: see "Limits" there.

    What a basket comes to is taken without signs, and with a minor unit added to each gross unit price, for a
    rule may round it up.
    """
    unit = Decimal(1).scaleb(-decimals)
    gross_price = lambda price, percent: plus(times(abs(price), plus(Decimal(1), abs(percent).scaleb(-2))), unit)
    size = total_of(times(abs(quantity), gross_price(price, percent)) for price, quantity, percent in figures)
    largest = max([size] + [gross_price(price, percent) for price, _, percent in figures])
    whole = lambda value: max(value.adjusted() + 1, 1)
    behind = lambda value: max(-value.as_tuple().exponent, 0)
    exact = (
        whole(size)
        + max(max(behind(price) for price, _, _ in figures), decimals)
        + max(behind(quantity) for _, quantity, _ in figures)
        + max(behind(percent) + 2 for _, _, percent in figures)
    )
    return exact <= 38 and whole(largest) + decimals <= 18


def basket(rng):
    pick = lambda: rng.choices(*zip(*KINDS))[0]
    kind, is_mixed = pick(), rng.random() < 0.2
    count = rng.choice((1, 1, 2, 2, 2, 3, 3, 4, 5, 6))
    if rng.random() < 0.002:
        count = rng.randint(20, 200)
    currency = "EUR" if rng.random() < 0.6 else rng.choice(list(DECIMALS))
    decimals = DECIMALS[currency]
    texts, figures = [], []
    for _ in range(count):
        price, quantity, percent = (pick() if is_mixed else kind)(rng)
        fraction = format(Decimal(percent).scaleb(-2), "f")
        texts.append(f"{price} {quantity} {percent} {fraction}")
        figures.append((Decimal(price), Decimal(quantity), Decimal(percent)))
    lines = [Line(*figure, decimals) for figure in figures]
    must = "exact" if is_certain(figures, decimals) else "exact-or-refused"
    return "\t".join((must, currency, ";".join(texts), *(words(lines, rule, decimals) for rule in RULES)))


def chunk(seed, number, baskets):
    rng = random.Random(f"{seed}/{number}")
    return "".join(basket(rng) + "\n" for _ in range(baskets))


CHUNK = 1_000


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("file")
    options.add_argument("--baskets", type=int, default=140_000)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    sizes = [min(CHUNK, given.baskets - start) for start in range(0, given.baskets, CHUNK)]
    with open(given.file, "w", encoding="ascii") as file, ProcessPoolExecutor() as pool:
        for text in pool.map(chunk, [given.seed] * len(sizes), range(len(sizes)), sizes):
            file.write(text)
    print(f"{given.baskets} baskets, {given.baskets * len(RULES) * 2} vectors of seed {given.seed}")


if __name__ == "__main__":
    main()
