"""Finding what is new in saved searches, and telling their members.

Nothing is told twice: what a search has looked at ends where its next look begins, and both ends go by the time of
first publication, which pausing or changing a page leaves as it is. What became public again comes by that time too;
whom it was told to before, the events say. A sweep looks no further than ``SETTLED`` ago, so
that publications which were under way then have been committed, and their words and meaning are in the index.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from marketplace.errors import InvalidInput
from notifications.events import record
from notifications.models import Event
from notifications.readers import Reader, load_readers
from services.models import Alert, SavedSearch
from services.saved.kinds import Fresh, Kind, all_kinds

SETTLED: Final = timedelta(seconds=20)
NEWS: Final = "saved_search.news"
BATCH: Final = 100
"""Searches that one transaction claims."""
NAMED: Final = 20
"""New results that an alert names; the others are counted."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a search, newest first."""

    search: SavedSearch
    hits: Sequence[UUID]

    def dump(self) -> dict[str, Any]:
        """As an event carries it: the first few are named, the others counted, and kept as having been told."""
        ids = [str(each) for each in self.hits]
        named = {"search": str(self.search.pk), "hits": ids[:NAMED], "count": len(ids)}
        return named | ({"others": ids[NAMED:]} if ids[NAMED:] else {})


def sweep(*, now: datetime) -> int:
    """Looks through all searches that are due, and tells their members; how many searches had something new.

    Safe from two workers at once and after any time without one: rows are claimed by their locks, and looked-at time is
    moved in the transaction that tells.
    """
    return sum(_instant(kind, now) for kind in all_kinds()) + _daily(now)


def _instant(kind: Kind, now: datetime) -> int:
    """Two small queries where nothing was published."""
    until = now - SETTLED
    waiting = SavedSearch.objects.filter(kind=kind.key, alert=Alert.INSTANT, checked_until__lt=until)
    oldest = waiting.aggregate(oldest=Min("checked_until"))["oldest"]
    found = kind.fresh(oldest, until) if oldest is not None else []
    if not found:
        return 0
    behind = waiting.filter(checked_until__lt=max(each.at for each in found)).order_by("checked_until")
    told, batch = 0, BATCH
    while batch == BATCH:
        with transaction.atomic():
            searches = list(behind.select_for_update(skip_locked=True, of=("self",)).select_related("member")[:BATCH])
            news = _find(kind, searches, found, until=until, now=now)
            _tell(news, now)
            SavedSearch.objects.bulk_update(searches, ["checked_until", "new_count"])
        batch, told = len(searches), told + len(news)
    return told


def _daily(now: datetime) -> int:
    """All kinds together, so that a member gets one message for all of her daily searches."""
    told, batch = 0, BATCH
    while batch == BATCH:
        with transaction.atomic():
            due = SavedSearch.objects.filter(alert=Alert.DAILY, due_at__lte=now).order_by("due_at", "member")
            searches = list(due.select_for_update(skip_locked=True, of=("self",)).select_related("member")[:BATCH])
            told += _look_daily(searches, now)
            SavedSearch.objects.bulk_update(searches, ["checked_until", "new_count", "due_at"])
        batch = len(searches)
    return told


def _look_daily(searches: Sequence[SavedSearch], now: datetime) -> int:
    until, news = now - SETTLED, []
    for kind in all_kinds():
        same = [search for search in searches if search.kind == kind.key]
        oldest = min((search.checked_until for search in same), default=until)
        found = kind.fresh(oldest, until) if oldest < until else []
        news += _find(kind, same, found, until=until, now=now)
    hours = load_readers({search.member_id for search in searches}, [])
    for search in searches:
        search.due_at = next_daily(hours.get(search.member_id), now)
    _tell(news, now)
    return len(news)


def next_daily(reader: Reader | None, now: datetime) -> datetime:
    """When the member's next daily alert is due; in a day, where her account is closed."""
    return reader.hours.next_daily(now) if reader is not None else now + timedelta(days=1)


def _find(
    kind: Kind, searches: Iterable[SavedSearch], found: Sequence[Fresh], *, until: datetime, now: datetime
) -> list[News]:
    """What each search finds among what is new to it; all of them have looked until then afterwards."""
    news = []
    for search in searches:
        new = [each for each in found if _is_new(each, search)]
        hits = _matching(kind, search, [each.id for each in new], now) if new else []
        told = _told(search, {each.id for each in new if each.again}.intersection(hits))
        hits = [each for each in hits if each not in told]
        if hits:
            search.new_count += len(hits)
            news.append(News(search, hits))
        search.checked_until = max(search.checked_until, until)
    return news


def _is_new(each: Fresh, search: SavedSearch) -> bool:
    return each.at > search.checked_until and (each.first is None or each.first > search.created_at)


def _matching(kind: Kind, search: SavedSearch, ids: Sequence[UUID], now: datetime) -> list[UUID]:
    try:
        return kind.matching(search.given, ids, search.member, now)
    except InvalidInput:  # such as a place or a service that is no longer known; her page says so
        return []


def _told(search: SavedSearch, ids: Collection[UUID]) -> set[UUID]:
    """Which of these the search has been told of. One query, none where there is nothing to ask."""
    if not ids:
        return set()
    mine = Event.objects.filter(kind=NEWS, subject_type="member", subject_id=str(search.member_id))
    found = mine.filter(data__found__contains=[{"search": str(search.pk)}]).values_list("data__found", flat=True)
    news = (each for event in found for each in event if each["search"] == str(search.pk))
    return {each for one in news for each in ids if str(each) in (*one["hits"], *one.get("others", ()))}


def _tell(news: Iterable[News], now: datetime) -> None:
    """One event a member."""
    by_member: dict[UUID, list[News]] = defaultdict(list)
    for each in news:
        by_member[each.search.member_id].append(each)
    for member_id, found in by_member.items():
        record(
            kind=NEWS,
            actor=None,
            subject_type="member",
            subject_id=member_id,
            now=now,
            data={"found": [each.dump() for each in found]},
        )
