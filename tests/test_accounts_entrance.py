"""Sign-up, log-in, reset and change of address, as a browser without JavaScript does them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client, override_settings

from accounts.models import Member
from marketplace.cache import ForgivingRedisCache
from sitesettings.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
SIGN_UP, LOG_IN, CONFIRM = "/accounts/signup/", "/accounts/login/", "/accounts/confirm-email/"
GOOD = {
    "name": "Nora Newcomer",
    "email": "nora@example.com",
    "password1": "a-Long-enough-1",
    "time_zone": "Europe/Vienna",
}


@pytest.fixture(autouse=True)
def mail_sent_at_once(eager_tasks: None) -> Any:
    with override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"):
        yield


def code_in_mail() -> str:
    found = re.search(r"^\s*([A-Z0-9]{4,}(?:-[A-Z0-9]+)*)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[1]


@pytest.fixture
def post(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Posts a form and lets what was to happen after commit happen."""

    def send(browser: Client, address: str, form: dict[str, Any], **options: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            return browser.post(address, form, **options)

    return send


Post = Callable[..., Any]


class TestSignUp:
    def test_code_logs_in_and_leads_where_one_was_going(self, client: Client, post: Post) -> None:
        answer = post(client, SIGN_UP, GOOD | {"next": "/requests/new/?step=2"})
        assert answer.url == CONFIRM
        page = client.get(CONFIRM).content.decode()
        assert "nora@example.com" in page
        answer = post(client, CONFIRM, {"code": code_in_mail()})
        assert answer.url == "/requests/new/?step=2"
        member = Member.objects.get()
        assert (member.name, member.time_zone, member.has_verified_email) == ("Nora Newcomer", "Europe/Vienna", True)
        assert client.get("/api/v1/me/").json()["email"] == "nora@example.com"

    def test_what_was_begun_logged_out_is_kept(self, client: Client, post: Post) -> None:
        session = client.session
        session["draft"] = "my request"
        session.save()
        post(client, SIGN_UP, GOOD)
        post(client, CONFIRM, {"code": code_in_mail()})
        assert client.session["draft"] == "my request"
        assert "_auth_user_id" in client.session

    def test_the_header_leads_where_one_was_going(self, client: Client) -> None:
        shown = client.get("/accounts/login/?next=/lists/%3Fa=1%26b=2").content.decode()
        assert 'href="/accounts/signup/?next=%2Flists%2F%3Fa%3D1%26b%3D2"' in shown
        assert "next=%2Flists" not in client.get("/accounts/login/").content.decode()

    def test_not_logged_in_before_the_code(self, client: Client, post: Post) -> None:
        post(client, SIGN_UP, GOOD)
        assert client.get("/api/v1/me/").status_code == 401
        assert client.get("/accounts/profile/").status_code == 302

    def test_wrong_code_keeps_the_page_and_ends_after_five(self, client: Client, post: Post) -> None:
        post(client, SIGN_UP, GOOD)
        codes = [post(client, CONFIRM, {"code": "WRONG1"}).status_code for _number in range(5)]
        assert codes == [200, 200, 200, 200, 302]

    def test_another_code_can_be_had_and_the_address_corrected(self, client: Client, post: Post) -> None:
        post(client, SIGN_UP, GOOD)
        with override_settings(ACCOUNT_RATE_LIMITS=False):
            post(client, CONFIRM, {"action": "resend"})
            assert len(mail.outbox) == 2
            post(client, CONFIRM, {"action": "change", "email": "nora@example.net"})
        assert mail.outbox[-1].to == ["nora@example.net"]
        post(client, CONFIRM, {"code": code_in_mail()})
        assert Member.objects.get().email == "nora@example.net"

    def test_taken_address_looks_the_same_and_tells_its_owner(self, client: Client, post: Post, clara: Member) -> None:
        answer = post(client, SIGN_UP, GOOD | {"email": "Clara@example.com"})
        assert answer.url == CONFIRM
        assert client.get(CONFIRM).status_code == 200
        assert mail.outbox[-1].to == ["clara@example.com"]
        assert not re.search(r"^\s*[A-Z0-9]{6}\s*$", str(mail.outbox[-1].body), re.MULTILINE)
        assert Member.objects.count() == 1

    def test_closed(self, client: Client, post: Post) -> None:
        settings_row = SiteSettings.current()
        settings_row.signup_open = False
        settings_row.save()
        assert "takes no new members" in client.get(SIGN_UP).content.decode()
        post(client, SIGN_UP, GOOD)
        assert not Member.objects.exists()

    def test_unknown_time_zone_of_the_browser_is_no_error(self, client: Client, post: Post) -> None:
        post(client, SIGN_UP, GOOD | {"time_zone": "Mars/Olympus"})
        assert Member.objects.get().time_zone == "UTC"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "x" * 1_000_000),
            ("name", "a\0b"),
            ("name", "two\nlines"),
            ("name", "\u202egnp.exe"),
            ("email", "no address"),
            ("email", "a\0@example.com"),
            ("email", "x" * 300 + "@example.com"),
            ("password1", "short"),
            ("password1", "1234567890"),
            ("password1", "password123"),
            ("password1", "a\0bcdefghijkl"),
        ],
    )
    def test_bad_input_keeps_the_form(self, client: Client, post: Post, field: str, value: str) -> None:
        answer = post(client, SIGN_UP, GOOD | {field: value})
        assert answer.status_code == 200
        page = answer.content.decode()
        assert 'aria-invalid="true"' in page
        kept = "name" if field != "name" else "email"
        assert f'value="{GOOD[kept]}"' in page
        assert not Member.objects.exists()

    @pytest.mark.parametrize("name", ["محمد علي", "שרה", "👩‍🔧 Ana", "<script>alert(1)</script>", "Zoë O’Neill"])
    def test_names_of_all_kinds(self, client: Client, post: Post, name: str) -> None:
        post(client, SIGN_UP, GOOD | {"name": name})
        post(client, CONFIRM, {"code": code_in_mail()})
        assert Member.objects.get().name == name
        assert "<script>alert" not in client.get("/accounts/profile/").content.decode()

    def test_similar_to_the_address_is_a_bad_password(self, client: Client, post: Post) -> None:
        assert post(client, SIGN_UP, GOOD | {"password1": "nora@example.com"}).status_code == 200


