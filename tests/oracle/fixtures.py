"""Writes what is committed of the oracle's figures; with `--check`, says whether it is what is committed.

    python3 tests/oracle/fixtures.py [--check]

`vectors.tsv` is a sample of vectors, for reading and for the tests that run without Python. Of
`invoices.json` the baskets are written by hand, and what is expected of them here. What somebody has worked
out by hand (`byHand`, the gross total under a rule, and all of `roundings.json`) must be what the oracle says.
"""

import json
import pathlib
import sys
from decimal import Decimal

import totals
import vectors

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"
ROUNDINGS = FIXTURES / "roundings.json"
VECTORS = FIXTURES / "vectors.tsv"
INVOICES = FIXTURES / "invoices.json"


def expected(invoice, rule):
    """Net, VAT and gross in all, by rate with the rate before them, and of each line."""
    decimals = totals.DECIMALS[invoice["currency"]]
    lines = [
        totals.Line(Decimal(price), Decimal(repr(quantity)), Decimal(rate), decimals)
        for _, price, quantity, rate in invoice["lines"]
    ]
    basket, by_rate, of_lines = totals.totals(lines, rule, decimals)
    row = lambda amounts: totals.row(amounts, decimals).split()
    compare(invoice["name"], rule, invoice.get("byHand", {}).get(rule), row(basket)[2])
    return {
        "total": row(basket),
        "byRate": [[totals.plain(rate), *row(amounts)] for rate, amounts in by_rate],
        "lines": [row(amounts) for amounts in of_lines],
    }


def compare(name, rule, by_hand, gross):
    if by_hand not in (None, gross):
        sys.exit(f"{name}, {rule}: {by_hand} by hand, {gross} by the oracle")


def check_roundings():
    for row in json.loads(ROUNDINGS.read_text(encoding="utf-8")):
        lines = [totals.Line(*map(Decimal, line), 2) for line in row["lines"]]
        for rule in totals.RULES:
            compare(row["lines"], rule, row[rule], totals.words(lines, rule, 2).split()[2])


def block(name, values):
    """An object or list as JSON, one value a line."""
    return f'{json.dumps(name)}: [\n      ' + ",\n      ".join(json.dumps(value, ensure_ascii=False) for value in values) + "\n    ]"


def of_invoice(invoice):
    fields = [f"{json.dumps(name)}: {json.dumps(invoice[name], ensure_ascii=False)}" for name in ("name", "why", "currency")]
    fields.append(block("lines", invoice["lines"]))
    if "byHand" in invoice:
        fields.append(f'"byHand": {json.dumps(invoice["byHand"])}')
    rules = [f'      "{rule}": {json.dumps(expected(invoice, rule))}' for rule in totals.RULES]
    fields.append('"expected": {\n' + ",\n".join(rules) + "\n    }")
    return "  {\n    " + ",\n    ".join(fields) + "\n  }"


def written():
    """Each file with its text."""
    invoices = json.loads(INVOICES.read_text(encoding="utf-8"))
    return {
        VECTORS: vectors.chunk(0, 0, 100),
        INVOICES: "[\n" + ",\n".join(map(of_invoice, invoices)) + "\n]\n",
    }


def main():
    check = sys.argv[1:] == ["--check"]
    check_roundings()
    for path, text in written().items():
        if check and path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not what the oracle writes: run python3 tests/oracle/fixtures.py")
        if not check:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
