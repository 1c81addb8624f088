"""Creating, editing, publishing and pausing pages."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from accounts.models import Member
from marketplace.errors import IllegalMove, InvalidInput, NotAllowed
from notifications.models import Event
from services.actions import (
    PageExists,
    StalePage,
    create_page,
    pause_page,
    publish_page,
    record_rating,
    update_page,
)
from services.models import PageAddress, PageStatus, Service, ServicePage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WHOLE = {
    "title": "Logos for small breweries",
    "about": "I draw **logos**.",
    "services": ["logo-design"],
    "skills": ["Illustrator"],
    "languages": ["en", "de"],
    "work_location": "both",
    "place": {"country": "AT", "city": "Vienna"},
    "radius_km": 50,
    "pricing": "hourly",
    "rate": 6500,
    "currency": "EUR",
    "hours_per_week": 20,
}
PACKAGES = [
    {"tier": "basic", "name": "Sketch", "price": 20000, "delivery_days": 5},
    {"tier": "premium", "name": "All of it", "price": 90000, "extras": [{"name": "Source files", "price": 5000}]},
]


@pytest.fixture
def draft(paul: Member, catalogue: dict[str, Service]) -> ServicePage:
    """Paul's complete draft."""
    return create_page(actor=paul, values=WHOLE, now=NOW)


def codes(error: InvalidInput) -> dict[str, str]:
    """The first code of each wrong field."""
    return {name: problems[0]["code"] for name, problems in (error.fields or {}).items()}


def refused(page: ServicePage, **changes: Any) -> dict[str, str]:
    """The codes with which these changes are refused."""
    with pytest.raises(InvalidInput) as caught:
        update_page(actor=page.member, page=page, changes=changes, now=NOW)
    return codes(caught.value)


def test_a_whole_draft_is_stored_as_given(draft: ServicePage) -> None:
    page = ServicePage.objects.get(pk=draft.pk)
    assert (page.status, page.slug, page.version) == ("draft", "logos-for-small-breweries", 1)
    assert (page.country, page.city, page.radius_km, page.rate) == ("AT", "Vienna", 50, 6500)
    assert page.latitude == pytest.approx(48.2, abs=0.1)
    assert [offer.service.slug for offer in page.offers.all()] == ["logo-design"]


def test_a_member_has_one_page(draft: ServicePage) -> None:
    with pytest.raises(PageExists):
        create_page(actor=draft.member, values={}, now=NOW)


def test_an_empty_draft_is_fine_but_not_published(paul: Member) -> None:
    page = create_page(actor=paul, values={}, now=NOW)
    with pytest.raises(InvalidInput) as caught:
        publish_page(actor=paul, page=page, now=NOW)
    assert caught.value.code == "incomplete"
    assert set(codes(caught.value)) == {"title", "services", "about", "languages", "work_location", "pricing"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"work_location": "on_site", "place": None}, "place"),
        ({"work_location": "both", "place": {"country": "AT"}}, "place"),
        ({"pricing": "starting"}, "rate"),
        ({"pricing": "hourly", "rate": None}, "rate"),
        ({"pricing": "packages"}, "packages"),
        ({"services": []}, "services"),
        ({"languages": []}, "languages"),
        ({"about": "  \n "}, "about"),
    ],
)
def test_publishing_says_what_is_missing(draft: ServicePage, changes: dict[str, Any], missing: str) -> None:
    update_page(actor=draft.member, page=draft, changes=changes, now=NOW)
    with pytest.raises(InvalidInput) as caught:
        publish_page(actor=draft.member, page=draft, now=NOW)
    assert codes(caught.value) == {missing: "required"}


def test_a_published_page_stays_complete(draft: ServicePage) -> None:
    publish_page(actor=draft.member, page=draft, now=NOW)
    assert refused(draft, title="") == {"title": "required"}
    assert ServicePage.objects.get(pk=draft.pk).title == WHOLE["title"]


def test_publishing_twice_and_pausing_twice_is_harmless(draft: ServicePage) -> None:
    paul, later = draft.member, datetime(2026, 3, 3, tzinfo=UTC)
    publish_page(actor=paul, page=draft, now=NOW)
    publish_page(actor=paul, page=draft, now=later)
    pause_page(actor=paul, page=draft, now=later)
    pause_page(actor=paul, page=draft, now=later)
    page = publish_page(actor=paul, page=draft, now=later)
    assert (page.first_published_at, page.published_at) == (NOW, later)
    kinds = Event.objects.filter(subject_id=str(page.pk)).order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["page.created", "page.published", "page.paused", "page.published"]


def test_a_draft_cannot_be_paused(draft: ServicePage) -> None:
    with pytest.raises(IllegalMove):
        pause_page(actor=draft.member, page=draft, now=NOW)


