"""Conversations: who may write to whom, what is one message, what is unread, and who is told of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import close_old_connections, connection
from django.utils import timezone

from accounts.actions import block_member, unblock_member
from accounts.models import Member
from attachments.access import find_readable
from attachments.actions import upload_attachment
from attachments.errors import TooManyFiles, UnknownAttachment
from marketplace.errors import InvalidInput, MarketplaceError, NotAllowed, NotFound
from messaging import rules
from messaging.actions import begin_conversation, mark_read, open_conversation, report, send_message
from messaging.actions.sending import Draft
from messaging.errors import BlockedByOther, NothingWritten, TooManyMessages
from messaging.live import count_unread
from messaging.models import Conversation, Message, Report, Seat
from notifications.models import Event, StreamEntry
from requests.models import Invitation, MatchState, Proposal, ProposalStatus, RequestStatus, ServiceRequest
from services.models import ServicePage
from tests import factories
from tests.conversations import conversation, match, open_request, say
from tests.pictures import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(clara: Member, page: ServicePage) -> Conversation:
    return conversation(clara, page)


def propose(request: Any, page: ServicePage, status: ProposalStatus = ProposalStatus.SUBMITTED) -> Proposal:
    return Proposal.objects.create(
        request=request,
        page=page,
        status=status,
        price_type="fixed",
        amount=100,
        currency="EUR",
        submitted_at=timezone.now(),
    )


def seat(it: Conversation, member: Member) -> Seat:
    return Seat.objects.get(conversation=it, member=member)


class TestWhoMayBegin:
    @pytest.mark.parametrize(
        ("who", "tie", "code"),
        [
            ("clara", "matched", None),
            ("clara", "declined", None),
            ("clara", "invited", None),
            ("clara", "proposed", None),
            ("clara", "none", "not_told"),
            ("paul", "matched", None),
            ("paul", "invited", None),
            ("paul", "proposed", None),
            ("paul", "declined", "not_in_touch"),
            ("paul", "none", "not_found"),
            ("paul", "board", "not_in_touch"),
            ("paul", "draft", "not_found"),
            ("clara", "draft", "not_told"),
            ("clara", "closed", "request_ended"),
            ("paul", "closed", "request_ended"),
            ("paul", "hired", None),
            ("sam", "matched", "not_found"),
            ("ada", "matched", "not_found"),
        ],
    )
    def test_it_depends_on_what_connects_them(
        self, request: pytest.FixtureRequest, clara: Member, page: ServicePage, who: str, tie: str, code: str | None
    ) -> None:
        it = open_request(clara)
        if tie in ("matched", "declined", "closed", "hired"):
            match(it, page, MatchState.DECLINED if tie == "declined" else MatchState.VIEWED)
        if tie == "invited":
            Invitation.objects.create(request=it, page=page)
        if tie in ("proposed", "hired"):
            propose(it, page, ProposalStatus.ACCEPTED if tie == "hired" else ProposalStatus.SUBMITTED)
        it.visibility = "board" if tie == "board" else it.visibility
        it.status = {"draft": RequestStatus.DRAFT, "closed": RequestStatus.EXPIRED, "hired": RequestStatus.AWARDED}.get(
            tie, it.status
        )
        it.save()
        actor = request.getfixturevalue(who)
        if code is None:
            made = open_conversation(actor=actor, request=it, page=page, now=timezone.now())
            assert made == open_conversation(actor=clara, request=it, page=page, now=timezone.now())
            return
        with pytest.raises(MarketplaceError) as refused:
            open_conversation(actor=actor, request=it, page=page, now=timezone.now())
        assert refused.value.code == code
        assert not Conversation.objects.exists()

    def test_nobody_talks_to_herself(self, paul: Member, page: ServicePage) -> None:
        with pytest.raises(NotFound):
            open_conversation(actor=paul, request=open_request(paul, page), page=page, now=timezone.now())

    def test_the_first_message_makes_it(self, paul: Member, clara: Member, page: ServicePage) -> None:
        it = open_request(clara, page)
        draft, now = Draft("A question", "1"), timezone.now()
        first = begin_conversation(actor=paul, request=it, page=page, draft=draft, now=now)
        assert begin_conversation(actor=paul, request=it, page=page, draft=draft, now=now) == first
        assert Message.objects.count() == 1

    def test_a_refused_first_message_leaves_no_conversation(self, clara: Member, page: ServicePage) -> None:
        it = open_request(clara, page)
        with pytest.raises(NothingWritten):
            begin_conversation(actor=clara, request=it, page=page, draft=Draft(" \n", "1"), now=timezone.now())
        assert not Conversation.objects.exists()


class TestSending:
    def test_is_numbered_counted_and_told(self, talk: Conversation, clara: Member, paul: Member) -> None:
        say(talk, clara, "  One\r\nline ")
        two = say(talk, clara, "Two")
        talk.refresh_from_db()
        assert list(Message.objects.order_by("sequence").values_list("sequence", "body")) == [
            (1, "One\nline"),
            (2, "Two"),
        ]
        assert (talk.last_sequence, talk.last_preview, talk.last_sender) == (2, "Two", clara)
        assert (seat(talk, paul).unread, seat(talk, clara).unread) == (2, 0)
        assert (count_unread(paul.pk), count_unread(clara.pk)) == (1, 0)
        for member, unread in ((clara, 0), (paul, 1)):
            entry = StreamEntry.objects.filter(member=member).latest("sequence")
            assert entry.event_type == "message"
            assert (entry.payload["id"], entry.payload["unread"]) == (str(two.pk), unread)

    def test_the_same_client_id_is_one_message(self, talk: Conversation, clara: Member, paul: Member) -> None:
        first = say(talk, clara, "Once", client_id="a")
        assert say(talk, clara, "Once, other words", client_id="a") == first
        assert say(talk, paul, "His own", client_id="a") != first
        assert Message.objects.count() == 2
        assert seat(talk, paul).unread == 1
        assert StreamEntry.objects.filter(member=paul).count() == 2

    def test_a_retry_is_answered_whatever_happened_since(self, talk: Conversation, clara: Member, paul: Member) -> None:
        first = say(talk, clara, client_id="a")
        block_member(actor=paul, blocked=clara, now=timezone.now())
        assert say(talk, clara, client_id="a") == first

    @pytest.mark.parametrize(
        ("body", "client_id", "field"),
        [
            ("", "1", "body"),
            ("\u2028 \n", "1", "body"),
            ("x" * 5001, "1", "body"),
            ("a\x00b", "1", "body"),
            ("a\ud800b", "1", "body"),
            ("text", "", "client_id"),
            ("text", "x" * 65, "client_id"),
            ("text", "a\nb", "client_id"),
        ],
    )
    def test_shape(self, talk: Conversation, clara: Member, body: str, client_id: str, field: str) -> None:
        with pytest.raises(InvalidInput) as refused:
            send_message(actor=clara, conversation=talk, draft=Draft(body, client_id), now=timezone.now())
        assert list(refused.value.fields or {}) == [field]
        assert not Message.objects.exists()

    def test_strangers_and_staff_may_not(self, talk: Conversation, sam: Member, ada: Member) -> None:
        for member in (sam, ada):
            with pytest.raises(NotAllowed):
                say(talk, member)

    def test_a_provider_waits_for_the_answer(self, talk: Conversation, clara: Member, paul: Member) -> None:
        for _number in range(rules.MOST_BEFORE_ANSWER):
            say(talk, paul)
        with pytest.raises(NotAllowed) as refused:
            say(talk, paul)
        assert refused.value.code == "awaits_answer"
        say(talk, clara)
        for _number in range(5):
            say(talk, paul)

    def test_blocks_hold_both_ways(self, talk: Conversation, clara: Member, paul: Member) -> None:
        block_member(actor=clara, blocked=paul, now=timezone.now())
        for member, code in ((clara, "you_blocked"), (paul, "blocked")):
            with pytest.raises(NotAllowed) as refused:
                say(talk, member)
            assert refused.value.code == code
        unblock_member(actor=clara, blocked=paul)
        say(talk, paul)

    def test_blocks_keep_from_beginning(self, clara: Member, paul: Member, page: ServicePage) -> None:
        it = open_request(clara, page)
        block_member(actor=paul, blocked=clara, now=timezone.now())
        with pytest.raises(NotAllowed):
            open_conversation(actor=clara, request=it, page=page, now=timezone.now())

    def test_after_the_end_there_are_thirty_days_and_more_for_the_hired(
        self, talk: Conversation, clara: Member, page: ServicePage
    ) -> None:
        now = timezone.now()
        talk.request.status, talk.request.close_reason = RequestStatus.CLOSED, "other"
        talk.request.closed_at = now - timedelta(days=29)
        talk.request.save()
        say(talk, clara, now=now)
        with pytest.raises(MarketplaceError) as refused:
            say(talk, clara, now=now + timedelta(days=2))
        assert (refused.value.code, refused.value.status) == ("conversation_closed", 409)
        propose(talk.request, page, ProposalStatus.ACCEPTED)
        say(talk, clara, now=now + timedelta(days=400))

    def test_too_fast(self, talk: Conversation, clara: Member, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        settings.RATE_LIMITS = True
        monkeypatch.setattr(rules, "MOST_A_MINUTE", 2)
        now = timezone.now()
        say(talk, clara, now=now), say(talk, clara, now=now, client_id="b")
        with pytest.raises(TooManyMessages):
            say(talk, clara, now=now)
        say(talk, clara, now=now, client_id="b")
        say(talk, clara, now=now + timedelta(seconds=61))

    def test_a_clients_message_renews_the_request_at_most_once_an_hour(
        self, talk: Conversation, clara: Member, paul: Member
    ) -> None:
        def clocks() -> tuple[datetime | None, ...]:
            talk.request.refresh_from_db()
            return talk.request.expires_at, talk.request.remind_at, talk.request.nudge_client_at

        before, now = clocks(), timezone.now() + timedelta(days=3)
        say(talk, paul, now=now)
        assert clocks() == before
        for after, counts in ((timedelta(0), True), (timedelta(minutes=59), False), (timedelta(minutes=61), True)):
            say(talk, clara, now=now + after)
            assert (clocks()[:2] == (now + after + timedelta(days=30), now + after + timedelta(days=25))) == counts
        assert clocks()[2] is None
        assert not Event.objects.filter(kind="request.renewed").exists()

    def test_it_puts_off_the_nudge_about_proposals(self, talk: Conversation, clara: Member) -> None:
        now = timezone.now()
        ServiceRequest.objects.update(nudge_client_at=now + timedelta(hours=1))
        say(talk, clara, now=now)
        talk.request.refresh_from_db()
        assert talk.request.nudge_client_at == now + timedelta(days=3)

    def test_a_message_that_is_refused_or_about_an_ended_request_renews_nothing(
        self, talk: Conversation, clara: Member, paul: Member
    ) -> None:
        before = talk.request.expires_at
        block_member(actor=paul, blocked=clara, now=timezone.now())
        with pytest.raises(BlockedByOther):
            say(talk, clara)
        talk.request.refresh_from_db()
        assert talk.request.expires_at == before

    def test_costs_the_same_in_a_long_conversation(
        self, talk: Conversation, clara: Member, django_assert_max_num_queries: Callable[..., Any]
    ) -> None:
        for _number in range(3):
            say(talk, clara)
        with django_assert_max_num_queries(26):
            say(talk, clara)


class TestFiles:
    def test_are_read_by_both_and_by_nobody_else(
        self, talk: Conversation, clara: Member, paul: Member, sam: Member, ada: Member
    ) -> None:
        file = upload_attachment(actor=clara, upload=upload("plan.txt", b"x"), now=timezone.now())
        assert find_readable(paul, file.pk) is None
        draft = Draft("", "1", [file.pk])
        message = send_message(actor=clara, conversation=talk, draft=draft, now=timezone.now())
        assert list(message.attachments.all()) == [file]
        assert Conversation.objects.get().last_preview == "plan.txt"
        assert [find_readable(each, file.pk) for each in (clara, paul, sam, ada)] == [file, file, None, None]
        with pytest.raises(UnknownAttachment):
            send_message(actor=clara, conversation=talk, draft=Draft("", "2", [file.pk]), now=timezone.now())
        block_member(actor=clara, blocked=paul, now=timezone.now())
        assert find_readable(paul, file.pk) == file

    def test_only_ones_own_and_at_most_ten(self, talk: Conversation, clara: Member, paul: Member) -> None:
        file = upload_attachment(actor=paul, upload=upload("plan.txt", b"x"), now=timezone.now())
        with pytest.raises(UnknownAttachment):
            send_message(actor=clara, conversation=talk, draft=Draft("", "1", [file.pk]), now=timezone.now())
        many = [
            upload_attachment(actor=clara, upload=upload("plan.txt", b"x"), now=timezone.now()).pk for _n in range(11)
        ]
        with pytest.raises(TooManyFiles):
            send_message(actor=clara, conversation=talk, draft=Draft("", "1", many), now=timezone.now())
        assert not Message.objects.exists()


class TestReading:
    def test_up_to_a_message_never_back_and_told_to_both(self, talk: Conversation, clara: Member, paul: Member) -> None:
        for _number in range(3):
            say(talk, clara)
        now = timezone.now()
        assert mark_read(actor=paul, conversation=talk, until=2, now=now).unread == 1
        assert mark_read(actor=paul, conversation=talk, until=1, now=now).read_sequence == 2
        assert mark_read(actor=paul, conversation=talk, until=99, now=now).read_sequence == 3
        entries = StreamEntry.objects.filter(member=clara, payload__kind="read").order_by("sequence")
        assert [each.payload["sequence"] for each in entries][-1] == 3
        before = StreamEntry.objects.count()
        mark_read(actor=paul, conversation=talk, now=now)
        assert StreamEntry.objects.count() == before, "repeating it tells nobody"
        assert seat(talk, clara).read_sequence == 0

    def test_strangers_may_not(self, talk: Conversation, sam: Member) -> None:
        with pytest.raises(NotAllowed):
            mark_read(actor=sam, conversation=talk, now=timezone.now())


class TestReports:
    def test_once_with_its_reason_and_only_of_the_other(
        self, talk: Conversation, clara: Member, paul: Member, sam: Member
    ) -> None:
        theirs, own, now = say(talk, paul), say(talk, clara), timezone.now()
        made = report(actor=clara, conversation=talk, message=theirs, reason="spam", words="Again!", now=now)
        assert report(actor=clara, conversation=talk, message=theirs, reason="fraud", now=now) == made
        report(actor=clara, conversation=talk, reason="abuse", now=now)
        report(actor=clara, conversation=talk, reason="abuse", now=now)
        assert Report.objects.count() == 2
        assert Event.objects.filter(kind="report.reported").count() == 2
        for wrong in ({"message": own}, {"actor": sam}):
            with pytest.raises(NotAllowed):
                report(**{"actor": clara, "conversation": talk, "reason": "spam", "now": now} | wrong)  # type: ignore[arg-type]
        with pytest.raises(InvalidInput):
            report(actor=clara, conversation=talk, reason="because", now=now)
        other = conversation(clara, factories.make_page())
        with pytest.raises(NotAllowed):
            report(actor=clara, conversation=other, message=theirs, reason="spam", now=now)


def _in_threads(work: Callable[[int], Any], number: int) -> list[Any]:
    def run(index: int) -> Any:
        close_old_connections()
        try:
            return work(index)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))


@pytest.mark.django_db(transaction=True)
def test_at_once_the_same_is_one_and_others_are_numbered(clara: Member, paul: Member, page: ServicePage) -> None:
    it = open_request(clara, page)
    now = timezone.now()

    def begin(index: int) -> Any:
        actor, name = (clara, "same") if index % 2 else (paul, f"{index}")
        return begin_conversation(actor=actor, request=it, page=page, draft=Draft("Hello", name), now=now).pk

    sent = _in_threads(begin, 6)
    talk = Conversation.objects.get()
    assert len(set(sent[1::2])) == 1
    assert list(Message.objects.order_by("sequence").values_list("sequence", flat=True)) == [1, 2, 3, 4]
    assert talk.last_sequence == 4
    assert (seat(talk, clara).unread, seat(talk, paul).unread) == (3, 1)
    _in_threads(lambda index: say(talk, clara) if index % 2 else mark_read(actor=paul, conversation=talk, now=now), 8)
    mark_read(actor=paul, conversation=talk, now=now)
    assert seat(talk, paul).unread == 0
