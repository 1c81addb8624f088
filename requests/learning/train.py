"""Learning anew: once a day, where enough has happened since the last time."""

from datetime import datetime
from typing import Final

import structlog
from django.db import connection, transaction

from requests.learning import live
from requests.learning.chances import estimate
from requests.learning.examples import read_examples
from requests.learning.fit import LearningUnavailable, fit
from requests.learning.judge import HELD_OUT, LEAST, compare, split
from requests.learning.scorer import LearnedScorer
from requests.learning.trees import Trees
from requests.matching.features import FEATURES
from requests.models import LearnedRanking

LOCK: Final = 7_203_110_003
"""Advisory lock: two workers do not learn the same."""
ENOUGH: Final = int(LEAST / HELD_OUT)
"""Examples without which nothing could be judged."""
GROWN: Final = 1.1
"""By how much there must be more examples than the last time."""
KEPT: Final = 20
"""Rankings that are kept to be looked at and gone back to."""

log = structlog.get_logger(__name__)


def learn(*, now: datetime, anyway: bool = False) -> LearnedRanking | None:
    """Learns from what is settled, compares with the ranking in force, and stores the result, better or not. None where
    there is too little that is new (``anyway`` does not mind), or somebody else is at it."""
    with transaction.atomic():
        if not _lock():
            return None
        examples = read_examples(now=now)
        last = LearnedRanking.objects.first()
        seen = last.learned_from + last.judged if last and last.knows(FEATURES) else 0
        if len(examples) < ENOUGH or (len(examples) < seen * GROWN and not anyway):
            return None
        earlier, later = split(examples)
        try:
            trees = fit(earlier)
        except LearningUnavailable as error:
            log.warning("learning_unavailable", reason=str(error))
            return None
        in_force = live.scorer_in_force()
        version = f"learned-{now:%Y%m%d-%H%M%S}"
        verdict = compare(later, in_force, LearnedScorer(version, Trees.read(trees)), seen=estimate(earlier))
        ranking = LearnedRanking.objects.create(
            version=version,
            created_at=now,
            against=in_force.version,
            learned_from=len(earlier),
            judged=verdict.judged,
            before=verdict.before,
            after=verdict.after,
            least_gain=verdict.least,
            won=verdict.is_better,
            trees=trees,
        )
        _forget_old()
    live.forget()
    log.info("ranking_learned", version=version, won=ranking.won, before=ranking.before, after=ranking.after)
    return ranking


def _lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _forget_old() -> None:
    in_force = live.version_in_force()
    old = LearnedRanking.objects.exclude(version=in_force).values_list("pk", flat=True)[KEPT:]
    LearnedRanking.objects.filter(pk__in=list(old)).delete()
