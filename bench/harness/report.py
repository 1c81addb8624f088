"""Results: tables on the terminal, JSON in bench/results/."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any, Final

from bench.harness.options import Options
from marketplace.embedded.postgres import memory

RESULTS: Final = Path(__file__).resolve().parent.parent / "results"
Figure = float | int | str | None
"""What stands in a cell; None where nothing was measured, or what was measured never ended."""


@dataclass
class Section:
    """A table: rows of a name and figures. ``note`` says what bounds them, or what they are held against."""

    title: str
    note: str = ""
    rows: list[dict[str, Figure]] = field(default_factory=list)

    def add(self, what: str, figures: Mapping[str, Figure]) -> None:
        """Adds a row. What is infinite, which JSON cannot carry, becomes None."""
        finite = {name: None if value in (inf, -inf) else value for name, value in figures.items()}
        self.rows.append({"what": what, **finite})


class Report:
    """The results of one benchmark."""

    def __init__(self, name: str, options: Options) -> None:
        self.name = name
        self.options = options
        self.sections: list[Section] = []

    def section(self, title: str, note: str = "") -> Section:
        """A new table."""
        self.sections.append(Section(title, note))
        return self.sections[-1]

    def finish(self) -> Path:
        """Prints everything and writes it to ``bench/results/<name>.json``, whose path is returned."""
        text = json.dumps(self.as_json(), indent=2, default=str)
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.name}.json"
        path.write_text(text + "\n")
        sys.stdout.write(text + "\n" if self.options.json else self.as_text())
        return path

    def as_json(self) -> dict[str, Any]:
        """Everything, with the machine it was measured on."""
        return {
            "benchmark": self.name,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine(),
            "options": vars(self.options),
            "sections": [
                {"title": section.title, "note": section.note, "rows": section.rows} for section in self.sections
            ],
        }

    def as_text(self) -> str:
        """The tables."""
        facts = ", ".join(f"{name} {value}" for name, value in machine().items())
        parts = [f"\n{self.name}: {facts}\n"]
        for section in self.sections:
            parts += [f"\n{section.title}\n", table(section.rows), f"{section.note}\n" if section.note else ""]
        return "".join(parts)


def machine() -> dict[str, Figure]:
    """What the figures depend on."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory GB": round(memory() / 2**30, 1),
        "load": round(os.getloadavg()[0], 1),
        "Python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def table(rows: Sequence[Mapping[str, Figure]]) -> str:
    """The rows under the names of their columns, numbers to the right."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    cells = [columns, *([_cell(row.get(name)) for name in columns] for row in rows)]
    widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in cells
    ]
    return "\n".join(lines) + "\n"


def _cell(value: Figure) -> str:
    match value:
        case None:
            return "–"
        case float():
            return f"{value:,.3f}" if abs(value) < 1 else f"{value:,.1f}"
        case int():
            return f"{value:,}"
        case _:
            return str(value)
