"""What the OpenAPI document says of every call: its errors, and the header that makes creating calls safe to repeat."""

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from marketplace.api.paging import CursorPages

PROBLEM = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}
ERROR = {
    "type": "object",
    "description": "Every error. `code` is stable; `message` is for people; `fields` says what is wrong with which.",
    "required": ["code", "message"],
    "properties": {
        **PROBLEM["properties"],  # type: ignore[dict-item]
        "fields": {"type": "object", "additionalProperties": {"type": "array", "items": PROBLEM}},
    },
}
ANSWERS = {
    "400": "The shape of the input is wrong.",
    "401": "The caller is unknown.",
    "403": "The caller may not do this.",
    "404": "There is nothing here that the caller may see.",
    "409": "The present state does not allow this.",
    "415": "The body is of a type that is not read here.",
    "429": "Too fast; Retry-After says how many seconds to wait.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Up to 255 printable ASCII characters. The same key and body within 24 hours takes effect once.",
)


class ApiSchema(AutoSchema):
    """How one call is described."""

    def _get_paginator(self) -> Any:
        """Lists are pages of ``CursorPages``, unless the view says otherwise."""
        if not hasattr(self.view, "pagination_class"):
            return CursorPages()
        return super()._get_paginator()  # type: ignore[no-untyped-call]

    def get_override_parameters(self) -> list[Any]:
        """Adds the header to the calls that heed it."""
        handler = getattr(self.view, self.method.lower(), None)
        return [IDEMPOTENCY_KEY] if getattr(handler, "is_idempotent", False) else []


def add_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: each call may answer with errors, all of one form."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for calls in result["paths"].values():
        for method, call in calls.items():
            for status in _possible(method, call):
                call["responses"].setdefault(status, {"description": ANSWERS[status], "content": content})
    return result


def _possible(method: str, call: dict[str, Any]) -> list[str]:
    """The errors that a call of this kind can have."""
    statuses = ["400", "404", "429"]
    security = call.get("security", [])
    if security:  # also where callers may be unknown: a token that was sent has to be one
        statuses += ["401", "403"]
    if method != "get":
        statuses += ["403", "409"]
    if "requestBody" in call:
        statuses.append("415")
    return statuses
