"""The admin of the catalogue, the pages and the exchange rates."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import NotAllowed
from notifications.models import Event
from services.actions import keep_page, save_search, share_list, silence_search, stop_sharing
from services.exchange import forget_rates, to_eur
from services.models import (
    ExchangeRate,
    ListedPage,
    PageList,
    PageStatus,
    Question,
    SavedSearch,
    SearchEntry,
    Service,
    ServiceGroup,
    ServicePage,
)
from services.search.plan import weigh
from tests import factories

LogIn = Callable[[Member | None], Client]
LISTS = ("service", "servicegroup", "question", "servicepage", "exchangerate", "savedsearch", "pagelist")


@pytest.fixture
def browser(ada: Member, catalogue: dict[str, Service], log_in: LogIn) -> Client:
    """Ada's browser."""
    return log_in(ada)


def form_values(browser: Client, address: str) -> dict[str, Any]:
    """What the admin's form would send if nothing was changed."""
    context = browser.get(address).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    values: dict[str, Any] = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                values |= {bound.html_name: "on"} if value else {}
            elif value is not None:
                values[bound.html_name] = ",".join(value) if isinstance(value, list) else value
    return values


@pytest.mark.parametrize("model", LISTS)
def test_lists_are_for_staff(model: str, sam: Member, log_in: LogIn) -> None:
    for reader in (None, sam):
        assert log_in(reader).get(f"/admin/services/{model}/").status_code == 302


@pytest.mark.parametrize("model", LISTS)
def test_lists_take_the_same_queries_however_long(
    model: str, browser: Client, page: ServicePage, django_assert_max_num_queries: Any
) -> None:
    for _n in range(5):
        factories.make_page(services=[page.services.get()], indexed=False)
    with django_assert_max_num_queries(12):
        assert browser.get(f"/admin/services/{model}/?q=a").status_code == 200


def test_synonyms_and_skills_are_searched(browser: Client) -> None:
    Service.objects.filter(slug="logo-design").update(synonyms=["kwyjibo mark"])
    found = browser.get("/admin/services/service/?q=kwyjibo").context["cl"].result_list
    assert [service.slug for service in found] == ["logo-design"]


def test_an_edited_service_is_marked_and_its_pages_are_found_by_it(
    browser: Client, page: ServicePage, service: Service, eager_tasks: None, django_capture_on_commit_callbacks: Any
) -> None:
    address = f"/admin/services/service/{service.pk}/change/"
    values = form_values(browser, address) | {"synonyms": "kwyjibo"}
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(address, values).status_code == 302
    service.refresh_from_db()
    assert (service.synonyms, service.edited_by_host) == (["kwyjibo"], True)
    [term] = weigh("kwyjibo").terms
    assert term.number in SearchEntry.objects.values_list("terms", flat=True).get(page=page)


def test_questions_are_edited_below_their_group(browser: Client, service: Service) -> None:
    address = f"/admin/services/servicegroup/{service.group_id}/change/"
    values = form_values(browser, address)
    question = Question.objects.filter(group=service.group, service=None).order_by("position").first()
    assert question is not None
    number = next(name.split("-")[1] for name, value in values.items() if name.endswith("-id") and value == question.pk)
    values[f"questions-{number}-text"] = "What is it all about?"
    assert browser.post(address, values).status_code == 302
    question.refresh_from_db()
    assert (question.text, question.edited_by_host, question.service_id) == ("What is it all about?", True, None)


def test_the_catalogue_is_switched_off_not_deleted(browser: Client, service: Service) -> None:
    assert browser.get(f"/admin/services/service/{service.pk}/delete/").status_code == 403
    browser.post("/admin/services/service/", {"action": "switch_off", "_selected_action": [service.pk]})
    service.refresh_from_db()
    assert not service.is_active
    browser.post("/admin/services/service/", {"action": "switch_on", "_selected_action": [service.pk]})
    assert Service.objects.get(pk=service.pk).is_active


def test_a_new_group_can_be_made(browser: Client) -> None:
    values = form_values(browser, "/admin/services/servicegroup/add/")
    values |= {"name": "Knots", "slug": "knots"}
    assert browser.post("/admin/services/servicegroup/add/", values).status_code == 302
    assert ServiceGroup.objects.get(slug="knots").edited_by_host


def test_pages_are_paused_and_published_by_the_action(browser: Client, page: ServicePage, ada: Member) -> None:
    draft = factories.make_page(status=PageStatus.DRAFT, title="", indexed=False, services=[page.services.get()])
    browser.post("/admin/services/servicepage/", {"action": "pause", "_selected_action": [page.pk]})
    page.refresh_from_db()
    assert page.status == PageStatus.PAUSED
    assert not SearchEntry.objects.filter(page=page).exists()
    chosen = {"action": "publish", "_selected_action": [page.pk, draft.pk]}
    html = browser.post("/admin/services/servicepage/", chosen, follow=True).content.decode()
    page.refresh_from_db()
    assert page.status == PageStatus.PUBLISHED
    assert "This page is not complete yet." in html and "Done for 1 row." in html
    assert Event.objects.filter(kind="page.paused", actor=ada).exists()


