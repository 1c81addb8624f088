"""Time zones to choose from."""

from functools import cache
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _

from marketplace.errors import Text

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
Choice = tuple[str, Text]


@cache
def time_zone_choices() -> list[tuple[Text, list[Choice]]]:
    """IANA zones by region, written as people read them: ``America/Sao_Paulo`` is "Sao Paulo" under America."""
    regions: dict[str, list[Choice]] = {region: [] for region in REGIONS}
    for zone in sorted(available_timezones()):
        region, _slash, city = zone.partition("/")
        if region in regions:
            regions[region].append((zone, city.replace("_", " ").replace("/", ", ")))
    everywhere: tuple[Text, list[Choice]] = (_("Everywhere"), [("UTC", "UTC")])
    return [everywhere, *regions.items()]
