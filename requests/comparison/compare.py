"""The proposals for a request side by side, in the order that the client asks for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from requests.comparison.features import Asked, Offer, measure
from requests.comparison.rank import reasons, score
from requests.models import BudgetType, PriceType, Proposal, ProposalStatus, ServiceRequest, TimeFrame
from services.exchange import to_eur

DAYS: Final = {TimeFrame.URGENT: 3, TimeFrame.WEEK: 7, TimeFrame.MONTH: 30, TimeFrame.QUARTER: 90}
FAR: Final = float("inf")


@dataclass(frozen=True, slots=True)
class Compared:
    """A proposal with its score in [0, 1] and what speaks for and against it, in words."""

    proposal: Proposal
    offer: Offer
    score: float
    features: dict[str, float]
    good: list[str]
    bad: list[str]


def compare(request: ServiceRequest, proposals: Sequence[Proposal], *, order: str = "best") -> list[Compared]:
    """The proposals in one of ``ORDERS``; each needs its page loaded. Two queries, however many there are."""
    pages = [proposal.page_id for proposal in proposals]
    fits = dict(request.matches.filter(page__in=pages).order_by().values_list("page_id", "score"))
    wins = _wins(pages)
    offers = [_offer(each, fits.get(each.page_id), wins.get(each.page_id, 0)) for each in proposals]
    asked = _asked(request, offers)
    compared = [_compared(proposal, offer, asked) for proposal, offer in zip(proposals, offers, strict=True)]
    key = ORDERS[order][1]
    return sorted(compared, key=lambda each: (key(each), -each.score, str(each.proposal.pk)))


def _compared(proposal: Proposal, offer: Offer, asked: Asked) -> Compared:
    features = measure(offer, asked)
    good, bad = reasons(features)
    return Compared(proposal, offer, round(score(features), 6), features, good, bad)


def _wins(page_ids: Sequence[UUID]) -> dict[UUID, int]:
    won = Proposal.objects.filter(page__in=page_ids, status=ProposalStatus.ACCEPTED).order_by()
    return dict(won.values_list("page_id").annotate(count=Count("pk")))


def _offer(proposal: Proposal, fit: float | None, wins: int) -> Offer:
    amount = to_eur(proposal.amount, proposal.currency) if proposal.amount and proposal.currency else None
    return Offer(
        fit=fit,
        price=float(amount) if amount is not None else None,
        hourly=proposal.price_type == PriceType.HOURLY,
        days=proposal.days,
        rating_sum=proposal.page.rating_sum,
        rating_count=proposal.page.rating_count,
        wins=wins,
        answered=sum(question["key"] in proposal.answers for question in proposal.request.screening),
        similarity=proposal.similarity,
    )


def _asked(request: ServiceRequest, offers: Sequence[Offer]) -> Asked:
    hourly = request.budget_type == BudgetType.HOURLY
    budget = to_eur(request.budget_max, request.currency) if request.budget_max and request.currency else None
    prices = [offer.price for offer in offers if offer.price is not None and offer.hourly == hourly]
    return Asked(
        budget=float(budget) if budget is not None else None,
        hourly=hourly,
        usual=median(prices) if prices else None,
        days=DAYS.get(TimeFrame(request.time_frame)),
        questions=len(request.screening),
    )


def _by_price(each: Compared) -> tuple[bool, float]:
    """Cheapest first; fixed prices before those by the hour, which are no sums."""
    return each.offer.hourly, each.offer.price if each.offer.price is not None else FAR


def _by_time(each: Compared) -> float:
    return each.offer.days or FAR


def _by_rating(each: Compared) -> float:
    return -each.features["rating"]


def _by_age(each: Compared) -> float:
    sent = each.proposal.submitted_at
    return -sent.timestamp() if sent else 0.0


ORDERS: Final[dict[str, tuple[object, Callable[[Compared], object]]]] = {
    "best": (_("Best for you"), lambda each: -each.score),
    "price": (_("Lowest price"), _by_price),
    "time": (_("Soonest done"), _by_time),
    "rating": (_("Best rated"), _by_rating),
    "newest": (_("Newest"), _by_age),
}
"""The orders by key: their name, and what they sort by."""
