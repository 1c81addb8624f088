"""How many leads pages have and may have, with those that the present transaction gives to them."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import replace
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


class Leads:
    """Facts and caps of pages for one transaction. Whoever is given a lead here has one more from then on, just as if
    it had been committed, so that requests that are matched together are matched as one after the other."""

    def __init__(self, *, now: datetime) -> None:
        self._now = now
        self._usual = SiteSettings.current().daily_leads_per_provider
        self._facts: dict[UUID, Facts] = {}
        self._caps: dict[UUID, int] = {}
        self._given: Counter[UUID] = Counter()
        self._locked: set[UUID] = set()
        self._shut: set[UUID] = set()

    def read(self, page_ids: Iterable[UUID]) -> None:
        """Reads what is not known yet. Two statements, or none."""
        new = [page_id for page_id in dict.fromkeys(page_ids) if page_id not in self._facts]
        if new:
            found, caps = facts_about(new, now=self._now), own_caps(new)
            for page_id in new:
                self._facts[page_id] = found.get(page_id, Facts())
                self._caps[page_id] = min(self._usual, caps.get(page_id, self._usual))

    def facts(self, page_id: UUID) -> Facts:
        """What happened so far, what was given here included."""
        facts, given = self._facts[page_id], self._given[page_id]
        if not given:
            return facts
        today, month = facts.leads_today + given, facts.leads_30_days + given
        return replace(facts, leads_today=today, leads_30_days=month, last_matched_at=self._now)

    def has_room(self, page_id: UUID) -> bool:
        """Whether the page may have another lead today."""
        used = self._facts[page_id].leads_today + self._given[page_id]
        return used < self._caps[page_id] and page_id not in self._shut

    def give(self, page_ids: Iterable[UUID]) -> None:
        """These pages get a lead each."""
        self._given.update(page_ids)

    def take_back(self) -> None:
        """Nobody was given anything."""
        self._given.clear()

    def settle(self) -> bool:
        """Makes sure that nobody was given more than her cap allows, whatever others commit meanwhile; False where the
        choice has to be made again, with what is known now.

        The locks of all pages that were given something are taken in one order for everybody. A later choice may only
        try for further ones: two transactions that wait for each other would wait for ever. Whose lock somebody else
        holds then gets no lead here.
        """
        new = self._given.keys() - self._locked
        got = self._try(new) if self._locked else self._wait(new)
        self._shut |= new - got
        self._locked |= got
        today = leads_today(got, now=self._now) if got else {}
        for page_id in got:
            self._facts[page_id] = replace(self._facts[page_id], leads_today=today.get(page_id, 0))
        given = self._given.items()
        fits = all(self._facts[page_id].leads_today + more <= self._caps[page_id] for page_id, more in given)
        return fits and not new - got

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
