"""The wizard for the first admin, and what follows from who is logged in."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.actions.setup import setup_address
from accounts.models import Member, SetupKey
from marketplace.clock import utc_now
from sitesettings.models import SiteSettings

pytestmark = pytest.mark.django_db
SETUP = "/setup/"
GOOD = {
    "site_name": "Fair Work",
    "tagline": "Good people near you",
    "sender_email": "hello@fair.example",
    "name": "Olga Operator",
    "email": "olga@fair.example",
    "password": "a-Long-enough-1",
}


def printed_key(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("setup_key")
    found = re.search(r"/setup/\?key=(\S+)", capsys.readouterr().out)
    assert found
    return found[1]


class TestWizard:
    def test_makes_the_first_admin_logs_her_in_and_is_gone(
        self, client: Client, capsys: pytest.CaptureFixture[str]
    ) -> None:
        key = printed_key(capsys)
        assert f'value="{key}"' in client.get(SETUP, {"key": key}).content.decode()
        answer: Any = client.post(SETUP, GOOD | {"key": key})
        assert answer.url == "/"
        admin = Member.objects.get()
        assert (admin.is_superuser, admin.is_staff, admin.has_verified_email) == (True, True, True)
        assert admin.check_password(GOOD["password"])
        assert (SiteSettings.current().name, SiteSettings.current().signup_open) == ("Fair Work", False)
        assert client.get("/admin/").status_code == 200
        assert client.get(SETUP).status_code == 404
        assert Client().post(SETUP, GOOD | {"key": key, "email": "other@fair.example"}).status_code == 404
        assert setup_address() is None
        assert not SetupKey.objects.exists()

    def test_key_is_the_same_until_it_was_used(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert printed_key(capsys) == printed_key(capsys)

    def test_command_says_when_there_is_an_admin(self, ada: Member, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("setup_key")
        assert "already" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("key", "wrong"),
            ("key", ""),
            ("key", "\0"),
            ("key", "é"),
            ("email", "nobody"),
            ("password", "short"),
            ("password", "olga@fair.example"),
            ("site_name", ""),
            ("site_name", "x" * 1_000_000),
            ("name", "a\nb"),
        ],
    )
    def test_nothing_is_made_from_bad_input(
        self, client: Client, capsys: pytest.CaptureFixture[str], field: str, value: str
    ) -> None:
        answer = client.post(SETUP, GOOD | {"key": printed_key(capsys)} | {field: value})
        assert answer.status_code == 400
        assert "Good people near you" in answer.content.decode()
        assert not Member.objects.exists()

    def test_without_a_key_in_the_database_nothing_fits(self, client: Client) -> None:
        assert client.post(SETUP, GOOD | {"key": "None"}).status_code == 400

    def test_is_404_where_there_is_an_admin(self, client: Client, ada: Member) -> None:
        assert client.get(SETUP).status_code == 404

    def test_an_existing_member_may_become_the_first_admin(
        self, client: Client, clara: Member, capsys: pytest.CaptureFixture[str]
    ) -> None:
        client.post(SETUP, GOOD | {"key": printed_key(capsys), "email": clara.email})
        clara.refresh_from_db()
        assert clara.is_superuser


class TestActivity:
    def test_is_noted_every_ten_minutes(
        self, log_in: Callable[[Member], Client], clara: Member, django_assert_num_queries: Any
    ) -> None:
        browser = log_in(clara)
        browser.get("/places/")
        clara.refresh_from_db()
        assert clara.last_active_at is not None
        with django_assert_num_queries(2):
            browser.get("/places/")
        long_ago = utc_now() - timedelta(minutes=11)
        Member.objects.update(last_active_at=long_ago)
        browser.get("/places/")
        clara.refresh_from_db()
        assert clara.last_active_at > long_ago

    def test_anonymous_costs_nothing(self, client: Client, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            client.get("/places/")

    def test_times_follow_the_members_zone(self, log_in: Callable[[Member], Client], clara: Member) -> None:
        Member.objects.update(time_zone="Asia/Tokyo")
        browser = log_in(clara)
        browser.post("/accounts/reauthenticate/", {"password": "correct-horse-battery"})
        browser.post("/accounts/tokens/", {"name": "x", "scope": "read"})
        clara.api_tokens.update(last_used_at="2026-03-01T20:15:00Z")
        assert "2 Mar 2026, 05:15" in browser.get("/accounts/tokens/").content.decode()
