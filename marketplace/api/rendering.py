"""How answers are written."""

from collections.abc import Iterable, Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

import orjson
from django.utils.functional import Promise
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC | orjson.OPT_SERIALIZE_NUMPY


def plain(value: object) -> object:
    """The JSON form of what orjson does not know: lazy texts, decimals (as text, exactly), sets, iterators."""
    if isinstance(value, Promise | Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    if isinstance(value, Sequence | Iterable):
        return list(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")


def to_json(value: object) -> bytes:
    """JSON as the API writes it: UUIDs as text, times in RFC 3339, those in UTC with a Z."""
    return orjson.dumps(value, default=plain, option=OPTIONS)


class JSONRenderer(BaseRenderer):
    """Writes answers as JSON."""

    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """The answer's body; nothing where there is no data."""
        return b"" if data is None else to_json(data)


class LenientNegotiation(DefaultContentNegotiation):
    """Answers in the first format that a view knows where the caller accepts none of them: there is no 406."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The renderer and its media type."""
        known = list(renderers)
        try:
            chosen: tuple[BaseRenderer, str] = super().select_renderer(request, known, format_suffix)
            return chosen
        except NotAcceptable:
            return known[0], str(known[0].media_type)
