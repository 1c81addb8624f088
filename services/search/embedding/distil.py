"""Makes the table of the static embedder from MiniLM; see NOTICE for what it is made of.

First each word piece goes through the model alone. Then the table is trained so that the sum of a
text's pieces comes near what the model says about the whole text, and texts that mean the same come
near each other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.pieces import END, START, piece_tokenizer, readable, vocabulary
from services.search.embedding.static import StaticEmbedder, write_table
from services.search.embedding.training_texts import Concepts
from services.search.embedding.transformer import TransformerEmbedder

Ids = NDArray[np.int64]
Report = Callable[[str], object]

TEMPERATURE = 0.05
BATCH = 1024
LONGEST = 48


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long and how hard to train; `pair_share` weighs the pairs against the model's outputs."""

    epochs: int = 8
    rate: float = 3e-3
    pair_share: float = 1.0
    seed: int = 20260101


def distil(
    output: Path,
    *,
    concepts: Concepts,
    recipe: Recipe | None = None,
    teacher: TransformerEmbedder | None = None,
    report: Report = print,
) -> None:
    """Write the table to `output` and its scales beside it; the same arguments give the same table.

    Without concepts the table is the plain one: each piece as the model sees it alone.
    """
    teacher = teacher or TransformerEmbedder(threads=2)
    report("Running the word pieces through the model")
    pieces = piece_outputs(teacher)
    if not concepts:
        write_table(without_marks(plain_table(pieces, main_components(pieces))), output)
        return
    texts = list(dict.fromkeys(text for concept in concepts for text in concept))
    report(f"Running {len(texts):,} texts through the model")
    outputs = teacher.embed(texts)
    components = main_components(outputs)
    lesson = Lesson.of(texts, ids_of(texts), concepts, normalised(centred(outputs) @ components))
    table = train(plain_table(pieces, components), lesson, recipe=recipe or Recipe(), report=report)
    write_table(without_marks(table), output)


def piece_outputs(teacher: TransformerEmbedder) -> Vectors:
    """What the model says about each piece alone."""
    ids = {piece: number for number, piece in enumerate(vocabulary())}
    return teacher.embed_pieces([(ids[START], number, ids[END]) for number in range(len(ids))])


def centred(outputs: Vectors) -> Vectors:
    """The outputs without what all of them share."""
    around_zero: Vectors = outputs - outputs.mean(axis=0)
    return around_zero


def main_components(outputs: Vectors) -> Vectors:
    """The directions in which the outputs differ most, one a column."""
    spread = centred(outputs).astype(np.float64)
    _, directions = np.linalg.eigh(spread.T @ spread)
    components: Vectors = directions[:, ::-1][:, : StaticEmbedder.dimensions].astype(np.float32)
    return components


def plain_table(outputs: Vectors, components: Vectors) -> Vectors:
    """Projected outputs; the vocabulary is sorted by frequency, so a later piece weighs more."""
    weights = np.log(np.arange(len(outputs), dtype=np.float32) + 2) / np.log(len(outputs))
    table: Vectors = normalised(centred(outputs) @ components) * weights[:, None].astype(np.float32)
    return table


def without_marks(table: Vectors) -> Vectors:
    """The table with nothing for [UNK] and the like, so that unknown words do not count, and for marks.

    Descriptions end with full stops and titles do not, so that training makes them say no more than what kind of text
    it is: among longer texts, of which every one has many, that hides what they are about.
    """
    table[[number for number, piece in enumerate(vocabulary()) if says_nothing(piece)]] = 0
    return table


def says_nothing(piece: str) -> bool:
    """Whether a piece is a mark, or special."""
    special = piece.startswith("[") and piece.endswith("]") and len(piece) > 2
    return special or not any(character.isalnum() for character in piece)


def ids_of(texts: Sequence[str]) -> list[Ids]:
    """The numbers of each text's pieces in BERT's vocabulary, but for those that say nothing."""
    encodings = piece_tokenizer(longest=LONGEST).encode_batch_fast([readable(text) for text in texts])
    silent = np.flatnonzero([says_nothing(piece) for piece in vocabulary()])
    ids = (np.array(encoding.ids, dtype=np.int64) for encoding in encodings)
    return [row[~np.isin(row, silent)] for row in ids]


@dataclass(frozen=True, slots=True)
class Lesson:
    """The texts to learn from, as piece ids, each with its target; and those that mean the same, by their places."""

    ids: Sequence[Ids]
    targets: Vectors
    concepts: Sequence[Ids]

    @classmethod
    def of(cls, texts: Sequence[str], ids: Sequence[Ids], concepts: Concepts, targets: Vectors) -> Lesson:
        """From texts with their pieces and targets, and concepts of these texts."""
        numbers = {text: number for number, text in enumerate(texts)}
        members = ({numbers[text] for text in concept} for concept in concepts)
        return cls(ids, targets, [np.array(sorted(group), dtype=np.int64) for group in members if len(group) > 1])

    def pairs(self, random: np.random.Generator) -> tuple[Ids, Ids]:
        """Two different texts from each of some concepts."""
        size = min(BATCH, len(self.concepts))
        chosen = random.choice(len(self.concepts), size, replace=False)
        picks = [random.choice(self.concepts[number], 2, replace=False) for number in chosen]
        first, second = np.stack(picks, axis=1)
        return first, second


