"""Push messages: which browsers take them, what they say, and what becomes of them when a service misbehaves."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Member
from marketplace.clock import utc_now
from notifications import push, sweeping
from notifications.actions import Choices, add_browser, resend, set_preferences
from notifications.fan_out import fan_out
from notifications.mail.outcomes import Outcome
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Notification,
    NotificationSettings,
    Preference,
    PushKeys,
    PushSubscription,
    Timing,
)
from notifications.push.keys import application_server_key, make_keys
from notifications.push.run import send_due
from notifications.push.service import PushService
from notifications.topics import Topic
from tests.push import Browser, Service, decode, push_service
from tests.topics import announce, make_topic

pytestmark = pytest.mark.django_db
Api = Callable[[Member | None], APIClient]
CALL = "/api/v1/push/"


@pytest.fixture
def service() -> Iterator[Service]:
    with push_service() as running:
        yield running


@pytest.fixture
def browser(service: Service, clara: Member) -> Browser:
    """Clara's, which takes push messages."""
    return subscribed(clara, service, "/hers")


def subscribed(member: Member, service: Service, path: str) -> Browser:
    """A browser of this member's that takes push messages."""
    browser = Browser(service.address + path)
    given = browser.subscription()
    add_browser(actor=member, endpoint=given["endpoint"], agent="", now=utc_now(), **given["keys"])
    return browser


def tell(*members: Member, text: str = "News", kind: str = "test.news") -> None:
    """Makes a push delivery for each who takes any, due now."""
    fan_out(announce(*members, text=text, kind=kind), now=utc_now())


def pushes() -> Any:
    """All push deliveries, in the order in which they were made."""
    return Delivery.objects.by_push().order_by("pk")


def make_due() -> None:
    """Lets the time come for everything that waits."""
    pushes().filter(state=DeliveryState.WAITING).update(due_at=utc_now())


class TestMessage:
    def test_only_the_browser_can_read_it(self, news: Topic, clara: Member, browser: Browser, service: Service) -> None:
        tell(clara, text="Näws\nfor you 🎉")
        send_due()
        ((path, headers, body),) = service.messages
        delivery = pushes().get()
        assert path == "/hers"
        assert browser.read(body) == {
            "title": "Marketplace",
            "body": "Näws for you 🎉",
            "url": "/news/7/",
            "tag": str(delivery.pk),
        }
        assert b"for you" not in body
        assert (headers["content-encoding"], headers["urgency"]) == ("aes128gcm", "normal")
        assert int(headers["ttl"]) > 0
        assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 1)
        assert PushSubscription.objects.get().used_at is not None

    def test_the_service_can_tell_that_it_is_from_us(
        self, news: Topic, clara: Member, browser: Browser, service: Service
    ) -> None:
        tell(clara)
        send_due()
        scheme, token, key = service.messages[0][1]["authorization"].replace(",", "").split()
        assert scheme == "vapid"
        public = decode(key.removeprefix("k="))
        assert key.removeprefix("k=") == application_server_key()
        claims = jwt.decode(
            token.removeprefix("t="),
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public),
            algorithms=["ES256"],
            audience="http://127.0.0.1",
        )
        assert claims["sub"].startswith("mailto:")
        assert 0 < claims["exp"] - utc_now().timestamp() <= 24 * 3600

    def test_urgent_topics_say_so(
        self, clara: Member, browser: Browser, service: Service, register: Callable[[Topic], None]
    ) -> None:
        register(make_topic("test.fire", urgent=True))
        tell(clara, kind="test.fire")
        send_due()
        assert service.messages[0][1]["urgency"] == "high"

    def test_bundled_into_one(self, news: Topic, clara: Member, browser: Browser, service: Service) -> None:
        Preference.objects.create(member=clara, topic=news.key, channel=Channel.PUSH, timing=Timing.QUARTER_HOUR)
        for number in range(5):
            tell(clara, text=f"Item {number}")
        send_due()
        assert service.messages == []
        make_due()
        send_due()
        ((_path, _headers, body),) = service.messages
        said = browser.read(body)
        assert said["body"] == "5 notifications\nItem 0\nItem 1\nItem 2"
        assert said["url"] == "/notifications/"

    def test_all_of_a_members_browsers_get_it(
        self, news: Topic, clara: Member, browser: Browser, service: Service
    ) -> None:
        phone = subscribed(clara, service, "/phone")
        tell(clara)
        send_due()
        bodies = {path: body for path, _headers, body in service.messages}
        assert phone.read(bodies["/phone"]) == browser.read(bodies["/hers"])
        assert pushes().count() == 1


