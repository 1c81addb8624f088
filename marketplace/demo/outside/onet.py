"""O*NET's tables of occupations (https://www.onetcenter.org/database.html), as tab-separated files."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from marketplace.demo.outside.occupation import Occupation

MAIN: Final = "occupation_data.tsv"
CODE: Final = "O*NET-SOC Code"
LONGEST_TASK: Final = 140
LONGEST_TITLE: Final = 40


def read_onet(main: Path) -> Iterator[Occupation]:
    """The occupations of the table and of those beside it, which may be missing. Raises KeyError, ValueError."""
    folder = main.parent
    titles = _by_code(folder / "sample_of_reported_titles.tsv", "Reported Job Title", LONGEST_TITLE)
    others = _by_code(folder / "alternate_titles.tsv", "Alternate Title", LONGEST_TITLE)
    tasks = _by_code(folder / "task_statements.tsv", "Task", LONGEST_TASK)
    tools = _by_code(folder / "technology_skills.tsv", "Example", LONGEST_TITLE, only="Hot Technology")
    for row in _rows(main):
        code = row[CODE]
        names = tuple(name for name in titles[code] or others[code] if "(" not in name)
        known = tuple(tasks[code])
        if known:
            yield Occupation(row["Title"], names, known, tuple(dict.fromkeys(tools[code])))


def _by_code(path: Path, column: str, longest: int, *, only: str = "") -> dict[str, list[str]]:
    """The column's short values by occupation; those with a Y in the column ``only`` where one is named."""
    found: dict[str, list[str]] = defaultdict(list)
    for row in _rows(path) if path.exists() else ():
        if len(row[column]) <= longest and (not only or row[only] == "Y"):
            found[row[CODE]].append(row[column])
    return found


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
