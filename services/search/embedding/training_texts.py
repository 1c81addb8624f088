"""Openly licensed texts, grouped by what they mean, from which the table is trained.

O*NET 29.3 (CC BY 4.0), ESCO (reuse with attribution), WordNet, vacancy titles and the product's own catalogue; see
NOTICE.
One O*NET occupation in four is left out altogether, and so are the vacancy titles of one ESCO occupation in four:
`evaluate.py` measures on those.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from zlib import crc32

from marketplace.yaml_files import read_yaml

Concepts = list[list[str]]

HELD_OUT_IN = 4
TASKS_TOGETHER = 5
UNUSUAL = frozenset({"05", "20"})
"""Numbers of WordNet's files of animals and plants."""


def is_held_out(code: str) -> bool:
    """Whether an O*NET occupation, or the vacancies of an ESCO one, are kept from training."""
    return crc32(code.encode()) % HELD_OUT_IN == 0


def training_concepts(data: Path, catalogue: Path | None = None, wordnet: Path | None = None) -> Concepts:
    """Groups of texts; those in one group mean nearly the same. ``wordnet`` is the folder of WordNet's own files."""
    concepts = [*onet_occupations(data / "onet/tsv"), *onet_tasks(data / "onet/tsv")]
    vacancies = vacancy_titles(data / "jobbert_titles/titles.validation.csv")
    concepts += esco_occupations(data / "esco/official_csv_v1_2/occupations_en.csv", vacancies)
    if wordnet:
        concepts += synsets(wordnet)
    concepts += esco_skills(data / "esco/derived/skills.csv")
    if catalogue:
        concepts += catalogue_services(catalogue)
    return [unique for concept in concepts if (unique := list(dict.fromkeys(filter(None, concept))))]


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV or TSV file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t" if path.suffix == ".tsv" else ",")


def onet_occupations(folder: Path) -> Concepts:
    """Each occupation: title, description and alternate titles."""
    concepts: dict[str, list[str]] = {
        row["O*NET-SOC Code"]: [row["Title"], row["Description"]] for row in rows(folder / "occupation_data.tsv")
    }
    for row in rows(folder / "alternate_titles.tsv"):
        concepts[row["O*NET-SOC Code"]] += [row["Alternate Title"], row["Short Title"]]
    return [texts for code, texts in concepts.items() if not is_held_out(code)]


def onet_tasks(folder: Path) -> Concepts:
    """What people ask for and who does it: tasks, a few at a time, with the title of their occupation.

    Each task alone with its title would outweigh the synonyms and cost precision between like titles.
    """
    tasks: dict[str, list[str]] = defaultdict(list)
    for row in rows(folder / "task_statements.tsv"):
        if not is_held_out(row["O*NET-SOC Code"]):
            tasks[row["Title"]].append(row["Task"])
    return [
        [title, *texts[start : start + TASKS_TOGETHER]]
        for title, texts in tasks.items()
        for start in range(0, len(texts), TASKS_TOGETHER)
    ]


def vacancy_titles(path: Path) -> Mapping[str, list[str]]:
    """Titles of real vacancies by ESCO occupation, without the occupations that are held out."""
    titles: dict[str, list[str]] = defaultdict(list)
    for row in rows(path):
        if not is_held_out(row["conceptUri"]):
            titles[row["conceptUri"]].append(row["vacancyTitle"])
    return titles


def esco_occupations(path: Path, vacancies: Mapping[str, list[str]]) -> Concepts:
    """Each occupation: preferred and alternative labels, description, titles of vacancies."""
    return [
        [
            row["preferredLabel"],
            row["description"],
            *row["altLabels"].split("\n"),
            *vacancies.get(row["conceptUri"], ()),
        ]
        for row in rows(path)
    ]


def synsets(folder: Path) -> Concepts:
    """WordNet's sets of synonyms, each with its definition: the words of everyday. Without proper names, animals and
    plants, which are a third of it and rarely for hire."""
    concepts = []
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").open(encoding="utf-8"):
            if not line.startswith("  "):  # of the licence
                head, _, gloss = line.partition(" | ")
                fields = head.split()
                words = [fields[4 + 2 * n].partition("(")[0].replace("_", " ") for n in range(int(fields[3], 16))]
                is_name = part == "noun" and any(word[0].isupper() for word in words)
                if fields[1] not in UNUSUAL and not is_name:
                    concepts.append([*words, gloss.strip().partition('; "')[0].strip()])
    return concepts


def esco_skills(path: Path) -> Concepts:
    """Each skill: preferred label, and all its labels with the description."""
    return [
        [row["preferred_label"], row["labels_and_description"][len(row["preferred_label"]) :].strip()]
        for row in rows(path)
    ]


def catalogue_services(folder: Path) -> Concepts:
    """Each service of our own catalogue: name and synonyms; each with its skills as one text."""
    return [[*names, ", ".join(skills)] for _slug, names, skills in _services(folder)]


def catalogue_names(folder: Path) -> dict[str, list[str]]:
    """Name and synonyms of each service of our own catalogue, by its slug."""
    return {slug: names for slug, names, _skills in _services(folder)}


def _services(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    for path in sorted(folder.glob("*.yaml")):
        for service in read_yaml(path)["services"]:
            yield service["slug"], [service["name"], *service["synonyms"]], service["skills"]
