"""Accepting a proposal: by page and by API, by the right side, on the right terms, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from engagements.models import Engagement
from notifications.models import Notification
from requests.models import Proposal, ProposalStatus, RequestStatus, ServiceRequest, Side
from services.models import Service, ServicePage
from tests import factories

Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]
THREADS, RIVALS = 50, 10


@pytest.fixture
def request_(clara: Member, service: Service) -> ServiceRequest:
    """Clara's open request."""
    return factories.make_request(clara, service=service, status=RequestStatus.OPEN, title="A logo for the roastery")


@pytest.fixture
def proposal(request_: ServiceRequest, page: ServicePage) -> Proposal:
    """Paul's standing proposal."""
    return factories.make_proposal(request_, page)


@pytest.fixture
def rival(request_: ServiceRequest, service: Service) -> Proposal:
    """Somebody else's."""
    provider = factories.make_member("rita@example.com", name="Rita Rival")
    return factories.make_proposal(request_, factories.make_page(provider, services=[service]))


def url(proposal: Proposal) -> str:
    """Address of the API's call."""
    return f"/api/v1/proposals/{proposal.pk}/accept/"


def page_of(proposal: Proposal) -> str:
    """Address of the page."""
    return f"/proposals/{proposal.pk}/accept/"


def test_the_client_accepts(clara: Member, paul: Member, api: Api, proposal: Proposal, rival: Proposal) -> None:
    answer = api(clara).post(url(proposal))
    assert answer.status_code == 200
    made, won = answer.json()["engagement"], answer.json()["proposal"]
    assert (won["id"], won["status"]) == (str(proposal.pk), "accepted")
    assert (made["status"], made["side"], made["payment"]) == ("agreed", "client", "outside")
    terms = ("price_type", "amount", "currency", "days", "scope")
    assert all(made[name] == getattr(proposal, name) for name in terms)
    assert (made["client"]["id"], made["provider"]["name"]) == (str(clara.pk), "Paul Provider")
    rival.refresh_from_db()
    assert rival.status == ProposalStatus.NOT_CHOSEN
    assert api(paul).get(f"/api/v1/engagements/{made['id']}/").json()["side"] == "provider"
    assert [each["id"] for each in api(paul).get("/api/v1/engagements/").json()["results"]] == [made["id"]]


def test_repeated_on_the_winner_it_is_the_same(clara: Member, paul: Member, api: Api, proposal: Proposal) -> None:
    first = api(clara).post(url(proposal)).json()
    assert api(clara).post(url(proposal)).json() == first
    assert api(paul).post(url(proposal)).json()["engagement"]["id"] == first["engagement"]["id"]
    assert Engagement.objects.count() == 1


def test_a_key_replays_the_answer(clara: Member, api: Api, proposal: Proposal) -> None:
    client = api(clara)
    first = client.post(url(proposal), {"version": 1}, HTTP_IDEMPOTENCY_KEY="accept-1")
    again = client.post(url(proposal), {"version": 1}, HTTP_IDEMPOTENCY_KEY="accept-1")
    assert (again.json(), again["Idempotent-Replayed"]) == (first.json(), "true")
    reused = client.post(url(proposal), {}, HTTP_IDEMPOTENCY_KEY="accept-1")
    assert reused.json()["code"] == "idempotency_key_reused"


def test_the_loser_is_told_why(clara: Member, api: Api, proposal: Proposal, rival: Proposal) -> None:
    api(clara).post(url(proposal))
    refused = api(clara).post(url(rival))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_awarded")
    assert "Another proposal" in refused.json()["message"]


def test_the_provider_accepts_a_counter_offer(clara: Member, paul: Member, api: Api, proposal: Proposal) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(offered_by=Side.CLIENT, amount=70_000)
    assert api(clara).post(url(proposal)).json()["code"] == "own_offer"
    made = api(paul).post(url(proposal)).json()["engagement"]
    assert (made["amount"], made["side"]) == (70_000, "provider")


