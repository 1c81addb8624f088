"""Inbox and conversation as pages without JavaScript: reading, writing, searching, reporting, blocking, refusals."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import block_member
from accounts.models import Block, Member
from attachments.models import Attachment
from messaging.actions import mark_read
from messaging.live import count_unread
from messaging.models import Conversation, Message, Report, Seat
from services.models import ServicePage
from tests import factories
from tests.conversations import conversation, open_request, say
from tests.pictures import picture, upload

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]


@pytest.fixture
def talk(clara: Member, page: ServicePage) -> Conversation:
    return conversation(clara, page)


def at(it: Conversation, rest: str = "") -> str:
    return f"/inbox/{it.pk}/{rest}"


def client_id(html: str) -> str:
    found = re.search(r'name="client_id" value="([^"]+)"', html)
    assert found
    return found.group(1)


class TestWriting:
    def test_the_first_message_opens_the_conversation(
        self, log_in: LogIn, clara: Member, paul: Member, page: ServicePage
    ) -> None:
        it, hers = open_request(clara, page), log_in(clara)
        address = reverse("messaging:with", args=[it.pk, page.pk])
        assert address == f"/inbox/with/{it.pk}/{page.pk}/"
        html = hers.get(address).content.decode()
        assert "Paul Provider" in html
        assert not Conversation.objects.exists(), "looking makes nothing"
        data = {"body": "Hello Paul!", "client_id": client_id(html)}
        answer = hers.post(address, data)
        talk = Conversation.objects.get()
        assert answer.url == f"/inbox/{talk.pk}/#m-1"  # type: ignore[attr-defined]
        assert hers.post(address, data).url == answer.url  # type: ignore[attr-defined]
        assert hers.post(at(talk), data).url == answer.url  # type: ignore[attr-defined]
        assert Message.objects.count() == 1
        assert hers.get(address).url == at(talk)  # type: ignore[attr-defined]
        assert "Hello Paul!" in log_in(paul).get(at(talk)).content.decode()

    def test_text_is_plain_and_links_are_harmless(self, log_in: LogIn, clara: Member, talk: Conversation) -> None:
        say(talk, clara, "<script>alert(1)</script> see https://example.com/?a=1&b=2 javascript:alert(1)")
        html = log_in(clara).get(at(talk)).content.decode()
        assert "<script>alert(1)" not in html
        assert 'href="https://example.com/?a=1&amp;b=2" rel="nofollow"' in html
        assert 'href="javascript' not in html

    def test_files_come_with_the_form_and_survive_its_errors(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        hers = log_in(clara)
        files = [upload("plan.png", picture()), upload("cv.pdf", b"no pdf")]
        answer = hers.post(at(talk), {"body": "My plan", "client_id": "1", "attachments_new": files})
        html = answer.content.decode()
        assert answer.status_code == 400
        assert "cv.pdf: " in html
        assert "My plan</textarea>" in html
        kept = Attachment.objects.get()
        assert f'value="{kept.pk}" checked' in html
        assert hers.post(at(talk), {"body": "My plan", "client_id": "1", "attachments": [kept.pk]}).status_code == 302
        read = log_in(paul).get(at(talk)).content.decode()
        assert f'<img src="/attachments/{kept.pk}/plan.png"' in read
        assert log_in(paul).get(kept.get_absolute_url()).status_code == 200

    @pytest.mark.parametrize(("body", "said"), [("  ", "Write something"), ("x" * 5001, "5000"), ("a\x00b", "NUL")])
    def test_what_is_refused_stays_in_the_form(
        self, log_in: LogIn, clara: Member, talk: Conversation, body: str, said: str
    ) -> None:
        answer = log_in(clara).post(at(talk), {"body": body, "client_id": "1"})
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert not Message.objects.exists()

    def test_a_blocked_writer_reads_why_and_keeps_her_text(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        say(talk, clara, "Earlier words")
        block_member(actor=paul, blocked=clara, now=timezone.now())
        answer = log_in(clara).post(at(talk), {"body": "Why?", "client_id": "1"})
        html = answer.content.decode()
        assert answer.status_code == 403
        assert "does not take messages from you" in html
        assert "Why?</textarea>" in html
        assert "Earlier words" in html
        assert 'id="composer"' not in log_in(clara).get(at(talk)).content.decode()

    def test_a_provider_learns_that_the_client_has_to_answer(
        self, log_in: LogIn, paul: Member, talk: Conversation
    ) -> None:
        his = log_in(paul)
        for number in range(3):
            assert his.post(at(talk), {"body": "Hello?", "client_id": f"{number}"}).status_code == 302
        answer = his.post(at(talk), {"body": "Hello??", "client_id": "4"})
        assert answer.status_code == 403
        assert "as soon as the client answers" in answer.content.decode()


class TestReading:
    def test_opening_it_reads_it(self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation) -> None:
        say(talk, clara)
        his = log_in(paul)
        assert "Inbox, 1 unread" in his.get("/inbox/").content.decode()
        his.head(at(talk))
        assert count_unread(paul.pk) == 1, "only looking at it does"
        his.get(at(talk))
        assert count_unread(paul.pk) == 0
        assert "Inbox, 0 unread" in his.get("/").content.decode()
        assert "data-seen" in log_in(clara).get(at(talk)).content.decode()

    def test_a_long_conversation_comes_in_stretches(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        for number in range(1, 46):
            say(talk, clara, f"Number {number}.")
        his = log_in(paul)
        html = his.get(at(talk)).content.decode()
        assert "Number 45." in html
        assert "Number 5." not in html
        assert 'href="?before=6"' in html
        assert "Number 5." in his.get(at(talk, "?before=6")).content.decode()
        part = his.get(at(talk, "messages/?before=6")).content.decode()
        assert part.count('class="message"') == 5
        assert "data-more" not in part
        assert his.get(at(talk, "messages/?after=43")).content.decode().count('class="message"') == 2
        for wrong in ("", "?after=x", "?before=-1", "?after=99999999999"):
            assert his.get(at(talk, f"messages/{wrong}")).status_code == 404

    def test_days_are_the_readers_own(self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation) -> None:
        late = timezone.now().replace(year=2026, month=3, day=1, hour=23, minute=30)
        say(talk, clara, now=late), say(talk, clara, now=late + timedelta(hours=1))
        assert log_in(clara).get(at(talk)).content.decode().count("data-day") == 2
        Member.objects.filter(pk=paul.pk).update(time_zone="Asia/Tokyo")
        assert log_in(paul).get(at(talk)).content.decode().count("data-day") == 1

    def test_pages_cost_a_fixed_number_of_queries(
        self, log_in: LogIn, clara: Member, talk: Conversation, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        for number in range(8):
            say(conversation(clara, factories.make_page(indexed=False)), clara, f"Words {number}")
            say(talk, clara)
        hers = log_in(clara)
        with django_assert_max_num_queries(8):
            hers.get("/inbox/")
        with django_assert_max_num_queries(9):
            assert hers.get("/inbox/?q=words").content.decode().count('class="inbox-row') > 8
        with django_assert_max_num_queries(26):
            hers.get(at(talk))
        with django_assert_max_num_queries(7):
            hers.get(at(talk, "messages/?after=1"))


class TestInbox:
    def test_is_empty_at_first(self, log_in: LogIn, sam: Member) -> None:
        assert "Nobody has written yet" in log_in(sam).get("/inbox/").content.decode()

    def test_latest_first_with_filter_and_pages(self, log_in: LogIn, clara: Member, page: ServicePage) -> None:
        now = timezone.now()
        talks = [conversation(clara, factories.make_page(indexed=False), title=f"Request {n}") for n in range(27)]
        for number, each in enumerate(talks):
            say(each, each.provider, f"Words {number}", now=now + timedelta(seconds=number))
        for each in talks[:26]:
            mark_read(actor=clara, conversation=each, now=now)
        hers = log_in(clara)
        html = hers.get("/inbox/").content.decode()
        assert html.index("Request 26") < html.index("Request 25")
        assert "Request 1<" not in html
        assert "Request 1<" in hers.get("/inbox/?page=2").content.decode()
        unread = hers.get("/inbox/?show=unread").content.decode()
        assert "Request 26" in unread
        assert "Request 25" not in unread
        assert hers.get("/inbox/?page=nonsense&show=x").status_code == 200

    @pytest.mark.parametrize(
        ("query", "is_found"),
        [
            ("quotation", True),
            ("quot", True),
            ("QUOTATION paper", True),
            ("Paul", True),
            ("shop", True),
            ("nothing", False),
            ("quotation nothing", False),
            ("Clara", False),
            ("' & | ! ( :*", True),
            ("\\", True),
        ],
    )
    def test_search_in_words_names_and_titles(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation, query: str, is_found: bool
    ) -> None:
        say(talk, paul, "A quotation for the paper bags")
        say(talk, clara, "Thank you")
        html = log_in(clara).get("/inbox/", {"q": query}).content.decode()
        assert ("Help with our new shop" in html) == is_found
        if query.startswith("quot") and is_found:
            assert "A quotation for the paper" in html, "the message that was found is shown"

    def test_search_finds_nobody_elses_messages(
        self, log_in: LogIn, clara: Member, sam: Member, ada: Member, talk: Conversation
    ) -> None:
        say(talk, clara, "Our secret quotation")
        for member in (sam, ada):
            assert "secret" not in log_in(member).get("/inbox/?q=quotation").content.decode()

    def test_rows_come_alone_for_an_open_page(self, log_in: LogIn, clara: Member, talk: Conversation) -> None:
        say(talk, clara)
        html = log_in(clara).get("/inbox/rows/", {"current": str(talk.pk)}).content.decode()
        assert "<html" not in html
        assert "inbox-row--current" in html
        assert log_in(clara).get("/inbox/rows/?current=nonsense").status_code == 200


class TestTrouble:
    def test_report_a_message_and_a_conversation(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        theirs, own, hers = say(talk, paul, "Send money"), say(talk, clara), log_in(clara)
        assert "Send money" in hers.get(at(talk, f"report/?message={theirs.pk}")).content.decode()
        answer = hers.post(at(talk, f"report/?message={theirs.pk}"), {"reason": "fraud", "words": "He asks for money"})
        assert answer.status_code == 302
        assert hers.post(at(talk, "report/"), {"reason": "abuse"}).status_code == 302
        assert set(Report.objects.values_list("message", "reason")) == {(theirs.pk, "fraud"), (None, "abuse")}
        assert hers.post(at(talk, "report/"), {"reason": "because"}).status_code == 400
        for wrong in (own.pk, uuid4(), "nonsense"):
            assert hers.get(at(talk, f"report/?message={wrong}")).status_code == 404

    def test_block_and_unblock_here_and_in_the_settings(
        self, log_in: LogIn, clara: Member, paul: Member, talk: Conversation
    ) -> None:
        hers = log_in(clara)
        assert "Block Paul Provider?" in hers.get(at(talk, "block/")).content.decode()
        hers.post(at(talk, "block/")), hers.post(at(talk, "block/"))
        assert Block.objects.filter(blocker=clara, blocked=paul).count() == 1
        assert "Unblock" in hers.get(at(talk)).content.decode()
        assert "Unblock Paul Provider?" in hers.get(at(talk, "block/")).content.decode()
        hers.post(at(talk, "block/"), {"undo": "1"})
        assert not Block.objects.exists()
        block_member(actor=clara, blocked=paul, now=timezone.now())
        assert "Paul Provider" in hers.get("/accounts/blocked/").content.decode()
        assert log_in(paul).post(f"/accounts/blocked/{paul.pk}/unblock/").status_code == 404
        assert hers.post(f"/accounts/blocked/{paul.pk}/unblock/").status_code == 302
        assert "Nobody is blocked" in hers.get("/accounts/blocked/").content.decode()


def test_every_address_refuses_strangers(
    log_in: LogIn, sam: Member, ada: Member, page: ServicePage, talk: Conversation
) -> None:
    addresses = [at(talk, rest) for rest in ("", "messages/?after=0", "report/", "block/")]
    addresses.append(f"/inbox/with/{talk.request_id}/{page.pk}/")
    for address in addresses:
        for member in (sam, ada):
            assert log_in(member).get(address).status_code == 404, address
            assert log_in(member).post(address, {"body": "x", "client_id": "1"}).status_code in (404, 405)
        assert log_in(None).get(address).status_code == 302
    for address in ("/inbox/", "/inbox/rows/", "/accounts/blocked/"):
        assert log_in(None).get(address).status_code == 302
        assert log_in(sam).post(address).status_code == 405
    assert log_in(sam).get(f"/inbox/with/{uuid4()}/{uuid4()}/").status_code == 404
    assert not Seat.objects.filter(member__in=[sam, ada]).exists()
    assert not Message.objects.exists()
