"""What waits for a member: tasks of a few kinds, each with how many there are and the first of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When, Window
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
    and "review". One query."""
    other = Side.CLIENT if side == Side.PROVIDER else Side.PROVIDER
    open_for_reviews = Q(status=EngagementStatus.COMPLETED, reviews_due_at__gt=now)
    is_written = Exists(Review.objects.filter(engagement=OuterRef("pk"), by=side))
    marked = Q(status=EngagementStatus.UNDER_WAY, completion_due_at__isnull=False, completion_by=other)
    whens = [When(marked, then=Value("confirm")), When(open_for_reviews & ~is_written, then=Value("review"))]
    if side == Side.PROVIDER:
        unmarked = Q(status=EngagementStatus.UNDER_WAY, completion_due_at__isnull=True)
        whens += [
            When(status=EngagementStatus.AGREED, then=Value("begin")),
            When(unmarked, then=Value("complete")),
        ]
    # Not by excluding an empty "todo": that would put the whole expression into the query once more.
    unfinished = Q(status__in=[EngagementStatus.AGREED, EngagementStatus.UNDER_WAY])
    asked = rows.filter(unfinished | open_for_reviews).annotate(
        todo=Case(*whens, default=Value(""), output_field=CharField())
    )
    read = ("request__title", f"{other}__name", f"{other}__email")
    found = first_of_each(asked.select_related("request", str(other)), order=F("agreed_at").asc(), read=read)
    return [
        (row.todo, row.total, Item(row.request.title, address(row), row.member_on(other).display_name))
        for row in found
        if row.todo
    ]
