"""Cuts text into the word pieces of BERT's uncased vocabulary."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

VOCABULARY_PATH = Path(__file__).with_name("vocab.txt")
UNKNOWN = "[UNK]"
START, END = "[CLS]", "[SEP]"
LONGEST_TEXT = 20_000
PLAIN: Final = re.compile(r"[\t\n\r -~]*")
"""ASCII without control characters, which the normalizer would take out of words."""
ASCII_WORD: Final = re.compile(r"[a-z0-9]+|[^a-z0-9\s]")
"""What BertPreTokenizer cuts plain text into: runs of letters and digits, and single marks."""
KEPT: Final = 50_000
"""Words whose pieces are remembered, none of them longer than ``LONGEST_WORD``: those are unknown."""
LONGEST_WORD: Final = 100


@cache
def vocabulary() -> tuple[str, ...]:
    """All word pieces; the place of each is its id."""
    return tuple(VOCABULARY_PATH.read_text(encoding="utf-8").splitlines())


@cache
def _words() -> frozenset[str]:
    return frozenset(piece for piece in vocabulary() if piece.isalpha())


def is_word(text: str) -> bool:
    """Whether this is one of the 22,000 most frequent words of English, some names among them, in small letters."""
    return text in _words()


def piece_tokenizer(*, longest: int, framed: bool = False) -> Tokenizer:
    """A tokenizer that keeps the first `longest` pieces, framed by [CLS] and [SEP] if asked."""
    ids = {piece: number for number, piece in enumerate(vocabulary())}
    tokenizer = Tokenizer(WordPiece(vocab=ids, unk_token=UNKNOWN, max_input_chars_per_word=LONGEST_WORD))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    if framed:
        tokenizer.post_processor = BertProcessing((END, ids[END]), (START, ids[START]))
    tokenizer.enable_truncation(longest)
    return tokenizer


def readable(text: str) -> str:
    """The text without what the tokenizer refuses (lone surrogates), cut to a sane length."""
    text = text[:LONGEST_TEXT]
    # The tokenizer raises TypeError for a str that has no UTF-8 form.
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


class PieceReader:
    """Reads the ids of texts' pieces, and remembers those of words: most words of a text were met before.

    Plain text is cut into words here, in a fifth of the tokenizer's time; any other text is left to the tokenizer.
    """

    def __init__(self, *, longest: int, kept: int = KEPT) -> None:
        self._longest, self._kept = longest, kept
        self._tokenizer = piece_tokenizer(longest=longest)
        self._known: dict[str, list[int]] = {}

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids of each text's first pieces: what ``piece_tokenizer`` gives."""
        return [self._plain(text) if PLAIN.fullmatch(text) else self._any(text) for text in texts]

    def known(self, word: str) -> float:
        """The share of a word's letters that the longest of its pieces has."""
        [pieces] = self.of([word])
        lengths = [len(vocabulary()[piece].removeprefix("##")) for piece in pieces]
        return max(lengths) / sum(lengths) if lengths else 0.0

    def _any(self, text: str) -> list[int]:
        return list(self._tokenizer.encode(readable(text)).ids)

    def _plain(self, text: str) -> list[int]:
        words = ASCII_WORD.findall(text[:LONGEST_TEXT].lower())
        known = self._known
        try:
            ids = [piece for word in words for piece in known[word]]
        except KeyError:
            known = self._learn(words)
            ids = [piece for word in words for piece in known[word]]
        return ids[: self._longest]

    def _learn(self, words: Sequence[str]) -> dict[str, list[int]]:
        """The pieces of these words. Other threads may learn at the same time: what is known to one only grows."""
        known = self._known if len(self._known) < self._kept else {}
        new = [word for word in dict.fromkeys(words) if word not in known]
        found = {word: list(each.ids) for word, each in zip(new, self._tokenizer.encode_batch_fast(new), strict=True)}
        known |= {word: ids for word, ids in found.items() if len(word) <= LONGEST_WORD}
        self._known = known
        return {word: found.get(word) or known[word] for word in words}
