"""Calls that take effect once: Idempotency-Key in the API, form keys on pages."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient
from rest_framework.views import APIView

from accounts.idempotency import Call, forget_old_answers, idempotent, new_form_key, submit_once
from accounts.models import Block, IdempotencyKey, Member
from accounts.tasks import forget_expired
from marketplace.api import StrictSerializer
from marketplace.clock import utc_now
from marketplace.errors import Conflict
from marketplace.urls import urlpatterns as real_patterns
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
Api = Callable[[Member | None], APIClient]
LogIn = Callable[[Member | None], Client]


class BlockSerializer(StrictSerializer):
    email = serializers.EmailField()
    refuse = serializers.CharField(required=False)


class BlocksView(APIView):
    @idempotent
    def post(self, request: Request) -> Response:
        serializer = BlockSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        blocker = request.user
        assert isinstance(blocker, Member)
        blocked = factories.make_member(serializer.validated_data["email"])
        block = Block.objects.create(blocker=blocker, blocked=blocked)
        if "refuse" in serializer.validated_data:
            raise Conflict
        return Response({"z": block.pk, "a": blocked.name or "é"}, status=201)


def block_form(request: HttpRequest) -> HttpResponse:
    def run() -> str:
        factories.make_member(request.POST["email"])
        return f"/done/{Member.objects.count()}/"

    return HttpResponse(submit_once(request, run))


urlpatterns = [path("api/v1/blocks/", BlocksView.as_view()), path("form/", block_form), *real_patterns]


def post(client: APIClient, key: str | None, **body: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/v1/blocks/", body, headers=headers)


class TestApi:
    def test_same_body_gets_the_same_bytes_and_creates_once(self, api: Api, clara: Member) -> None:
        client = api(clara)
        first = post(client, "one", email="x@example.com")
        second = post(client, "one", email="x@example.com")
        assert (first.status_code, second.status_code) == (201, 201)
        assert first.content == second.content
        assert first["Content-Type"] == second["Content-Type"]
        assert "Idempotent-Replayed" not in first
        assert second["Idempotent-Replayed"] == "true"
        assert Block.objects.count() == 1

    def test_order_of_fields_does_not_make_another_body(self, api: Api, clara: Member) -> None:
        client = api(clara)
        bodies = ['{"email": "x@example.com"}', '{ "email":"x@example.com" }']
        for body in bodies:
            answer = client.post(
                "/api/v1/blocks/", body, content_type="application/json", headers={"Idempotency-Key": "one"}
            )
            assert answer.status_code == 201

    def test_other_body_is_409(self, api: Api, clara: Member) -> None:
        post(api(clara), "one", email="x@example.com")
        answer = post(api(clara), "one", email="y@example.com")
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
        assert Block.objects.count() == 1

    def test_other_member_or_no_key_is_another_call(self, api: Api, clara: Member, sam: Member) -> None:
        post(api(clara), "one", email="x@example.com")
        assert "Idempotent-Replayed" not in post(api(sam), "one", email="y@example.com")
        assert post(api(clara), None, email="z@example.com").status_code == 201
        assert Block.objects.count() == 3

    def test_refused_call_leaves_the_key_free_and_changes_nothing(self, api: Api, clara: Member) -> None:
        assert post(api(clara), "one", email="no address").status_code == 400
        assert post(api(clara), "one", email="x@example.com", refuse="yes").status_code == 409
        assert not Block.objects.exists()
        assert post(api(clara), "one", email="x@example.com").status_code == 201

    def test_key_is_free_again_after_24_hours(self, api: Api, clara: Member) -> None:
        post(api(clara), "one", email="x@example.com")
        IdempotencyKey.objects.update(created_at=utc_now() - timedelta(hours=24, seconds=1))
        assert post(api(clara), "one", email="y@example.com").status_code == 201
        assert IdempotencyKey.objects.count() == 1

    @pytest.mark.parametrize("key", ["", " ", "ä", "x" * 256, "two words"])
    def test_unusable_key(self, api: Api, clara: Member, key: str) -> None:
        answer = post(api(clara), key, email="x@example.com")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")

    def test_sweep_forgets_only_old_answers(self, api: Api, clara: Member) -> None:
        for number in range(2):
            post(api(clara), f"key-{number}", email=f"x{number}@example.com")
        IdempotencyKey.objects.filter(key="key-0").update(created_at=utc_now() - timedelta(hours=25))
        assert forget_old_answers(now=utc_now()) == 1
        forget_expired()
        assert IdempotencyKey.objects.get().key == "key-1"


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_still_running_is_409_and_a_crash_frees_the_key(self, api: Api, clara: Member) -> None:
        call = Call(member=clara, path="/api/v1/blocks/", key="one", digest="")
        holding, release = threading.Event(), threading.Event()

        def first_call_that_dies() -> None:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", call.locks())
                holding.set()
                release.wait(10)
                transaction.set_rollback(True)
            connection.close()

        thread = threading.Thread(target=first_call_that_dies)
        thread.start()
        assert holding.wait(10)
        answer = post(api(clara), "one", email="x@example.com")
        assert (answer.status_code, answer.json()["code"]) == (409, "in_progress")
        release.set()
        thread.join()
        assert post(api(clara), "one", email="x@example.com").status_code == 201

    def test_simultaneous_calls_create_one(self, api: Api, clara: Member) -> None:
        clients = [api(clara) for _number in range(6)]
        start = threading.Barrier(len(clients))
        codes: list[int] = []

        def call(client: APIClient) -> None:
            start.wait()
            codes.append(post(client, "one", email="x@example.com").status_code)
            connection.close()

        threads = [threading.Thread(target=call, args=[client]) for client in clients]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 201 in codes
        assert set(codes) <= {201, 409}
        assert Block.objects.count() == 1


class TestForms:
    def test_double_click_goes_where_the_first_went(self, log_in: LogIn, clara: Member) -> None:
        browser, form = log_in(clara), {"form_key": new_form_key(), "email": "x@example.com"}
        assert browser.post("/form/", form).content == browser.post("/form/", form).content
        assert Member.objects.filter(email="x@example.com").count() == 1

    def test_changed_form_is_another_submission(self, log_in: LogIn, clara: Member) -> None:
        browser, key = log_in(clara), new_form_key()
        for email in ["x@example.com", "y@example.com"]:
            browser.post("/form/", {"form_key": key, "email": email})
        assert Member.objects.count() == 3

    @pytest.mark.parametrize("key", ["", "\x00", "é" * 300])
    def test_without_a_usable_key_it_just_runs(self, log_in: LogIn, clara: Member, key: str) -> None:
        assert log_in(clara).post("/form/", {"form_key": key, "email": "x@example.com"}).status_code == 200
