"""What bears on the matching of requests, read for many of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from marketplace.database import prepared
from requests.models import ProposalStatus, ServiceRequest, Visibility

KNOWN: Final = """
    SELECT request_id, page_id FROM requests_match WHERE request_id = ANY(%(ids)s)
    UNION ALL
    SELECT request_id, page_id FROM requests_proposal WHERE request_id = ANY(%(ids)s) AND status <> %(draft)s
"""
INVITED: Final = "SELECT request_id, page_id FROM requests_invitation WHERE request_id = ANY(%s)"
BLOCKS: Final = """
    SELECT blocker_id, blocked_id FROM accounts_block WHERE blocker_id = ANY(%(clients)s)
    UNION ALL
    SELECT blocked_id, blocker_id FROM accounts_block WHERE blocked_id = ANY(%(clients)s)
"""
LAST: Final = """
    SELECT request_id, max(number), coalesce(
        (SELECT max(rank) FROM requests_match AS told WHERE told.request_id = wave.request_id), 0
    ) FROM requests_wave AS wave WHERE request_id = ANY(%s) GROUP BY request_id
"""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Of one request: ``known_to`` are the pages that were told of it or answered it, ``excluded`` the client and
    whoever is in dispute with her, ``invited`` the only pages that may be told (None: all). ``waves`` and ``rank`` are
    the last numbers that were given."""

    known_to: frozenset[UUID]
    excluded: frozenset[UUID]
    invited: frozenset[UUID] | None
    waves: int
    rank: int


def circumstances_of(requests: Sequence[ServiceRequest]) -> dict[UUID, Circumstances]:
    """By the requests' ids. At most four statements, however many they are."""
    ids = [request.pk for request in requests]
    known = _sets(ids, prepared.ask(KNOWN, {"ids": ids, "draft": ProposalStatus.DRAFT.value}))
    invited = [request.pk for request in requests if request.visibility == Visibility.INVITED]
    only = _sets(invited, prepared.ask(INVITED, [invited]) if invited else ())
    excluded = _disputes({request.client_id for request in requests})
    last = {request_id: (wave, rank) for request_id, wave, rank in prepared.ask(LAST, [ids])}
    found = {}
    for request in requests:
        wave, rank = last.get(request.pk, (0, 0))
        found[request.pk] = Circumstances(
            known_to=frozenset(known[request.pk]),
            excluded=frozenset(excluded[request.client_id]),
            invited=frozenset(only[request.pk]) if request.pk in only else None,
            waves=wave,
            rank=rank,
        )
    return found


def _disputes(clients: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Each client with whoever of the two blocks the other."""
    found = {client: {client} for client in clients}
    for one, other in prepared.ask(BLOCKS, {"clients": list(found)}):
        found[one].add(other)
    return found


def _sets(keys: Iterable[UUID], pairs: Iterable[tuple[Any, ...]]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {key: set() for key in keys}
    for key, value in pairs:
        found[key].add(value)
    return found
