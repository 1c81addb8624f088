"""The benchmarks' arithmetic, by hand-computed examples."""

import pytest

from bench.harness.figures import Summary, percentile
from bench.harness.options import count
from bench.harness.posting import Post
from bench.harness.report import Figure, Section, table


def test_percentile_is_a_measured_value_by_nearest_rank() -> None:
    values = [50.0, 15.0, 40.0, 20.0, 35.0]
    assert [percentile(values, share) for share in (0.0, 0.05, 0.3, 0.4, 0.5, 1.0)] == [15, 15, 20, 20, 35, 50]


def test_percentiles_of_a_hundred_values_are_their_ranks() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.07, 0.5, 0.95, 0.99)] == [7, 50, 95, 99]


@pytest.mark.parametrize(("values", "share"), [([], 0.5), ([1.0], 1.1), ([1.0], -0.1)])
def test_percentile_of_nothing_or_beyond_is_refused(values: list[float], share: float) -> None:
    with pytest.raises(ValueError, match="percentile"):
        percentile(values, share)


def test_summary_counts_and_averages() -> None:
    assert Summary.of([1.0, 2.0, 6.0]) == Summary(count=3, mean=3.0, p50=2.0, p95=6.0, p99=6.0)


def test_counts_may_be_written_short() -> None:
    assert [count(text) for text in ("2000", "100k", "1.5M")] == [2000, 100_000, 1_500_000]


def test_table_aligns_columns_and_marks_what_was_not_measured() -> None:
    rows: list[dict[str, Figure]] = [
        {"what": "match", "p95 ms": 12.25, "calls": 3000},
        {"what": "search", "p95 ms": 0.5},
    ]
    assert table(rows) == ("what    p95 ms  calls\nmatch     12.2  3,000\nsearch   0.500      –\n")


def test_what_was_refused_or_never_matched_makes_nobody_quicker() -> None:
    """Of a load that is too much, what was dropped would otherwise leave the percentiles of the rest."""
    posts = [Post(due=100.0, answered=100.5, status=201, id=each) for each in ("a", "b", "c")]
    posts.append(Post(due=100.0, answered=100.1, status=503, id=""))
    answered = Summary.of([post.took_ms for post in posts])
    waited = [post.waited_ms({"a": 101.0, "b": 102.0}) for post in posts]
    section = Section("From POST to match")
    section.add("load", {"answered p50": answered.p50, "answered p95": answered.p95, "p50 ms": percentile(waited, 0.5)})
    section.add("more", {"p95 ms": percentile(waited, 0.95)})
    assert section.rows == [
        {"what": "load", "answered p50": 500.0, "answered p95": None, "p50 ms": 2000.0},
        {"what": "more", "p95 ms": None},
    ]