class TestLogIn:
    def test_way_to_sign_up_and_back_keeps_next(self, client: Client) -> None:
        page = client.get(LOG_IN, {"next": "/requests/new/?step=2"}).content.decode()
        assert "/accounts/signup/?next=%2Frequests%2Fnew%2F%3Fstep%3D2" in page
        page = client.get(SIGN_UP, {"next": "/requests/new/?step=2"}).content.decode()
        assert "/accounts/login/?next=%2Frequests%2Fnew%2F%3Fstep%3D2" in page
        assert 'name="next" value="/requests/new/?step=2"' in page

    def test_keeps_next_and_ignores_case(self, client: Client, post: Post, clara: Member) -> None:
        form = {"login": "CLARA@example.com", "password": factories.PASSWORD, "next": "/notifications/"}
        assert post(client, LOG_IN, form).url == "/notifications/"

    def test_foreign_next_is_not_followed(self, client: Client, post: Post, clara: Member) -> None:
        form = {"login": clara.email, "password": factories.PASSWORD, "next": "https://evil.example/"}
        assert post(client, LOG_IN, form).url == "/"

    def test_unverified_member_gets_a_code(self, client: Client, post: Post) -> None:
        member = factories.make_member(verified=False)
        answer = post(client, LOG_IN, {"login": member.email, "password": factories.PASSWORD, "next": "/a/"})
        assert answer.url == CONFIRM
        assert post(client, CONFIRM, {"code": code_in_mail()}).url == "/a/"

    @pytest.mark.parametrize("email", ["clara@example.com", "nobody@example.com"])
    def test_wrong_says_the_same_for_known_and_unknown(
        self, client: Client, post: Post, clara: Member, email: str
    ) -> None:
        answer = post(client, LOG_IN, {"login": email, "password": "wrong"})
        assert answer.status_code == 200
        assert "The email address or the password is wrong" in answer.content.decode()
        assert f'value="{email}"' in answer.content.decode()

    def test_closed_account_is_told(self, client: Client, post: Post) -> None:
        member = factories.make_member(is_active=False)
        answer = post(client, LOG_IN, {"login": member.email, "password": factories.PASSWORD}, follow=True)
        assert "This account is closed" in answer.content.decode()

    @override_settings(AXES_ENABLED=True)
    def test_many_wrong_passwords_are_refused_with_the_form_kept(
        self, client: Client, post: Post, clara: Member, sam: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also while the cache is down: attempts are counted in the database."""
        monkeypatch.setattr(ForgivingRedisCache, "is_away", True)
        wrong = {"login": clara.email, "password": "wrong"}
        answers = [post(client, LOG_IN, wrong) for _number in range(settings.AXES_FAILURE_LIMIT + 1)]
        assert answers[0].status_code == 200
        assert answers[-1].status_code == 429
        right = post(client, LOG_IN, wrong | {"password": factories.PASSWORD})
        assert right.status_code == 429
        assert right["Retry-After"] == "900"
        assert "Too many wrong passwords" in right.content.decode()
        assert f'value="{clara.email}"' in right.content.decode()
        assert post(Client(), LOG_IN, {"login": sam.email, "password": factories.PASSWORD}).status_code == 302

    def test_log_out(self, log_in: LogIn, post: Post, clara: Member) -> None:
        browser = log_in(clara)
        assert "Log out?" in browser.get("/accounts/logout/").content.decode()
        assert post(browser, "/accounts/logout/", {}).url == "/"
        assert browser.get("/api/v1/me/").status_code == 401


class TestTrial:
    """What helps those who try a marketplace out."""

    def test_the_demos_people_log_in_with_one_click_and_go_where_one_was_going(self, client: Client) -> None:
        factories.make_member("client@example.com", password="demo-marketplace", name="Clara Winter")
        page = client.get(f"{LOG_IN}?next=/requests/").content.decode()
        assert page.count('name="password" value="demo-marketplace"') == 1
        form = {"login": "client@example.com", "password": "demo-marketplace", "next": "/requests/"}
        assert all(f'name="{name}" value="{value}"' in page for name, value in form.items())
        assert client.post(LOG_IN, form)["Location"] == "/requests/"

    def test_nothing_of_it_in_production_or_without_a_demo(self, client: Client, clara: Member) -> None:
        assert "This is a demo" not in client.get(LOG_IN).content.decode()
        factories.make_member("provider@example.com", name="Paula Sommer")
        assert "This is a demo" in client.get(LOG_IN).content.decode()
        with override_settings(PRODUCTION=True):
            assert "This is a demo" not in client.get(LOG_IN).content.decode()

    def test_who_waits_for_a_code_finds_the_mail_that_is_kept_here(self, client: Client, post: Post) -> None:
        with override_settings(EMAIL_URL="development://"):
            post(client, SIGN_UP, GOOD)
            assert "/dev/mail/?recipient=nora%40example.com" in client.get(CONFIRM).content.decode()
        with override_settings(EMAIL_URL="smtp://mail.example"):
            assert "/dev/mail/" not in client.get(CONFIRM).content.decode()


class TestReset:
    def test_link_sets_a_new_password_once(self, client: Client, post: Post, clara: Member) -> None:
        post(client, "/accounts/password/reset/", {"email": clara.email})
        link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
        assert link
        form_page = client.get(link[0], follow=True)
        address = form_page.redirect_chain[-1][0]
        new = {"password1": "another-Long-1", "password2": "another-Long-1"}
        assert post(client, address, new).status_code == 302
        clara.refresh_from_db()
        assert clara.check_password("another-Long-1")
        assert "does not work any more" in Client().get(link[0], follow=True).content.decode()

    def test_unknown_address_looks_the_same_and_gets_nothing(self, client: Client, post: Post) -> None:
        answer = post(client, "/accounts/password/reset/", {"email": "nobody@example.com"})
        assert answer.url == "/accounts/password/reset/done/"
        assert mail.outbox == []
        assert "If there is an account" in client.get(answer.url).content.decode()

    @pytest.mark.parametrize("path", ["x-y", "0" * 32 + "-abc-def", "1-set-password"])
    def test_made_up_link(self, client: Client, path: str) -> None:
        assert "does not work any more" in client.get(f"/accounts/password/reset/key/{path}/").content.decode()


class TestSettings:
    @pytest.fixture
    def browser(self, client: Client, post: Post, clara: Member) -> Client:
        post(client, LOG_IN, {"login": clara.email, "password": factories.PASSWORD})
        return client

    def test_new_address_counts_once_its_code_is_entered(self, browser: Client, post: Post, clara: Member) -> None:
        asked = post(browser, "/accounts/email/", {"email": "clara@example.net", "action_add": ""})
        assert post(browser, asked.url, {"password": factories.PASSWORD}).url == CONFIRM
        clara.refresh_from_db()
        assert clara.email == "clara@example.com"
        post(browser, CONFIRM, {"code": code_in_mail()})
        clara.refresh_from_db()
        assert clara.email == "clara@example.net"
        assert [row.email for row in EmailAddress.objects.filter(user=clara)] == ["clara@example.net"]

    def test_address_of_another_member_is_not_given_away(self, browser: Client, post: Post, sam: Member) -> None:
        answer = post(browser, "/accounts/email/", {"email": sam.email, "action_add": ""})
        assert answer.status_code == 302
        assert Member.objects.filter(email=sam.email).count() == 1

    def test_change_of_password(self, browser: Client, post: Post, clara: Member) -> None:
        new = {"password1": "another-Long-1", "password2": "another-Long-1"}
        assert post(browser, "/accounts/password/change/", new | {"oldpassword": "wrong"}).status_code == 200
        assert post(browser, "/accounts/password/change/", new | {"oldpassword": factories.PASSWORD}).status_code == 302
        assert browser.get("/accounts/profile/").status_code == 200
        assert mail.outbox[-1].to == [clara.email]

    def test_sensitive_pages_ask_for_the_password_again(self, log_in: LogIn, post: Post, clara: Member) -> None:
        browser = log_in(clara)
        answer: Any = browser.get("/accounts/tokens/")
        assert answer.url == "/accounts/reauthenticate/?next=%2Faccounts%2Ftokens%2F"
        assert "Is it you?" in browser.get(answer.url).content.decode()
        assert post(browser, answer.url, {"password": "wrong"}).status_code == 200
        assert post(browser, answer.url, {"password": factories.PASSWORD}).url == "/accounts/tokens/"


@pytest.mark.parametrize(
    "address",
    ["login", "signup", "password/reset", "password/reset/done", "password/reset/key/done", "inactive"],
)
def test_anonymous_pages_have_no_inline_style_or_script(client: Client, address: str) -> None:
    SiteSettings(name="Fair Work").save()
    page = client.get(f"/accounts/{address}/").content.decode()
    assert "· Fair Work</title>" in page
    assert not re.search(r"\sstyle=|\son\w+=|<script>", page)
    assert "<h1" in page
