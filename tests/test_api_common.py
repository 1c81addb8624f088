"""What all of the API shares, tried on a few views of its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import connection
from django.http import Http404
from django.test import override_settings
from django.urls import path
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.models import Member
from marketplace.api import CursorPages, MemberThrottle, StrictSerializer, check_filters, read_cursor, write_cursor
from marketplace.api.paging import CursorExpired, InvalidCursor
from marketplace.errors import Conflict
from marketplace.urls import urlpatterns as real_patterns
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
Api = Callable[[Member | None], APIClient]
MOMENT = datetime(2026, 3, 1, 13, 30, tzinfo=timezone(timedelta(hours=1)))


class PlaceSerializer(StrictSerializer):
    city = serializers.CharField(max_length=20)


class ThingSerializer(StrictSerializer):
    name = serializers.CharField(max_length=20)
    count = serializers.IntegerField(required=False, min_value=1)
    place = PlaceSerializer(required=False)
    tags = serializers.ListField(child=serializers.CharField(max_length=5), required=False)
    id = serializers.UUIDField(read_only=True)
    made_at = serializers.DateTimeField(read_only=True)


class ThingView(APIView):
    def get(self, request: Request) -> Response:
        check_filters(request, {"colour"})
        made_at = MOMENT.astimezone(UTC)
        return Response(ThingSerializer({"name": "x", "id": UUID(int=7), "made_at": made_at}).data)

    def post(self, request: Request) -> Response:
        serializer = ThingSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data, status=201)


class TroubleView(APIView):
    permission_classes = [AllowAny]

    def get(self, request: Request, kind: str) -> Response:
        if kind == "conflict":
            raise Conflict("Too late.")
        if kind == "missing":
            raise Http404
        if kind == "django":
            raise DjangoValidationError({"rate": [DjangoValidationError("Too low.", code="too_low")]})
        if kind == "data":
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s::smallint", [10**9])
        raise RuntimeError("a bug")


class MembersSerializer(serializers.ModelSerializer[Member]):
    class Meta:
        model = Member
        fields = ["id", "email"]


class MembersView(ListAPIView[Member]):
    queryset = Member.objects.all()
    serializer_class = MembersSerializer
    pagination_class = CursorPages
    permission_classes = [AllowAny]
    page_size = 3


class ThrottledView(APIView):
    permission_classes = [AllowAny]
    throttle_classes = [MemberThrottle]

    def get(self, request: Request) -> Response:
        return Response({})


urlpatterns = [
    path("api/v1/thing/", ThingView.as_view()),
    path("api/v1/trouble/<str:kind>/", TroubleView.as_view()),
    path("api/v1/members/", MembersView.as_view()),
    path("api/v1/throttled/", ThrottledView.as_view()),
    *real_patterns,
]


def post(client: APIClient, body: bytes, content_type: str = "application/json") -> Any:
    return client.post("/api/v1/thing/", body, content_type=content_type)


class TestAnswers:
    def test_times_are_utc_with_z_and_ids_are_text(self, api: Api, clara: Member) -> None:
        assert api(clara).get("/api/v1/thing/").json() == {
            "name": "x",
            "id": "00000000-0000-0000-0000-000000000007",
            "made_at": "2026-03-01T12:30:00Z",
        }

    def test_unknown_address_is_json(self, api: Api) -> None:
        answer = api(None).get("/api/v1/nowhere/")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert "slash" in api(None).post("/api/v1/nowhere", {}).json()["message"]

    def test_accept_header_is_forgiven(self, api: Api, clara: Member) -> None:
        answer = api(clara).get("/api/v1/thing/", headers={"accept": "text/turtle"})
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")


class TestErrors:
    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            ("conflict", 409, "conflict"),
            ("missing", 404, "not_found"),
            ("django", 400, "invalid"),
            ("data", 400, "invalid"),
        ],
    )
    def test_each_kind(self, api: Api, kind: str, status: int, code: str) -> None:
        answer = api(None).get(f"/api/v1/trouble/{kind}/")
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert set(answer.json()) <= {"code", "message", "fields"}

    def test_django_validation_keeps_codes(self, api: Api) -> None:
        fields = api(None).get("/api/v1/trouble/django/").json()["fields"]
        assert fields == {"rate": [{"code": "too_low", "message": "Too low."}]}

    def test_bug_is_500_without_details_and_logged(self, caplog: pytest.LogCaptureFixture) -> None:
        client = APIClient(raise_request_exception=False)
        answer = client.get("/api/v1/trouble/bug/")
        assert (answer.status_code, answer.json()["code"]) == (500, "server_error")
        assert "a bug" not in answer.content.decode()
        assert "RuntimeError: a bug" in caplog.text

    def test_anonymous_is_401(self, api: Api) -> None:
        answer = api(None).get("/api/v1/thing/")
        assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
        assert answer["WWW-Authenticate"] == "Token"

    def test_wrong_method_and_media_type(self, api: Api, clara: Member) -> None:
        answer = api(clara).delete("/api/v1/thing/")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        answer = post(api(clara), b"name=x", "application/x-www-form-urlencoded")
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")

    def test_session_post_needs_csrf_token(self, clara: Member) -> None:
        client = APIClient(enforce_csrf_checks=True)
        client.force_login(clara, backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post("/api/v1/thing/", {"name": "x"}, format="json")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


class TestBodies:
    @pytest.mark.parametrize(
        ("body", "code"),
        [
            (b"", "invalid"),
            (b"{", "invalid_json"),
            (b"   ", "invalid_json"),
            (b'{"name": NaN}', "invalid_json"),
            (b'{"name": 1e999}', "invalid_json"),
            (b'{"name": "\\ud800"}', "invalid_json"),
            (b'{"name": "\xff"}', "invalid_json"),
            (b'{"name": "\\u0000"}', "nul_character"),
            (b'{"na\\u0000me": "x"}', "nul_character"),
            (b'[{"name": "x"}]', "not_an_object"),
            (b'"name"', "not_an_object"),
            (b'{"a":' * 30 + b"1" + b"}" * 30, "too_deep"),
            (b"[" * 100_000 + b"]" * 100_000, "invalid_json"),
            (b'{"name": "' + b"x" * 6_000_000 + b'"}', "too_large"),
        ],
    )
    def test_bad_body_is_400_with_a_code(self, api: Api, clara: Member, body: bytes, code: str) -> None:
        answer = post(api(clara), body)
        assert (answer.status_code, answer.json()["code"]) == (400, code)

    def test_backslash_u0000_as_text_is_fine(self, api: Api, clara: Member) -> None:
        answer = post(api(clara), orjson.dumps({"name": "\\u0000"}))
        assert (answer.status_code, answer.json()["name"]) == (201, "\\u0000")

    def test_all_problems_at_once_with_dotted_names(self, api: Api, clara: Member) -> None:
        body = {"nam": "x", "id": str(uuid4()), "count": 0, "place": {"citty": "Rome"}, "tags": ["ok", "too long"]}
        answer = api(clara).post("/api/v1/thing/", body)
        assert answer.status_code == 400
        assert answer.json()["code"] == "unknown_field"
        assert {name: [one["code"] for one in found] for name, found in answer.json()["fields"].items()} == {
            "name": ["required"],
            "nam": ["unknown_field"],
            "id": ["read_only"],
            "count": ["min_value"],
            "place.city": ["required"],
            "place.citty": ["unknown_field"],
            "tags.1": ["max_length"],
        }

    def test_wrong_shape_of_nested_object(self, api: Api, clara: Member) -> None:
        answer = api(clara).post("/api/v1/thing/", {"name": "x", "place": "Rome"})
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["place"])

    def test_unknown_filter(self, api: Api, clara: Member) -> None:
        assert api(clara).get("/api/v1/thing/?colour=red").status_code == 200
        answer = api(clara).get("/api/v1/thing/?color=red")
        assert (answer.status_code, answer.json()["code"]) == (400, "unknown_filter")
        assert list(answer.json()["fields"]) == ["color"]


class TestPages:
    def test_walk_sees_each_row_once_though_rows_are_added(self, api: Api) -> None:
        made = {factories.make_member().email for _number in range(7)}
        seen: list[str] = []
        address: str | None = "/api/v1/members/"
        while address:
            page = api(None).get(address).json()
            assert set(page) == {"results", "next"}
            seen += [row["email"] for row in page["results"]]
            address = page["next"]
            assert address is None or address.startswith("http://testserver/api/v1/members/?cursor=")
            factories.make_member()
        assert len(seen) == 7
        assert set(seen) == made

    def test_equal_first_columns_are_told_apart(self, api: Api) -> None:
        for _number in range(5):
            factories.make_member(created_at=MOMENT)
        first = api(None).get("/api/v1/members/").json()
        second = api(None).get(first["next"]).json()
        assert len({row["id"] for row in first["results"] + second["results"]}) == 5
        assert second["next"] is None

    @pytest.mark.parametrize("cursor", ["x", "a:b:c", "x" * 5000, "é"])
    def test_bad_cursor(self, api: Api, cursor: str) -> None:
        answer = api(None).get(f"/api/v1/members/?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")

    @pytest.mark.parametrize("size", ["0", "-1", "101", "ten", "9" * 30, "١"])
    def test_bad_page_size(self, api: Api, size: str) -> None:
        answer = api(None).get(f"/api/v1/members/?page_size={size}")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["page_size"])

    def test_cursor_belongs_to_one_list_and_may_expire(self) -> None:
        cursor = write_cursor([UUID(int=1), 2.5], salt="pages")
        assert read_cursor(cursor, salt="pages", max_age=10) == [str(UUID(int=1)), 2.5]
        with pytest.raises(InvalidCursor):
            read_cursor(cursor, salt="members")
        with pytest.raises(CursorExpired):
            read_cursor(cursor, salt="pages", max_age=-1)


class TestThrottle:
    def test_headers_then_429_with_retry_after(self, api: Api, clara: Member) -> None:
        with override_settings(API_CALLS_A_MINUTE=2):
            client = api(clara)
            answers = [client.get("/api/v1/throttled/") for _number in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert all(answer["X-RateLimit-Limit"] == "2" for answer in answers)
        assert 1 <= int(answers[2]["Retry-After"]) <= 60
        assert answers[2].json()["code"] == "too_many_requests"

    def test_each_caller_has_an_own_count(self, api: Api, clara: Member, sam: Member) -> None:
        with override_settings(API_CALLS_A_MINUTE=1, API_ANONYMOUS_CALLS_A_MINUTE=1):
            for who in [clara, sam, None]:
                assert api(who).get("/api/v1/throttled/").status_code == 200
                assert api(who).get("/api/v1/throttled/").status_code == 429

    def test_wrong_tokens_count_by_address(self) -> None:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION="Token wrong")
        with override_settings(API_ANONYMOUS_CALLS_A_MINUTE=1):
            answers = [client.get("/api/v1/throttled/") for _number in range(2)]
        assert [answer.status_code for answer in answers] == [401, 429]
        assert answers[0]["X-RateLimit-Limit"] == "1"
