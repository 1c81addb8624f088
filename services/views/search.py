"""The search page. A plain form: it works without scripts, and htmx only spares the reload."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.callers import known_member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from services import counters
from services.money import usual_currency
from services.presentation import asked, narrowing
from services.presentation.meant import meant
from services.presentation.offers import offers
from services.presentation.problems import problems
from services.presentation.results import in_words, kept_by
from services.presentation.spelled import exactly, spelled_out
from services.presentation.typed import places_meant, translated
from services.reader import reader_locale
from services.search.cards import cards
from services.search.engine import search
from services.search.query import readable

FEW = 4
"""With fewer results than these it is said which filter keeps how many away."""


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Results with facets. What cannot be read of the address is said above them and beside its field; the rest of it
    filters, and nothing that was typed is lost.

    A sentence leads to the address that says the same in words and filters.
    """
    locale = reader_locale(request)
    understood = spelled_out(request.GET, today=utc_now().date(), locale=locale)
    if understood:
        return redirect(understood)
    given, wrong = translated(request.GET, locale)
    query, unreadable = readable(given)
    wrong |= {name: [str(problem["message"]) for problem in found] for name, found in unreadable.items()}
    expired = ""
    try:
        found = search(query, now=utc_now(), cursor=given.get("cursor", ""))
    except InvalidInput as error:
        expired = str(error.message)
        found = search(query, now=utc_now())
    is_wrong = bool(wrong or expired)
    shown = [hit.row.page_id for hit in found.hits]
    if counters.is_counted(request):
        counters.count_impressions(shown, now=utc_now())
    ticked = asked.ticked(request.GET)
    groups = narrowing.group_names(request.GET)
    active = narrowing.active(request.GET, locale, groups, unread=wrong)
    is_little = not found.hits or (bool(active) and "cursor" not in given and len(found.hits) < FEW)
    context = {
        "q": given.get("q", "")[:500],
        "given": request.GET,
        "found": found,
        "results": [in_words(card, reasons, locale, is_ticked=card.id in ticked) for card, reasons in cards(found)],
        "kept": kept_by(known_member(request), shown),
        "facets": narrowing.facets(request.GET, found),
        "active": active,
        "exactly": exactly(request.GET),
        "unfiltered": narrowing.unfiltered(request.GET),
        "meant": [] if is_wrong else meant(query, request.GET, found),
        "save": None if is_wrong else _to_save(request.GET, [label for label, _url in active]),
        "problems": problems(request.GET, wrong),
        "wrong": wrong,
        "expired": expired,
        "places": places_meant(request.GET) if "place" in wrong else [],
        "orders": narrowing.orders(request.GET, query.sort),
        "order": narrowing.ORDERS[query.sort],
        "instead": offers(query, request.GET, locale, groups=groups, more_than=found.total)
        if is_little and not is_wrong
        else None,
        "more": narrowing.changed(request.GET, cursor=found.cursor) if found.cursor else "",
        "first": narrowing.changed(request.GET),
        "corrections": sorted(found.plan.corrections.items()),
        "is_first": "cursor" not in given,
        "ticked_elsewhere": asked.ticked_elsewhere(ticked, shown),
        "kept_by_ask": asked.carried(request.GET),
        "currency": given.get("currency") or usual_currency(locale.partition("_")[2]),
        "kept_by_search": narrowing.carried(request.GET, without=("q", "place")),
        "kept_by_filters": narrowing.carried(request.GET, without=narrowing.FREE[1:]),
    }
    return render(request, "services/search.html", context, status=400 if is_wrong else 200)


def _to_save(given: QueryDict, active: list[str]) -> dict[str, str]:
    """What "Save this search" sends: the search without its place in the results, called by its words."""
    words = [word for word in (given.get("q", "")[:60], *active) if word]
    return {"kind": "pages", "address": narrowing.changed(given).removeprefix("?"), "name": ", ".join(words)[:120]}
