"""Finding requests on the board."""

from decimal import Decimal
from typing import Final

from django.db.models import BigIntegerField, BooleanField, Case, F, Q, QuerySet, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from accounts.models import Member
from accounts.models.block import blocked_either_way
from requests.board.filters import BoardQuery
from requests.models import RequestStatus, ServiceRequest, Visibility
from services.currencies import digits
from services.exchange import rates, to_eur
from services.models import ServicePage, WorkLocation
from services.search.geo import distance_sql
from services.search.meant import meant_services

WORDS: Final = """
    to_tsvector('marketplace', requests_servicerequest.title || ' ' || requests_servicerequest.details)
    @@ websearch_to_tsquery('marketplace', %s)
"""
"""To the letter the expression of the index ``requests_board_words``."""
ORDERS: Final[dict[str, tuple[str, ...]]] = {
    "newest": ("-published_at", "-id"),
    "budget": ("-budget_eur", "-id"),
    "proposals": ("proposal_count", "id"),
    "ending": ("expires_at", "id"),
}
"""Fields of the order of each sort; the last one is unique."""
DISTANCE: Final = distance_sql("requests_servicerequest").replace("%(latitude)s", "%s").replace("%(longitude)s", "%s")
"""Kilometres to a place given as latitude, latitude, longitude."""
REACH_KM: Final = 50
"""How far a provider goes who has not said so."""


def on_board(reader: Member) -> QuerySet[ServiceRequest]:
    """What this member finds on the board: open public requests of others, without those of members whom she blocked or
    who blocked her."""
    public = ServiceRequest.objects.filter(visibility=Visibility.BOARD, status=RequestStatus.OPEN)
    return public.exclude(client_id__in=[reader.pk, *blocked_either_way(reader.pk)])


def find(query: BoardQuery, *, reader: Member) -> QuerySet[ServiceRequest]:
    """The requests that answer the search, in its order; each has ``budget_eur``, whole euros, 0 where unknown."""
    found: QuerySet[ServiceRequest] = on_board(reader).annotate(budget_eur=_budget_in_euros())
    if query.text:
        found = found.filter(_words(query.text))
    for field in ("budget_type", "time_frame"):
        if value := getattr(query, field):
            found = found.filter(**{field: value})
    if query.service:
        found = found.filter(service__slug=query.service)
    if query.group:
        found = found.filter(service__group__slug=query.group)
    if query.country:
        found = found.filter(country=query.country)
    if query.language:
        found = found.filter(Q(languages__contains=[query.language]) | Q(languages=[]))
    if query.min_budget and query.currency:
        least = int(to_eur(query.min_budget, query.currency) or 0)
        found = found.filter(GreaterThanOrEqual(F("budget_eur"), least))
    found = found.filter(_place(query))
    if query.mine or query.reach:
        found = _for_page(found, query, ServicePage.objects.filter(member=reader).first())
    return found.order_by(*ORDERS[query.sort])


def _words(text: str) -> Q:
    """All of the words, or a service that the text means."""
    condition = Q(RawSQL(WORDS, [text], output_field=BooleanField()))  # noqa: S611  our own expression
    meant = meant_services(text)
    return condition | Q(service_id__in=meant) if meant else condition


def _place(query: BoardQuery) -> Q:
    ways = {
        "remote": [WorkLocation.REMOTE, WorkLocation.BOTH],
        "on_site": [WorkLocation.ON_SITE, WorkLocation.BOTH],
    }
    return Q(work_location__in=ways[query.place]) if query.place else Q()


def _for_page(found: QuerySet[ServiceRequest], query: BoardQuery, page: ServicePage | None) -> QuerySet[ServiceRequest]:
    """What fits the reader's own page; nothing where she has none."""
    if page is None:
        return found.none()
    if query.mine:
        found = found.filter(service_id__in=page.offers.values("service_id"))
    return found.filter(_within_reach(page)) if query.reach else found


def _within_reach(page: ServicePage) -> Q:
    remote = Q(work_location__in=[WorkLocation.REMOTE, WorkLocation.BOTH])
    if page.work_location == WorkLocation.REMOTE or page.latitude is None or page.longitude is None:
        return remote
    latitude, longitude = page.latitude, page.longitude
    near = f"{DISTANCE} <= least(%s, requests_servicerequest.radius_km)"
    parameters = [latitude, latitude, longitude, page.radius_km or REACH_KM]
    return remote | Q(RawSQL(near, parameters, output_field=BooleanField()))  # noqa: S611  our own expression


def _budget_in_euros() -> Coalesce:
    """The upper end of the budget, or its lower one, in whole euros by today's rates; 0 where nothing is known."""
    amount = Coalesce(F("budget_max"), F("budget_min"))
    cases = [
        When(currency=currency, then=amount / Value(_minor_per_euro(currency, rate)))
        for currency, rate in sorted(rates().items())
    ]
    return Coalesce(Case(*cases, output_field=BigIntegerField()), Value(0), output_field=BigIntegerField())


def _minor_per_euro(currency: str, rate: Decimal) -> int:
    return max(1, int(rate.scaleb(digits(currency))))
