"""Learning anew: it looks once a day, and learns where enough has happened since the last time."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from django.db import connection, transaction

from requests.learning import live
from requests.learning.chances import Chances, estimate
from requests.learning.examples import Example, read_examples, telling
from requests.learning.fit import LearningUnavailable, fit
from requests.learning.judge import HELD_OUT, LEAST, challenge, outlived, split
from requests.learning.scorer import LearnedScorer
from requests.learning.trees import Trees
from requests.matching.features import FEATURES
from requests.matching.rank import SHIPPED, Scorer
from requests.models import LearnedRanking, LearningLook

LOCK: Final = 7_203_110_003
"""Advisory lock: two workers do not learn the same."""
ENOUGH: Final = int(LEAST / HELD_OUT)
"""Examples that tell something, without which nothing could be judged."""
LOOKS_EVERY: Final = timedelta(days=1)
NEWS: Final = 0.1
"""Share of the examples that must be younger than all of the last time."""
KEPT: Final = 20
"""Rankings that are kept to be looked at and gone back to."""

log = structlog.get_logger(__name__)


def learn(*, now: datetime, anyway: bool = False) -> LearnedRanking | None:
    """Learns from what is settled, compares with the ranking that results alone have put in force, and stores the
    result, better or not. None where the last look is not a day old or there is too little that is new (``anyway``
    does not mind), or somebody else is at it.

    What was learned before is retired first, where the shipped weights do better by now. All this goes on while the
    host has pinned a ranking, so that what is in force once the pin is taken off has proved itself, too."""
    if not (_is_due(now) or anyway):
        return None
    with transaction.atomic():
        if not _lock():
            return None
        examples = read_examples(now=now)
        if telling(examples) < ENOUGH or not (anyway or _is_news(examples)):
            return None
        earlier, later = split(examples)
        seen = estimate(earlier)
        best = _still_good(later, seen, now)
        try:
            trees = fit(earlier)
        except LearningUnavailable as error:
            log.warning("learning_unavailable", reason=str(error))
            return None
        version = f"learned-{now:%Y%m%d-%H%M%S}"
        learned = _scorer(version, trees)
        verdict = challenge(examples, best, learned, seen=seen, learn=lambda past: _scorer(version, fit(past)))
        ranking = LearnedRanking.objects.create(
            version=version,
            created_at=now,
            against=best.version,
            learned_from=telling(earlier),
            judged=verdict.judged,
            before=verdict.before,
            after=verdict.after,
            least_gain=verdict.least,
            won=verdict.is_better,
            learned_until=max(example.at for example in examples if example.tells),
            trees=trees,
        )
        forget_old()
    live.forget()
    log.info("ranking_learned", version=version, won=ranking.won, before=ranking.before, after=ranking.after)
    return ranking


def _is_due(now: datetime) -> bool:
    """Whether the last look is a day old. Then this is the last one, even if it fails: it would fail every hour."""
    if LearningLook.objects.filter(at__lte=now - LOOKS_EVERY).update(at=now):
        return True
    _look, is_first = LearningLook.objects.get_or_create(pk=LearningLook.ONLY, defaults={"at": now})
    return is_first


def _scorer(version: str, trees: Mapping[str, Any]) -> LearnedScorer:
    return LearnedScorer(version, Trees.read(trees))


def _is_news(examples: Sequence[Example]) -> bool:
    """Whether enough of it is younger than what was learned from the last time, by the same features."""
    last = LearnedRanking.objects.first()
    if last is None or last.learned_until is None or not last.knows(FEATURES):
        return True
    news = [example for example in examples if example.at > last.learned_until]
    return telling(news) >= NEWS * telling(examples)


def _still_good(later: Sequence[Example], seen: Chances, now: datetime) -> Scorer:
    """The ranking that results have put in force; the shipped weights, where it has outlived its time."""
    best = live.scorer_by_results()
    if not outlived(best, later, seen=seen):
        return best
    LearnedRanking.objects.filter(won=True, retired_at=None).update(retired_at=now)
    live.forget()
    log.warning("ranking_retired", version=best.version)
    return SHIPPED


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def forget_old() -> None:
    """Deletes all but the latest rankings, the one in force, and the one that would be if none was pinned."""
    used = [live.version_in_force(), live.scorer_by_results().version]
    old = LearnedRanking.objects.exclude(version__in=used).values_list("pk", flat=True)[KEPT:]
    LearnedRanking.objects.filter(pk__in=list(old)).delete()
