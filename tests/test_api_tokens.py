"""Tokens: log-in by password, scopes, revoked and closed accounts; and the call that says who one is."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from rest_framework.test import APIClient

from accounts.actions import close_account, issue_token, reopen_account, revoke_token
from accounts.actions.tokens import MOST_TOKENS, TooManyTokens
from accounts.authentication import TokenAuthentication
from accounts.models import ApiToken, Member
from marketplace.clock import utc_now
from marketplace.errors import NotAllowed, NotFound
from services.models import ServicePage
from tests import factories

pytestmark = pytest.mark.django_db
Api = Callable[[Member | None], APIClient]
ME = "/api/v1/me/"
TOKENS = "/api/v1/tokens/"


def calling_with(secret: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
    return client


class TestLogIn:
    def test_right_password_gives_a_token_that_works(self, api: Api, clara: Member) -> None:
        answer = api(None).post(TOKENS, {"email": "Clara@Example.com", "password": factories.PASSWORD})
        assert answer.status_code == 200
        assert set(answer.json()) == {"token"}
        assert calling_with(answer.json()["token"]).get(ME).json()["email"] == "clara@example.com"

    def test_only_a_digest_is_stored(self, api: Api, clara: Member) -> None:
        token = api(None).post(TOKENS, {"email": clara.email, "password": factories.PASSWORD}).json()["token"]
        assert token not in str(list(ApiToken.objects.values()))

    @pytest.mark.parametrize(
        ("email", "password"),
        [("clara@example.com", "wrong"), ("nobody@example.com", "wrong"), ("not an address", "x"), ("x" * 254, "x")],
    )
    def test_wrong_is_400(self, api: Api, clara: Member, email: str, password: str) -> None:
        answer = api(None).post(TOKENS, {"email": email, "password": password})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_credentials")

    @pytest.mark.parametrize(
        "body", [{}, {"email": "a@b.c"}, {"email": "a\0b", "password": "x"}, {"email": [], "password": {}}]
    )
    def test_bad_shape_is_400(self, api: Api, body: dict[str, object]) -> None:
        assert api(None).post(TOKENS, body).status_code == 400

    def test_closed_account_is_like_a_wrong_password(self, api: Api, clara: Member, ada: Member) -> None:
        close_account(actor=ada, member=clara)
        answer = api(None).post(TOKENS, {"email": clara.email, "password": factories.PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_credentials")

    def test_unverified_address_is_403(self, api: Api) -> None:
        member = factories.make_member(verified=False)
        answer = api(None).post(TOKENS, {"email": member.email, "password": factories.PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (403, "email_not_verified")

    def test_a_stale_token_in_the_header_does_not_matter(self, clara: Member) -> None:
        answer = calling_with("stale").post(TOKENS, {"email": clara.email, "password": factories.PASSWORD})
        assert answer.status_code == 200

    def test_the_oldest_makes_room(self, clara: Member) -> None:
        body = {"email": clara.email, "password": factories.PASSWORD}
        ApiToken.objects.bulk_create(
            ApiToken(member=clara, name="API log-in", digest=str(number)) for number in range(MOST_TOKENS + 3)
        )
        assert APIClient().post(TOKENS, body).status_code == 200
        assert ApiToken.objects.filter(member=clara).count() == MOST_TOKENS

    @override_settings(AXES_ENABLED=True)
    def test_many_wrong_passwords_are_429_though_the_next_is_right(self, api: Api, clara: Member, sam: Member) -> None:
        codes = [api(None).post(TOKENS, {"email": clara.email, "password": "wrong"}).status_code for _n in range(9)]
        assert codes[0] == 400
        assert codes[-1] == 429
        answer = api(None).post(TOKENS, {"email": clara.email.upper(), "password": factories.PASSWORD})
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_attempts")
        assert answer["Retry-After"] == "900"
        assert api(None).post(TOKENS, {"email": sam.email, "password": factories.PASSWORD}).status_code == 200


class TestMe:
    def test_client(self, api: Api, clara: Member) -> None:
        answer = api(clara).get(ME).json()
        assert answer == {"id": str(clara.pk), "email": "clara@example.com", "name": "Clara Client"}

    def test_provider(self, api: Api, paul: Member, page: ServicePage) -> None:
        assert api(paul).get(ME).json()["provider_page"] == str(page.pk)

    def test_anonymous_and_unknown_filter(self, api: Api, clara: Member) -> None:
        assert api(None).get(ME).status_code == 401
        assert api(clara).get(f"{ME}?x=1").json()["code"] == "unknown_filter"

    def test_session_works_too(self, log_in: Callable[[Member], APIClient], clara: Member) -> None:
        assert log_in(clara).get(ME).status_code == 200


class TestTokens:
    @pytest.mark.parametrize("header", ["Token wrong", "Token", "Token a b", "Token \xff", "Basic abc", "Bearer abc"])
    def test_unknown_caller_is_401(self, header: str) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=header)
        answer = client.get(ME)
        assert answer.status_code == 401
        assert set(answer.json()) == {"code", "message"}

    def test_closed_account_is_401_and_works_again_when_opened(self, api: Api, clara: Member, ada: Member) -> None:
        client = api(clara)
        close_account(actor=ada, member=clara)
        assert (client.get(ME).status_code, client.get(ME).json()["code"]) == (401, "inactive_member")
        reopen_account(actor=ada, member=clara)
        assert client.get(ME).status_code == 200

    def test_read_scope_cannot_write(self, clara: Member) -> None:
        _token, secret = issue_token(actor=clara, name="reader", scopes=["read"])
        assert calling_with(secret).get(ME).status_code == 200
        answer = calling_with(secret).post(ME, {})
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")

    def test_staff_powers_need_their_scope(self, ada: Member) -> None:
        _token, secret = issue_token(actor=ada, name="writer", scopes=["write"])
        token = ApiToken.objects.select_related("member").get(name="writer")
        member, _auth = TokenAuthentication().authenticate_credentials(secret)
        assert not member.is_staff
        member.name = "Ada Lovelace"
        member.save()
        token.member.refresh_from_db()
        assert (token.member.name, token.member.is_staff, token.member.is_superuser) == ("Ada Lovelace", True, True)

    def test_only_staff_gets_staff_scope(self, clara: Member) -> None:
        with pytest.raises(NotAllowed):
            issue_token(actor=clara, name="x", scopes=["staff"])

    def test_number_is_limited(self, clara: Member) -> None:
        ApiToken.objects.bulk_create(ApiToken(member=clara, name="x", digest=str(n)) for n in range(MOST_TOKENS))
        with pytest.raises(TooManyTokens):
            issue_token(actor=clara, name="x")

    def test_revoking(self, clara: Member, sam: Member) -> None:
        token, secret = issue_token(actor=clara, name="x")
        with pytest.raises(NotFound):
            revoke_token(actor=sam, token=token)
        revoke_token(actor=clara, token=token)
        revoke_token(actor=clara, token=token)
        assert calling_with(secret).get(ME).status_code == 401

    def test_last_use_is_noted_once_a_minute(self, clara: Member) -> None:
        token, secret = issue_token(actor=clara, name="x")
        calling_with(secret).get(ME)
        token.refresh_from_db()
        first = token.last_used_at
        assert first is not None
        calling_with(secret).get(ME)
        token.refresh_from_db()
        assert token.last_used_at == first
        ApiToken.objects.update(last_used_at=utc_now() - timedelta(minutes=2))
        calling_with(secret).get(ME)
        token.refresh_from_db()
        assert token.last_used_at > first
        clara.refresh_from_db()
        assert clara.last_active_at == token.last_used_at


class TestCommand:
    def test_creates_then_finds_and_every_token_works(self, capsys: pytest.CaptureFixture[str]) -> None:
        made = []
        for _number in range(2):
            call_command("member", "New@Example.com")
            made.append(json.loads(capsys.readouterr().out))
        assert made[0]["id"] == made[1]["id"]
        assert made[0]["email"] == "new@example.com"
        assert [calling_with(one["token"]).get(ME).status_code for one in made] == [200, 200]
        assert Member.objects.get().has_verified_email

    def test_staff_and_password(self, capsys: pytest.CaptureFixture[str], clara: Member, api: Api) -> None:
        call_command("member", "clara@example.com", "--staff", "--password", "another-long-one")
        clara.refresh_from_db()
        assert (clara.is_staff, clara.is_superuser, clara.name) == (True, True, "Clara Client")
        assert api(None).post(TOKENS, {"email": clara.email, "password": "another-long-one"}).status_code == 200
        call_command("member", "clara@example.com")
        clara.refresh_from_db()
        assert clara.is_staff
        assert clara.check_password("another-long-one")

    @pytest.mark.parametrize("email", ["nobody", "a@b@c", "", "x" * 300 + "@example.com"])
    def test_no_address(self, email: str) -> None:
        with pytest.raises(CommandError):
            call_command("member", email)
