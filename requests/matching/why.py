"""Why a page was told of a request, or why not: the rules, features and choice of matching, asked about one page.

Nothing here decides anything: each rule is the one that matching goes by, in ``services.search.eligibility``,
``retrieve``, ``rank`` and ``fairness``. Looking back at a wave, leads are those up to it; pages and the ranking are as
they are now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from requests.learning.live import scorer_in_force
from requests.matching.fair_share import fair_share
from requests.matching.fairness import choose
from requests.matching.rank import Ranked, WeightedMean, rank
from requests.matching.retrieve import Capped, Knowing, candidate_query, knowing, places_for, retrieve, with_facts
from requests.models import Match, ServiceRequest, Wave
from services.models import ServicePage
from services.search.index import Candidate, CandidateQuery, judge

RULES: Final = (
    *("published", "self", "blocked", "invited", "told", "answered", "service", "taking_work", "available", "place"),
    *("language", "price", "cap"),
)
"""What a page must pass, in the order in which it is asked."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: whether the page passes it, and whether the request asks for it at all."""

    key: str
    passed: bool
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Why:
    """How a page stands to one round of matching.

    ``outcome``: ``told`` (it got a place), ``rules`` (it broke one), ``retrieval`` (not among the nearest, which alone
    are ranked), ``rank`` (others were better), ``fairness`` (its place was kept for others), ``share`` (it had its
    share of all leads), or ``now`` (by what the page is today it would get a place, which it did not). ``position`` is
    the rank that it has or would have had among the ``considered`` ones, ``ranked`` its score and features; None where
    the index does not know the page.
    """

    page: ServicePage
    wave: Wave | None
    moment: datetime
    match: Match | None
    rules: Sequence[Rule]
    query: CandidateQuery
    capped: Capped | None
    ranked: Ranked | None
    position: int | None
    considered: int
    places: int
    outcome: str

    @property
    def broken(self) -> list[str]:
        """Keys of the rules that it broke."""
        return [rule.key for rule in self.rules if not rule.passed]

    @property
    def version(self) -> str:
        """Name of the ranking by which it was measured; empty where it was not."""
        return self.ranked.scorer.version if self.ranked else ""

    @property
    def weights(self) -> Mapping[str, float]:
        """What each feature counts; nothing where the ranking was learned, which knows no weights."""
        scorer = self.ranked.scorer if self.ranked else None
        return scorer.weights if isinstance(scorer, WeightedMean) else {}

    @property
    def gains(self) -> Mapping[str, float]:
        """What each feature adds to the score, against a page of which nothing is known."""
        return self.ranked.scorer.gains(self.ranked.features) if self.ranked else {}


def why(request: ServiceRequest, page: ServicePage, *, now: datetime) -> Why:
    """How the page stands to the request: in the wave in which it was told, else in the latest one, else as it would
    now. A fixed number of queries."""
    match = Match.objects.filter(request=request, page=page).first()
    waves = request.waves.order_by("-number")
    wave = (waves.filter(number=match.wave) if match else waves).first()
    moment, known = (wave.created_at if wave else now), knowing(request, before=wave)
    query = candidate_query(request, now=moment)
    judged = judge(replace(query, exclude_pages=known.told | known.answered), page.pk)
    capped = _capped(request, judged.candidate if judged else None, moment, wave)
    rules = _rules(request, page, query, known, judged.rules if judged else None, capped)
    subjects = retrieve(request, now=moment, known=known, before=wave)
    is_among = any(subject.candidate.page_id == page.pk for subject in subjects)
    others = [subject for subject in subjects if subject.candidate.page_id != page.pk]
    everyone = rank([*others, capped.subject] if capped else others, seed=str(request.pk), scorer=scorer_in_force())
    position = next((place for place, each in enumerate(everyone, start=1) if each.page_id == page.pk), None)
    size = places_for(request)
    eligible = [each for each in everyone if is_among or each.page_id != page.pk]
    share = fair_share()
    chosen = choose(eligible, size=size, share=share)
    return Why(
        page=page,
        wave=wave,
        moment=moment,
        match=match,
        rules=rules,
        query=query,
        capped=capped,
        ranked=everyone[position - 1] if position else None,
        position=position,
        considered=len(subjects),
        places=size,
        outcome=_outcome(
            rules,
            is_told=match is not None,
            is_among=is_among,
            has_place=any(each.ranked.page_id == page.pk for each in chosen),
            is_in_front=position is not None and position <= size,
            had_its_share=capped is not None and share.is_used_up(capped.subject),
        ),
    )


def _outcome(
    rules: Sequence[Rule], *, is_told: bool, is_among: bool, has_place: bool, is_in_front: bool, had_its_share: bool
) -> str:
    if is_told:
        return "told"
    if not all(rule.passed for rule in rules):
        return "rules"
    if not is_among:
        return "retrieval"
    if has_place:
        return "now"
    if is_in_front:
        return "share" if had_its_share else "fairness"
    return "rank"


def _capped(request: ServiceRequest, candidate: Candidate | None, moment: datetime, wave: Wave | None) -> Capped | None:
    if candidate is None:
        return None
    return with_facts(request, [candidate], now=moment, before=wave)[0]


def _rules(
    request: ServiceRequest,
    page: ServicePage,
    query: CandidateQuery,
    known: Knowing,
    judged: Mapping[str, bool] | None,
    capped: Capped | None,
) -> list[Rule]:
    """Every rule. What the index cannot say of a page that it does not know, is not said."""
    of_the_index = judged or {}
    own: dict[str, bool] = {
        "published": judged is not None,
        "self": page.member_id != request.client_id,
        "blocked": page.member_id == request.client_id or page.member_id not in query.exclude_members,
        "told": page.pk not in known.told,
        "answered": page.pk not in known.answered,
    }
    if capped is not None and capped.cap is not None:
        own["cap"] = capped.has_room
    passed = {**of_the_index, **own}
    return [Rule(key, passed.get(key, True), applies=key in passed) for key in RULES]
