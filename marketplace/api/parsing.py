"""How request bodies are read: strictly, and refused with a code that says why."""

from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from marketplace.errors import MarketplaceError, Text

MOST_LEVELS = 20


class UnreadableBody(MarketplaceError):
    """The body is not a JSON object that we read."""

    code = "invalid_json"
    message = _("The body is not valid JSON.")


class JSONParser(BaseParser):
    """Reads a JSON object in UTF-8 of at most ``DATA_UPLOAD_MAX_MEMORY_SIZE`` bytes and ``MOST_LEVELS`` levels.

    NaN, lone surrogates and NUL characters are refused.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """The body as a dict; raises UnreadableBody."""
        return read_object(read_limited(stream, settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0))


def read_limited(stream: IO[bytes], most: int) -> bytes:
    """All of the stream, of which there may be ``most`` bytes."""
    raw = stream.read(most + 1)
    if len(raw) > most:
        raise _refusal("too_large", _("The body is too large."))
    return raw


def read_object(raw: bytes) -> dict[str, Any]:
    """The JSON object that the bytes hold; raises UnreadableBody."""
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise UnreadableBody(_("The body is not valid JSON: %(problem)s") % {"problem": error}) from None
    if not isinstance(value, dict):
        raise _refusal("not_an_object", _("The body must be a JSON object."))
    _check(value, may_hold_nul=b"\\u0000" in raw)
    return value


def _refusal(code: str, message: Text) -> UnreadableBody:
    return UnreadableBody(message, code=code)


def _check(value: dict[str, Any], *, may_hold_nul: bool) -> None:
    """Walks level by level, without recursion, so that depth cannot exhaust the stack."""
    level: list[Any] = [value]
    for _depth in range(MOST_LEVELS):
        if may_hold_nul and any(_holds_nul(item) for item in level):
            raise _refusal("nul_character", _("The body holds a NUL character."))
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise _refusal("too_deep", _("The body is nested too deeply."))


def _children(item: object) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


def _holds_nul(item: object) -> bool:
    if isinstance(item, dict):
        return any("\0" in key for key in item)
    return isinstance(item, str) and "\0" in item
