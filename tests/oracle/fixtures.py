"""Writes what is committed of the oracle's figures; with `--check`, says whether it is what is committed.

    python3 tests/oracle/fixtures.py [--check]

`vectors.tsv` is a sample of vectors, for reading and for the tests that run without Python. Of
`invoices.json` the baskets are written by hand, and what is expected of them here. What somebody has worked
out by hand (`byHand`, the gross total under a rule) must be what the oracle says.
"""

import json
import pathlib
import sys
from decimal import Decimal

import totals
import vectors

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"
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
    gross, by_hand = row(basket)[2], invoice.get("byHand", {}).get(rule)
    if by_hand not in (None, gross):
        sys.exit(f"{invoice['name']}, {rule}: {by_hand} by hand, {gross} by the oracle")
    return {
        "total": row(basket),
        "byRate": [[totals.plain(rate), *row(amounts)] for rate, amounts in by_rate],
        "lines": [row(amounts) for amounts in of_lines],
    }


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
    for path, text in written().items():
        if check and path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not what the oracle writes: run python3 tests/oracle/fixtures.py")
        if not check:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
