"""Teaches the static embedder's table German, Spanish and French; see NOTICE for what it is made of.

A sentence model of many languages says which English texts a word or a phrase is nearest to. Their vectors, which the
table has already, are what the table then learns for it; English texts learn what they have. What is no whole word of
the vocabulary is cut into parts that were chosen by how often they occur in the words of all four languages, so that
compounds and inflected forms have something in common with what they are made of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.distil import Lesson, Recipe, train
from services.search.embedding.frequent import Word, jumbled
from services.search.embedding.parts import PartReader, Vocabulary, plain
from services.search.embedding.piecing import further_words, pieces_for, weighed, whole_words
from services.search.embedding.static import StaticEmbedder, parts_path, write_table
from services.search.embedding.training_texts import Concepts

FURTHER: Final = 4_000
"""Words of the English texts, beside those of BERT's vocabulary, that are not cut."""
JUMBLES: Final = 4_000
LONGEST: Final = 48
"""Pieces of a text that are learned from."""
SHORT: Final = 4
"""Words of a short text."""
ENGLISH_WORDS: Final = 8_000
SHORT_TEXTS: Final = 12_000
LONG_TEXTS: Final = 2_000
RIDGE: Final = 0.5
NEAREST: Final = 6
TEMPERATURE: Final = 0.05
SURE: Final = (0.3, 0.7)
"""Cosines between which the nearest English texts come to be trusted."""
SAME: Final = 0.6
"""Cosine from which the nearest English text is taken to mean the same."""
FOREIGN: Final = 0.7
"""By how much a word must be more frequent in another language, on the Zipf scale, to be read as a word of that."""
ENGLISH: Final = 3.5
"""A word that is so frequent in English remains English: "war", "die", "son"."""
OFTEN: Final = 8
"""How often a service's names in all languages come among the pairs, for each time that other synonyms do."""
FEW: Final = 6
"""Pieces up to which a text tells what each of its pieces may begin with."""
CHUNK: Final = 2048

Report = Callable[[str], object]
Numbers = NDArray[np.int64]


class Model(Protocol):
    """A sentence model of several languages."""

    def encode(self, texts: list[str]) -> Vectors:
        """A row of length 1 for each text."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is learned from: English ``concepts``; ``names`` of services in all languages, those of one together; the
    frequent ``words`` of the other languages, and those of ``english``, most frequent first."""

    concepts: Concepts
    names: Concepts
    words: Mapping[str, Sequence[Word]]
    english: Sequence[Word]


def teach(
    output: Path,
    *,
    start: StaticEmbedder,
    texts: Texts,
    model: Model,
    parts: int,
    recipe: Recipe,
    report: Report = print,
) -> None:
    """Writes the table to ``output``, and its scales and pieces beside it."""
    random = np.random.default_rng(recipe.seed)
    english = list(dict.fromkeys(text for concept in texts.concepts for text in concept))
    every = [word for listed in texts.words.values() for word in listed]
    known = frozenset(english)
    names = [name for group in texts.names for name in group if name not in known]
    whole = [*whole_words(), *further_words(english, FURTHER)]
    theirs, own = not_english(every, texts.english), frozenset(whole)
    taught = (word.text for word in every if plain(word.text) in theirs or plain(word.text) not in own)
    single = [text for text in taught if text not in known]
    jumbles = [text for listed in texts.words.values() for text in jumbled(listed, JUMBLES, random)]
    report(f"Choosing parts of words from {len(english):,} texts and {len(every):,} words")
    pieces = pieces_for(weighed([*english, *names], every), parts, whole)
    report("Asking the model")
    meanings = Meanings.of(some_of(english, texts), start, model)
    asked = list(dict.fromkeys([*names, *single]))
    found, nearest = meanings.found(model.encode(asked))
    foreign = [*asked, *jumbles]
    targets = np.concatenate([start.embed(english), found, meanings.mapped(model.encode(jumbles))])
    reader = PartReader(pieces, longest=LONGEST, kept=10**6)
    ids = [np.array(row, dtype=np.int64) for row in reader.of([*english, *foreign])]
    table = beginning(pieces, whole, start, ids, targets, theirs)
    report(f"Training on {len(english):,} English and {len(foreign):,} other texts")
    same = [[text, near] for text, near in zip(asked, nearest, strict=True) if near in known]
    concepts = [*texts.concepts, *(group for group in texts.names for _time in range(OFTEN)), *same]
    lesson = Lesson.of([*english, *foreign], ids, concepts, targets)
    write_table(train(table, lesson, recipe=recipe, report=report), output)
    pieces.write(parts_path(output))


