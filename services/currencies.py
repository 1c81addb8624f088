"""Currencies of ISO 4217 and their minor units.

The codes come from pycountry, without metals, funds, bond units and codes for testing. pycountry lacks the minor units,
and CLDR's digits are those of daily use rather than of the standard (0 for the Albanian lek, 2 in ISO 4217): hence the
table.
"""

from typing import Final

import pycountry

# fmt: off
NOT_MONEY: Final = frozenset({
    "BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW", "XAD", "XAG", "XAU",
    "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
})
WITHOUT_DECIMALS: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
})
THREE_DECIMALS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
# fmt: on
CURRENCIES: Final = frozenset(currency.alpha_3 for currency in pycountry.currencies) - NOT_MONEY
"""All codes that prices may have."""


def digits(currency: str) -> int:
    """Decimal places of the currency's minor unit: 2 for EUR, 0 for JPY, 3 for KWD."""
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in THREE_DECIMALS else 2
