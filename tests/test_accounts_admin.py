"""The admin pages of members, tokens and the site's settings, and what they refuse."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from accounts.actions import block_member, issue_token, unblock_member
from accounts.models import ApiToken, Block, IdempotencyKey, Member, blocked_either_way
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from sitesettings import tools
from sitesettings.models import SiteSettings
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
MEMBERS = "/admin/accounts/member/"
SETTINGS = "/admin/sitesettings/sitesettings/1/change/"


def act(browser: Client, action: str, *members: Member, address: str = MEMBERS) -> Any:
    form = {"action": action, "_selected_action": [str(member.pk) for member in members]}
    return browser.post(address, form, follow=True)


class TestEntrance:
    def test_log_in_is_the_sites_own(self, client: Client) -> None:
        answer: Any = client.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")

    def test_members_are_refused(self, log_in: LogIn, clara: Member) -> None:
        assert log_in(clara).get(MEMBERS, follow=True).status_code == 403

    def test_header_is_the_sites_name_at_once(self, log_in: LogIn, ada: Member) -> None:
        site = SiteSettings.current()
        site.name = "Fair Work"
        site.save()
        assert "Fair Work" in log_in(ada).get("/admin/").content.decode()


class TestMembers:
    def test_list_search_filter_and_queries(
        self, log_in: LogIn, ada: Member, clara: Member, django_assert_max_num_queries: Any
    ) -> None:
        for _number in range(20):
            factories.make_member()
        unverified = factories.make_member("late@example.com", verified=False)
        browser = log_in(ada)
        browser.get(MEMBERS)
        with django_assert_max_num_queries(10):
            page = browser.get(MEMBERS).content.decode()
        assert "Clara Client" in page
        assert "Clara" not in browser.get(MEMBERS, {"q": "nobody-like-this"}).content.decode()
        found = browser.get(MEMBERS, {"verified": "no"}).content.decode()
        assert unverified.email in found
        assert clara.email not in found

    def test_closing_and_opening(self, log_in: LogIn, ada: Member, clara: Member, api: Any) -> None:
        browser, caller = log_in(ada), log_in(clara)
        act(browser, "close", clara)
        clara.refresh_from_db()
        assert not clara.is_active
        assert caller.get("/accounts/profile/").status_code == 302
        act(browser, "reopen", clara)
        clara.refresh_from_db()
        assert clara.is_active

    def test_nobody_closes_herself(self, log_in: LogIn, ada: Member) -> None:
        page = act(log_in(ada), "close", ada).content.decode()
        assert "cannot close your own account" in page
        ada.refresh_from_db()
        assert ada.is_active

    def test_there_is_no_deletion(self, log_in: LogIn, ada: Member, clara: Member) -> None:
        browser = log_in(ada)
        assert "delete_selected" not in browser.get(MEMBERS).content.decode()
        assert browser.post(f"{MEMBERS}{clara.pk}/delete/", {"post": "yes"}).status_code == 403
        act(browser, "delete_selected", clara)
        assert Member.objects.filter(pk=clara.pk).exists()

    def test_adding_makes_a_verified_member_whose_address_is_free(
        self, log_in: LogIn, ada: Member, clara: Member
    ) -> None:
        browser = log_in(ada)
        browser.post(f"{MEMBERS}add/", {"email": "New@Example.com", "name": "New"})
        made = Member.objects.get(email="new@example.com")
        assert made.has_verified_email
        assert not made.has_usable_password()
        assert "There is a member" in browser.post(f"{MEMBERS}add/", {"email": "CLARA@example.com"}).content.decode()

    def test_change_page_opens_and_saves(self, log_in: LogIn, ada: Member, clara: Member) -> None:
        browser = log_in(ada)
        form = {"name": "Clara C.", "time_zone": "UTC", "languages": "en,de", "email": "evil@example.com"}
        assert browser.get(f"{MEMBERS}{clara.pk}/change/").status_code == 200
        answer = browser.post(f"{MEMBERS}{clara.pk}/change/", form)
        assert answer.status_code == 302
        clara.refresh_from_db()
        assert (clara.name, clara.languages, clara.email) == ("Clara C.", ["en", "de"], "clara@example.com")

    def test_staff_without_all_rights_cannot_give_rights(self, log_in: LogIn, clara: Member) -> None:
        helper = factories.make_member(is_staff=True)
        helper.user_permissions.set(Permission.objects.filter(codename__in=["change_member", "view_member"]))
        form = {"name": "x", "time_zone": "UTC", "is_staff": "on", "is_superuser": "on"}
        assert log_in(helper).post(f"{MEMBERS}{clara.pk}/change/", form).status_code == 302
        clara.refresh_from_db()
        assert (clara.name, clara.is_staff, clara.is_superuser) == ("x", False, False)

    def test_confirming_an_address_and_sending_a_reset(
        self, log_in: LogIn, ada: Member, eager_tasks: None, django_capture_on_commit_callbacks: Any
    ) -> None:
        member = factories.make_member(verified=False)
        act(log_in(ada), "confirm_address", member)
        assert member.has_verified_email
        with (
            override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            act(log_in(ada), "send_reset", member)
        assert mail.outbox[-1].to == [member.email]


class TestOtherLists:
    @pytest.mark.parametrize("model", ["apitoken", "block", "idempotencykey"])
    def test_can_be_looked_at_only(self, log_in: LogIn, ada: Member, clara: Member, sam: Member, model: str) -> None:
        issue_token(actor=clara, name="mine")
        block_member(actor=clara, blocked=sam, now=utc_now())
        IdempotencyKey.objects.create(
            member=clara, path="/x/", key="k", body_digest="", status=201, answer="secret-answer"
        )
        browser = log_in(ada)
        page = browser.get(f"/admin/accounts/{model}/").content.decode()
        assert "clara" in page.lower()
        assert browser.get(f"/admin/accounts/{model}/add/").status_code == 403

    def test_tokens_can_be_revoked(self, log_in: LogIn, ada: Member, clara: Member) -> None:
        token, secret = issue_token(actor=clara, name="mine")
        browser = log_in(ada)
        assert token.digest not in browser.get(f"/admin/accounts/apitoken/{token.pk}/change/").content.decode()
        browser.post(
            "/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [str(token.pk)]}, follow=True
        )
        assert not ApiToken.objects.exists()
        assert Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"}).status_code == 401


class TestAttempts:
    @override_settings(AXES_ENABLED=True)
    def test_staff_lets_somebody_try_again(self, log_in: LogIn, ada: Member, clara: Member) -> None:
        form = {"login": clara.email, "password": "wrong"}
        codes = [Client().post("/accounts/login/", form).status_code for _number in range(9)]
        assert codes[-1] == 429
        browser, address = log_in(ada), "/admin/axes/accessattempt/"
        assert clara.email in browser.get(address).content.decode()
        chosen = [str(attempt.pk) for attempt in AccessAttempt.objects.all()]
        browser.post(address, {"action": "forget", "_selected_action": chosen})
        right = form | {"password": factories.PASSWORD}
        assert Client().post("/accounts/login/", right).status_code == 302


class TestSettings:
    def form(self, **changes: Any) -> dict[str, Any]:
        values = {name: value for name, value in vars(SiteSettings()).items() if not name.startswith("_")}
        values = {name: "" if value is None else value for name, value in values.items()} | {"signup_open": "on"}
        return {name: value for name, value in values.items() if name != "logo"} | changes

    def test_list_leads_to_the_one_form(self, log_in: LogIn, ada: Member) -> None:
        answer: Any = log_in(ada).get("/admin/sitesettings/sitesettings/")
        assert answer.url == SETTINGS
        assert log_in(ada).get(SETTINGS).status_code == 200

    def test_change_counts_at_once(self, log_in: LogIn, ada: Member) -> None:
        browser = log_in(ada)
        browser.get("/admin/sitesettings/sitesettings/")
        SiteSettings.current()
        assert browser.post(SETTINGS, self.form(name="Fair Work", wave_size=7)).status_code == 302
        assert (SiteSettings.current().name, SiteSettings.current().wave_size) == ("Fair Work", 7)

    @pytest.mark.parametrize(
        "changes",
        [
            {"name": ""},
            {"name": "a\0b"},
            {"wave_size": 0},
            {"request_days_open": 3, "reminder_days_before": 5},
            {"proposals_per_request": 10**12},
            {"sender_email": "nobody"},
            {"fee_percent": "-1"},
        ],
    )
    def test_nonsense_is_refused(self, log_in: LogIn, ada: Member, changes: dict[str, Any]) -> None:
        SiteSettings.objects.create()
        answer = log_in(ada).post(SETTINGS, self.form(**changes))
        assert answer.status_code == 200
        assert "errorlist" in answer.content.decode()

    def test_neither_added_nor_deleted(self, log_in: LogIn, ada: Member) -> None:
        SiteSettings.objects.create()
        assert log_in(ada).get("/admin/sitesettings/sitesettings/add/").status_code == 403
        assert log_in(ada).post("/admin/sitesettings/sitesettings/1/delete/", {"post": "yes"}).status_code == 403

    @pytest.fixture
    def tool(self) -> Iterator[tools.Tool]:
        tool = tools.Tool("Sweep the floor", "Makes it clean.", "accounts:profile", lambda: True)
        tools.register(tool)
        yield tool
        tools._tools.remove(tool)

    def test_tools_of_other_apps_are_offered(self, log_in: LogIn, ada: Member, tool: tools.Tool) -> None:
        SiteSettings.objects.create()
        page = log_in(ada).get(SETTINGS).content.decode()
        assert "Sweep the floor" in page
        assert reverse("accounts:profile") in page

    def test_defaults_without_a_row_and_stored_row_through_the_cache(self, django_assert_num_queries: Any) -> None:
        assert SiteSettings.current().signup_open
        SiteSettings(signup_open=False).save()
        assert not SiteSettings.current().signup_open
        with django_assert_num_queries(0):
            assert not SiteSettings.current().signup_open


class TestBlocks:
    def test_both_directions_count_and_twice_is_once(self, clara: Member, sam: Member, paul: Member) -> None:
        block_member(actor=clara, blocked=sam, now=utc_now())
        block_member(actor=clara, blocked=sam, now=utc_now())
        block_member(actor=paul, blocked=clara, now=utc_now())
        assert blocked_either_way(clara.pk) == {sam.pk, paul.pk}
        assert blocked_either_way(sam.pk) == {clara.pk}
        unblock_member(actor=clara, blocked=sam)
        unblock_member(actor=clara, blocked=sam)
        assert blocked_either_way(sam.pk) == set()

    def test_not_oneself(self, clara: Member) -> None:
        with pytest.raises(InvalidInput):
            block_member(actor=clara, blocked=clara, now=utc_now())
        assert not Block.objects.exists()