def some_of(english: Sequence[str], texts: Texts) -> list[str]:
    """English texts by which others are understood: the catalogue's, frequent words, some of all others, evenly
    spread."""
    known = frozenset(english)
    own = [name for group in texts.names for name in group if name in known]
    words = [word.text for word in texts.english[:ENGLISH_WORDS]]
    short = [text for text in english if len(text.split()) <= SHORT]
    long = [text for text in english if len(text.split()) > SHORT]
    chosen = short[:: 1 + len(short) // SHORT_TEXTS] + long[:: 1 + len(long) // LONG_TEXTS]
    return list(dict.fromkeys([*own, *words, *chosen]))


@dataclass(frozen=True, slots=True)
class Meanings:
    """What the model makes of some English texts (``outputs``), and their ``vectors`` by the table; ``ridge`` leads
    from the one to the other, as well as a linear map can."""

    texts: list[str]
    outputs: Vectors
    vectors: Vectors
    ridge: Vectors

    @classmethod
    def of(cls, texts: list[str], start: StaticEmbedder, model: Model) -> Meanings:
        """Of these texts."""
        outputs, vectors = model.encode(texts), start.embed(texts)
        squares = outputs.T @ outputs + RIDGE * np.eye(outputs.shape[1], dtype=np.float32)
        return cls(texts, outputs, vectors, np.linalg.solve(squares, outputs.T @ vectors))

    def mapped(self, outputs: Vectors) -> Vectors:
        """The table's vectors for what the model says, by the linear map alone."""
        return normalised(outputs @ self.ridge)

    def found(self, outputs: Vectors) -> tuple[Vectors, list[str]]:
        """The same by the nearest texts as well, the more the nearer they are; and the nearest text itself, empty where
        it is too far to mean the same."""
        vectors, nearest = self.mapped(outputs), []
        for start in range(0, len(outputs), CHUNK):
            rows = slice(start, start + CHUNK)
            cosines = outputs[rows] @ self.outputs.T
            best = np.argpartition(-cosines, NEAREST, axis=1)[:, :NEAREST]
            near = np.take_along_axis(cosines, best, axis=1)
            most = near.max(axis=1, keepdims=True)
            weights = np.exp((near - most) / TEMPERATURE)
            sums = normalised(np.einsum("nk,nkd->nd", weights, self.vectors[best]).astype(np.float32))
            vectors[rows] += sums * np.clip((most - SURE[0]) / (SURE[1] - SURE[0]), 0, 1)
            first = best[np.arange(len(best)), near.argmax(axis=1)]
            nearest += [
                self.texts[place] if cosine >= SAME else "" for place, cosine in zip(first, most[:, 0], strict=True)
            ]
        return normalised(vectors), nearest


def not_english(words: Sequence[Word], english: Sequence[Word]) -> frozenset[str]:
    """Those that are rare in English, and far more frequent elsewhere."""
    usual = {word.text: word.zipf for word in english}
    rare = (word for word in words if usual.get(word.text, 0.0) < ENGLISH)
    return frozenset(plain(word.text) for word in rare if word.zipf > usual.get(word.text, 0.0) + FOREIGN)


def beginning(
    pieces: Vocabulary,
    whole: Sequence[str],
    start: StaticEmbedder,
    ids: Sequence[Numbers],
    targets: Vectors,
    foreign: frozenset[str],
) -> Vectors:
    """The table to train: whole words of English as they were, all other pieces as the texts that have them, with a
    length that grows with their rarity."""
    old = start.sums(whole)
    sums = np.zeros((len(pieces.pieces), old.shape[1]), dtype=np.float32)
    for row, target in zip(ids, targets, strict=True):
        if 0 < len(row) <= FEW:
            np.add.at(sums, row, target / len(row))
    sums = normalised(sums)
    table = sums.copy()
    table[: len(whole)] = old
    lengths = np.linalg.norm(table[: len(whole)], axis=1)
    taught = [place for place, word in enumerate(whole) if word in foreign and sums[place].any()]
    table[taught] = sums[taught] * lengths[taught, None]
    rarity = np.array([-(score or 0.0) for _piece, score in pieces.pieces[len(whole) :]], dtype=np.float32)
    usual = float(np.median(lengths))
    table[len(whole) :] *= usual * np.clip(rarity / rarity.max(), 0.1, 1.0)[:, None]
    return table
