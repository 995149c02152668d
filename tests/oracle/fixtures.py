"""Writes what is committed of the oracle's figures; with `--check`, says whether it is what is committed.

    python3 tests/oracle/fixtures.py [--check]

The sample of vectors is for reading, and for the tests that run without Python.
"""

import pathlib
import sys

import vectors

FIXTURES = pathlib.Path(__file__).parent.parent / "fixtures"


def written():
    """Each file with its text."""
    return {FIXTURES / "vectors.tsv": vectors.chunk(0, 0, 100)}


def main():
    check = sys.argv[1:] == ["--check"]
    for path, text in written().items():
        if check and path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not what the oracle writes: run python3 tests/oracle/fixtures.py")
        if not check:
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
