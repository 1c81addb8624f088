"""The one interface to the search index, so that it can move to another engine (``engines``) without touching anybody
else."""

from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID

from django.db import transaction

from accounts.models import Member
from marketplace.tasks import enqueue
from services.models import SearchEntry, ServicePage
from services.search import store
from services.search.bulk import add_new, finish_bulk, forget_words, prepare_bulk
from services.search.candidate import Candidate, CandidateQuery
from services.search.engines.chosen import engine
from services.search.judging import Judged, judge
from services.tasks import embed_pages

__all__ = [
    "Candidate",
    "CandidateQuery",
    "Judged",
    "add_new",
    "candidates",
    "candidates_of_all",
    "finish_bulk",
    "forget_words",
    "judge",
    "member_changed",
    "page_changed",
    "prepare_bulk",
    "published_pages",
    "ratings_changed",
    "reindex",
]


def candidates(query: CandidateQuery) -> list[Candidate]:
    """Eligible pages only, best retrieval score first, at most ``query.limit``."""
    return candidates_of_all([query])[0]


def candidates_of_all(queries: Sequence[CandidateQuery]) -> list[list[Candidate]]:
    """The candidates of each query, for less than one after the other."""
    return engine().candidates(queries)


def page_changed(page_id: UUID) -> None:
    """Puts or removes the page's words within the caller's transaction, and has its meaning computed after commit."""
    store.put_words([page_id])
    transaction.on_commit(partial(enqueue, embed_pages, [str(page_id)]))


def member_changed(member: Member) -> None:
    """The same with all pages of a member whose account was closed or opened again: also with one that somebody is
    publishing at this moment."""
    for page_id in ServicePage.objects.filter(member=member).order_by("pk").values_list("pk", flat=True):
        page_changed(page_id)


def ratings_changed(page_ids: Sequence[UUID]) -> None:
    """Puts the ratings of many pages into the index, within the caller's transaction."""
    store.put_ratings(page_ids)


def reindex(page_ids: Iterable[UUID]) -> int:
    """Words and meaning of many pages at once; the number of pages that are now in the index."""
    return store.put(page_ids)


def published_pages() -> int:
    """How many pages are in the index."""
    return SearchEntry.objects.count()