def train(table: Vectors, lesson: Lesson, *, recipe: Recipe, report: Report = print) -> Vectors:
    """Train the table on the model's outputs and on pairs of like meaning, ever more slowly."""
    random = np.random.default_rng(recipe.seed)
    adam = RowAdam(table)
    steps = max(1, len(lesson.ids) // BATCH)
    for epoch in range(recipe.epochs):
        batches = np.array_split(random.permutation(len(lesson.ids)), steps)
        losses = []
        for step, batch in enumerate(batches):
            done = (epoch + step / steps) / recipe.epochs
            pairs = lesson.pairs(random)
            slower = replace(recipe, rate=recipe.rate * (1 - done))
            losses.append(learn(adam, lesson, batch, pairs, recipe=slower))
        report(f"Epoch {epoch + 1}: losses {np.mean(losses, axis=0).round(3)}")
    return adam.table


def learn(adam: RowAdam, lesson: Lesson, batch: Ids, pairs: tuple[Ids, Ids], *, recipe: Recipe) -> tuple[float, float]:
    """One step; returns the losses against the model's outputs and between the pairs."""
    bags = Bags([lesson.ids[number] for number in np.concatenate([batch, *pairs])])
    sums = bags.sums(adam.table)
    units = normalised(sums)
    whole, first, second = np.split(units, [len(batch), len(batch) + len(pairs[0])])
    loss, slope, _ = contrast(whole, lesson.targets[batch])
    pair_loss, first_slope, second_slope = contrast(first, second, same=same_text(*pairs))
    slopes = np.concatenate([slope, recipe.pair_share * first_slope, recipe.pair_share * second_slope])
    # Only what stands at right angles to a vector changes its direction.
    slopes -= units * (units * slopes).sum(axis=1, keepdims=True)
    slopes /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-6)
    adam.step(bags.pieces, bags.spread(slopes), recipe.rate)
    return loss, pair_loss


class Bags:
    """A batch of texts as a sparse matrix: how often each text holds each piece of the batch."""

    def __init__(self, rows: Sequence[Ids]) -> None:
        flat = np.concatenate(rows)
        self.pieces, columns = np.unique(flat, return_inverse=True)
        ends = np.cumsum([len(row) for row in rows])
        ones = np.ones(len(flat), dtype=np.float32)
        self.counts = csr_matrix((ones, columns, np.append(0, ends)), shape=(len(rows), len(self.pieces)))

    def sums(self, table: Vectors) -> Vectors:
        """The sum of the piece vectors of each text."""
        return np.asarray(self.counts @ table[self.pieces])

    def spread(self, gradient: Vectors) -> Vectors:
        """The gradient of each piece from those of the texts."""
        return np.asarray(self.counts.T @ gradient)


def contrast(left: Vectors, right: Vectors, *, same: NDArray[np.bool_] | None = None) -> tuple[float, Vectors, Vectors]:
    """InfoNCE both ways: each row of `left` should find its own row of `right`, and the reverse.

    `same` marks other rows that mean the same, which must not be pushed away.
    """
    scores = left @ right.T / TEMPERATURE
    if same is not None:
        scores[same] = -np.inf
    size = len(left)
    forward, backward = softmax(scores, axis=1), softmax(scores, axis=0)
    right_ones = np.log(np.maximum(np.diagonal(forward) * np.diagonal(backward), 1e-30))
    slope: Vectors = (forward + backward - 2 * np.eye(size, dtype=np.float32)) / (2 * size * TEMPERATURE)
    return float(-right_ones.mean() / 2), slope @ right, slope.T @ left


def softmax(scores: Vectors, *, axis: int) -> Vectors:
    """Shares that add up to 1 along the axis."""
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    shares: Vectors = powers / powers.sum(axis=axis, keepdims=True)
    return shares


def same_text(first: Ids, second: Ids) -> NDArray[np.bool_]:
    """Where different pairs share a text: some titles belong to several concepts."""
    crossed = first[:, None] == second
    same = crossed | crossed.T | (first[:, None] == first) | (second[:, None] == second)
    np.fill_diagonal(same, val=False)
    return np.asarray(same, dtype=np.bool_)


class RowAdam:
    """Adam that touches only the rows that had a gradient."""

    def __init__(self, table: Vectors) -> None:
        self.table = table.copy()
        self.mean = np.zeros_like(table)
        self.square = np.zeros_like(table)
        self.steps = np.zeros(len(table), dtype=np.int64)

    def step(self, rows: Ids, gradient: Vectors, rate: float) -> None:
        """Move the rows against their gradient."""
        self.steps[rows] += 1
        steps = self.steps[rows][:, None]
        mean = self.mean[rows] * 0.9 + gradient * 0.1
        square = self.square[rows] * 0.999 + gradient**2 * 0.001
        self.mean[rows], self.square[rows] = mean, square
        corrected = mean / (1 - 0.9**steps), np.sqrt(square / (1 - 0.999**steps))
        self.table[rows] -= (rate * corrected[0] / (corrected[1] + 1e-8)).astype(np.float32)