def test_older_terms_are_refused(clara: Member, api: Api, proposal: Proposal) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(version=4, amount=90_000)
    refused = api(clara).post(url(proposal), {"version": 3})
    assert (refused.status_code, refused.json()["code"]) == (409, "stale")
    assert not Engagement.objects.exists()
    assert api(clara).post(url(proposal), {"version": 4}).json()["engagement"]["amount"] == 90_000


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        (None, {}, 401, "not_authenticated"),
        ("sam", {}, 404, "not_found"),
        ("ada", {}, 403, "not_allowed"),
        ("paul", {}, 409, "own_offer"),
        ("clara", {"versoin": 1}, 400, "unknown_field"),
        ("clara", {"version": "new"}, 400, "invalid"),
    ],
)
def test_refusals(
    request: pytest.FixtureRequest,
    api: Api,
    proposal: Proposal,
    who: str | None,
    body: dict[str, Any],
    status: int,
    code: str,
) -> None:
    member = request.getfixturevalue(who) if who else None
    refused = api(member).post(url(proposal), body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Engagement.objects.exists()


@pytest.mark.parametrize("status", ["withdrawn", "declined", "not_chosen"])
def test_what_does_not_stand_is_refused(clara: Member, api: Api, proposal: Proposal, status: str) -> None:
    Proposal.objects.filter(pk=proposal.pk).update(status=status)
    assert api(clara).post(url(proposal)).json()["code"] == "illegal_state"
    assert api(clara).post(f"/api/v1/proposals/{uuid4()}/accept/").status_code == 404


def test_a_closed_account_agrees_on_nothing(clara: Member, paul: Member, api: Api, proposal: Proposal) -> None:
    Member.objects.filter(pk=paul.pk).update(is_active=False)
    assert api(clara).post(url(proposal)).json()["code"] == "illegal_state"
    proposal.refresh_from_db()
    assert (proposal.status, proposal.request.status) == ("submitted", "open")


def test_both_sides_get_the_terms_in_writing(
    clara: Member,
    paul: Member,
    api: Api,
    proposal: Proposal,
    eager_tasks: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        api(clara).post(url(proposal))
    told = Notification.objects.filter(topic="my_engagements")
    assert {each.recipient_id for each in told} == {clara.pk, paul.pk}
    texts = {who.name: api(who).get("/api/v1/notifications/").json()["results"][0]["text"] for who in (clara, paul)}
    assert texts["Paul Provider"] == "Clara Client has accepted your proposal for “A logo for the roastery”"
    assert texts["Clara Client"] == "You and Paul Provider have agreed: “A logo for the roastery”"


def test_the_page_asks_before_it_agrees(clara: Member, log_in: LogIn, proposal: Proposal, rival: Proposal) -> None:
    browser = log_in(clara)
    asked = browser.get(page_of(proposal))
    text = asked.content.decode()
    assert "Agree on these terms?" in text
    assert "€800" in text
    assert "outside this site" in text
    assert "The 1 other provider who proposed is told at once" in text
    assert not Engagement.objects.exists()
    done = browser.post(page_of(proposal), {"version": proposal.version}, follow=True)
    made = Engagement.objects.get()
    assert done.redirect_chain[-1][0] == f"/engagements/{made.pk}/"
    assert "You and Paul Provider have agreed" in done.content.decode()
    assert browser.get(page_of(proposal))["Location"] == f"/engagements/{made.pk}/"


def test_the_page_shows_new_terms_instead_of_agreeing(clara: Member, log_in: LogIn, proposal: Proposal) -> None:
    browser = log_in(clara)
    browser.get(page_of(proposal))
    Proposal.objects.filter(pk=proposal.pk).update(version=2, amount=95_000)
    stale = browser.post(page_of(proposal), {"version": 1})
    assert stale.status_code == 409
    assert "The terms have changed" in stale.content.decode()
    assert "€950" in stale.content.decode()
    assert not Engagement.objects.exists()
    assert browser.post(page_of(proposal), {"version": 2}).status_code == 302


def test_the_page_explains_a_lost_race(clara: Member, log_in: LogIn, proposal: Proposal, rival: Proposal) -> None:
    first, second = log_in(clara), log_in(clara)
    first.get(page_of(proposal))
    second.get(page_of(rival))
    first.post(page_of(proposal), {"version": 1})
    lost = second.post(page_of(rival), {"version": 1})
    assert lost.status_code == 409
    assert "you agreed with Paul Provider" in lost.content.decode()
    assert f"/engagements/{Engagement.objects.get().pk}/" in lost.content.decode()


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("sam", 404), ("ada", 404), ("paul", 200)])
def test_the_page_is_for_the_two_sides(
    request: pytest.FixtureRequest, log_in: LogIn, proposal: Proposal, who: str | None, status: int
) -> None:
    answer = log_in(request.getfixturevalue(who) if who else None).get(page_of(proposal))
    assert answer.status_code == status
    if who == "paul":
        assert "Your terms wait for an answer" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_fifty_accept_ten_proposals_and_one_wins(clara: Member, request_: ServiceRequest, service: Service) -> None:
    rivals = [factories.make_proposal(request_, factories.make_page(services=[service])) for _ in range(RIVALS)]
    token = factories.token_for(clara)
    together = Barrier(THREADS)

    def accept(number: int) -> tuple[int, dict[str, Any]]:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        try:
            together.wait(30)
            answer = client.post(url(rivals[number % RIVALS]))
            return answer.status_code, answer.json()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(accept, range(THREADS)))
    won = [body for status, body in answers if status == 200]
    lost = [(status, body["code"]) for status, body in answers if status != 200]
    assert len(won) == THREADS // RIVALS
    assert set(lost) == {(409, "already_awarded")}
    assert {body["engagement"]["id"] for body in won} == {str(Engagement.objects.get().pk)}
    statuses = list(Proposal.objects.order_by("status").values_list("status", flat=True))
    assert statuses == ["accepted", *["not_chosen"] * (RIVALS - 1)]