class TestWhoIsPushed:
    def test_nobody_without_a_browser(self, news: Topic, paul: Member) -> None:
        tell(paul)
        assert not pushes().exists()

    def test_not_what_is_not_mailed_unless_she_wants_it(
        self, clara: Member, browser: Browser, register: Callable[[Topic], None]
    ) -> None:
        quiet = make_topic("test.quiet", defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.OFF})
        register(quiet)
        tell(clara, kind="test.quiet")
        assert not pushes().exists()
        wanted = {("test.quiet", Channel.PUSH): Timing.INSTANT}
        set_preferences(actor=clara, choices=Choices(timings=wanted), now=utc_now())
        tell(clara, kind="test.quiet")
        assert pushes().count() == 1

    def test_quiet_hours_hold_it(self, news: Topic, clara: Member, browser: Browser, service: Service) -> None:
        now = utc_now()
        NotificationSettings.objects.create(
            member=clara,
            quiet_from=(now - timedelta(hours=1)).time().replace(microsecond=0),
            quiet_until=(now + timedelta(hours=1)).time().replace(microsecond=0),
        )
        tell(clara)
        make_due()
        send_due()
        assert (pushes().get().state, service.messages) == (DeliveryState.WAITING, [])

    @pytest.mark.parametrize("change", ["read", "off", "removed", "closed"])
    def test_cancelled_and_says_why(
        self, news: Topic, clara: Member, browser: Browser, service: Service, change: str
    ) -> None:
        tell(clara)
        if change == "read":
            Notification.objects.update(read_at=utc_now())
        elif change == "off":
            Preference.objects.create(member=clara, topic=news.key, channel=Channel.PUSH, timing=Timing.OFF)
        elif change == "removed":
            PushSubscription.objects.all().delete()
        else:
            Member.objects.update(is_active=False)
        send_due()
        assert (pushes().get().state, service.messages) == (DeliveryState.CANCELLED, [])
        assert pushes().get().last_error

    def test_turning_it_off_cancels_what_waits(self, news: Topic, clara: Member, browser: Browser) -> None:
        tell(clara)
        off = {(news.key, Channel.PUSH): Timing.OFF}
        set_preferences(actor=clara, choices=Choices(timings=off), now=utc_now())
        assert pushes().get().state == DeliveryState.CANCELLED
        assert Delivery.objects.by_email().get().state == DeliveryState.WAITING


