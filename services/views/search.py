"""The search page. A plain form: it works without scripts, and htmx only spares the reload."""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from marketplace.place_names import UnclearPlace, label, resolve
from services import counters
from services.countries import country_name
from services.currencies import CURRENCIES
from services.money import parse_money, usual_currency
from services.presentation import narrowing
from services.presentation.price import Price, price_words
from services.reader import reader_locale
from services.search.cards import Card, cards
from services.search.engine import search
from services.search.query import SearchQuery, parse


@dataclass(frozen=True, slots=True)
class Result:
    """A card in the reader's words."""

    card: Card
    price: Price
    place: str
    photo: str
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
    if counters.is_counted(request):
        counters.count_impressions([hit.row.page_id for hit in found.hits], now=utc_now())
    context = {
        "q": given.get("q", "")[:500],
        "given": request.GET,
        "found": found,
        "results": [_result(card, reasons, locale) for card, reasons in cards(found)],
        "facets": narrowing.facets(request.GET, found),
        "active": narrowing.active(request.GET, locale),
        "problems": problems,
        "orders": narrowing.orders(request.GET, query.sort),
        "order": narrowing.ORDERS[query.sort],
        "more": narrowing.changed(request.GET, cursor=found.cursor) if found.cursor else "",
        "first": narrowing.changed(request.GET),
        "corrections": sorted(found.plan.corrections.items()),
        "is_first": "cursor" not in given,
        "currency": given.get("currency") or usual_currency(locale.partition("_")[2]),
        "kept_by_search": narrowing.carried(request.GET, without=("q", "place")),
        "kept_by_filters": narrowing.carried(request.GET, without=narrowing.FREE[1:]),
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
    photo = f"{settings.MEDIA_URL}{card.member_photo}" if card.member_photo else ""
    return Result(card, price_words(card.pricing, card.rate, card.currency, locale), place, photo, reasons)
