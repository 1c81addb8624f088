"""Measures embedders on open data: `python -m services.search.embedding.evaluate ../shared/data`.

The queries, and all texts of the held-out O*NET occupations, took no part in training; ESCO's labels did, but not the
vacancies of the held-out occupations.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Embedder
from services.search.embedding.shortened import ShortTransformer
from services.search.embedding.static import StaticEmbedder
from services.search.embedding.training_texts import is_held_out, rows
from services.search.embedding.transformer import TransformerEmbedder

CHUNK = 64


@dataclass(frozen=True)
class Task:
    """Queries, each with its right label, and labelled texts to find it by."""

    name: str
    queries: list[tuple[str, str]]
    texts: list[tuple[str, str]]


def onet_tasks(folder: Path) -> Iterator[Task]:
    """Reported titles and task sentences of held-out occupations, to be found among all occupations."""
    texts = [
        (row["O*NET-SOC Code"], text)
        for row in rows(folder / "occupation_data.tsv")
        for text in (row["Title"], row["Description"])
    ]
    for row in rows(folder / "alternate_titles.tsv"):
        texts += [(row["O*NET-SOC Code"], row["Alternate Title"])]
    for name, file, column, step in (
        ("reported title -> occupation", "sample_of_reported_titles.tsv", "Reported Job Title", 1),
        ("task sentence -> occupation", "task_statements.tsv", "Task", 4),
    ):
        queries = [(row["O*NET-SOC Code"], row[column]) for row in rows(folder / file)]
        yield Task(f"O*NET {name}", [query for query in queries if is_held_out(query[0])][::step], texts)


def esco_task(data: Path) -> Task:
    """Vacancy titles, to be found among the labels of ESCO's occupations."""
    occupations = rows(data / "esco/official_csv_v1_2/occupations_en.csv")
    texts = [
        (row["conceptUri"], label)
        for row in occupations
        for label in (row["preferredLabel"], *filter(None, row["altLabels"].split("\n")))
    ]
    known = {label for label, _ in texts}
    titles = rows(data / "jobbert_titles/titles.validation.csv")
    held_out = (row for row in titles if row["conceptUri"] in known and is_held_out(row["conceptUri"]))
    queries = [(row["conceptUri"], row["vacancyTitle"]) for row in held_out]
    return Task("vacancy title -> ESCO occupation", queries[::2], texts)


def measure(embedder: Embedder, task: Task) -> tuple[float, float]:
    """Mean reciprocal rank and recall at 10; a label's score is that of its best text."""
    labels = sorted({label for label, _ in task.texts})
    by_label = sorted(task.texts)
    starts = np.searchsorted([label for label, _ in by_label], labels)
    places: dict[str, list[int]] = defaultdict(list)
    for place, (_, text) in enumerate(by_label):
        places[text.casefold()].append(place)
    vectors = embedder.embed([text for _, text in by_label])
    queries = embedder.embed([text for _, text in task.queries])
    ranks: list[NDArray[np.int64]] = []
    for start in range(0, len(queries), CHUNK):
        chunk = task.queries[start : start + CHUNK]
        scores = queries[start : start + CHUNK] @ vectors.T
        for row, (_, text) in enumerate(chunk):
            scores[row, places[text.casefold()]] = -1  # An identical string is no test of meaning.
        best = np.maximum.reduceat(scores, starts, axis=1)
        right = best[np.arange(len(chunk)), np.searchsorted(labels, [label for label, _ in chunk])]
        ranks.append((best > right[:, None]).sum(axis=1) + 1)
    all_ranks = np.concatenate(ranks)
    return float((1 / all_ranks).mean()), float((all_ranks <= 10).mean())


def report(data: Path, embedders: Sequence[Embedder], *, write: Callable[[str], object] = print) -> None:
    """Write a line for each task and embedder."""
    for task in (*onet_tasks(data / "onet/tsv"), esco_task(data)):
        for number, embedder in enumerate(embedders, start=1):
            rank, recall = measure(embedder, task)
            write(f"{task.name:34} {number} {embedder.name:20} MRR {rank:.3f}  R@10 {recall:.3f}")


if __name__ == "__main__":
    report(Path(sys.argv[1]), [StaticEmbedder(), ShortTransformer(transformer=TransformerEmbedder(threads=2))])
