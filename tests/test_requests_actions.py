"""What clients do with requests: the rules, the moves, the count, and what happens twice or at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import Member
from marketplace.errors import Conflict, IllegalMove, InvalidInput, MarketplaceError, NotAllowed
from notifications.models import Event
from requests import actions
from requests.models import CloseReason, Matching, Publication, RequestStatus, ServiceRequest, Visibility
from requests.moves import MOVES
from requests.rules import catalogue
from requests.similar import warnings_about
from services.models import Question, Service, ServicePage
from tests import factories

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def values(**changes: Any) -> dict[str, Any]:
    """A complete request, as a form or the API gives it."""
    return {
        "service": "sign-painting",
        "title": "Logo for a small roastery",
        "details": "We open in May and need a sign, cups and bags.",
        "budget_type": "fixed",
        "budget_min": 30_000,
        "budget_max": 90_000,
        "currency": "EUR",
        "work_location": "remote",
        "languages": ["en"],
    } | changes


@pytest.fixture
def service(db: None) -> Service:
    """A service about which the catalogue asks nothing."""
    return factories.make_service("sign-painting")


@pytest.fixture
def request_(clara: Member, service: Service) -> ServiceRequest:
    """Clara's open request for a logo."""
    return actions.post_request(actor=clara, values=values(), now=NOW)


def kinds(request: ServiceRequest) -> list[str]:
    """The kinds of the request's events, oldest first."""
    return list(
        Event.objects.filter(subject_type="request", subject_id=str(request.pk))
        .order_by("id")
        .values_list("kind", flat=True)
    )


def test_posting_opens_counts_and_starts_the_clocks(request_: ServiceRequest) -> None:
    stored = ServiceRequest.objects.get()
    assert (stored.status, stored.matching) == (RequestStatus.OPEN, Matching.PENDING)
    assert stored.expires_at == NOW + timedelta(days=30)
    assert stored.remind_at == NOW + timedelta(days=25)
    counted = Publication.objects.get()
    assert (counted.request_id, counted.published_at) == (stored.pk, stored.first_published_at)
    assert kinds(stored) == ["request.created", "request.published"]


