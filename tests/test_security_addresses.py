"""Every address of the site, tried by those whom it is none of their business: nothing leaks, nothing breaks."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from accounts.models import Member
from marketplace.clock import utc_now
from requests import actions
from requests.matching import run
from requests.models import Match
from services.models import PageStatus, Service, ServicePage
from tests import factories

LogIn = Callable[[Member | None], Client]
SECRET = "Zebrafish"
"""Stands in everything that is nobody else's business."""
CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
LEFT_OUT = {"api/v1/stream/"}
"""Answers for ever; has tests of its own."""
PUBLIC = {
    *("", "services/", "healthz", "readyz", "robots.txt", "sitemap.xml", "manifest.webmanifest", "requests/new/"),
    *("styleguide/", "dev/mail/", "api/v1/catalogue/", "api/v1/services/", "api/v1/schema/", "api/v1/docs/"),
}
"""Some of what is for everybody: these must answer, so that the walk is known to arrive."""


def routes(patterns: list[Any] | None = None, before: str = "") -> Iterator[str]:
    """All addresses that are written as routes, without their first slash."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(each.pattern, RoutePattern):
            continue
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


@pytest.fixture
def secrets(clara: Member, paul: Member, page: ServicePage, service: Service) -> dict[str, str]:
    """Values for the parameters of addresses: what they name belongs to Clara and Paul."""
    body = {
        "service": service.slug,
        "title": f"{SECRET} logo",
        "details": f"{SECRET}, round.",
        "budget_type": "fixed",
        "work_location": "remote",
    }
    request = actions.post_request(actor=clara, values=body, now=utc_now())
    run.match(request.pk, now=utc_now())
    ServicePage.objects.filter(pk=page.pk).update(status=PageStatus.PAUSED, title=f"{SECRET} by Paul")
    match = Match.objects.get(request=request)
    return {
        "request_id": str(request.pk),
        "match_id": str(match.pk),
        "page_id": str(page.pk),
        "slug": page.slug,
        "member_id": str(clara.pk),
        "app_label": "requests",
    }


def filled(route: str, values: dict[str, str], *, otherwise: str) -> str:
    """An address that the route takes. Values of unknown parameters fit their kind."""

    def value(found: re.Match[str]) -> str:
        kind, name = found[1] or "str", found[2]
        usual = {"uuid": otherwise, "int": "1"}.get(kind, "x")
        return values.get(name, usual)

    return "/" + CONVERTER.sub(value, route)


def problems(client: Client, method: str, address: str) -> list[str]:
    """What is wrong with the answer for somebody who has no right to anything."""
    answer = getattr(client, method)(address)
    found = []
    if answer.status_code >= 500 and answer.status_code != 503:
        found.append(f"{method} {address}: {answer.status_code}")
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if SECRET.encode() in body:
        found.append(f"{method} {address}: leaks")
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_nobody_else_reads_or_breaks_anything(secrets: dict[str, str], sam: Member, log_in: LogIn, who: str) -> None:
    found: list[str] = []
    for route in sorted(set(routes()) - LEFT_OUT):
        for ids in [secrets["request_id"], secrets["match_id"], secrets["page_id"]] if "uuid" in route else [""]:
            client = log_in(sam if who == "stranger" else None)
            client.raise_request_exception = False
            address = filled(route, secrets, otherwise=ids)
            found += problems(client, "get", address)
            if not route.startswith("admin/"):
                found += problems(client, "post", address)
    assert found == []


@pytest.mark.django_db
def test_strangers_change_nothing(secrets: dict[str, str], sam: Member, log_in: LogIn) -> None:
    request = Match.objects.get(pk=secrets["match_id"]).request
    before = (request.status, request.version, request.proposal_count, ServicePage.objects.get().status)
    for route in sorted(set(routes()) - LEFT_OUT):
        if "uuid" in route and not route.startswith("admin/"):
            for ids in (secrets["request_id"], secrets["match_id"], secrets["page_id"]):
                client = log_in(sam)
                client.raise_request_exception = False
                client.post(filled(route, secrets, otherwise=ids), {"reason": "other", "title": "Mine now"})
    request.refresh_from_db()
    after = (request.status, request.version, request.proposal_count, ServicePage.objects.get().status)
    assert after == before


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "member"])
def test_the_staff_keeps_its_own(who: str, sam: Member, log_in: LogIn) -> None:
    """Every address of the admin and of the insights asks for somebody of the staff."""
    client = log_in(sam if who == "member" else None)
    open_to_all = {"admin/login/", "admin/logout/", "admin/jsi18n/"}
    for route in sorted(set(routes()) - open_to_all):
        if route.startswith(("admin/", "insights/", "api/v1/stats/")):
            answer = client.get(filled(route, {}, otherwise=str(uuid4())))
            assert answer.status_code in {302, 401, 403, 404}, route
            assert answer.status_code != 302 or "login" in answer["Location"], route


@pytest.mark.django_db
def test_staff_breaks_nothing_by_looking(secrets: dict[str, str], ada: Member, log_in: LogIn) -> None:
    client = log_in(ada)
    client.raise_request_exception = False
    broken = []
    for route in sorted(set(routes()) - LEFT_OUT):
        answer = client.get(filled(route, secrets, otherwise=secrets["request_id"]))
        if answer.status_code >= 500 and answer.status_code != 503:
            broken.append(f"{route}: {answer.status_code}")
    assert broken == []


@pytest.mark.django_db
def test_the_walk_arrives(catalogue: dict[str, Service], log_in: LogIn) -> None:
    known = set(routes())
    assert known >= PUBLIC - {"styleguide/", "dev/mail/"}
    assert {path for path in PUBLIC & known if log_in(None).get(f"/{path}").status_code >= 400} <= {"readyz"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_log_in_never_leads_elsewhere(clara: Member, target: str) -> None:
    sent = {"login": clara.email, "password": factories.PASSWORD, "next": target}
    answer = Client().post("/accounts/login/", sent)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/")
    assert "evil" not in answer["Location"]
    assert "javascript" not in answer["Location"]


@pytest.mark.django_db
def test_log_in_makes_a_new_session(clara: Member) -> None:
    client = Client()
    client.session.save()
    client.session["planted"] = "by somebody else"
    fixed = client.session.session_key
    client.cookies["sessionid"] = fixed or ""
    client.post("/accounts/login/", {"login": clara.email, "password": factories.PASSWORD})
    assert client.session.session_key != fixed


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/api/v1/catalogue/", "/accounts/login/"])
def test_other_hosts_are_refused(path: str, client: Client) -> None:
    answer = client.get(path, headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.django_db
def test_nobody_learns_who_has_an_account(clara: Member, client: Client) -> None:
    for path, name in (("/accounts/password/reset/", "email"), ("/accounts/signup/", "email")):
        sent = {"password1": "a-long-pass-phrase-7", "name": "Somebody"}
        known = client.post(path, {**sent, name: clara.email})
        unknown = Client().post(path, {**sent, name: "nobody@example.com"})
        assert (known.status_code, known.headers.get("Location")) == (
            unknown.status_code,
            unknown.headers.get("Location"),
        ), path
