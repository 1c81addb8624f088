"""Choosing the pieces that words are cut into."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Final

from tokenizers import Tokenizer
from tokenizers.models import Unigram
from tokenizers.trainers import UnigramTrainer

from services.search.embedding.frequent import Word
from services.search.embedding.parts import UNKNOWN, Vocabulary, words_in
from services.search.embedding.pieces import vocabulary

LONGEST_PART: Final = 16
RARE: Final = 1.5
"""On the Zipf scale: what is no more frequent is shown once."""


def whole_words() -> list[str]:
    """The pieces of BERT's vocabulary that are words by themselves: no ends of words, no marks, nothing special."""
    special = (piece for piece in vocabulary() if not (piece.startswith("[") and piece.endswith("]")))
    return [piece for piece in special if not piece.startswith("##") and any(map(str.isalnum, piece))]


def weighed(texts: Iterable[str], words: Iterable[Word]) -> Mapping[str, int]:
    """How often each word is shown to ``pieces_for``: the square root of how often the texts have it, or its language
    does in 30 million words."""
    counted = Counter(word for text in texts for word in words_in(text))
    shown = Counter({word: round(count**0.5) for word, count in counted.items()})
    for word in words:
        for text in words_in(word.text):
            shown[text] += max(1, round(10 ** ((word.zipf - RARE) / 2)))
    return shown


def further_words(texts: Iterable[str], most: int) -> list[str]:
    """The words of the texts that are most frequent of those that are not among ``whole_words``."""
    known = frozenset(whole_words())
    counted = Counter(word for text in texts for word in words_in(text) if word not in known and word.isalpha())
    return [word for word, _count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))[:most]]


def pieces_for(shown: Mapping[str, int], size: int, whole: Sequence[str]) -> Vocabulary:
    """These whole words and so many parts of all others, each part with the logarithm of how likely it is."""
    known = frozenset(whole)
    alphabet = sorted(piece for piece in whole if len(piece) == 1)
    trainer = UnigramTrainer(
        vocab_size=size,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
        initial_alphabet=alphabet,
        max_piece_length=LONGEST_PART,
        show_progress=False,
    )
    tokenizer = Tokenizer(Unigram())
    tokenizer.train_from_iterator(
        _repeated({word: count for word, count in shown.items() if word not in known}), trainer
    )
    trained = {part: score for part, score in json.loads(tokenizer.to_str())["model"]["vocab"] if part != UNKNOWN}
    # Letters of other alphabets are parts, too: their words are cut into nothing else.
    scores = dict.fromkeys(alphabet, min(trained.values()) - 1) | trained
    parts = [(part, score) for part, score in scores.items() if part not in known]
    return Vocabulary([*((word, scores.get(word)) for word in whole), *parts])


def _repeated(counts: Mapping[str, int]) -> Iterator[str]:
    for word in sorted(counts):
        yield from repeat(word, counts[word])
