"""Pages of lists: ``{"results", "next"}``, walked by an opaque cursor that names the last row seen.

A walk never repeats or skips a row because others were added or removed meanwhile.
"""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from marketplace.api.rendering import to_json
from marketplace.errors import InvalidInput

MOST_CHARACTERS = 2000


class InvalidCursor(InvalidInput):
    """The cursor was not made by this list, or was changed."""

    code = "invalid_cursor"
    message = _("This cursor does not belong to this list.")


class CursorExpired(InvalidInput):
    """The cursor is too old for its list."""

    code = "cursor_expired"
    message = _("This cursor is too old. Please start again.")


def write_cursor(value: object, *, salt: str) -> str:
    """An opaque, signed cursor that holds ``value``. ``salt`` names the list, so that no other list takes it."""
    return signing.TimestampSigner(salt=f"cursor.{salt}").sign_object(value, serializer=_Compact, compress=True)


def read_cursor(cursor: str, *, salt: str, max_age: float | None = None) -> Any:
    """What ``write_cursor`` was given, as JSON gives it back; ``max_age`` in seconds.

    Raises InvalidCursor and CursorExpired.
    """
    if len(cursor) > MOST_CHARACTERS:
        raise InvalidCursor
    try:
        return signing.TimestampSigner(salt=f"cursor.{salt}").unsign_object(
            cursor, serializer=_Compact, max_age=max_age
        )
    except signing.SignatureExpired:
        raise CursorExpired from None
    except (signing.BadSignature, ValueError):
        raise InvalidCursor from None


class _Compact(signing.JSONSerializer):
    """JSON with UUIDs and times, written as the API writes them."""

    def dumps(self, obj: Any) -> bytes:
        return to_json(obj)


class CursorPages(BasePagination):
    """Pages of a queryset in the view's ``ordering``: field names that never hold null, the last one unique.

    All of them ascend, or all descend. A view may set ``page_size`` too.
    """

    page_size = 25
    most = 100
    ordering: Sequence[str] = ("-created_at", "-id")

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any, Any], request: Request, view: Any = None
    ) -> list[Any]:
        """The rows of the page that the request asks for."""
        self.request = request
        self.ordering = getattr(view, "ordering", None) or self.ordering
        size = self._size(request, view)
        names = [name.lstrip("-") for name in self.ordering]
        cursor = request.query_params.get("cursor")
        if cursor:
            queryset = queryset.filter(self._after(names, cursor))
        found = list(queryset.order_by(*self.ordering)[: size + 1])
        rows, more = found[:size], len(found) > size
        self.cursor = write_cursor([_value(rows[-1], name) for name in names], salt=self._salt()) if more else None
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        """The page's answer."""
        return Response({"results": data, "next": self.get_next_link()})

    def get_next_link(self) -> str | None:
        """The absolute address of the next page, or None on the last."""
        if self.cursor is None:
            return None
        return str(replace_query_param(self.request.build_absolute_uri(), "cursor", self.cursor))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The page's form for the OpenAPI document."""
        properties = {"results": schema, "next": {"type": ["string", "null"], "format": "uri"}}
        return {"type": "object", "required": ["results", "next"], "properties": properties}

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The page's parameters for the OpenAPI document."""
        size = {"type": "integer", "minimum": 1, "maximum": self.most, "default": self.page_size}
        return [
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
            {"name": "page_size", "in": "query", "required": False, "schema": size},
        ]

    def _salt(self) -> str:
        return ",".join(self.ordering)

    def _size(self, request: Request, view: Any) -> int:
        given = request.query_params.get("page_size")
        if given is None:
            return int(getattr(view, "page_size", None) or self.page_size)
        if not (given.isascii() and given.isdigit() and len(given) < 5 and 1 <= int(given) <= self.most):
            message = _("Must be a whole number from 1 to %(most)s.") % {"most": self.most}
            raise InvalidInput(fields={"page_size": [{"code": "invalid", "message": message}]})
        return int(given)

    def _after(self, names: Sequence[str], cursor: str) -> Q:
        values = read_cursor(cursor, salt=self._salt())
        if not isinstance(values, list) or len(values) != len(names):
            raise InvalidCursor
        beyond = "lt" if self.ordering[0].startswith("-") else "gt"
        condition = Q()
        for name, value in reversed(list(zip(names, values, strict=True))):
            condition = Q(**{f"{name}__{beyond}": value}) | (Q(**{name: value}) & condition if condition else Q())
        # Implied by the rest; an index on the first column can serve it.
        return Q(**{f"{names[0]}__{beyond}e": values[0]}) & condition


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    for part in name.split("__"):
        row = getattr(row, part)
    return row
