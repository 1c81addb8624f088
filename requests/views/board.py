"""The board's page. A plain form: it works without scripts."""

from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.callers import member_of
from accounts.models import Member
from marketplace.errors import InvalidInput
from marketplace.languages import language_choices
from requests.board.filters import PLACES, SORTS, BoardQuery, parse
from requests.board.find import find
from requests.board.saved import describe
from requests.board.typed import translated
from requests.client_facts import client_facts
from requests.models import BudgetType, Match, Proposal, ProposalStatus, ServiceRequest, TimeFrame
from requests.presentation import budget_words, place_words, time_frame_words
from services.countries import country_choices
from services.models import ServiceGroup, ServicePage
from services.money import CURRENCIES, usual_currency
from services.reader import reader_locale

PER_PAGE: Final = 20
NARROWING: Final = ("group", "budget_type", "place", "country", "language", "time_frame", "mine", "reach", "budget")


@login_required
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open public requests; what is wrong with the address is said above them, and nothing that was typed is lost."""
    member, locale = member_of(request), reader_locale(request)
    given, problems = translated(request.GET, locale)
    try:
        query = parse(given)
    except InvalidInput as error:
        problems += [str(problem["message"]) for found in (error.fields or {}).values() for problem in found]
        query = BoardQuery()
    page = Paginator(_shown(find(query, reader=member)), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "given": request.GET,
        "page": page,
        "rows": _rows(page, member, locale),
        "problems": problems,
        "choices": _choices(),
        "currency": request.GET.get("currency") or usual_currency(locale.partition("_")[2]),
        "is_narrowed": any(request.GET.get(name) for name in (*NARROWING, "q")),
        "filters_chosen": sum(bool(request.GET.get(name)) for name in NARROWING),
        "has_page": ServicePage.objects.filter(member=member).exists(),
        "address": _without_page(request.GET),
        "save": None if problems else _to_save(request.GET, given, locale),
    }
    return render(request, "requests/board.html", context, status=400 if problems else 200)


def _shown(found: QuerySet[ServiceRequest]) -> QuerySet[ServiceRequest]:
    return found.select_related("service").defer("answers", "screening")


def _rows(page: "Page[ServiceRequest]", member: Member, locale: str) -> list[dict[str, Any]]:
    """The requests in words, each with what the reader has to do with it already, and its client. Four queries."""
    clients = client_facts(each.client_id for each in page)
    ids = [each.pk for each in page]
    proposals = Proposal.objects.filter(request__in=ids, page__member=member).exclude(status=ProposalStatus.WITHDRAWN)
    proposed = dict(proposals.values_list("request_id", "status"))
    matched = set(Match.objects.filter(request__in=ids, page__member=member).values_list("request_id", flat=True))
    return [
        {
            "it": each,
            "client": clients[each.client_id],
            "budget": budget_words(each, locale),
            "place": place_words(each),
            "time_frame": time_frame_words(each),
            "proposal": ProposalStatus(proposed[each.pk]).label if each.pk in proposed else "",
            "is_matched": each.pk in matched,
            "places_left": max(0, each.proposal_cap - each.proposal_count),
        }
        for each in page
    ]


def _choices() -> dict[str, Any]:
    language = get_language() or "en"
    return {
        "group": list(ServiceGroup.objects.filter(is_active=True).values_list("slug", "name")),
        "budget_type": BudgetType.choices,
        "place": PLACES,
        "time_frame": TimeFrame.choices,
        "country": country_choices(language),
        "language": language_choices(language),
        "currency": [(code, code) for code in sorted(CURRENCIES)],
        "sort": SORTS,
    }


def _to_save(address: QueryDict, given: dict[str, str], locale: str) -> dict[str, str]:
    """What "Save this search" sends: the search without the number of its page, called by its words."""
    read = QueryDict(mutable=True)
    read.update(given)
    words = describe([read], locale)[0] or []
    return {"kind": "board", "address": _without_page(address), "name": ", ".join(words)[:120]}


def _without_page(address: QueryDict) -> str:
    kept = address.copy()
    kept.pop("page", None)
    return kept.urlencode()