def test_publishing_twice_counts_once(clara: Member, request_: ServiceRequest) -> None:
    actions.publish_request(actor=clara, request=request_, now=NOW)
    assert Publication.objects.count() == 1
    assert kinds(request_).count("request.published") == 1


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("service", "no-such-service", "unknown_service"),
        ("service", "\0", "unknown_service"),
        ("currency", "EURO", "unknown_currency"),
        ("budget_min", -1, "negative"),
        ("budget_min", 90_001, "reversed"),
        ("budget_max", 0, "min_value"),
        ("budget_max", 10**15, "max_value"),
        ("budget_type", "guess", "unknown_value"),
        ("place", {"country": "XX"}, "unknown_country"),
        ("radius_km", 5000, "max_value"),
        ("languages", ["xx"], "unknown_language"),
        ("visibility", "secret", "unknown_value"),
        ("title", "x" * 141, "max_length"),
        ("title", "half \ud800 of a character", "surrogate_characters"),
        ("details", "nul \0", "null_characters_not_allowed"),
        ("details", "x" * 1_000_000, "max_length"),
        ("invited_pages", ["not-an-id"], "unknown_page"),
        ("invited_pages", ["018f0000-0000-7000-8000-000000000000"], "unknown_page"),
        ("answers", {"no_such": 1}, "unknown_question"),
    ],
)
def test_a_wrong_value_is_named(clara: Member, service: Service, field: str, value: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.post_request(actor=clara, values=values(**{field: value}), now=NOW)
    fields = refused.value.fields or {}
    assert code in [problem["code"] for problems in fields.values() for problem in problems]
    assert any(name.split(".")[0] == field for name in fields)
    assert not ServiceRequest.objects.exists()


@pytest.mark.parametrize("text", ["שלום עולם, לוגו חדש", "Logo 🎨 für Zoë", "<script>alert(1)</script>"])
def test_any_script_is_kept_as_typed(clara: Member, service: Service, text: str) -> None:
    assert actions.create_request(actor=clara, values=values(title=text), now=NOW).title == text


@pytest.mark.parametrize(
    ("missing", "field"),
    [
        ({"title": ""}, "title"),
        ({"details": "  "}, "details"),
        ({"budget_type": ""}, "budget_type"),
        ({"work_location": ""}, "work_location"),
        ({"work_location": "on_site"}, "place"),
        ({"visibility": "invited"}, "invited_pages"),
    ],
)
def test_an_incomplete_request_stays_a_draft(
    clara: Member, service: Service, missing: dict[str, str], field: str
) -> None:
    draft = actions.create_request(actor=clara, values=values(**missing), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        actions.publish_request(actor=clara, request=draft, now=NOW)
    assert refused.value.code == "incomplete"
    assert list(refused.value.fields or {}) == [field]
    assert ServiceRequest.objects.get().status == RequestStatus.DRAFT


ANSWERS = [
    (Question.Type.CHOICE, ["A", "B"], "A", "C", "unknown_value"),
    (Question.Type.CHOICES, ["A", "B"], ["B", "A"], ["C"], "unknown_value"),
    (Question.Type.CHOICES, ["A", "B"], ["A"], "A", "not_a_list"),
    (Question.Type.NUMBER, [], 3, "three", "not_a_number"),
    (Question.Type.NUMBER, [], 2.5, True, "not_a_number"),
    (Question.Type.DATE, [], "2027-03-31", "2027-02-30", "not_a_date"),
    (Question.Type.DATE, [], "2026-11-24", "2026-11-23", "past"),
    (Question.Type.YES_NO, [], False, "perhaps", "not_yes_no"),
    (Question.Type.TEXT, [], "Plain words", 7, "not_a_text"),
]


@pytest.mark.parametrize(("kind", "choices", "good", "bad", "code"), ANSWERS)
def test_answers_fit_their_questions(
    clara: Member, service: Service, kind: str, choices: list[str], good: Any, bad: Any, code: str
) -> None:
    Question.objects.create(group=service.group, service=service, key="q", text="?", type=kind, choices=choices)
    kept = actions.create_request(actor=clara, values=values(answers={"q": good}), now=NOW)
    assert kept.answers == {"q": good}
    with pytest.raises(InvalidInput) as refused:
        actions.create_request(actor=clara, values=values(answers={"q": bad}), now=NOW)
    assert (refused.value.fields or {})["answers.q"][0]["code"] == code


def test_a_required_answer_is_asked_for_before_publishing(clara: Member, service: Service) -> None:
    Question.objects.create(group=service.group, key="stage", text="?", type=Question.Type.TEXT, required=True)
    draft = actions.create_request(actor=clara, values=values(), now=NOW)
    with pytest.raises(InvalidInput) as refused:
        actions.publish_request(actor=clara, request=draft, now=NOW)
    assert list(refused.value.fields or {}) == ["answers.stage"]


def test_another_service_drops_answers_that_no_longer_fit(clara: Member, service: Service) -> None:
    Question.objects.create(group=service.group, key="stage", text="?", type=Question.Type.TEXT)
    draft = actions.create_request(actor=clara, values=values(answers={"stage": "early"}), now=NOW)
    other = factories.make_service("window-painting")
    edited = actions.edit_request(actor=clara, request=draft, changes={"service": other.slug}, now=NOW)
    assert edited.answers == {}


ACTS: dict[str, Callable[[Member, ServiceRequest], object]] = {
    "publish": lambda who, what: actions.publish_request(actor=who, request=what, now=NOW),
    "edit": lambda who, what: actions.edit_request(actor=who, request=what, changes={"title": "Other"}, now=NOW),
    "close": lambda who, what: actions.close_request(actor=who, request=what, reason="not_needed", now=NOW),
    "reopen": lambda who, what: actions.reopen_request(actor=who, request=what, now=NOW),
    "renew": lambda who, what: actions.renew_request(actor=who, request=what, now=NOW),
    "repost": lambda who, what: actions.repost_request(actor=who, request=what, now=NOW),
    "start_review": lambda who, what: actions.start_review(actor=who, request=what, now=NOW),
    "end_review": lambda who, what: actions.end_review(actor=who, request=what, now=NOW),
    "award": lambda who, what: actions.award_request(actor=who, request=what, now=NOW),
    "unaward": lambda who, what: actions.unaward_request(actor=who, request=what, now=NOW),
}
ALLOWED = {
    "publish": {"draft", "open"},
    "edit": {"draft", "open", "in_review"},
    "close": {"open", "in_review", "closed"},
    "reopen": {"closed", "expired", "open"},
    "renew": {"open", "in_review"},
    "repost": {"open", "in_review", "awarded", "closed", "expired"},
    "start_review": {"open", "in_review"},
    "end_review": {"open", "in_review"},
    "award": {"open", "in_review"},
    "unaward": {"awarded"},
}


def in_state(client: Member, service: Service, status: str) -> ServiceRequest:
    """A complete request in this state."""
    reason = CloseReason.NOT_NEEDED if status == RequestStatus.CLOSED else ""
    return factories.make_request(client, service=service, status=status, close_reason=reason)


@pytest.mark.parametrize("status", RequestStatus.values)
@pytest.mark.parametrize("name", ACTS)
def test_actions_follow_the_table_of_moves(clara: Member, service: Service, name: str, status: str) -> None:
    request = in_state(clara, service, status)
    if status in ALLOWED[name]:
        ACTS[name](clara, request)
    else:
        with pytest.raises(IllegalMove):
            ACTS[name](clara, request)
        request.refresh_from_db()
        assert request.status == status


@pytest.mark.parametrize("name", ACTS)
def test_nobody_else_may(sam: Member, request_: ServiceRequest, name: str) -> None:
    with pytest.raises(NotAllowed):
        ACTS[name](sam, request_)


def test_reopening_is_not_counted_again(clara: Member, request_: ServiceRequest) -> None:
    first = request_.first_published_at
    actions.close_request(actor=clara, request=request_, reason="no_fit", now=NOW)
    reopened = actions.reopen_request(actor=clara, request=request_, now=NOW + timedelta(days=1))
    assert (reopened.status, reopened.matching, reopened.close_reason) == ("open", "pending", "")
    assert reopened.first_published_at == first
    assert Publication.objects.count() == 1


def test_a_repost_is_a_new_request(clara: Member, request_: ServiceRequest, page: ServicePage) -> None:
    actions.edit_request(
        actor=clara, request=request_, changes={"visibility": "invited", "invited_pages": [page.pk]}, now=NOW
    )
    copy = actions.repost_request(actor=clara, request=request_, now=NOW)
    assert (copy.status, copy.repost_of, copy.title) == (RequestStatus.DRAFT, request_, request_.title)
    assert (copy.visibility, list(copy.invited_pages.all())) == (Visibility.INVITED, [page])
    actions.publish_request(actor=clara, request=copy, now=NOW)
    assert Publication.objects.count() == 2


def test_a_stale_form_is_refused(clara: Member, request_: ServiceRequest) -> None:
    actions.edit_request(actor=clara, request=request_, changes={"title": "Second"}, now=NOW, version=1)
    with pytest.raises(Conflict) as refused:
        actions.edit_request(actor=clara, request=request_, changes={"title": "Third"}, now=NOW, version=1)
    assert refused.value.code == "stale"


def test_material_edits_are_named(clara: Member, request_: ServiceRequest) -> None:
    changes = {"title": "Logo and cups", "budget_max": 95_000}
    actions.edit_request(actor=clara, request=request_, changes=changes, now=NOW + timedelta(days=3))
    told = Event.objects.get(kind="request.edited")
    assert told.data == {"fields": ["budget_max", "title"], "material": ["budget_max"]}
    request_.refresh_from_db()
    assert request_.expires_at == NOW + timedelta(days=33)


def test_clients_are_reminded_once_and_requests_expire(request_: ServiceRequest) -> None:
    assert actions.remind_due(now=NOW + timedelta(days=24)) == 0
    assert actions.remind_due(now=NOW + timedelta(days=25)) == 1
    assert actions.remind_due(now=NOW + timedelta(days=25)) == 0
    assert actions.expire_due(now=NOW + timedelta(days=30)) == 1
    assert actions.expire_due(now=NOW + timedelta(days=31)) == 0
    request_.refresh_from_db()
    assert request_.status == RequestStatus.EXPIRED
    assert kinds(request_)[-2:] == ["request.expiring_soon", "request.expired"]


def test_activity_renews(clara: Member, request_: ServiceRequest) -> None:
    actions.renew_request(actor=clara, request=request_, now=NOW + timedelta(days=29))
    assert actions.expire_due(now=NOW + timedelta(days=30)) == 0


def test_a_similar_request_is_hinted_at_but_not_refused(clara: Member, sam: Member, request_: ServiceRequest) -> None:
    again = actions.post_request(actor=clara, values=values(title="Logo for a roastery"), now=NOW)
    assert [(hint.code, hint.request) for hint in warnings_about(again, now=NOW)] == [("similar_request", request_.pk)]
    other = actions.post_request(actor=sam, values=values(), now=NOW)
    assert warnings_about(other, now=NOW) == []
    spam = values(title="Cheap", details="http://a.example http://b.example http://c.example call +43 660 1234567")
    codes = {hint.code for hint in warnings_about(actions.post_request(actor=sam, values=spam, now=NOW), now=NOW)}
    assert codes == {"similar_request", "many_links", "contact_data"}


def test_providers_decline_once(paul: Member, sam: Member, page: ServicePage, request_: ServiceRequest) -> None:
    match = request_.matches.create(page=page, rank=1, score=0.9)
    with pytest.raises(NotAllowed):
        actions.decline_match(actor=sam, match=match, reason="budget", now=NOW)
    with pytest.raises(InvalidInput):
        actions.decline_match(actor=paul, match=match, reason=" ", now=NOW)
    actions.mark_match_viewed(actor=sam, match=match, now=NOW)
    assert match.state == "notified"
    actions.mark_match_viewed(actor=paul, match=match, now=NOW)
    actions.decline_match(actor=paul, match=match, reason="budget", now=NOW)
    again = actions.decline_match(actor=paul, match=match, reason="other", now=NOW)
    assert (again.state, again.decline_reason, again.viewed_at) == ("declined", "budget", NOW)
    assert Event.objects.filter(kind="match.declined").count() == 1


@pytest.mark.django_db(transaction=True)
def test_publishing_from_two_tabs_at_once_counts_once(clara: Member, service: Service) -> None:
    draft = actions.create_request(actor=clara, values=values(), now=NOW)

    def publish(_number: int) -> str:
        try:
            return actions.publish_request(actor=clara, request=draft, now=NOW).status
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(publish, range(4))) == {"open"}
    assert Publication.objects.count() == 1


class TestAnySequenceOfActions(TestCase):
    """Whatever a client does, in whatever order, only legal moves happen."""

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
    def test_it_stays_within_the_table(self, names: list[str]) -> None:
        client = factories.make_member()
        request = in_state(client, factories.make_service(), RequestStatus.DRAFT)
        for name in names:
            before = ServiceRequest.objects.get(pk=request.pk).status
            with suppress(MarketplaceError):
                ACTS[name](client, request)
            after = ServiceRequest.objects.get(pk=request.pk).status
            assert before == after or after in MOVES[before]
        assert Publication.objects.filter(request_id=request.pk).count() <= 1


def test_services_that_are_asked_for_are_read_again_together(
    service: Service, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    other = factories.make_service(slug="other-service")
    clock = [100.0]
    monkeypatch.setattr(catalogue, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    for each in (service, other):
        assert catalogue.service_of(each.slug) == each
    with django_assert_num_queries(0):
        assert catalogue.service_of(other.slug) == other
    clock[0] += catalogue.KEPT_SECONDS
    with django_assert_num_queries(1):
        assert [catalogue.service_of(each.slug) for each in (service, other)] == [service, other]
    Service.objects.filter(pk=other.pk).update(is_active=False)  # as another process does it
    clock[0] += catalogue.KEPT_SECONDS
    with pytest.raises(ValidationError):
        catalogue.service_of(other.slug)
    assert catalogue.service_of(service.slug) == service
