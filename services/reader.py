"""How the reader writes numbers and money: her browser says."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

LONGEST = 200
"""Characters of the header that are looked at."""


def reader_locale(request: HttpRequest) -> str:
    """The first locale of ``Accept-Language`` that is known, such as ``de_AT``; else that of the interface."""
    header = request.headers.get("Accept-Language", "")[:LONGEST]
    return (header and _first_known(header)) or get_language() or "en"


@lru_cache(maxsize=1024)
def _first_known(header: str) -> str | None:
    for tag, _quality in parse_accept_lang_header(header.lower()):
        try:
            return str(Locale.parse(tag, sep="-"))
        except (UnknownLocaleError, ValueError):
            continue
    return None
