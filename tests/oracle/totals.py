"""Totals under the four rounding rules, by Python's `decimal`: an oracle for the crate.

Written from the README ("The four rounding rules") and DESIGN.md ("The rules of rounding, and the cents
left over"), not from the Rust. Standard library alone.
"""

from decimal import Context, Decimal, Inexact, InvalidOperation, ROUND_HALF_UP

RULES = ("line", "rate", "total", "unit")

# Calculations are exact: a result that had to be rounded raises.
EXACT = Context(prec=400, Emin=-999_999, Emax=999_999, traps=[Inexact, InvalidOperation])
times, plus, minus, shift = EXACT.multiply, EXACT.add, EXACT.subtract, EXACT.scaleb

DECIMALS = {"EUR": 2, "USD": 2, "CHF": 2, "JPY": 0, "ISK": 0, "KWD": 3, "TND": 3, "CLF": 4}


def rounded(exact, decimals):
    """The whole number of minor units nearest to an exact amount, half away from zero."""
    return int(shift(exact, decimals).to_integral_value(ROUND_HALF_UP))


def shares(exact, total, decimals):
    """Rounds exact amounts one by one, then has them add up to `total` minor units.

    Units that are missing go to the largest remainders, the earlier first; units too many are taken from
    the smallest, the later first. What is zero stays zero.
    """
    parts = [rounded(amount, decimals) for amount in exact]
    missing = total - sum(parts)
    if missing:
        places = [place for place, amount in enumerate(exact) if amount]
        remainder = {place: minus(exact[place], shift(Decimal(parts[place]), -decimals)) for place in places}
        if missing > 0:
            places.sort(key=lambda place: (-remainder[place], place))
        else:
            places.sort(key=lambda place: (remainder[place], -place))
        step = 1 if missing > 0 else -1
        for place in places[: abs(missing)]:
            parts[place] += step
        assert sum(parts) == total, "more units are left over than there are parts"
    return parts


class Line:
    """A line with all that any rule needs: exact amounts, and rounded ones in minor units."""

    __slots__ = ("rate", "factor", "exact_net", "exact_vat", "net", "vat", "unit_gross")

    def __init__(self, price, quantity, percent, decimals):
        self.rate = percent
        self.factor = shift(percent, -2)
        self.exact_net = times(quantity, price)
        self.exact_vat = times(self.exact_net, self.factor)
        self.net = rounded(self.exact_net, decimals)
        self.vat = rounded(times(shift(Decimal(self.net), -decimals), self.factor), decimals)
        gross_price = rounded(plus(price, times(price, self.factor)), decimals)
        self.unit_gross = rounded(times(quantity, shift(Decimal(gross_price), -decimals)), decimals)


def of_rates(lines):
    """The lines of each rate, the highest rate first."""
    rates = {}
    for line in lines:
        rates.setdefault(line.rate, []).append(line)
    return sorted(rates.items(), key=lambda row: row[0], reverse=True)


def whole(rows):
    return sum(net for net, _ in rows), sum(vat for _, vat in rows)


def totals(lines, rule, decimals):
    """Net and VAT in minor units: in all, by rate, and of each line."""
    rates = of_rates(lines)
    if rule == "total":
        net = rounded(total_of(line.exact_net for line in lines), decimals)
        gross = rounded(total_of(plus(line.exact_net, line.exact_vat) for line in lines), decimals)

        def rows(groups):
            nets = [total_of(line.exact_net for line in group) for group in groups]
            vats = [total_of(line.exact_vat for line in group) for group in groups]
            return list(zip(shares(nets, net, decimals), shares(vats, gross - net, decimals)))

        by_rate = rows([group for _, group in rates])
        return (net, gross - net), named(rates, by_rate), rows([[line] for line in lines])
    if rule == "unit":
        vat = {id(line): line.unit_gross - line.net for line in lines}
    elif rule == "line":
        vat = {id(line): line.vat for line in lines}
    else:
        vat = {}
        for rate, group in rates:
            exact = [times(shift(Decimal(line.net), -decimals), line.factor) for line in group]
            vat_of_rate = rounded(total_of(exact), decimals)
            vat.update(zip(map(id, group), shares(exact, vat_of_rate, decimals)))
    by_rate = [whole([(line.net, vat[id(line)]) for line in group]) for _, group in rates]
    return whole(by_rate), named(rates, by_rate), [(line.net, vat[id(line)]) for line in lines]


def total_of(amounts):
    total = Decimal(0)
    for amount in amounts:
        total = plus(total, amount)
    return total


def named(rates, rows):
    return [(rate, row) for (rate, _), row in zip(rates, rows)]


def amount(units, decimals):
    """Minor units as text: 1330 is "13.30"."""
    sign, digits = "-" if units < 0 else "", str(abs(units)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def plain(value):
    """A decimal without exponent and without zeros at its end."""
    if not value:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def row(net_and_vat, decimals):
    net, vat = net_and_vat
    return f"{amount(net, decimals)} {amount(vat, decimals)} {amount(net + vat, decimals)}"


def words(lines, rule, decimals):
    """The totals as words: net, VAT, gross; the number of rates, and each rate with its three; each line's."""
    basket, by_rate, of_lines = totals(lines, rule, decimals)
    out = [row(basket, decimals), str(len(by_rate))]
    for rate, amounts in by_rate:
        out += [plain(rate), row(amounts, decimals)]
    out += [row(amounts, decimals) for amounts in of_lines]
    return " ".join(out)
