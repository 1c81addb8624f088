"""Who may do what in which state of an engagement: one table, and every cell of it is tried."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import Member
from engagements import actions
from engagements.models import Engagement
from marketplace.errors import MarketplaceError
from notifications.models import Event
from services.models import ServicePage
from tests import factories

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

Act = Callable[[Member, Engagement], Any]
ACTIONS: dict[str, Act] = {
    "start": lambda who, it: actions.start_work(actor=who, engagement=it, now=NOW),
    "complete": lambda who, it: actions.complete_engagement(actor=who, engagement=it, now=NOW),
    "set_back": lambda who, it: actions.set_back_completion(actor=who, engagement=it, words="A file", now=NOW),
    "cancel": lambda who, it: actions.cancel_engagement(actor=who, engagement=it, reason="no_time", now=NOW),
    "review": lambda who, it: actions.write_review(actor=who, engagement=it, rating=4, text="Good.", now=NOW),
}

# How each state is reached: steps of a side.
STATES: dict[str, list[tuple[str, str]]] = {
    "agreed": [],
    "under_way": [("provider", "start")],
    "marked by client": [("client", "complete")],
    "marked by provider": [("provider", "complete")],
    "completed": [("client", "complete"), ("provider", "complete")],
    "one review": [("client", "complete"), ("provider", "complete"), ("client", "review")],
    "both reviews": [
        *(("client", "complete"), ("provider", "complete")),
        *(("client", "review"), ("provider", "review")),
    ],
    "cancelled": [("client", "cancel")],
    "cancelled late": [("client", "start"), ("provider", "cancel")],
}

# What follows, for client and provider: the state as ``describe`` names it, or the code of the error.
NO = "illegal_state"
TABLE: dict[str, dict[str, tuple[str, str]]] = {
    "agreed": {
        "start": ("under_way", "under_way"),
        "complete": ("marked by client", "marked by provider"),
        "set_back": (NO, NO),
        "cancel": ("cancelled", "cancelled"),
        "review": (NO, NO),
    },
    "under_way": {
        "start": ("under_way", "under_way"),
        "complete": ("marked by client", "marked by provider"),
        "set_back": ("under_way", "under_way"),
        "cancel": ("cancelled late", "cancelled late"),
        "review": (NO, NO),
    },
    "marked by client": {
        "start": ("marked by client", "marked by client"),
        "complete": ("marked by client", "completed"),
        "set_back": ("under_way", "under_way"),
        "cancel": (NO, NO),
        "review": (NO, NO),
    },
    "marked by provider": {
        "start": ("marked by provider", "marked by provider"),
        "complete": ("completed", "marked by provider"),
        "set_back": ("under_way", "under_way"),
        "cancel": (NO, NO),
        "review": (NO, NO),
    },
    "completed": {
        "start": (NO, NO),
        "complete": ("completed", "completed"),
        "set_back": (NO, NO),
        "cancel": (NO, NO),
        "review": ("one review", "one review"),
    },
    "one review": {
        "start": (NO, NO),
        "complete": ("one review", "one review"),
        "set_back": (NO, NO),
        "cancel": (NO, NO),
        "review": ("one review", "both reviews"),
    },
    "both reviews": {
        "start": (NO, NO),
        "complete": ("both reviews", "both reviews"),
        "set_back": (NO, NO),
        "cancel": (NO, NO),
        "review": ("reviews_closed", "reviews_closed"),
    },
    "cancelled": {
        "start": (NO, NO),
        "complete": (NO, NO),
        "set_back": (NO, NO),
        "cancel": ("cancelled", "cancelled"),
        "review": (NO, NO),
    },
    "cancelled late": {
        "start": (NO, NO),
        "complete": (NO, NO),
        "set_back": (NO, NO),
        "cancel": ("cancelled late", "cancelled late"),
        "review": (NO, NO),
    },
}


def cells() -> Iterator[tuple[str, str, str, str]]:
    """The table as (state, action, actor, what follows); strangers and staff may do nothing at all."""
    for state, row in TABLE.items():
        for action, (client, provider) in row.items():
            yield state, action, "client", client
            yield state, action, "provider", provider
            yield state, action, "stranger", "not_allowed"
            yield state, action, "staff", "not_allowed"


def describe(engagement: Engagement) -> str:
    """The engagement's state by its name in the table."""
    engagement.refresh_from_db()
    if engagement.status == "under_way" and engagement.waits_for_confirmation:
        return f"marked by {engagement.completion_by}"
    if engagement.status == "cancelled" and engagement.started_at:
        return "cancelled late"
    if engagement.status == "completed":
        return ["completed", "one review", "both reviews"][engagement.reviews.count()]
    return str(engagement.status)


@pytest.fixture
def cast(clara: Member, paul: Member, sam: Member, ada: Member) -> dict[str, Member]:
    """Everybody by what they are to the engagement."""
    return {"client": clara, "provider": paul, "stranger": sam, "staff": ada}


@pytest.mark.parametrize(("state", "action", "actor", "outcome"), list(cells()))
def test_every_cell(
    cast: dict[str, Member], page: ServicePage, state: str, action: str, actor: str, outcome: str
) -> None:
    engagement = factories.make_engagement(cast["client"], page, agreed_at=NOW - timedelta(days=3))
    for side, step in STATES[state]:
        ACTIONS[step](cast[side], engagement)
    assert describe(engagement) == state
    events = Event.objects.count()
    try:
        ACTIONS[action](cast[actor], engagement)
    except MarketplaceError as error:
        assert error.code == outcome
        assert describe(engagement) == state
        assert Event.objects.count() == events
    else:
        assert describe(engagement) == outcome
        assert (Event.objects.count() == events) == (state == outcome)


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(STATES)
    assert all(set(row) == set(ACTIONS) for row in TABLE.values())
