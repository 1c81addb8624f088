"""Processor time by stage: of processes with all their children, and of PostgreSQL's backends by whom they work for.

Linux only: proc(5), fields utime, stime, cutime and cstime of ``/proc/PID/stat``, in ticks of 10 ms as a rule.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from django.db import connection

MS_PER_TICK: Final = 1000 / os.sysconf("SC_CLK_TCK")
BACKENDS: Final = "SELECT pid, application_name FROM pg_stat_activity WHERE backend_type = 'client backend'"
OBSERVER: Final = "bench"
"""What the benchmark's own looking costs PostgreSQL, which is left out."""


class Stages:
    """Reads what each stage has used so far. ``postmaster`` is PostgreSQL's first process.

    A backend belongs to the stage that its
    client names as ``PGAPPNAME``; ``look`` has to be called every second or so, because nobody tells afterwards whose
    backend it was that ended. What ended unseen, and what PostgreSQL does on its own (checkpoints, WAL, vacuum), is
    ``PostgreSQL, itself``.
    """

    def __init__(self, postmaster: int) -> None:
        self._roots: dict[str, int] = {}
        self._ended: dict[str, float] = {}
        self._seen: dict[str, float] = {}
        self._postmaster = postmaster
        self._backends: dict[int, tuple[str, float]] = {}

    def follow(self, stage: str, pid: int) -> None:
        """Counts this process and its children under the stage, beside what an earlier one of it used."""
        self._ended[stage] = self._ended.get(stage, 0.0) + self._seen.pop(stage, 0.0)
        self._roots[stage] = pid

    def look(self) -> dict[str, float]:
        """Milliseconds of processor time by stage since each process began."""
        table = dict(_processes())
        with connection.cursor() as cursor:
            cursor.execute(BACKENDS)
            for pid, name in cursor.fetchall():
                if pid in table:
                    self._backends[pid] = (name or OBSERVER, table[pid][1])
        for stage, root in self._roots.items():
            self._seen[stage] = max(self._seen.get(stage, 0.0), _of_tree(root, table))
        found = {stage: self._ended[stage] + used for stage, used in self._seen.items()}
        known = 0.0
        for name, used in self._backends.values():
            known += used
            if name != OBSERVER:
                stage = f"PostgreSQL, {name}"
                found[stage] = found.get(stage, 0.0) + used
        found["PostgreSQL, itself"] = _of_tree(self._postmaster, table) - known
        return found


def per(after: Mapping[str, float], before: Mapping[str, float], number: int) -> dict[str, float]:
    """What each stage used between two looks, divided by ``number``, the largest first; ``all`` together at the end."""
    used = {stage: (ms - before.get(stage, 0.0)) / max(number, 1) for stage, ms in after.items()}
    ordered = dict(sorted(used.items(), key=lambda item: -item[1]))
    return {**ordered, "all": sum(used.values())}


def _of_tree(root: int, table: Mapping[int, tuple[int, float, float]]) -> float:
    """What a process, its living descendants, and those of them used that ended and were waited for."""
    children: dict[int, list[int]] = {}
    for pid, (parent, _own, _ended) in table.items():
        children.setdefault(parent, []).append(pid)
    used, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        if pid in table:
            used += table[pid][1] + table[pid][2]
            waiting += children.get(pid, [])
    return used


def _processes() -> Iterator[tuple[int, tuple[int, float, float]]]:
    """Each process's parent, its own milliseconds, and those of its children that ended."""
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            fields = Path(f"/proc/{entry.name}/stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        own, ended = int(fields[11]) + int(fields[12]), int(fields[13]) + int(fields[14])
        yield int(entry.name), (int(fields[1]), own * MS_PER_TICK, ended * MS_PER_TICK)
