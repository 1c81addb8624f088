"""Measures of ranked lists by hand-computed examples, and the reader of test collections."""

from math import log2
from pathlib import Path

import pytest

from bench.harness.beir import Malformed, Text, read_judgements, read_texts, without_itself
from bench.harness.collections import known, related
from bench.harness.metrics import average_precision, means, ndcg, recall, reciprocal_rank
from services.search.embedding.training_texts import is_held_out, vacancy_titles

RANKED = ["a", "b", "c", "d", "e"]
JUDGED = {"b": 2.0, "d": 1.0, "x": 1.0, "a": 0.0}
"""Of three relevant documents two are found, at places 2 and 4."""


def test_average_precision_counts_what_was_not_found() -> None:
    assert average_precision(RANKED, JUDGED) == pytest.approx((1 / 2 + 2 / 4 + 0) / 3)


def test_reciprocal_rank_is_of_the_first_relevant_one() -> None:
    assert reciprocal_rank(RANKED, JUDGED) == 1 / 2
    assert reciprocal_rank(["a", "c"], JUDGED) == 0


def test_ndcg_weighs_grades_by_place() -> None:
    best = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
    assert ndcg(RANKED, JUDGED, depth=10) == pytest.approx((2 / log2(3) + 1 / log2(5)) / best)
    assert ndcg(RANKED, JUDGED, depth=3) == pytest.approx((2 / log2(3)) / best)
    assert ndcg(RANKED, JUDGED, depth=1) == 0
    assert ndcg(["b", "d", "x"], JUDGED, depth=10) == pytest.approx(1)


def test_the_best_that_fits_into_the_depth_is_the_measure() -> None:
    assert ndcg(["b"], JUDGED, depth=1) == 1


def test_recall_is_a_share_of_all_relevant_ones() -> None:
    assert recall(RANKED, JUDGED, depth=10) == pytest.approx(2 / 3)
    assert recall(RANKED, JUDGED, depth=2) == pytest.approx(1 / 3)


def test_means_count_unanswered_queries_and_leave_out_those_without_an_answer() -> None:
    judgements = {"found": {"a": 1.0}, "unanswered": {"a": 1.0}, "nothing to find": {"a": 0.0}}
    assert means({"found": ["a"]}, judgements) == {
        "MAP": 0.5,
        "MRR": 0.5,
        "nDCG@10": 0.5,
        "Recall@10": 0.5,
        "Recall@100": 0.5,
    }


def test_texts_may_lack_a_title_and_have_any_id(tmp_path: Path) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text('{"_id": "a/1 ü", "text": "x"}\n\n{"_id": 7, "title": null, "text": "y", "metadata": {}}\n')
    assert read_texts(file) == [Text("a/1 ü", "", "x"), Text("7", "", "y")]


@pytest.mark.parametrize("line", ["{", '{"text": "no id"}', "[1]", '{"_id": "1"}\n{"_id": 1}'])
def test_a_malformed_corpus_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "corpus.jsonl"
    file.write_text(line)
    with pytest.raises(Malformed, match=r"line \d"):
        read_texts(file)


def test_judgements_are_grades_by_query(tmp_path: Path) -> None:
    file = tmp_path / "test.tsv"
    file.write_text('query-id\tcorpus-id\tscore\nq"1\ta\t2\nq"1\tb\t0\nq2\ta\t1\n')
    assert read_judgements(file) == {'q"1': {"a": 2, "b": 0}, "q2": {"a": 1}}


@pytest.mark.parametrize("text", ["", "q\ta\t1\n", "query-id\tcorpus-id\tscore\nq\ta\n"])
def test_malformed_judgements_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "test.tsv"
    file.write_text(text)
    with pytest.raises(Malformed):
        read_judgements(file)


def test_the_document_that_asks_is_no_answer_unless_judges_say_so() -> None:
    assert without_itself(["a", "b"], "a", {"b": 1.0}) == ["b"]
    assert without_itself(["a", "b"], "a", {"a": 0.0, "b": 1.0}) == ["b"]
    assert without_itself(["a", "b"], "a", {"a": 1.0}) == ["a", "b"]


def test_related_occupations_are_graded_by_their_tiers(tmp_path: Path) -> None:
    tables = {
        "occupation_data": "O*NET-SOC Code\tTitle\tDescription\n1\tBaker\tBakes.\n2\tCook\tCooks.\n",
        "task_statements": "O*NET-SOC Code\tTitle\tTask\n1\tBaker\tKnead dough.\n1\tBaker\tHeat ovens.\n",
        "related_occupations": "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier\n1\t2\tPrimary-Long\n",
    }
    for name, text in tables.items():
        (tmp_path / f"{name}.tsv").write_text(text)
    collection = related(tmp_path)
    assert collection.documents == [
        Text("1", "Baker", "Bakes.\nKnead dough.\nHeat ovens."),
        Text("2", "Cook", "Cooks."),
    ]
    assert collection.queries == [Text("1", "", "Baker. Bakes.")]
    assert collection.judgements == {"1": {"2": 2.0}}


def test_titles_that_the_vectors_were_made_from_are_held_apart(tmp_path: Path) -> None:
    """Of each collection of occupations a second row asks nothing that training saw. A title that two occupations have
    was seen where one of them took part."""
    seen, unseen = "uri:0", "uri:5"
    assert [is_held_out(code) for code in (seen, unseen)] == [False, True]
    occupations, titles = tmp_path / "esco" / "official_csv_v1_2" / "occupations_en.csv", tmp_path / "jobbert_titles"
    occupations.parent.mkdir(parents=True)
    titles.mkdir()
    occupations.write_text(f"conceptUri,preferredLabel,altLabels\n{seen},baker,bread maker\n{unseen},cook,chef\n")
    asked = f"{seen},Night baker\n{unseen},Line cook\n{seen},Kitchen hand\n{unseen},Kitchen hand\n"
    (titles / "titles.validation.csv").write_text(f"conceptUri,vacancyTitle\n{asked}")
    every, held_out = known(tmp_path)
    assert [query.text for query in every.queries] == ["night baker", "line cook", "kitchen hand"]
    assert [query.text for query in held_out.queries] == ["line cook"]
    assert (held_out.name, held_out.documents) == ("JobBERT vacancy titles, held out", every.documents)
    assert dict(vacancy_titles(titles / "titles.validation.csv")) == {seen: ["Night baker", "Kitchen hand"]}


def test_an_occupation_that_asks_is_held_out_by_its_own_code(tmp_path: Path) -> None:
    folder = tmp_path / "onet" / "tsv"
    folder.mkdir(parents=True)
    codes = [f"1{number}" for number in range(8)]
    tables = {
        "occupation_data": ["O*NET-SOC Code\tTitle\tDescription", *(f"{code}\tMaker {code}\tMakes." for code in codes)],
        "task_statements": ["O*NET-SOC Code\tTitle\tTask"],
        "alternate_titles": ["O*NET-SOC Code\tAlternate Title\tShort Title"],
        "sample_of_reported_titles": ["O*NET-SOC Code\tReported Job Title"],
        "related_occupations": [
            "O*NET-SOC Code\tRelated O*NET-SOC Code\tRelatedness Tier",
            *(f"{code}\t{other}\tPrimary-Short" for code in codes for other in codes if code != other),
        ],
    }
    for name, lines in tables.items():
        (folder / f"{name}.tsv").write_text("\n".join([*lines, ""]))
    *_titles, every, held_out = known(tmp_path)
    assert [query.id for query in every.queries] == codes
    assert [query.id for query in held_out.queries] == [code for code in codes if is_held_out(code)]
    assert 0 < len(held_out.queries) < len(codes)
