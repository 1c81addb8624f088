"""The inbox: the member's conversations, searched, filtered and paged, at a fixed number of queries."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from accounts.models import Member
from messaging.models import Conversation, Message, Seat

PER_PAGE = 25
LONGEST_QUERY = 100
MOST_WORDS = 8
MOST_FOUND = 1000
"""Conversations that a search looks through the words of; the latest ones."""
SNIPPET = 140


@dataclass(frozen=True, slots=True)
class Row:
    """One conversation in the list."""

    seat: Seat
    conversation: Conversation
    other: Member
    preview: str
    is_mine: bool
    """Whether the member wrote what the preview shows."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked the list for."""

    query: str = ""
    only_unread: bool = False
    page: str = ""

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> "Wanted":
        """From the parameters of an address; what makes no sense is left out."""
        query = " ".join(str(given.get("q", "")).split())[:LONGEST_QUERY]
        return cls(query, given.get("show") == "unread", str(given.get("page", ""))[:6])


def inbox(member: Member, wanted: Wanted) -> tuple[Page[Seat], list[Row]]:
    """The page of the list that was asked for, and its rows."""
    seats = Seat.objects.inbox_of(member).select_related(
        "conversation__request", "conversation__client", "conversation__provider"
    )
    if wanted.only_unread:
        seats = seats.unread()
    words = _prefixes(wanted.query)
    if words is not None:
        seats = seats.filter(_speaks_of(member, wanted.query, words))
    page = Paginator(seats, PER_PAGE).get_page(wanted.page)
    found = _snippets([each.conversation_id for each in page], words) if words is not None else {}
    return page, [_row(member, each, found.get(each.conversation_id)) for each in page]


def _row(member: Member, seat: Seat, found: Message | None) -> Row:
    it = seat.conversation
    if found is not None:
        return Row(seat, it, it.other(member), found.body[:SNIPPET], found.sender_id == member.pk)
    return Row(seat, it, it.other(member), it.last_preview, it.last_sender_id == member.pk)


def _prefixes(query: str) -> SearchQuery | None:
    """All words of the query, each perhaps unfinished; None where it has none."""
    words = re.findall(r"\w+", query)[:MOST_WORDS]
    return SearchQuery(" & ".join(f"{word}:*" for word in words), search_type="raw", config="simple") if words else None


def _speaks_of(member: Member, query: str, words: SearchQuery) -> Q:
    """In its messages, its title, or the name of the other one."""
    mine = Seat.objects.inbox_of(member).values("conversation")[:MOST_FOUND]
    spoken = _with_words(words).filter(conversation__in=mine).values("conversation")
    named = Q(conversation__client__name__icontains=query) & ~Q(conversation__client=member)
    named |= Q(conversation__provider__name__icontains=query) & ~Q(conversation__provider=member)
    return Q(conversation__in=spoken) | Q(conversation__request__title__icontains=query) | named


def _snippets(ids: Collection[UUID], words: SearchQuery) -> dict[UUID, Message]:
    """The latest message of each conversation that has the words."""
    rows = _with_words(words).filter(conversation__in=ids).order_by("conversation", "-sequence")
    return {each.conversation_id: each for each in rows.distinct("conversation")}


def _with_words(words: SearchQuery) -> QuerySet[Message]:
    return Message.objects.annotate(words=SearchVector("body", config="simple")).filter(words=words)
