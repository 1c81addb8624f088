"""Reads test collections in BEIR's form: JSON lines of documents and queries, a table of judgements."""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class Malformed(Exception):
    """A file is not in BEIR's form; the message says where."""


@dataclass(frozen=True, slots=True)
class Text:
    """A document, or a query, which has no title."""

    id: str
    title: str
    text: str


def read_texts(path: Path) -> list[Text]:
    """The documents or queries of a file of JSON lines ``{"_id", "title"?, "text"?}``. Ids may be numbers. Raises
    Malformed for a line that is no such object, and for an id that comes twice."""
    found: dict[str, Text] = {}
    for number, value in _objects(path):
        if not isinstance(value, dict) or value.get("_id") is None:
            raise Malformed(f"{path}, line {number}: not an object with an _id.")
        text = Text(str(value["_id"]), str(value.get("title") or ""), str(value.get("text") or ""))
        if text.id in found:
            raise Malformed(f"{path}, line {number}: the id {text.id} is there already.")
        found[text.id] = text
    return list(found.values())


def read_judgements(path: Path) -> dict[str, dict[str, float]]:
    """Grades by query and document, of a TSV file with the header ``query-id corpus-id score``. Raises Malformed."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if (header := next(rows, None)) != ["query-id", "corpus-id", "score"]:
            raise Malformed(f"{path}: the header is {header}, not query-id, corpus-id, score.")
        for number, row in enumerate(rows, start=2):
            if not row:
                continue
            try:
                query, document, score = row
                found[query][document] = float(score)
            except ValueError:
                raise Malformed(f"{path}, line {number}: not a query, a document and a number.") from None
    return dict(found)


def without_itself(found: Sequence[str], query: str, judged: Mapping[str, float]) -> list[str]:
    """The answer without the document that asks, which has the query's id: as BEIR's own evaluation does, but where
    judges say that it is right."""
    return [document for document in found if document != query or judged.get(document, 0) > 0]


def _objects(path: Path) -> Iterator[tuple[int, Any]]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                try:
                    yield number, json.loads(line)
                except json.JSONDecodeError as error:
                    raise Malformed(f"{path}, line {number}: {error}") from None