def test_only_the_owner_and_staff_with_the_right_change_a_page(draft: ServicePage, sam: Member, ada: Member) -> None:
    for action in (publish_page, pause_page):
        with pytest.raises(NotAllowed):
            action(actor=sam, page=draft, now=NOW)
    with pytest.raises(NotAllowed):
        update_page(actor=sam, page=draft, changes={"title": "Mine now"}, now=NOW)
    publish_page(actor=draft.member, page=draft, now=NOW)
    assert pause_page(actor=ada, page=draft, now=NOW).status == PageStatus.PAUSED


def test_a_stale_change_is_refused_unless_it_changes_nothing(draft: ServicePage) -> None:
    paul = draft.member
    page = update_page(actor=paul, page=draft, changes={"title": "First"}, now=NOW, version=1)
    assert page.version == 2
    assert update_page(actor=paul, page=draft, changes={"title": "First"}, now=NOW, version=1).version == 2
    with pytest.raises(StalePage):
        update_page(actor=paul, page=draft, changes={"title": "Second"}, now=NOW, version=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"title": "x" * 121}, {"title": "max_length"}),
        ({"title": "a\0b"}, {"title": "null_characters_not_allowed"}),
        ({"title": "a\ud800b"}, {"title": "surrogate_characters"}),
        ({"about": "x" * 1_000_000}, {"about": "max_length"}),
        ({"services": ["no-such-service"]}, {"services": "unknown_service"}),
        ({"services": ["logo-design\0"]}, {"services": "unknown_service"}),
        ({"skills": [f"skill {n}" for n in range(21)]}, {"skills": "too_many"}),
        ({"languages": ["en", "klingon"]}, {"languages": "unknown_language"}),
        ({"work_location": "moon"}, {"work_location": "unknown_value"}),
        ({"place": {"country": "XX", "city": "Vienna"}}, {"place.country": "unknown_country"}),
        ({"place": {"city": "Vienna"}}, {"place.country": "required"}),
        ({"place": {"country": "AT", "city": "Nowhereville"}}, {"place.city": "unknown_city"}),
        ({"place": {"country": "AT", "city": "Vienna", "lat": 95, "lon": 0}}, {"place.lat": "out_of_range"}),
        ({"place": {"country": "AT", "lat": 48.0}}, {"place.lon": "required"}),
        ({"place": {"country": "AT", "lat": float("nan"), "lon": 1.0}}, {"place.lat": "out_of_range"}),
        ({"radius_km": -3}, {"radius_km": "negative"}),
        ({"radius_km": 1001}, {"radius_km": "max_value"}),
        ({"pricing": "barter"}, {"pricing": "unknown_value"}),
        ({"rate": -1}, {"rate": "negative"}),
        ({"rate": 0}, {"rate": "min_value"}),
        ({"rate": 10**13}, {"rate": "max_value"}),
        ({"currency": "XXX"}, {"currency": "unknown_currency"}),
        ({"currency": ""}, {"currency": "required"}),
        ({"hours_per_week": 169}, {"hours_per_week": "max_value"}),
        ({"available_from": date(2026, 3, 1)}, {"available_from": "past"}),
        ({"packages": [*PACKAGES, *PACKAGES]}, {"packages": "too_many"}),
        ({"packages": [PACKAGES[0], PACKAGES[0]]}, {"packages": "repeated"}),
        ({"packages": [{"price": 500}, {"price": 400}]}, {"packages.1.price": "reversed"}),
        ({"packages": [{"name": "No price"}]}, {"packages.0.price": "required"}),
        ({"packages": [{"price": 1, "tier": "gold"}]}, {"packages.0.tier": "unknown_value"}),
        ({"packages": [{"price": 1, "extras": [{"price": 1}]}]}, {"packages.0.extras.0.name": "required"}),
    ],
)
def test_wrong_values_are_named(draft: ServicePage, changes: dict[str, Any], expected: dict[str, str]) -> None:
    assert refused(draft, **changes) == expected


def test_all_problems_are_reported_at_once(draft: ServicePage) -> None:
    assert refused(draft, title="x" * 200, rate=-1, languages=["xx"]) == {
        "title": "max_length",
        "rate": "negative",
        "languages": "unknown_language",
    }


def test_the_eleventh_service_is_refused(draft: ServicePage) -> None:
    slugs = list(Service.objects.values_list("slug", flat=True)[:11])
    assert refused(draft, services=slugs) == {"services": "too_many"}


def test_a_service_that_was_switched_off_stays_on_pages_that_have_it(draft: ServicePage) -> None:
    Service.objects.filter(slug="logo-design").update(is_active=False)
    update_page(actor=draft.member, page=draft, changes={"services": ["logo-design"], "title": "Other"}, now=NOW)
    Service.objects.filter(slug="web-development").update(is_active=False)
    assert refused(draft, services=["web-development"]) == {"services": "unknown_service"}