def test_staff_correct_a_page_by_the_rules(browser: Client, page: ServicePage) -> None:
    address = f"/admin/services/servicepage/{page.pk}/change/"
    values = form_values(browser, address)
    assert browser.post(address, values | {"title": "Corrected title"}).status_code == 302
    page.refresh_from_db()
    assert (page.title, page.slug) == ("Corrected title", "corrected-title")
    html = browser.post(address, values | {"skills": ",".join(f"s{n}" for n in range(21))}).content.decode()
    assert "Choose at most 20 skills." in html
    assert "Give your page a title." in browser.post(address, values | {"title": ""}).content.decode()
    assert browser.get(f"/admin/services/servicepage/{page.pk}/delete/").status_code == 403
    assert browser.get("/admin/services/servicepage/add/").status_code == 403


def test_an_edited_rate_compares_prices_anew(
    browser: Client, page: ServicePage, eager_tasks: None, django_capture_on_commit_callbacks: Any
) -> None:
    ServicePage.objects.filter(pk=page.pk).update(currency="USD", rate=10_000)
    address = "/admin/services/exchangerate/USD/change/"
    with django_capture_on_commit_callbacks(execute=True):
        assert browser.post(address, {"per_euro": "2"}).status_code == 302
    assert SearchEntry.objects.get(page=page).rate_eur == 50
    assert to_eur(10_000, "USD") == 50
    forget_rates()


def test_only_real_currencies_have_rates(browser: Client) -> None:
    address = "/admin/services/exchangerate/add/"
    assert "not a currency code" in browser.post(address, {"currency": "XXX", "per_euro": "2"}).content.decode()
    assert browser.post(address, {"currency": "MGA", "per_euro": "0"}).status_code == 200
    assert browser.post(address, {"currency": "mga", "per_euro": "5000"}).status_code == 302
    assert ExchangeRate.objects.get(currency="MGA").per_euro == 5000
    forget_rates()


def test_staff_without_the_right_are_refused(sam: Member, page: ServicePage, log_in: LogIn) -> None:
    Member.objects.filter(pk=sam.pk).update(is_staff=True)
    sam.refresh_from_db()
    for model in LISTS:
        assert log_in(sam).get(f"/admin/services/{model}/").status_code == 403


class TestWhatMembersKeep:
    """Saved searches and lists."""

    @pytest.fixture
    def search(self, clara: Member, service: Service) -> SavedSearch:
        """Clara's search, once a day."""
        given = QueryDict("q=logos&service=logo-design")
        return save_search(actor=clara, kind="pages", given=given, alert="daily", name="For spring", now=utc_now())

    @pytest.fixture
    def listed(self, clara: Member, page: ServicePage) -> ListedPage:
        """Paul's page on a list of Clara's that she shares."""
        kept = keep_page(actor=clara, page=page, note="Too dear?", now=utc_now())
        share_list(actor=clara, page_list=kept.list)
        return kept

    def test_searches_are_found_by_member_name_kind_and_alert(self, browser: Client, search: SavedSearch) -> None:
        for query, found in (
            ("q=clara@example.com", True),
            ("q=spring", True),
            ("q=paul@example.com", False),
            ("kind=pages", True),
            ("kind=board", False),
            ("alert__exact=daily", True),
            ("alert__exact=off", False),
        ):
            shown = browser.get(f"/admin/services/savedsearch/?{query}").context["cl"].result_list
            assert list(shown) == ([search] if found else []), query

    def test_a_search_is_shown_in_words_and_not_changed(self, browser: Client, search: SavedSearch) -> None:
        address = f"/admin/services/savedsearch/{search.pk}/change/"
        shown = browser.get(address).content.decode()
        assert "“logos”, Logo design" in shown
        assert "/services/?q=logos&amp;service=logo-design" in shown
        assert browser.post(address, {"name": "x"}).status_code == 403
        assert browser.get(f"/admin/services/savedsearch/{search.pk}/delete/").status_code == 403

    def test_alerts_are_turned_off_once_and_on_record(
        self, browser: Client, search: SavedSearch, ada: Member, clara: Member
    ) -> None:
        for _each in range(2):
            browser.post("/admin/services/savedsearch/", {"action": "silence", "_selected_action": [search.pk]})
        search.refresh_from_db()
        assert (search.alert, search.due_at) == ("off", None)
        event = Event.objects.get(kind="saved_search.silenced")
        assert (event.actor, event.subject_id) == (ada, str(search.pk))

    def test_lists_without_notes_and_links(self, browser: Client, listed: ListedPage) -> None:
        token = PageList.objects.get().token or ""
        for query, found in (("shared=yes", 1), ("shared=no", 0), ("q=clara@example.com", 1), ("q=Summer", 0)):
            assert len(browser.get(f"/admin/services/pagelist/?{query}").context["cl"].result_list) == found, query
        shown = browser.get(f"/admin/services/pagelist/{listed.list_id}/change/").content.decode()
        assert str(listed.page) in shown
        assert "Too dear?" not in shown
        assert token not in shown

    def test_sharing_is_stopped_on_record(self, browser: Client, listed: ListedPage, ada: Member) -> None:
        token = PageList.objects.get().token
        for _each in range(2):
            browser.post("/admin/services/pagelist/", {"action": "unshare", "_selected_action": [listed.list_id]})
        assert browser.get(f"/lists/{token}/").status_code == 404
        assert Event.objects.get(kind="page_list.unshared").actor == ada

    def test_staff_without_the_permission_do_neither(
        self, search: SavedSearch, listed: ListedPage, sam: Member
    ) -> None:
        Member.objects.filter(pk=sam.pk).update(is_staff=True)
        sam.refresh_from_db()
        with pytest.raises(NotAllowed):
            silence_search(actor=sam, search=search, now=utc_now())
        with pytest.raises(NotAllowed):
            stop_sharing(actor=sam, page_list=listed.list, now=utc_now())
