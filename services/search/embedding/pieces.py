"""Cuts text into the word pieces of BERT's uncased vocabulary."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import BertProcessing

VOCABULARY_PATH = Path(__file__).with_name("vocab.txt")
UNKNOWN = "[UNK]"
START, END = "[CLS]", "[SEP]"
LONGEST_TEXT = 20_000


@cache
def vocabulary() -> tuple[str, ...]:
    """All word pieces; the place of each is its id."""
    return tuple(VOCABULARY_PATH.read_text(encoding="utf-8").splitlines())


def piece_tokenizer(*, longest: int, framed: bool = False) -> Tokenizer:
    """A tokenizer that keeps the first `longest` pieces, framed by [CLS] and [SEP] if asked."""
    ids = {piece: number for number, piece in enumerate(vocabulary())}
    tokenizer = Tokenizer(WordPiece(vocab=ids, unk_token=UNKNOWN, max_input_chars_per_word=100))
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
