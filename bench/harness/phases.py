"""Phases of a long benchmark: what was measured before an interruption is not measured again."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.harness.files import write_whole
from bench.harness.options import Options
from bench.harness.report import Report, Section


class Phases:
    """Runs the parts of a benchmark, and keeps their sections in the folder of ``--keep`` until all are there."""

    def __init__(self, report: Report, options: Options) -> None:
        self._report = report
        self._file = options.keep / f"unfinished-{report.name}.json" if options.keep else None
        asked = {name: str(value) for name, value in vars(options).items() if name not in {"json", "keep"}}
        kept = json.loads(self._file.read_text()) if self._file and self._file.exists() else {}
        self._kept: dict[str, Any] = kept if kept.get("options") == asked else {"options": asked}

    def run(self, name: str, work: Callable[[Report], None]) -> None:
        """One phase: ``work`` adds sections to the report, unless those are known from an interrupted run."""
        if name in self._kept:
            self._report.sections += [Section(**section) for section in self._kept[name]]
            return
        before = len(self._report.sections)
        work(self._report)
        self._kept[name] = [asdict(section) for section in self._report.sections[before:]]
        if self._file:
            write_whole(self._file, json.dumps(self._kept, default=str))

    def finish(self) -> Path:
        """Writes the report; the next run begins anew."""
        if self._file:
            self._file.unlink(missing_ok=True)
        return self._report.finish()
