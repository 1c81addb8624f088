"""What bears on the matching of requests, read for many of them at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Max, Q

from accounts.models import Block
from requests.models import Invitation, Match, Proposal, ProposalStatus, ServiceRequest, Visibility, Wave


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
    """By the requests' ids. At most six statements, however many they are."""
    ids = [request.pk for request in requests]
    told = Match.objects.filter(request__in=ids).order_by().values_list("request_id", "page_id")
    answers = Proposal.objects.filter(request__in=ids).exclude(status=ProposalStatus.DRAFT)
    known = _sets(ids, told.union(answers.values_list("request_id", "page_id")))
    invited = [request.pk for request in requests if request.visibility == Visibility.INVITED]
    asked = Invitation.objects.filter(request__in=invited).values_list("request_id", "page_id")
    only = _sets(invited, asked if invited else ())
    excluded = _disputes({request.client_id for request in requests})
    rows = Wave.objects.filter(request__in=ids).order_by().values("request_id").annotate(last=Max("number"))
    waves = dict(rows.values_list("request_id", "last"))
    ranks = _last_ranks(list(waves))
    return {
        request.pk: Circumstances(
            known_to=frozenset(known[request.pk]),
            excluded=frozenset(excluded[request.client_id]),
            invited=frozenset(only[request.pk]) if request.pk in only else None,
            waves=waves.get(request.pk, 0),
            rank=ranks.get(request.pk, 0),
        )
        for request in requests
    }


def _disputes(clients: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Each client with whoever of the two blocks the other."""
    found = {client: {client} for client in clients}
    blocks = Block.objects.filter(Q(blocker__in=found) | Q(blocked__in=found)).values_list("blocker_id", "blocked_id")
    for blocker, blocked in blocks:
        for one, other in ((blocker, blocked), (blocked, blocker)):
            if one in found:
                found[one].add(other)
    return found


def _last_ranks(ids: Sequence[UUID]) -> dict[UUID, int]:
    if not ids:
        return {}
    rows = Match.objects.filter(request__in=ids).order_by().values("request_id").annotate(last=Max("rank"))
    return dict(rows.values_list("request_id", "last"))


def _sets(keys: Iterable[UUID], pairs: Iterable[tuple[UUID, UUID]]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {key: set() for key in keys}
    for key, value in pairs:
        found[key].add(value)
    return found
