"""What is kept in the process is what would be drawn anew."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, connections
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from accounts.models import Member
from services.models import ServicePage
from sitesettings.models import SiteSettings

LogIn = Callable[[Member | None], Client]


def frame(browser: Client, path: str) -> str:
    """The page without what stands between header and footer."""
    head, _main, foot = browser.get(path).content.decode().replace("</main>", "<main").split("<main")
    return head.partition("<body")[2] + foot


@pytest.mark.django_db
class TestTheFrame:
    def test_the_present_page_is_marked_and_no_other(self, log_in: LogIn) -> None:
        browser = log_in(None)
        for _again in range(2):  # drawn and kept
            for path in ("/", "/services/", reverse("terms"), "/accounts/login/", "/services/?q=logo"):
                marked = frame(browser, path).split('aria-current="page"')[:-1]
                here = path.partition("?")[0]
                assert {each.rpartition('href="')[2].partition('"')[0] for each in marked} <= {here}
                assert bool(marked) == (here != "/")

    def test_a_change_of_the_site_shows_at_once(self, log_in: LogIn) -> None:
        browser = log_in(None)
        assert "Marketplace</span>" in frame(browser, "/services/")
        SiteSettings(name="Craft & Co").save()
        assert "Craft &amp; Co</span>" in frame(browser, "/services/")

    def test_members_and_others_see_their_own(self, log_in: LogIn, clara: Member, paul: Member) -> None:
        stranger = frame(log_in(None), "/services/")
        for member in (clara, paul):
            own = frame(log_in(member), "/services/")
            assert member.email in own
            assert "Sign up" not in own
        assert frame(log_in(None), "/services/") == stranger
        assert "Sign up" in stranger

    def test_what_depends_on_named_values_is_drawn_for_each(self) -> None:
        template = Template("{% kept name %}<b>{{ name }}</b>{% endkept %}")
        for name in ("one", "two", "<one>", "one"):
            shown = template.render(Context({"user": AnonymousUser(), "name": name}))
            assert shown == f"<b>{name.replace('<', '&lt;').replace('>', '&gt;')}</b>"


def test_constant_texts_follow_the_language() -> None:
    template = Template('{% load i18n %}{% translate "Yes" %} 100 {% translate "No" as no %}{{ no }}')
    for _again in range(2):
        for language, shown in (("en", "Yes 100 No"), ("de", "Ja 100 Nein"), ("fr", "Oui 100 Non")):
            with override(language):
                assert template.render(Context()) == shown


def test_texts_that_are_not_constant_are_still_translated() -> None:
    template = Template('{% load i18n %}{% translate word %}, {% translate "Yes"|upper %}, {% translate "5 %" %}')
    with override("de"):
        assert template.render(Context({"word": "Yes"})) == "Ja, JA, 5 %"


def test_addresses_of_files_are_looked_up_as_they_are_by_django() -> None:
    template = Template(
        "{% load static %}{% static 'img/favicon.svg' %} {% static name %} {% static 'a b.css' as kept %}{{ kept }}"
    )
    shown = template.render(Context({"name": "js/menu.js"}))
    assert shown == "/static/img/favicon.svg /static/js/menu.js /static/a%20b.css"


@pytest.mark.django_db(transaction=True)
class TestTheConnection:
    """Of a process that keeps it from request to request."""

    def test_one_that_the_server_closed_is_opened_again(self, page: ServicePage) -> None:
        ServicePage.objects.count()
        other = connections.create_connection("default")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            process = cursor.fetchone()[0]
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        other.close()
        connection.close_if_unusable_or_obsolete()  # as at the beginning of a request
        assert ServicePage.objects.count() == 1

    def test_one_that_was_closed_here_is_opened_again(self, page: ServicePage) -> None:
        ServicePage.objects.count()
        connection.connection.close()
        connection.close_if_unusable_or_obsolete()
        assert ServicePage.objects.count() == 1


@pytest.mark.django_db
def test_each_answer_has_its_own_nonce_where_the_page_uses_one(log_in: LogIn, page: ServicePage) -> None:
    browser, nonces = log_in(None), set()
    for _twice in range(2):
        answer = browser.get(f"/services/{page.slug}/")
        (nonce,) = re.findall("'nonce-([^']+)'", answer["Content-Security-Policy"])
        assert f'nonce="{nonce}"' in answer.content.decode()
        nonces.add(nonce)
    assert len(nonces) == 2
    plain = browser.get("/services/")["Content-Security-Policy"]
    assert "nonce" not in plain
    assert sorted(plain.split("; ")) == sorted(
        re.sub(" 'nonce-[^']+'", "", answer["Content-Security-Policy"]).split("; ")
    )
