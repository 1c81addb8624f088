"""What waits for a member: tasks of a few kinds, each with how many there are and the first of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.expressions import OrderBy
from django.db.models.functions import RowNumber
from django.utils.functional import Promise

from engagements.models import Engagement, EngagementStatus, Review
from engagements.topics.common import address
from requests.models import Side

SHOWN: Final = 3
"""How many of a kind are named one by one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that a member can be waited for with. ``url`` leads to all of them; empty where each has its own."""

    key: str
    label: Promise
    icon: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: its name, perhaps the other member's, and its address."""

    title: str
    url: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Everything of one kind: ``count`` in all, the first of them in ``items``."""

    kind: Kind
    count: int
    items: Sequence[Item]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.items)


def first_of_each(rows: QuerySet[Any], *, order: OrderBy, read: Sequence[str]) -> list[Any]:
    """The first rows of each ``todo`` that the rows are annotated with, together, with the number of all as ``total``.

    Of the rows, and of what is selected with them, only the fields ``read`` are read. One query.
    """
    ranked = rows.order_by().annotate(
        total=Window(Count("pk"), partition_by=[F("todo")]),
        place=Window(RowNumber(), partition_by=[F("todo")], order_by=order),
    )
    return list(ranked.filter(place__lte=SHOWN).order_by("todo", "place").only(*read))


def first_of(rows: QuerySet[Any], *, order: OrderBy, read: Sequence[str]) -> list[Any]:
    """The first rows, with the number of all as ``total``; of one kind, which takes half the time of several. Reads
    only the fields ``read``. One query."""
    counted = rows.order_by(order).annotate(total=Window(Count("pk")))
    return list(counted.only(*read)[:SHOWN])


def tasks(kinds: Iterable[Kind], found: Iterable[tuple[str, int, Item]]) -> list[Task]:
    """Tasks in the order of ``kinds``. ``found`` holds (key of the kind, number of all, item), each kind together."""
    by_key: Mapping[str, list[tuple[str, int, Item]]] = {
        key: list(rows) for key, rows in groupby(found, key=lambda each: each[0])
    }
    return [
        Task(kind, by_key[kind.key][0][1], [item for _key, _total, item in by_key[kind.key]])
        for kind in kinds
        if kind.key in by_key
    ]


def engagements_waiting(side: Side, rows: QuerySet[Engagement], *, now: datetime) -> list[tuple[str, int, Item]]:
    """Engagements that wait for this side, of kinds "begin" (the provider's), "confirm", "complete" (the provider's)
    and "review". Two queries, one where nothing waits."""
    other = Side.CLIENT if side == Side.PROVIDER else Side.PROVIDER
    by_kind: dict[str, list[UUID]] = {}
    for engagement in _unfinished(side, rows, now):
        if kind := _kind(engagement, side, other):
            by_kind.setdefault(kind, []).append(engagement.pk)
    named = [pk for ids in by_kind.values() for pk in ids[:SHOWN]]
    if not named:
        return []
    read = ("request__title", f"{other}__name", f"{other}__email")
    found = Engagement.objects.select_related("request", str(other)).only(*read).in_bulk(named)
    return [
        (kind, len(ids), Item(it.request.title, address(it), it.member_on(other).display_name))
        for kind, ids in by_kind.items()
        for it in (found[pk] for pk in ids[:SHOWN])
    ]


def _unfinished(side: Side, rows: QuerySet[Engagement], now: datetime) -> QuerySet[Engagement]:
    """What is agreed, under way, or to be reviewed by this side, the oldest first. A member has so many of them as she
    works on at a time."""
    running = Q(status__in=[EngagementStatus.AGREED, EngagementStatus.UNDER_WAY])
    is_written = Exists(Review.objects.filter(engagement=OuterRef("pk"), by=side))
    to_review = Q(status=EngagementStatus.COMPLETED, reviews_due_at__gt=now) & ~is_written
    return (
        rows.filter(running | to_review)
        .order_by("agreed_at", "pk")
        .only("status", "completion_due_at", "completion_by")
    )


def _kind(engagement: Engagement, side: Side, other: Side) -> str:
    """What this side has to do; empty where it is the other's turn."""
    is_provider = side == Side.PROVIDER
    if engagement.status == EngagementStatus.COMPLETED:
        return "review"
    if engagement.status == EngagementStatus.AGREED:
        return "begin" if is_provider else ""
    if engagement.completion_due_at is None:
        return "complete" if is_provider else ""
    return "confirm" if engagement.completion_by == other else ""
