"""Errors that the domain raises and that pages and the API translate, each in its own way."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import NotRequired, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class FieldProblem(TypedDict):
    """One thing wrong with one field."""

    code: str
    message: str


class ErrorBody(TypedDict):
    """The JSON body of every error answer."""

    code: str
    message: str
    fields: NotRequired[Mapping[str, list[FieldProblem]]]


class MarketplaceError(Exception):
    """What went wrong, in words for the person who asked.

    ``code`` is stable and made for programs, ``message`` is in the interface's language, ``status`` is the HTTP status.
    Subclasses are named after the rule that was broken.
    """

    code = "error"
    status = 400
    message: Text = _("That did not work.")

    def __init__(
        self,
        message: Text | None = None,
        *,
        code: str | None = None,
        fields: Mapping[str, list[FieldProblem]] | None = None,
    ) -> None:
        self.message = message if message is not None else self.message
        self.code = code or self.code
        self.fields = fields
        super().__init__(str(self.message))

    def headers(self) -> dict[str, str]:
        """HTTP headers that belong to the answer."""
        return {}

    def body(self) -> ErrorBody:
        """The error as the API's JSON body."""
        body: ErrorBody = {"code": self.code, "message": str(self.message)}
        if self.fields:
            body["fields"] = self.fields
        return body


class InvalidInput(MarketplaceError):
    """The shape or the values of the input are wrong; ``fields`` says which."""

    code = "invalid"
    message = _("Please correct what is marked below.")


class NotAllowed(MarketplaceError):
    """The caller is known and may see the object, but may not do this."""

    code = "not_allowed"
    status = 403
    message = _("You may not do this.")


class NotFound(MarketplaceError):
    """There is no such object among those that the caller may see."""

    code = "not_found"
    status = 404
    message = _("There is nothing here, or it is not visible to you.")


class IllegalMove(MarketplaceError):
    """The object's state does not allow this."""

    code = "illegal_state"
    status = 409
    message = _("This is not possible in its present state.")


class TooFast(MarketplaceError):
    """The caller did this too often; ``retry_after`` says when it may work again."""

    code = "too_many_requests"
    status = 429
    message = _("That was too fast. Please wait a moment.")
    retry_after = timedelta(minutes=1)

    def headers(self) -> dict[str, str]:
        """HTTP's ``Retry-After``, in seconds."""
        return {"Retry-After": str(max(1, math.ceil(self.retry_after.total_seconds())))}


class Conflict(MarketplaceError):
    """Something else happened first."""

    code = "conflict"
    status = 409
    message = _("This was changed in the meantime.")


class Unavailable(MarketplaceError):
    """The database does not answer, or gave up on this one call; it may be tried again."""

    code = "unavailable"
    status = 503
    message = _("The marketplace cannot answer just now. Please try again in a moment.")
    retry_after = 5
    """Seconds."""
