"""The API's calls about conversations: the same actions, strict shape, and refusals for every address."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import block_member
from accounts.models import Member
from messaging.models import Conversation, Message
from requests.models import Proposal, ProposalStatus
from services.models import ServicePage
from tests import factories
from tests.conversations import conversation, open_request, say
from tests.pictures import upload

pytestmark = pytest.mark.django_db
ALL = "/api/v1/conversations/"
Api = Callable[[Member | None], APIClient]


@pytest.fixture
def talk(clara: Member, page: ServicePage) -> Conversation:
    return conversation(clara, page)


def messages(it: Conversation) -> str:
    return f"{ALL}{it.pk}/messages/"


def test_open_send_list_read(api: Api, clara: Member, paul: Member, page: ServicePage) -> None:
    it = open_request(clara, page)
    hers, his = api(clara), api(paul)
    opened = hers.post(ALL, {"request": it.pk, "page": page.pk})
    assert opened.status_code == 201, opened.content
    body = opened.json()
    assert his.post(ALL, {"request": it.pk, "page": page.pk}).json()["id"] == body["id"]
    assert body["client"] == {"id": str(clara.pk), "name": "Clara Client"}
    assert (body["last_message"], body["unread"]) == (None, 0)
    address = f"{ALL}{body['id']}/messages/"
    first = hers.post(address, {"body": "Hello Paul", "client_id": "a"})
    again = hers.post(address, {"body": "Hello Paul", "client_id": "a"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert set(first.json()) == {
        *("id", "conversation", "sequence", "sender", "body", "client_id", "attachments", "created_at")
    }
    assert first.json()["created_at"].endswith("Z")
    his.post(address, {"body": "Hello Clara", "client_id": "a"})
    listed = his.get(ALL, {"request": str(it.pk)}).json()
    assert [each["id"] for each in listed["results"]] == [body["id"]]
    assert listed["results"][0]["unread"] == 1
    assert listed["results"][0]["last_message"]["preview"] == "Hello Clara"
    assert [each["body"] for each in his.get(address).json()["results"]] == ["Hello Clara", "Hello Paul"]
    read = his.post(f"{ALL}{body['id']}/read/")
    assert (read.status_code, read.json()["unread"], read.json()["unread_conversations"]) == (200, 0, 0)
    assert hers.get(f"{ALL}{body['id']}/").json()["other_read_sequence"] == 2


def test_each_proposal_has_its_conversation(
    api: Api, clara: Member, paul: Member, sam: Member, page: ServicePage
) -> None:
    it = open_request(clara, page)
    terms = {"price_type": "fixed", "amount": 100, "currency": "EUR", "submitted_at": timezone.now()}
    Proposal.objects.create(request=it, page=page, status=ProposalStatus.WITHDRAWN, **terms)
    Proposal.objects.create(request=it, page=page, status=ProposalStatus.SUBMITTED, **terms)
    Proposal.objects.create(request=it, page=factories.make_page(indexed=False), status=ProposalStatus.DRAFT)
    assert api(sam).get(ALL, {"request": str(it.pk)}).json()["results"] == []
    hers = [each["id"] for each in api(clara).get(ALL, {"request": str(it.pk)}).json()["results"]]
    assert hers == [each["id"] for each in api(paul).get(ALL, {"request": str(it.pk)}).json()["results"]]
    assert hers == [str(Conversation.objects.get().pk)]


def test_files_come_with_the_message(api: Api, clara: Member, paul: Member, talk: Conversation) -> None:
    uploaded = api(clara).post("/api/v1/attachments/", {"file": upload("a.txt", b"x")}, format="multipart").json()
    sent = api(clara).post(messages(talk), {"client_id": "1", "attachments": [uploaded["id"]]})
    assert sent.status_code == 201, sent.content
    assert api(paul).get(messages(talk)).json()["results"][0]["attachments"] == [uploaded]
    assert api(paul).get(f"/api/v1/attachments/{uploaded['id']}/").status_code == 200
    stolen = api(paul).post(messages(talk), {"body": "x", "client_id": "1", "attachments": [uploaded["id"]]})
    assert (stolen.status_code, stolen.json()["code"]) == (400, "unknown_attachment")


def test_pages_of_messages_and_conversations(api: Api, clara: Member, talk: Conversation) -> None:
    for number in range(5):
        say(talk, clara, f"{number}")
    page = api(clara).get(messages(talk), {"page_size": 2}).json()
    seen = [each["body"] for each in page["results"]]
    while page["next"]:
        page = api(clara).get(page["next"]).json()
        seen += [each["body"] for each in page["results"]]
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"body": "x"}, "invalid"),
        ({"client_id": "1"}, "required"),
        ({"body": "  ", "client_id": "1"}, "required"),
        ({"body": "x" * 5001, "client_id": "1"}, "invalid"),
        ({"body": "x", "client_id": "y" * 65}, "invalid"),
        ({"body": "x", "client_id": "1", "colour": "red"}, "unknown_field"),
        ({"body": ["x"], "client_id": "1"}, "invalid"),
        ({"body": "x", "client_id": "1", "attachments": ["nonsense"]}, "invalid"),
        ({"body": "x", "client_id": "1", "attachments": [str(uuid4())]}, "unknown_attachment"),
        ({"body": "x", "client_id": "1", "attachments": [str(uuid4()) for _n in range(11)]}, "too_many_files"),
    ],
)
def test_shape_of_a_message(api: Api, clara: Member, talk: Conversation, given: dict[str, Any], code: str) -> None:
    answer = api(clara).post(messages(talk), given)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.content
    assert not Message.objects.exists()


def test_every_address_refuses_strangers(api: Api, sam: Member, ada: Member, talk: Conversation) -> None:
    calls = [
        ("get", f"{ALL}{talk.pk}/", None),
        ("get", messages(talk), None),
        ("post", messages(talk), {"body": "x", "client_id": "1"}),
        ("post", f"{ALL}{talk.pk}/read/", {}),
        ("post", ALL, {"request": str(talk.request_id), "page": str(talk.page_id)}),
    ]
    for verb, address, data in calls:
        assert getattr(api(None), verb)(address, data).status_code == 401
        for member in (sam, ada):
            assert getattr(api(member), verb)(address, data).status_code == 404, (verb, address)
    assert api(None).get(ALL).status_code == 401
    assert api(sam).get(ALL).json() == {"results": [], "next": None}


def test_refusals_say_why(api: Api, clara: Member, paul: Member, page: ServicePage, talk: Conversation) -> None:
    assert api(clara).get(ALL, {"colour": "red"}).json()["code"] == "unknown_filter"
    assert api(clara).get(ALL, {"request": "nonsense"}).status_code == 400
    assert api(clara).post(ALL, {"request": str(uuid4()), "page": str(page.pk)}).status_code == 404
    assert api(clara).post(ALL, {"request": "x", "page": "y"}).status_code == 400
    assert api(clara).post(f"{ALL}{talk.pk}/read/", {"sequence": -1}).status_code == 400
    strange = factories.make_page()
    answer = api(clara).post(ALL, {"request": str(talk.request_id), "page": str(strange.pk)})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_told")
    block_member(actor=clara, blocked=paul, now=timezone.now())
    answer = api(paul).post(messages(talk), {"body": "x", "client_id": "1"})
    assert (answer.status_code, answer.json()["code"]) == (403, "blocked")
    assert api(paul).get(messages(talk)).status_code == 200, "what was written stays readable"


def test_lists_cost_a_fixed_number_of_queries(
    api: Api, clara: Member, talk: Conversation, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _number in range(6):
        say(conversation(clara, factories.make_page(indexed=False)), clara)
        say(talk, clara)
    caller = api(clara)
    with django_assert_max_num_queries(5):
        assert len(caller.get(ALL).json()["results"]) == 7
    with django_assert_max_num_queries(5):
        assert len(caller.get(messages(talk)).json()["results"]) == 6
