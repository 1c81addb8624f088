"""Files in the guided form and on the page for changes, chosen without JavaScript: none is lost on the way."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Member
from attachments.models import Attachment
from requests.models import ServiceRequest
from services.models import Service
from tests import factories

pytestmark = pytest.mark.django_db
LogIn = Callable[[Member | None], Client]
AT = "/requests/new/details/"
DETAILS = {"title": "A sign for our shop", "details": "Gold letters on green."}


@pytest.fixture
def browser(clara: Member, log_in: LogIn) -> Client:
    """Clara's, at the step that takes files."""
    factories.make_service("sign-painting")
    browser = log_in(clara)
    browser.post("/requests/new/service/", {"service": "sign-painting"})
    return browser


def a_file(name: str = "plan.txt", contents: bytes = b"Two metres wide.") -> SimpleUploadedFile:
    """What the browser's own control sends."""
    return SimpleUploadedFile(name, contents)


def chosen(browser: Client, at: str = AT) -> list[str]:
    """Names of the files that the page has ticked."""
    return names(browser.get(at).content.decode())


def names(shown: str) -> list[str]:
    """The same of a page's HTML."""
    row = r'name="attachments" value="[^"]+" checked>.*?attachment-row__name" dir="auto">([^<]+)<'
    return re.findall(row, shown, re.S)


@pytest.mark.parametrize(("go", "there"), [("back", "/requests/new/service/"), ("next", "/requests/new/budget/")])
def test_a_step_back_or_on_keeps_them(browser: Client, go: str, there: str) -> None:
    answer = browser.post(AT, DETAILS | {"attachments_new": [a_file(), a_file("more.txt")], "go": go})
    assert answer["Location"] == there
    assert chosen(browser) == ["plan.txt", "more.txt"]
    kept = [str(each.pk) for each in Attachment.objects.order_by("created_at")]
    browser.post(AT, DETAILS | {"attachments": kept[:1], "attachments_new": [a_file("third.txt")], "go": go})
    assert chosen(browser) == ["plan.txt", "third.txt"]


def test_back_with_everything_else_missing(browser: Client) -> None:
    assert browser.post(AT, {"attachments_new": a_file(), "go": "back"})["Location"] == "/requests/new/service/"
    assert chosen(browser) == ["plan.txt"]


def test_an_error_in_another_field_costs_none(browser: Client) -> None:
    answer = browser.post(AT, {"title": "", "attachments_new": a_file(), "go": "next"})
    assert answer.status_code == 400
    assert names(answer.content.decode()) == ["plan.txt"]
    assert chosen(browser) == ["plan.txt"]


def test_a_rule_that_is_broken_costs_none(browser: Client) -> None:
    answer = browser.post(AT, DETAILS | {"title": "x" * 141, "attachments_new": a_file(), "go": "next"})
    assert answer.status_code == 400
    assert chosen(browser) == ["plan.txt"]


def test_one_that_is_refused_is_named_on_the_way_back(browser: Client) -> None:
    new = [a_file(), a_file("run.exe", b"MZ\x90\0")]
    answer = browser.post(AT, DETAILS | {"attachments_new": new, "go": "back"}, follow=True)
    assert "run.exe" in answer.content.decode()
    assert chosen(browser) == ["plan.txt"]


def test_they_are_posted_with_the_request(browser: Client) -> None:
    browser.post(AT, DETAILS | {"attachments_new": a_file(), "go": "back"})
    kept = str(Attachment.objects.get().pk)
    browser.post("/requests/new/service/", {"service": "sign-painting", "go": "next"})
    browser.post(AT, DETAILS | {"attachments": kept, "go": "next"})
    budget = {"budget_type": "help", "time_frame": "flexible", "go": "next"}
    browser.post("/requests/new/budget/", budget)
    browser.post("/requests/new/where/", {"work_location": "remote", "languages": "en", "go": "next"})
    review = browser.get("/requests/new/review/")
    browser.post("/requests/new/review/", {"go": "publish", "form_key": review.context["form_key"]})
    assert [each.name for each in ServiceRequest.objects.get().attachments.all()] == ["plan.txt"]


def test_files_of_others_are_not_kept(browser: Client, sam: Member) -> None:
    theirs = factories.make_attachment(sam)
    browser.post(AT, DETAILS | {"attachments": str(theirs.pk), "go": "back"})
    assert chosen(browser) == []


def test_on_the_page_for_changes(clara: Member, log_in: LogIn, service: Service) -> None:
    request: Any = factories.make_request(clara, service=service)
    answer = log_in(clara).post(f"/requests/{request.pk}/edit/", {"title": "", "attachments_new": a_file()})
    assert answer.status_code == 400
    assert names(answer.content.decode()) == ["plan.txt"]
