"""ESCO's occupations (https://esco.ec.europa.eu), as the comma-separated file of its download."""

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from marketplace.demo.outside.occupation import Occupation

MAIN: Final = "occupations_en.csv"
LONGEST_TASK: Final = 160
LONGEST_TITLE: Final = 40
DOING: Final = re.compile(r"^They (?:also |may |can |usually |often )*(?=[a-z])")
"""How a sentence of a description begins that says what people of the occupation do."""


def read_esco(main: Path) -> Iterator[Occupation]:
    """The occupations whose description says what they do. Raises KeyError, ValueError."""
    with main.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            labels = [row["preferredLabel"], *(row["altLabels"] or "").split("\n")]
            names = tuple(_name(label) for label in labels if label and len(label) <= LONGEST_TITLE)
            tasks = tuple(_tasks(row["description"] or ""))
            if names and tasks:
                yield Occupation(_name(row["preferredLabel"]), names, tasks)


def _name(label: str) -> str:
    return " ".join(word if word.isupper() else word[:1].upper() + word[1:] for word in label.split())


def _tasks(description: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?])\s+", " ".join(description.split())):
        task = DOING.sub("", sentence)
        if task != sentence and len(task) <= LONGEST_TASK and not task.startswith(("are ", "have ", "is ")):
            yield task
