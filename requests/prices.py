"""What similar work was agreed for on this marketplace: quartiles of accepted proposals, as help with a budget.

Prices are told, not people: the latest ``MOST_OF_ONE`` agreements of a provider count, and of those as many of a
client. Nothing is said below ``LEAST_CASES`` of them, which are at least three clients', by ``LEAST_PROVIDERS``
providers. Where a service has too few, those of its group stand in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from requests.models import PriceRange, PriceType
from services.exchange import rates
from services.models import Service
from services.money import digits

LEAST_CASES: Final = 8
LEAST_PROVIDERS: Final = 5
MOST_OF_ONE: Final = 3
"""Of eight: nobody's prices are the quartiles."""
SPAN: Final = timedelta(days=730)
"""How far back agreements count."""
FIGURES: Final = 2
"""Significant figures of what is said: more would pretend to know."""
LOCK: Final = 7_203_110_031
"""Advisory lock of whoever counts: who does not get it has nothing to do. An arbitrary number."""

COUNT: Final = """
WITH agreed AS (
    SELECT part.service_id, part.group_id, p.price_type, p.page_id, r.client_id, p.decided_at, p.id,
        p.amount * x.eur_per_minor AS eur
    FROM requests_proposal p
    JOIN requests_servicerequest r ON r.id = p.request_id
    JOIN services_service s ON s.id = r.service_id
    JOIN unnest(%(currencies)s::text[], %(eur_per_minor)s::float8[]) AS x (currency, eur_per_minor)
        ON x.currency = p.currency
    CROSS JOIN LATERAL (VALUES (s.id, NULL), (NULL, s.group_id)) AS part (service_id, group_id)
    WHERE p.status = 'accepted' AND p.decided_at >= %(since)s
),
of_providers AS (
    SELECT *, row_number() OVER (
        PARTITION BY service_id, group_id, price_type, page_id ORDER BY decided_at DESC, id DESC
    ) AS of_provider
    FROM agreed
),
of_clients AS (
    SELECT *, row_number() OVER (
        PARTITION BY service_id, group_id, price_type, client_id ORDER BY decided_at DESC, id DESC
    ) AS of_client
    FROM of_providers
    WHERE of_provider <= %(most)s
)
INSERT INTO requests_pricerange (service_id, group_id, price_type, cases, low, median, high, counted_at)
SELECT service_id, group_id, price_type, count(*), percentile_cont(0.25) WITHIN GROUP (ORDER BY eur),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY eur), percentile_cont(0.75) WITHIN GROUP (ORDER BY eur), %(now)s
FROM of_clients
WHERE of_client <= %(most)s
GROUP BY service_id, group_id, price_type
HAVING count(*) >= %(cases)s AND count(DISTINCT page_id) >= %(providers)s
"""


@dataclass(frozen=True, slots=True)
class PriceHelp:
    """Half of the ``cases`` agreements lie between ``low`` and ``high``, half below ``median``: minor units of
    ``currency``, an hour where ``price_type`` is hourly. ``of_service`` is False where they are those of its group."""

    price_type: str
    currency: str
    low: int
    median: int
    high: int
    cases: int
    of_service: bool


@transaction.atomic
def count_prices(*, now: datetime) -> bool:
    """Counts all ranges anew, by the present exchange rates; agreements in a currency without one are left out. False
    where somebody else does so at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        PriceRange.objects.all().delete()
        known = rates()
        cursor.execute(
            COUNT,
            {
                "currencies": list(known),
                "eur_per_minor": [float(1 / (rate * 10 ** digits(code))) for code, rate in known.items()],
                "since": now - SPAN,
                "now": now,
                "cases": LEAST_CASES,
                "providers": LEAST_PROVIDERS,
                "most": MOST_OF_ONE,
            },
        )
    return True


def price_help(service: Service, *, currency: str) -> dict[str, PriceHelp]:
    """What similar work was agreed for, by price type; only those of which enough is known. In EUR where the currency
    has no exchange rate. One query."""
    rate = rates().get(currency)
    currency, rate = (currency, rate) if rate else ("EUR", Decimal(1))
    rows = PriceRange.objects.filter(Q(service=service) | Q(group=service.group_id))
    found: dict[str, PriceRange] = {}
    for row in sorted(rows, key=lambda row: row.service_id is not None):
        found[row.price_type] = row
    return {kind: _help(found[kind], currency, rate) for kind in PriceType.values if kind in found}


def _help(row: PriceRange, currency: str, rate: Decimal) -> PriceHelp:
    low, median, high = (_minor(eur, currency, rate) for eur in (row.low, row.median, row.high))
    return PriceHelp(row.price_type, currency, low, median, high, row.cases, of_service=row.service_id is not None)


def _minor(eur: float, currency: str, rate: Decimal) -> int:
    """The amount in minor units, to as many figures as are worth saying and no finer than whole units."""
    amount = Decimal(eur) * rate
    step = Decimal(10) ** max(amount.adjusted() - FIGURES + 1, 0)
    return int((amount / step).to_integral_value(ROUND_HALF_UP) * step * 10 ** digits(currency))
