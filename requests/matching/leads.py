"""How many leads pages have and may have, with those that the present transaction gives to them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from requests.matching.facts import facts_about, leads_today
from requests.matching.features import Facts
from requests.matching.retrieve import own_caps
from sitesettings.models import SiteSettings

CAP_LOCK: Final = 7_203_110_002 & 0x7FFFFFFF
"""First half of the advisory locks under which a page's leads of a day are counted and added to."""
LOCK: Final = "SELECT pg_advisory_xact_lock(%s, key) FROM (SELECT unnest(%s::int[]) AS key ORDER BY key) AS keys"
TRY: Final = "SELECT key FROM unnest(%s::int[]) AS key WHERE pg_try_advisory_xact_lock(%s, key)"


class Page:
    """What is known of one page. ``given`` counts the leads that it gets here, ``capped`` those up to the last one for
    which it needed room; ``is_shut`` where it may get none of these."""

    __slots__ = ("cap", "capped", "given", "is_locked", "is_shut", "known")

    def __init__(self, known: Facts, cap: int) -> None:
        self.known, self.cap = known, cap
        self.given, self.capped, self.is_locked, self.is_shut = 0, 0, False, False

    def give(self, *, in_person: bool) -> None:
        """One more lead. Whoever is asked in person needs no room for it: the cap is on what others choose for her."""
        self.given += 1
        if not in_person:
            self.capped = self.given

    @property
    def has_room(self) -> bool:
        """Whether the page may have another lead today."""
        return self.known.leads_today + self.given < self.cap and not self.is_shut

    @property
    def is_overfull(self) -> bool:
        """Whether it was given more than it may have."""
        return self.capped > 0 and self.known.leads_today + self.capped > self.cap

    def facts(self, now: datetime) -> Facts:
        """What happened so far, what was given here included."""
        if not self.given:
            return self.known
        today, month = self.known.leads_today + self.given, self.known.leads_30_days + self.given
        return self.known._replace(leads_today=today, leads_30_days=month, last_matched_at=now)


class Leads:
    """Pages in one transaction. Whoever is given a lead here has one more from then on, just as if it had been
    committed, so that requests that are matched together are matched as one after the other."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._usual = SiteSettings.current().daily_leads_per_provider
        self._pages: dict[UUID, Page] = {}

    def __getitem__(self, page_id: UUID) -> Page:
        return self._pages[page_id]

    def read(self, page_ids: Iterable[UUID]) -> None:
        """Reads what is not known yet. Two statements, or none."""
        new = [page_id for page_id in dict.fromkeys(page_ids) if page_id not in self._pages]
        if new:
            found, caps = facts_about(new, now=self._now), own_caps(new)
            for page_id in new:
                cap = min(self._usual, caps.get(page_id, self._usual))
                self._pages[page_id] = Page(found.get(page_id, Facts()), cap)

    def take_back(self) -> None:
        """Nobody was given anything."""
        for page in self._pages.values():
            page.given = page.capped = 0

    def settle(self) -> bool:
        """Makes sure that nobody was given more than her cap allows, whatever others commit meanwhile; False where the
        choice has to be made again, with what is known now.

        The locks of all pages that were given something for which they needed room are taken in one order for
        everybody. A later choice may only try for further ones: two transactions that wait for each other would wait
        for ever. Whose lock somebody else holds then gets no lead here.
        """
        given = {page_id: page for page_id, page in self._pages.items() if page.capped}
        new = [page_id for page_id, page in given.items() if not page.is_locked]
        is_first = not any(page.is_locked for page in self._pages.values())
        got = self._wait(new) if is_first else self._try(new)
        today = leads_today(got, now=self._now) if got else {}
        for page_id in new:
            page = self._pages[page_id]
            page.is_locked, page.is_shut = page_id in got, page_id not in got
            if page.is_locked:
                page.known = page.known._replace(leads_today=today.get(page_id, 0))
        return len(got) == len(new) and not any(page.is_overfull for page in given.values())

    def _wait(self, page_ids: Collection[UUID]) -> set[UUID]:
        if page_ids:
            with connection.cursor() as cursor:
                cursor.execute(LOCK, [CAP_LOCK, sorted({_key(page_id) for page_id in page_ids})])
        return set(page_ids)

    def _try(self, page_ids: Collection[UUID]) -> set[UUID]:
        if not page_ids:
            return set()
        with connection.cursor() as cursor:
            cursor.execute(TRY, [sorted({_key(page_id) for page_id in page_ids}), CAP_LOCK])
            free = {key for (key,) in cursor.fetchall()}
        return {page_id for page_id in page_ids if _key(page_id) in free}


def _key(page_id: UUID) -> int:
    return page_id.int & 0x7FFFFFFF
