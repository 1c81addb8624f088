"""Test collections: in BEIR's form, or made from the open data in MARKETPLACE_DATA."""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.harness.beir import Malformed, Text, read_judgements, read_texts
from services.search.embedding.training_texts import is_held_out


@dataclass(frozen=True, slots=True)
class Collection:
    """Documents, queries that have a judgement, and the judgements: grades by query and document."""

    name: str
    documents: list[Text]
    queries: list[Text]
    judgements: dict[str, dict[str, float]]

    def sampled(self, most: int) -> "Collection":
        """The same with at most so many queries, evenly spread."""
        step = -(-len(self.queries) // most)
        return replace(self, queries=self.queries[:: step or 1])

    def held_out(self, about: Callable[[str], Iterable[str]]) -> "Collection":
        """The same with those queries alone that took no part in making the vectors: all occupations are held out that
        a query, by its id, is ``about``."""
        queries = [query for query in self.queries if all(map(is_held_out, about(query.id)))]
        return replace(self, name=f"{self.name}, held out", queries=queries)


def from_files(corpus: Path, queries: Path, qrels: Path) -> Collection:
    """A collection in BEIR's form. Raises Malformed, also where no query is judged, and OSError."""
    found = _judged(str(corpus), read_texts(corpus), read_texts(queries), read_judgements(qrels))
    if not found.queries or not found.documents:
        raise Malformed(f"{corpus}: {len(found.documents)} documents; {qrels}: {len(found.queries)} judged queries.")
    return found


def known(data: Path) -> Iterator[Collection]:
    """The collections whose data is there. Those of occupations come twice: three queries in four are texts that the
    vectors were made from, so they come again with the others alone."""
    beir = data / "scifact_beir" / "beir"
    if beir.exists():
        found = from_files(beir / "corpus.jsonl", beir / "queries.jsonl", beir / "qrels" / "test.tsv")
        yield replace(found, name="SciFact")
    if (data / "onet").exists():
        titles = onet(data / "onet" / "tsv")
        yield from (titles, titles.held_out(titles.judgements.__getitem__))
        occupations = related(data / "onet" / "tsv")
        yield from (occupations, occupations.held_out(lambda code: [code]))
    if (data / "jobbert_titles").exists() and (data / "esco").exists():
        vacancies = jobbert(
            data / "jobbert_titles" / "titles.validation.csv",
            data / "esco" / "official_csv_v1_2" / "occupations_en.csv",
        )
        yield from (vacancies, vacancies.held_out(vacancies.judgements.__getitem__))


def onet(folder: Path) -> Collection:
    """Titles that people reported, each to be found as its O*NET occupation, whose page has the alternate titles but
    for those that are a reported one letter by letter."""
    reported = [
        (row["O*NET-SOC Code"], row["Reported Job Title"]) for row in _rows(folder / "sample_of_reported_titles.tsv")
    ]
    copies = {title.casefold() for _code, title in reported}
    alternate: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "alternate_titles.tsv"):
        if row["Alternate Title"].casefold() not in copies:
            alternate[row["O*NET-SOC Code"]].append(row["Alternate Title"])
    documents = [
        Text(
            row["O*NET-SOC Code"], row["Title"], f"{row['Description']}\n{'; '.join(alternate[row['O*NET-SOC Code']])}"
        )
        for row in _rows(folder / "occupation_data.tsv")
    ]
    return _titles("O*NET reported titles", documents, reported)


RELATED: Final[Mapping[str, float]] = {"Primary-Short": 3.0, "Primary-Long": 2.0, "Supplemental": 1.0}
"""Grades of O*NET's tiers of relatedness."""


def related(folder: Path) -> Collection:
    """O*NET's occupations by title and description, each to find the twenty related to it, by title, description and
    tasks. The occupation that asks is no answer to itself."""
    tasks: dict[str, list[str]] = defaultdict(list)
    for row in _rows(folder / "task_statements.tsv"):
        tasks[row["O*NET-SOC Code"]].append(row["Task"])
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows(folder / "related_occupations.tsv"):
        judgements[row["O*NET-SOC Code"]][row["Related O*NET-SOC Code"]] = RELATED[row["Relatedness Tier"]]
    documents, queries = [], []
    for row in _rows(folder / "occupation_data.tsv"):
        code, title, description = row["O*NET-SOC Code"], row["Title"], row["Description"]
        documents.append(Text(code, title, "\n".join([description, *tasks[code]])))
        queries.append(Text(code, "", f"{title}. {description}"))
    return _judged("O*NET related occupations", documents, queries, dict(judgements))


def jobbert(titles: Path, occupations: Path) -> Collection:
    """Titles of vacancies, each to be found as its ESCO occupation, whose page has the alternative labels."""
    documents = [
        Text(row["conceptUri"], row["preferredLabel"], "; ".join(row["altLabels"].split("\n")))
        for row in _rows(occupations)
    ]
    known = {document.id for document in documents}
    asked = [(row["conceptUri"], row["vacancyTitle"]) for row in _rows(titles)]
    return _titles("JobBERT vacancy titles", documents, [pair for pair in asked if pair[0] in known])


def _titles(name: str, documents: list[Text], pairs: Iterable[tuple[str, str]]) -> Collection:
    """A collection of titles with all the right documents of each."""
    judgements: dict[str, dict[str, float]] = defaultdict(dict)
    for document, title in pairs:
        judgements[title.strip().casefold()][document] = 1.0
    return _judged(name, documents, [Text(title, "", title) for title in judgements], dict(judgements))


def _judged(
    name: str, documents: list[Text], queries: list[Text], judgements: dict[str, dict[str, float]]
) -> Collection:
    return Collection(name, documents, [query for query in queries if query.id in judgements], judgements)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")