class TestTrouble:
    @pytest.mark.parametrize("status", [404, 410])
    def test_a_browser_that_is_gone_is_forgotten(
        self, news: Topic, clara: Member, browser: Browser, service: Service, status: int
    ) -> None:
        subscribed(clara, service, "/phone")
        service.answers["/hers"] = status
        tell(clara)
        send_due()
        assert pushes().get().state == DeliveryState.SENT
        assert [each.endpoint[-6:] for each in PushSubscription.objects.all()] == ["/phone"]
        service.answers["/phone"] = status
        tell(clara)
        send_due()
        assert pushes().last().state == DeliveryState.CANCELLED
        assert not PushSubscription.objects.exists()

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_a_service_in_trouble_is_asked_again(
        self, news: Topic, clara: Member, browser: Browser, service: Service, status: int
    ) -> None:
        service.answers["/hers"] = status
        tell(clara)
        send_due()
        delivery = pushes().get()
        assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
        assert str(status) in delivery.last_error
        assert delivery.due_at > utc_now()
        service.answers.clear()
        make_due()
        send_due()
        assert pushes().get().state == DeliveryState.SENT

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://fcm.googleapis.com/\x01",
            "https://a..push.apple.com/",
            "https://xn--.push.apple.com/",
            "https://[::1/",
        ],
    )
    def test_an_address_that_is_none_holds_up_nobody(
        self, news: Topic, clara: Member, paul: Member, browser: Browser, service: Service, endpoint: str
    ) -> None:
        subscribed(paul, service, "/his")
        PushSubscription.objects.filter(member=paul).update(endpoint=endpoint)  # as it was let in once
        tell(paul, clara)
        send_due()
        assert [path for path, _headers, _body in service.messages] == ["/hers"]
        states = dict(pushes().values_list("notification__recipient__email", "state"))
        assert states == {clara.email: DeliveryState.SENT, paul.email: DeliveryState.CANCELLED}
        assert [each.member for each in PushSubscription.objects.all()] == [clara]

    def test_what_nobody_thought_of_holds_up_nobody(
        self,
        news: Topic,
        clara: Member,
        paul: Member,
        browser: Browser,
        service: Service,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        subscribed(paul, service, "/his")
        written = push.service._as_library_takes_it

        def failing(subscription: PushSubscription) -> Any:
            if subscription.member_id == paul.pk:
                raise RuntimeError("Nobody thought of this.")
            return written(subscription)

        monkeypatch.setattr(push.service, "_as_library_takes_it", failing)
        tell(paul, clara)
        send_due()
        states = dict(pushes().values_list("notification__recipient__email", "state"))
        assert states == {clara.email: DeliveryState.SENT, paul.email: DeliveryState.WAITING}
        assert "Nobody thought of this." in pushes().get(notification__recipient=paul).last_error

    def test_refused_for_good_and_sent_again_by_the_host(
        self, news: Topic, clara: Member, ada: Member, browser: Browser, service: Service
    ) -> None:
        service.answers["/hers"] = 413
        tell(clara)
        send_due()
        assert (pushes().get().state, "413" in pushes().get().last_error) == (DeliveryState.FAILED, True)
        service.answers.clear()
        resend(actor=ada, delivery=pushes().get(), now=utc_now())
        send_due()
        assert pushes().get().state == DeliveryState.SENT

    def test_redirects_are_not_followed(self, news: Topic, clara: Member, browser: Browser, service: Service) -> None:
        service.answers["/hers"] = 302
        tell(clara)
        send_due()
        assert (pushes().get().state, len(service.messages)) == (DeliveryState.FAILED, 1)

    def test_a_service_that_is_away(self, news: Topic, clara: Member) -> None:
        with push_service() as away:
            subscribed(clara, away, "/hers")
        tell(clara)
        send_due()
        delivery = pushes().get()
        assert (delivery.state, "Connect" in delivery.last_error) == (DeliveryState.WAITING, True)

    def test_the_answer_that_leaves_most_hope_counts(
        self, news: Topic, clara: Member, browser: Browser, service: Service
    ) -> None:
        subscribed(clara, service, "/phone")
        service.answers |= {"/hers": 503, "/phone": 413}
        tell(clara)
        send_due()
        assert (pushes().get().state, "503" in pushes().get().last_error) == (DeliveryState.WAITING, True)

    def test_a_silent_service_is_called_once_and_others_go_on(
        self, news: Topic, clara: Member, paul: Member, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(push.service, "TIMEOUT", httpx.Timeout(0.2))
        monkeypatch.setattr(push.run, "AT_ONCE", 1)
        with push_service() as silent:
            silent.is_silent = True
            for number in range(5):
                subscribed(clara, silent, f"/{number}")
            subscribed(paul, service, "/his")
            tell(clara)
            tell(clara, paul)
            send_due()
        assert (len(silent.messages), len(service.messages)) == (1, 1)
        hers, his = pushes().filter(notification__recipient=clara), pushes().get(notification__recipient=paul)
        assert [(each.state, each.attempts) for each in hers] == [(DeliveryState.WAITING, 1)] * 2
        assert his.state == DeliveryState.SENT

    def test_time_over_gives_back_the_rest(
        self, news: Topic, clara: Member, browser: Browser, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tell(clara)
        with monkeypatch.context() as hurry:
            hurry.setattr(push.run, "SENDS_FOR", timedelta())
            assert send_due()
        assert (pushes().get().state, pushes().get().attempts, service.messages) == (DeliveryState.WAITING, 0, [])
        assert not send_due()
        assert pushes().get().state == DeliveryState.SENT

    def test_a_worker_that_is_killed_has_settled_what_was_answered(
        self, news: Topic, clara: Member, paul: Member, browser: Browser, service: Service, monkeypatch: Any
    ) -> None:
        subscribed(paul, service, "/his")
        tell(clara)
        tell(paul)
        send = PushService.send

        def killed(self: PushService, payload: bytes, subscription: PushSubscription, *, urgent: bool) -> Outcome:
            if subscription.member_id == paul.pk:
                raise SystemExit
            return send(self, payload, subscription, urgent=urgent)

        monkeypatch.setattr(PushService, "send", killed)
        with pytest.raises(SystemExit):
            send_due()
        assert [each.state for each in pushes()] == [DeliveryState.SENT, DeliveryState.SENDING]

    def test_the_sweep_finds_what_was_lost(self, news: Topic, clara: Member, browser: Browser) -> None:
        tell(clara)
        now = utc_now()
        assert sweeping.sweep(now=now).push
        Delivery.objects.by_push().claim(now=now, most=10)
        assert not sweeping.sweep(now=now).push
        later = now + sweeping.HELD_FOR + timedelta(minutes=2)
        sweeping.sweep(now=now + sweeping.HELD_FOR + timedelta(seconds=1))
        assert sweeping.sweep(now=later).push


class TestKeys:
    def test_made_once(self) -> None:
        first = PushKeys.objects.get()
        make_keys()
        assert PushKeys.objects.get().private_key == first.private_key
        assert len(decode(application_server_key())) == 65


class TestApi:
    def test_subscribing_twice_is_one_browser(self, api: Api, clara: Member) -> None:
        given = Browser("https://fcm.googleapis.com/fcm/send/abc").subscription()
        agent = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/150.0 Mobile Safari/537.36"
        answers = [api(clara).post(CALL, given, HTTP_USER_AGENT=agent) for _each in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
        assert answers[0].json()["browser"] == "Chrome on Android"
        assert PushSubscription.objects.get().member == clara

    def test_a_browser_belongs_to_who_turned_it_on_last(self, api: Api, clara: Member, paul: Member) -> None:
        given = Browser("https://updates.push.services.mozilla.com/wpush/v2/abc").subscription()
        api(clara).post(CALL, given)
        api(paul).post(CALL, given)
        assert PushSubscription.objects.get().member == paul

    def test_removing(self, api: Api, clara: Member, sam: Member, browser: Browser) -> None:
        gone = {"endpoint": browser.endpoint}
        assert api(sam).delete(CALL, gone).status_code == 204
        assert PushSubscription.objects.exists()
        assert [api(clara).delete(CALL, gone).status_code for _each in range(2)] == [204, 204]
        assert not PushSubscription.objects.exists()

    def test_the_key(self, api: Api, clara: Member) -> None:
        assert api(clara).get(CALL).json() == {"application_server_key": application_server_key()}

    @pytest.mark.parametrize("method", ["get", "post", "delete"])
    def test_only_for_members(self, api: Api, method: str) -> None:
        assert getattr(api(None), method)(CALL).status_code == 401

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://fcm.googleapis.com/fcm/send/abc",
            "https://fcm.googleapis.com.evil.example/abc",
            "https://evil.example/fcm.googleapis.com",
            "https://user:secret@fcm.googleapis.com/abc",
            "https://169.254.169.254/latest/meta-data/",
            "https://fcm.googleapis.com:port/abc",
            "https://fcm.googleapis.com:81/abc",
            "https://fcm.googleapis.com/\x01",
            "https://fcm.googleapis.com/a b",
            "https://evil.example\\.push.apple.com/abc",
            "https://evil.example%2f.push.apple.com/abc",
            "ftp://localhost/abc",
            "file:///etc/passwd",
            "https://[::1/abc",
            "",
            "https://fcm.googleapis.com/" + "a" * 1000,
        ],
    )
    def test_only_addresses_of_push_services(self, api: Api, clara: Member, endpoint: str) -> None:
        answer = api(clara).post(CALL, Browser(endpoint).subscription())
        assert answer.status_code == 400
        assert "endpoint" in answer.json()["fields"]

    @pytest.mark.parametrize(("name", "value"), [("p256dh", "AAAA"), ("p256dh", "ä"), ("auth", "AAAA"), ("auth", "%%")])
    def test_only_real_keys(self, api: Api, clara: Member, name: str, value: str) -> None:
        given = Browser("https://fcm.googleapis.com/abc").subscription()
        given["keys"][name] = value
        answer = api(clara).post(CALL, given)
        assert (answer.status_code, list(answer.json()["fields"])) == (400, [f"keys.{name}"])

    def test_at_most_twenty(self, api: Api, clara: Member) -> None:
        for number in range(20):
            given = Browser(f"https://fcm.googleapis.com/{number}").subscription()
            assert api(clara).post(CALL, given).status_code == 201
        answer = api(clara).post(CALL, Browser("https://fcm.googleapis.com/20").subscription())
        assert (answer.status_code, answer.json()["code"]) == (400, "too_many_browsers")

    def test_a_moved_subscription(self, api: Api, clara: Member, browser: Browser, service: Service) -> None:
        moved = Browser(f"{service.address}/moved").subscription()
        unknown = moved | {"old_endpoint": "https://fcm.googleapis.com/unknown"}
        assert api(None).post(f"{CALL}renew/", unknown).status_code == 404
        answer = api(None).post(f"{CALL}renew/", moved | {"old_endpoint": browser.endpoint})
        assert answer.status_code == 200
        found = PushSubscription.objects.get()
        assert (found.member, found.endpoint) == (clara, moved["endpoint"])


class TestPages:
    def test_the_list_and_removing(
        self, log_in: Callable[[Member | None], Client], clara: Member, sam: Member, browser: Browser
    ) -> None:
        shown = log_in(clara).get("/notifications/preferences/").content.decode()
        assert browser.endpoint in shown
        assert browser.endpoint not in log_in(sam).get("/notifications/preferences/").content.decode()
        address = f"/notifications/browsers/{PushSubscription.objects.get().pk}/remove/"
        assert log_in(None).post(address).status_code == 302
        log_in(sam).post(address)
        assert PushSubscription.objects.exists()
        assert log_in(clara).get(address).status_code == 405
        for _each in range(2):
            assert log_in(clara).post(address).url == "/notifications/preferences/"  # type: ignore[attr-defined]
        assert not PushSubscription.objects.exists()
        assert log_in(clara).post(f"/notifications/browsers/{uuid4()}/remove/").status_code == 302

    def test_the_service_worker_stands_at_the_root(self, client: Client) -> None:
        answer = client.get("/service-worker.js")
        assert answer["Content-Type"].startswith("text/javascript")
        assert b"showNotification" in answer.content
