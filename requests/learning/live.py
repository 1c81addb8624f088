"""Which ranking is in force, and the host's hand in it."""

import time
from typing import Any, Final

from requests.learning.scorer import LearnedScorer
from requests.learning.trees import Trees
from requests.matching.features import FEATURES
from requests.matching.rank import SHIPPED, Scorer
from requests.models import LearnedRanking
from sitesettings.models import SiteSettings

KEPT_SECONDS: Final = 30.0
"""How long after a change other processes may still rank as before."""

_kept: dict[str, tuple[float, Scorer]] = {}


def scorer_in_force() -> Scorer:
    """The ranking that the host pinned, else the latest that won and is not retired, else the shipped weights, which
    also stand in for one that was learned from other features. At most two queries, and none within
    ``KEPT_SECONDS``."""
    pinned = SiteSettings.current().ranking
    kept = _kept.get(pinned)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    scorer = _read(pinned, kept[1] if kept else None)
    _kept[pinned] = (time.monotonic() + KEPT_SECONDS, scorer)
    return scorer


def scorer_by_results() -> Scorer:
    """The ranking that would be in force if the host had pinned none, read anew. At most one query."""
    return _read("", None)


def version_in_force() -> str:
    """The name of the ranking in force, read anew. At most two queries."""
    return _read(SiteSettings.current().ranking, None).version


def pin(version: str) -> None:
    """Keeps to this ranking, whatever is learned later; the empty version lets results decide again."""
    site = SiteSettings.objects.filter(pk=1).first() or SiteSettings()
    site.ranking = version
    site.save()
    forget()


def forget(**_signal: Any) -> None:
    """Makes this process read the ranking anew."""
    _kept.clear()


def _read(pinned: str, last: Scorer | None) -> Scorer:
    version = pinned or _latest_winner() or SHIPPED.version
    if version == SHIPPED.version:
        return SHIPPED
    if last is not None and last.version == version:
        return last
    found = LearnedRanking.objects.filter(version=version).first()
    return LearnedScorer(version, Trees.read(found.trees)) if found and found.knows(FEATURES) else SHIPPED


def _latest_winner() -> str:
    return LearnedRanking.objects.filter(won=True, retired_at=None).values_list("version", flat=True).first() or ""
