"""Exchange rates: comparing prices of different currencies.

A currency without a rate has no value in euros: its prices neither filter nor rank.
"""

import time
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final

from marketplace.yaml_files import read_yaml
from services.currencies import digits
from services.models import ExchangeRate

SEED: Final = Path(__file__).resolve().parent / "data" / "exchange_rates.yaml"
KEPT_SECONDS: Final = 30
"""How long a process goes on using rates that another process may have edited."""
_kept: dict[str, tuple[float, dict[str, Decimal]]] = {}


def seed(*, now: datetime) -> None:
    """Inserts the rates of the data file for currencies that have none; never changes one that is there."""
    listed = read_yaml(SEED)["per_euro"]
    known = set(ExchangeRate.objects.values_list("currency", flat=True))
    rows = [
        ExchangeRate(currency=currency, per_euro=Decimal(str(rate)), updated_at=now)
        for currency, rate in listed.items()
        if currency not in known
    ]
    ExchangeRate.objects.bulk_create(rows, ignore_conflicts=True)
    forget_rates()


def rates() -> dict[str, Decimal]:
    """Units that one euro buys, by currency; at most half a minute old. The euro itself is always there."""
    kept = _kept.get("rates")
    if kept and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    found = dict(ExchangeRate.objects.values_list("currency", "per_euro")) | {"EUR": Decimal(1)}
    _kept["rates"] = (time.monotonic(), found)
    return found


def forget_rates(**_signal: object) -> None:
    """Makes this process read the rates anew."""
    _kept.clear()


def to_eur(amount_minor: int, currency: str) -> Decimal | None:
    """The amount in euros (major units), or None where the currency has no rate."""
    rate = rates().get(currency)
    return Decimal(amount_minor).scaleb(-digits(currency)) / rate if rate else None
