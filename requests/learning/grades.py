"""What became of a match, as a grade. Apps above add theirs from ``AppConfig.ready()``."""

from dataclasses import dataclass
from typing import Final

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from requests.models import MatchState, Proposal, ProposalStatus

BEST: Final = 5
GAINS: Final = (0, 1, 3, 7, 15, 31)
"""What each grade counts in nDCG: 2^grade − 1 (Burges et al. 2005, Learning to Rank using Gradient Descent)."""


@dataclass(frozen=True, slots=True)
class Grade:
    """An outcome that is worth ``value``, from 1 to ``BEST``. ``condition`` is over ``Match``."""

    key: str
    value: int
    condition: Q | Exists


_grades: dict[str, Grade] = {}


def register(grade: Grade) -> None:
    """Adds an outcome, or replaces the one of the same key."""
    _grades[grade.key] = grade


def graded() -> Case:
    """The highest grade of a match, as an expression; 0 where nothing came of it."""
    highest_first = sorted(_grades.values(), key=lambda grade: -grade.value)
    whens = (When(grade.condition, then=Value(grade.value)) for grade in highest_first)
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _proposal(*statuses: ProposalStatus) -> Exists:
    return Exists(Proposal.objects.filter(request=OuterRef("request"), page=OuterRef("page"), status__in=statuses))


OWN: Final = (
    Grade("viewed", 1, Q(state=MatchState.VIEWED)),
    Grade("proposed", 2, Q(state=MatchState.PROPOSED)),
    Grade("shortlisted", 3, _proposal(ProposalStatus.SHORTLISTED)),
    Grade("hired", 4, _proposal(ProposalStatus.ACCEPTED)),
)
"""A lead that was declined is worth no more than one that was never opened."""
