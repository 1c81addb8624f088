"""The pages of proposals, as both sides use them without JavaScript, and what a stranger gets."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import Member
from requests import actions
from requests.models import Match, Proposal, ProposalStatus, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests import factories

LogIn = Callable[[Member | None], Client]
NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
TYPED = {
    "price_type": "fixed",
    "amount": "1,250.50",
    "currency": "EUR",
    "days": "12",
    "scope": "Three drafts and **all** files.",
    "answer_q1": "Nine years",
}


@pytest.fixture
def request_(clara: Member, service: Service, page: ServicePage) -> ServiceRequest:
    """Clara's open request, of which Paul was told; it asks one question."""
    request = factories.make_request(
        clara,
        service=service,
        status=RequestStatus.OPEN,
        screening=[{"key": "q1", "text": "Since when?", "required": True}],
    )
    Match.objects.create(request=request, page=page, rank=1, score=0.5)
    return request


@pytest.fixture
def sent(request_: ServiceRequest, page: ServicePage) -> Proposal:
    """Paul's proposal."""
    return factories.make_proposal(request_, page, answers={"q1": "Nine years"})


def text(answer: Any) -> str:
    """The words of a page, on one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_from_the_mail_to_the_same_place_after_log_in(request_: ServiceRequest, log_in: LogIn) -> None:
    for path in (f"/requests/{request_.pk}/", f"/requests/{request_.pk}/propose/", "/proposals/"):
        answer = log_in(None).get(path)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/accounts/login/?next={path}")


def test_the_lead_tells_what_to_know_before_answering(
    clara: Member, paul: Member, request_: ServiceRequest, log_in: LogIn
) -> None:
    factories.make_request(clara, service=request_.service, status="awarded")
    factories.make_request(clara, service=request_.service, status="closed", close_reason="not_needed")
    page = log_in(paul).get(f"/requests/{request_.pk}/")
    words = text(page)
    assert "Requests posted 3" in words
    assert "Hire rate 50 %" in words
    assert "Email verified" in words
    assert "Proposals so far 0 Places left 10" in words
    assert "Fee for answering None" in words
    assert "Since when? (must be answered)" in words
    assert f"/requests/{request_.pk}/propose/" in page.content.decode()


def test_writing_and_sending(paul: Member, request_: ServiceRequest, log_in: LogIn) -> None:
    browser = log_in(paul)
    address = f"/requests/{request_.pk}/propose/"
    assert browser.get(address).status_code == 200
    wrong = browser.post(address, TYPED | {"amount": "lots", "answer_q1": ""})
    assert wrong.status_code == 400
    assert "Write the amount in digits" in text(wrong)
    assert "Three drafts and" in browser.get(address).content.decode()
    done = browser.post(address, TYPED, follow=True)
    proposal = Proposal.objects.get()
    assert done.redirect_chain == [(f"/proposals/{proposal.pk}/", 302)]
    assert (proposal.status, proposal.amount, proposal.days) == ("submitted", 125_050, 12)
    assert proposal.answers == {"q1": "Nine years"}
    assert "<strong>all</strong>" in done.content.decode()
    assert browser.get(address).headers["Location"] == f"/proposals/{proposal.pk}/"


def test_the_draft_is_kept_while_typing(paul: Member, request_: ServiceRequest, log_in: LogIn) -> None:
    browser = log_in(paul)
    address = f"/requests/{request_.pk}/propose/"
    kept = browser.post(address, {"scope": "Begun", "amount": "12x", "currency": "EUR", "autosave": "1"}).json()
    assert kept == {"state": "kept", "problems": ["Write the amount in digits, such as 1,234.50."]}
    assert browser.post(address, {"scope": "Begun", "currency": "EUR", "autosave": "1"}).json()["state"] == "saved"
    draft = Proposal.objects.get()
    assert (draft.status, draft.scope) == (ProposalStatus.DRAFT, "Begun")
    assert "Go on with your draft" in text(browser.get(f"/requests/{request_.pk}/"))
    assert browser.get(f"/proposals/{draft.pk}/").headers["Location"] == address
    assert browser.post(f"/proposals/{draft.pk}/discard/").headers["Location"] == f"/requests/{request_.pk}/"
    assert not Proposal.objects.exists()


def test_who_cannot_write(clara: Member, paul: Member, sam: Member, request_: ServiceRequest, log_in: LogIn) -> None:
    address = f"/requests/{request_.pk}/propose/"
    assert log_in(sam).get(address).status_code == 404
    assert log_in(clara).get(address).status_code == 404
    actions.close_request(actor=clara, request=request_, reason="no_fit", now=NOW)
    answer = log_in(paul).post(address, TYPED, follow=True)
    assert "This request is closed." in text(answer)
    assert not Proposal.objects.exists()


def test_the_client_reads_and_the_provider_is_told(
    clara: Member, paul: Member, sam: Member, sent: Proposal, log_in: LogIn
) -> None:
    address = f"/proposals/{sent.pk}/"
    assert "Opened by the client Not yet" in text(log_in(paul).get(address))
    sent.refresh_from_db()
    assert sent.viewed_at is None
    page = log_in(clara).get(address)
    assert "Nine years" in text(page)
    sent.refresh_from_db()
    assert sent.viewed_at is not None
    assert "Not yet" not in text(log_in(paul).get(address))
    assert log_in(sam).get(address).status_code == 404
    assert log_in(None).get(address).status_code == 302


def test_deciding(clara: Member, paul: Member, sent: Proposal, log_in: LogIn) -> None:
    browser, address = log_in(clara), f"/proposals/{sent.pk}"
    back = f"/requests/{sent.request_id}/?show=standing"
    assert browser.post(f"{address}/shortlist/", {"next": back}).headers["Location"] == back
    assert browser.post(f"{address}/shortlist/", {"next": "https://elsewhere.example/"}).headers["Location"] == (
        f"{address}/"
    )
    assert "On your shortlist" in text(browser.get(f"{address}/"))
    browser.post(f"{address}/unshortlist/")
    browser.post(f"{address}/note/", {"note": "Call on Monday"})
    assert "Call on Monday" in text(browser.get(f"{address}/"))
    assert "Call on Monday" not in text(log_in(paul).get(f"{address}/"))
    browser.post(f"{address}/decline/", {"reason": "price", "words": "A pity."})
    assert "The price is too high. “A pity.”" in text(log_in(paul).get(f"{address}/"))
    refused = browser.post(f"{address}/shortlist/", follow=True)
    assert "nothing can be changed" in text(refused)


def test_negotiating(clara: Member, paul: Member, sent: Proposal, log_in: LogIn) -> None:
    address = f"/proposals/{sent.pk}"
    asked = {"price_type": "fixed", "amount": "700", "currency": "EUR", "days": "14", "scope": sent.scope}
    form = log_in(clara).get(f"{address}/counter/")
    assert 'value="800"' in form.content.decode()
    done = log_in(clara).post(f"{address}/counter/", asked | {"said": "Tight", "version": "1"})
    assert (done.status_code, done.headers["Location"]) == (302, f"{address}/")
    page = log_in(paul).get(f"{address}/")
    assert "The client offers you these terms." in text(page)
    assert "€700" in text(page)
    assert "“Tight”" in text(page)
    same = log_in(paul).post(f"{address}/counter/", asked | {"version": "2"})
    assert same.status_code == 400
    assert "These are the terms that stand." in text(same)
    stale = log_in(paul).post(f"{address}/counter/", asked | {"amount": "750", "version": "1"})
    assert (stale.status_code, "The terms have changed" in text(stale)) == (400, True)
    log_in(clara).post(f"{address}/take-back/")
    sent.refresh_from_db()
    assert (sent.amount, sent.offered_by) == (80_000, "provider")


def test_editing_and_withdrawing(paul: Member, clara: Member, sent: Proposal, log_in: LogIn) -> None:
    browser, address = log_in(paul), f"/proposals/{sent.pk}"
    assert "Edit your proposal" in text(browser.get(f"{address}/edit/"))
    assert log_in(clara).get(f"{address}/edit/").status_code == 404
    changed = TYPED | {"amount": "640", "version": "1"}
    assert browser.post(f"{address}/edit/", changed).status_code == 302
    assert browser.post(f"{address}/edit/", changed | {"amount": "1"}).status_code == 400
    sent.refresh_from_db()
    assert sent.amount == 64_000
    browser.post(f"{address}/withdraw/", {"reason": "no_time"})
    page = browser.get(f"{address}/")
    assert "I have no time for it any more." in text(page)
    assert f"/requests/{sent.request_id}/propose/" in page.content.decode()


def test_stopping_and_resuming(clara: Member, paul: Member, request_: ServiceRequest, log_in: LogIn) -> None:
    browser = log_in(clara)
    browser.post(f"/requests/{request_.pk}/stop/")
    assert "You take no further proposals at present." in text(browser.get(f"/requests/{request_.pk}/"))
    assert "takes no further proposals at present" in text(log_in(paul).get(f"/requests/{request_.pk}/"))
    browser.post(f"/requests/{request_.pk}/resume/")
    request_.refresh_from_db()
    assert request_.status == RequestStatus.OPEN


def offers(request: ServiceRequest, many: int) -> list[Proposal]:
    """Proposals of as many providers, each dearer and sooner done than the one before."""
    return [
        factories.make_proposal(
            request,
            factories.make_page(indexed=False),
            amount=10_000 * (number + 1),
            days=50 - number,
            submitted_at=NOW + timedelta(hours=number),
        )
        for number in range(many)
    ]


@pytest.mark.parametrize(
    ("order", "wanted"), [("price", [0, 1, 2]), ("time", [2, 1, 0]), ("newest", [2, 1, 0]), ("odd", None)]
)
def test_the_client_orders_and_filters(
    clara: Member, request_: ServiceRequest, log_in: LogIn, order: str, wanted: list[int] | None
) -> None:
    made = offers(request_, 3)
    browser = log_in(clara)
    page = browser.get(f"/requests/{request_.pk}/?order={order}").content.decode()
    shown = re.findall(r'data-proposal="([^"]+)"', page)
    assert sorted(shown) == sorted(str(each.pk) for each in made)
    if wanted is not None:
        assert shown == [str(made[number].pk) for number in wanted]
    actions.decline_proposal(actor=clara, proposal=made[0], reason="price", now=NOW)
    past = browser.get(f"/requests/{request_.pk}/?show=past").content.decode()
    assert re.findall(r'data-proposal="([^"]+)"', past) == [str(made[0].pk)]


def test_hints_are_for_the_client(clara: Member, paul: Member, sent: Proposal, log_in: LogIn) -> None:
    other = factories.make_proposal(factories.make_request(), sent.page)
    Proposal.objects.filter(pk=sent.pk).update(similar_to=other, similarity=0.8, is_ai_assisted=True)
    for path in (f"/requests/{sent.request_id}/", f"/proposals/{sent.pk}/"):
        page = log_in(clara).get(path).content.decode()
        assert 'data-hint="similar"' in page
        assert 'data-hint="ai"' in page
    assert 'data-hint="similar"' not in log_in(paul).get(f"/proposals/{sent.pk}/").content.decode()


def test_my_proposals(paul: Member, clara: Member, sent: Proposal, log_in: LogIn) -> None:
    assert f'data-proposal="{sent.pk}"' in log_in(paul).get("/proposals/").content.decode()
    actions.decline_proposal(actor=clara, proposal=sent, reason="price", now=NOW)
    assert "The price is too high." in text(log_in(paul).get("/proposals/?show=past"))
    assert "No proposals yet" in text(log_in(clara).get("/proposals/"))


def test_new_ones_are_counted_in_the_list(clara: Member, sent: Proposal, log_in: LogIn) -> None:
    browser = log_in(clara)
    assert "1 new" in text(browser.get("/requests/"))
    browser.get(f"/proposals/{sent.pk}/")
    assert "data-unread-proposals" not in browser.get("/requests/").content.decode()


@pytest.mark.parametrize("path", ["/requests/{}/", "/proposals/", "/requests/"])
def test_pages_cost_the_same_for_ten(
    clara: Member,
    paul: Member,
    page: ServicePage,
    request_: ServiceRequest,
    log_in: LogIn,
    django_assert_max_num_queries: Any,
    path: str,
) -> None:
    def fill(many: int) -> None:
        if path == "/proposals/":
            for _number in range(many):
                factories.make_proposal(factories.make_request(clara), page)
        else:
            offers(request_, many)

    browser = log_in(paul if path == "/proposals/" else clara)
    address = path.format(request_.pk)
    fill(1)
    with django_assert_max_num_queries(40) as first:
        browser.get(address)
    fill(9)
    with django_assert_max_num_queries(len(first)):
        assert browser.get(address).status_code == 200


def test_questions_and_files_of_a_request(clara: Member, request_: ServiceRequest, log_in: LogIn) -> None:
    request_.service = factories.make_service()  # which asks nothing itself
    request_.save()
    browser = log_in(clara)
    plan = factories.make_attachment(clara)
    typed = {
        "title": request_.title,
        "details": request_.details,
        "budget_type": "fixed",
        "currency": "EUR",
        "budget_min": "500",
        "budget_max": "1000",
        "time_frame": "flexible",
        "work_location": "remote",
        "languages": "en",
        "visibility": "matched",
        "version": "1",
        "attachments": str(plan.pk),
        "screening_0_key": "q1",
        "screening_0_text": "Since which year?",
        "screening_1_text": "Where?",
        "screening_1_required": "on",
    }
    done = browser.post(f"/requests/{request_.pk}/edit/", typed)
    assert done.status_code == 302, text(done)
    request_.refresh_from_db()
    assert request_.screening == [
        {"key": "q1", "text": "Since which year?", "required": False},
        {"key": "q2", "text": "Where?", "required": True},
    ]
    assert list(request_.attachments.all()) == [plan]
    assert "plan.txt" in text(browser.get(f"/requests/{request_.pk}/"))
    assert 'value="Since which year?"' in browser.get(f"/requests/{request_.pk}/edit/").content.decode()