def test_packages_give_the_cheapest_price_as_rate(draft: ServicePage) -> None:
    changes = {"pricing": "packages", "packages": PACKAGES}
    page = update_page(actor=draft.member, page=draft, changes=changes, now=NOW)
    assert page.rate == 20000
    assert [package["tier"] for package in page.packages] == ["basic", "premium"]


def test_another_way_of_pricing_does_not_inherit_the_rate(draft: ServicePage) -> None:
    changes = {"pricing": "packages", "packages": PACKAGES}
    page = update_page(actor=draft.member, page=draft, changes=changes, now=NOW)
    assert update_page(actor=page.member, page=page, changes={"pricing": "hourly"}, now=NOW).rate is None
    page = update_page(actor=page.member, page=page, changes={"rate": 700}, now=NOW)
    assert update_page(actor=page.member, page=page, changes={"pricing": "contact"}, now=NOW).rate is None


def test_skills_are_kept_in_order_and_once(draft: ServicePage) -> None:
    changes = {"skills": ["Figma", " figma ", "InDesign", ""]}
    assert update_page(actor=draft.member, page=draft, changes=changes, now=NOW).skills == ["Figma", "InDesign"]


def test_remote_pages_have_no_radius(draft: ServicePage) -> None:
    page = update_page(actor=draft.member, page=draft, changes={"work_location": "remote"}, now=NOW)
    assert page.radius_km is None


def test_an_old_date_may_stay(draft: ServicePage) -> None:
    ServicePage.objects.filter(pk=draft.pk).update(available_from=date(2025, 1, 1))
    changes = {"available_from": date(2025, 1, 1), "title": "New title"}
    assert update_page(actor=draft.member, page=draft, changes=changes, now=NOW).title == "New title"


def test_ratings_add_up_and_are_replaced(draft: ServicePage) -> None:
    record_rating(page_id=draft.pk, stars=5)
    record_rating(page_id=draft.pk, stars=2)
    record_rating(page_id=draft.pk, stars=4, replaces=2)
    page = ServicePage.objects.get(pk=draft.pk)
    assert (page.rating_sum, page.rating_count, page.rating) == (9, 2, 4.5)
    with pytest.raises(InvalidInput):
        record_rating(page_id=draft.pk, stars=6)


def test_the_address_follows_the_title_and_old_ones_are_kept_once_published(draft: ServicePage) -> None:
    paul = draft.member
    update_page(actor=paul, page=draft, changes={"title": "Draft title"}, now=NOW)
    assert not PageAddress.objects.exists()
    publish_page(actor=paul, page=draft, now=NOW)
    update_page(actor=paul, page=draft, changes={"title": "Published title"}, now=NOW)
    assert list(PageAddress.objects.values_list("slug", flat=True)) == ["draft-title"]
    page = update_page(actor=paul, page=draft, changes={"title": "Draft title"}, now=NOW)
    assert page.slug == "draft-title"
    assert list(PageAddress.objects.values_list("slug", flat=True)) == ["published-title"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Логотипы для кофеен", "logotipy-dlya-kofeen"),
        ("東京 Web デザイン", "dong-jing-web-dezain"),
        ("تصميم شعار", "tsmym-sh-r"),
        ("Grafik für Bäcker & Söhne", "grafik-fur-backer-sohne"),
        ("I don't do clip art!", "i-dont-do-clip-art"),
        ("🎨", "art"),
        ("<script>alert(1)</script>", "script-alert-1-script"),
        ("word " * 20, "-".join(["word"] * 14)),
    ],
)
def test_titles_of_any_script_give_readable_addresses(paul: Member, title: str, slug: str) -> None:
    assert create_page(actor=paul, values={"title": title.strip()}, now=NOW).slug == slug


@pytest.mark.parametrize("title", ["New", "mine", "Search", "Page"])
def test_reserved_addresses_get_a_suffix(paul: Member, title: str) -> None:
    page = create_page(actor=paul, values={"title": title}, now=NOW)
    assert page.slug.startswith(f"{title.lower()}-")
    assert len(page.slug) == len(title) + 5


def test_taken_addresses_get_a_suffix_that_stays(draft: ServicePage, sam: Member) -> None:
    page = create_page(actor=sam, values={"title": WHOLE["title"]}, now=NOW)
    assert page.slug.startswith("logos-for-small-breweries-")
    again = update_page(actor=sam, page=page, changes={"title": "Logos for small Breweries!"}, now=NOW)
    assert again.slug == page.slug


def test_a_left_address_is_never_given_to_another_page(draft: ServicePage, sam: Member) -> None:
    publish_page(actor=draft.member, page=draft, now=NOW)
    update_page(actor=draft.member, page=draft, changes={"title": "Something else"}, now=NOW)
    page = create_page(actor=sam, values={"title": WHOLE["title"]}, now=NOW)
    assert page.slug != "logos-for-small-breweries"
