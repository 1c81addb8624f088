"""Options that all benchmarks understand."""

import argparse
from pathlib import Path
from typing import Final

FACTORS: Final = {"k": 1_000, "m": 1_000_000}


class Options(argparse.Namespace):
    """The common options, typed. A benchmark with more of them makes a subclass."""

    pages: int
    requests: int
    queries: int
    seconds: float
    keep: Path | None
    json: bool


def parser(
    description: str, *, pages: int = 100_000, requests: int = 600, queries: int = 300, seconds: float = 10
) -> argparse.ArgumentParser:
    """A parser of the common options with these defaults; use ``parse_args(namespace=Options())``."""
    reader = argparse.ArgumentParser(description=description, allow_abbrev=False)
    reader.add_argument("--pages", type=count, default=pages, help=f"service pages, 100k and 1m too ({pages:,})")
    reader.add_argument("--requests", type=count, default=requests, help=f"requests of the past ({requests:,})")
    reader.add_argument("--queries", type=count, default=queries, help=f"calls measured one by one ({queries:,})")
    reader.add_argument("--seconds", type=float, default=seconds, help=f"of each measurement under load ({seconds:g})")
    reader.add_argument("--keep", type=Path, metavar="DIR", help="use the marketplace in DIR, or make it there")
    reader.add_argument("--json", action="store_true", help="print JSON instead of tables")
    return reader


def count(text: str) -> int:
    """``100000``, ``100k``, ``1m``. Raises ValueError."""
    number, factor = (text[:-1], FACTORS[text[-1].lower()]) if text[-1:].lower() in FACTORS else (text, 1)
    return int(float(number) * factor)
