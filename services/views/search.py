"""The search page. A plain form: it works without scripts, and htmx only spares the reload."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from marketplace.languages import language_name
from marketplace.place_names import UnclearPlace, label, resolve
from services.countries import country_name
from services.currencies import CURRENCIES
from services.money import format_money, parse_money, usual_currency
from services.presentation.price import price_words
from services.reader import reader_locale
from services.search.cards import Card, cards
from services.search.engine import Found, search
from services.search.meant import service_titles
from services.search.query import SORTS, SearchQuery, parse

SHOWN: Final = ("service", "country", "language", "remote", "min_rating", "available", "skill")


@dataclass(frozen=True, slots=True)
class Result:
    """A card in the reader's words."""

    card: Card
    price: str
    place: str
    reasons: list[str]


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results with facets; what is wrong with the address is said above them, and nothing that was typed is lost."""
    given, problems = _translated(request)
    locale = reader_locale(request)
    try:
        query = parse(given)
    except InvalidInput as error:
        problems += [str(problem["message"]) for found in (error.fields or {}).values() for problem in found]
        query = SearchQuery(text=given.get("q", "")[:500])
    try:
        found = search(query, now=utc_now(), cursor=given.get("cursor", ""))
    except InvalidInput as error:
        problems.append(str(error.message))
        found = search(query, now=utc_now())
    context = {
        "q": given.get("q", "")[:500],
        "given": request.GET,
        "found": found,
        "results": [_result(card, reasons, locale) for card, reasons in cards(found.hits)],
        "facets": _facets(request.GET, found),
        "active": _active(request.GET, locale),
        "problems": problems,
        "sorts": _sorts(request.GET, query),
        "more": _changed(request.GET, cursor=found.cursor) if found.cursor else "",
        "corrections": sorted(found.plan.corrections.items()),
        "is_first": "cursor" not in given,
        "currency": given.get("currency") or usual_currency(locale.partition("_")[2]),
        "hidden": [(name, value) for name, value in request.GET.items() if name in SHOWN and value],
    }
    return render(request, "services/search.html", context, status=400 if problems else 200)


def _translated(request: HttpRequest) -> tuple[QueryDict, list[str]]:
    """The address as the API reads it: a place by its name becomes coordinates, a typed price minor units."""
    given, problems = request.GET.copy(), []
    place = given.get("place", "").strip()[:200]
    if place and "near" not in given:
        try:
            city = resolve(place)
            given["near"] = f"{city.latitude},{city.longitude}"
        except UnclearPlace as unclear:
            offered = "; ".join(label(each) for each in unclear.candidates[:4])
            problems.append(
                _("Which place do you mean? %(offered)s") % {"offered": offered}
                if offered
                else _("We do not know this city. Name the nearest larger one.")
            )
    price = given.pop("price", [""])[-1].strip()
    if price:
        currency = given.get("currency", "").upper()
        try:
            minor = parse_money(price, currency if currency in CURRENCIES else "EUR", reader_locale(request))
            given["max_rate"] = str(minor)
            given.setdefault("currency", "EUR")
        except ValidationError as error:
            problems += error.messages
    return given, problems


def _result(card: Card, reasons: list[str], locale: str) -> Result:
    country = country_name(card.country, get_language() or "en") if card.country else ""
    place = ", ".join(part for part in (card.city, country) if part)
    return Result(card, str(price_words(card.pricing, card.rate, card.currency, locale)), place, reasons)


def _facets(given: QueryDict, found: Found) -> list[dict[str, Any]]:
    """Facets with their values as links; a chosen value's link takes it away."""
    names = service_titles()
    shown = []
    for name in SHOWN:
        values = [
            {
                "label": _label(name, each.value, names),
                "count": each.count,
                "approx": each.approx,
                "chosen": given.get(name) == each.value,
                "url": _changed(given, **{name: None if given.get(name) == each.value else each.value}),
            }
            for each in found.facets.get(name, [])
        ]
        if values:
            shown.append({"name": name, "title": _title(name), "values": values})
    return shown


def _active(given: QueryDict, locale: str) -> list[tuple[str, str]]:
    """What narrows the search, each with the address without it."""
    names = service_titles()
    shown = [
        (_label(name, str(given[name]), names), _changed(given, **{name: None})) for name in SHOWN if given.get(name)
    ]
    if given.get("place"):
        shown.append((str(given["place"])[:60], _changed(given, place=None, radius_km=None)))
    if given.get("price"):
        price = f"{given['price'][:20]} {given.get('currency', '')[:3]}"
        shown.append((_("up to %(price)s") % {"price": price}, _changed(given, price=None)))
    if given.get("max_rate", "").isdigit() and given.get("currency", "").upper() in CURRENCIES:
        amount = format_money(int(str(given["max_rate"])[:15]), str(given["currency"]).upper(), locale)
        shown.append((_("up to %(price)s") % {"price": amount}, _changed(given, max_rate=None)))
    return shown


def _sorts(given: QueryDict, query: SearchQuery) -> list[dict[str, Any]]:
    labels = {
        "relevance": _("Best match"),
        "rating": _("Best rated"),
        "newest": _("Newest"),
        "price": _("Lowest price"),
    }
    return [{"label": labels[sort], "url": _changed(given, sort=sort), "current": sort == query.sort} for sort in SORTS]


def _title(name: str) -> str:
    return {
        "service": _("Service"),
        "country": _("Country"),
        "language": _("Language"),
        "remote": _("Place of work"),
        "min_rating": _("Rating"),
        "available": _("Availability"),
        "skill": _("Skill"),
    }[name]


def _label(name: str, value: str, services: dict[str, str]) -> str:
    match name:
        case "service":
            return services.get(value, value[:60])
        case "country":
            return country_name(value.upper(), get_language() or "en")
        case "language":
            return language_name(value, get_language() or "en")
        case "remote":
            return _("Remote") if value == "true" else _("On site")
        case "min_rating":
            return _("%(stars)s stars and more") % {"stars": value[:4]}
        case "available":
            return _("Available now")
        case _:
            return value[:60]


def _changed(given: QueryDict, **changes: str | None) -> str:
    """The address with these parameters changed; from the first page unless the cursor is among them."""
    query = given.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
    return "?" + query.urlencode()
