"""The one form of error answers: ``{"code", "message", "fields"?: {name: [{"code", "message"}]}}``."""

import logging
import math
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.core.signals import got_request_exception
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from marketplace.errors import FieldProblem, InvalidInput, MarketplaceError, NotAllowed, NotFound, Text, Unavailable

logger = logging.getLogger(__name__)

CODES = {
    exceptions.NotAuthenticated: "not_authenticated",
    exceptions.PermissionDenied: "not_allowed",
    exceptions.NotFound: "not_found",
    exceptions.MethodNotAllowed: "method_not_allowed",
    exceptions.UnsupportedMediaType: "unsupported_media_type",
    exceptions.Throttled: "too_many_requests",
    exceptions.ParseError: "invalid",
}
"""Our code for an exception of Django REST framework that carries none of its own."""
DECISIVE = ("unknown_field", "read_only")
"""Codes of fields that become the code of the whole answer."""


def answer_error(error: Exception, context: Mapping[str, Any]) -> Response:
    """Django REST framework's hook: the answer to whatever a view raised. Unknown exceptions are logged."""
    view, request = context.get("view"), context.get("request")
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed) and view is not None:
        error = _count_unknown_caller(error, request, view)
    if isinstance(error, exceptions.APIException) and not isinstance(error, exceptions.ValidationError):
        return _answer_framework(error)
    if isinstance(error, OperationalError | InterfaceError):
        logger.error("The database does not answer: %s", error)
        away = Unavailable()
        return Response(away.body(), status=away.status, headers={"Retry-After": str(away.retry_after)})
    known = as_marketplace_error(error)
    if known is None:
        logger.error("Unexpected error in %s", view.__class__.__name__, exc_info=error)
        got_request_exception.send(sender=answer_error, request=getattr(request, "_request", request))
        known = MarketplaceError(_("Something went wrong on our side. It was logged."), code="server_error")
        return Response(known.body(), status=500)
    return Response(known.body(), status=known.status, headers=known.headers())


def as_marketplace_error(error: Exception) -> MarketplaceError | None:
    """The same error as one of ours, or None where it is not the caller's doing."""
    if isinstance(error, MarketplaceError):
        return error
    if isinstance(error, exceptions.ValidationError):
        return invalid(error.detail)
    if isinstance(error, DjangoValidationError):
        return invalid(_details(error))
    if isinstance(error, Http404):
        return NotFound()
    if isinstance(error, PermissionDenied):
        return NotAllowed()
    if isinstance(error, RequestDataTooBig):
        return InvalidInput(_("The body is too large."), code="too_large")
    if isinstance(error, SuspiciousOperation):
        return InvalidInput(_("This request cannot be understood."))
    if isinstance(error, DataError):
        logger.warning("The database refused a value that validation let pass: %s", error)
        return InvalidInput(_("A value is out of range or holds characters that cannot be stored."))
    return None


def invalid(detail: object) -> InvalidInput:
    """An error from nested validation details. Names of nested fields are joined by dots: ``place.city``."""
    fields: dict[str, list[FieldProblem]] = {}
    for name, problem in _problems(detail, ()):
        fields.setdefault(name, []).append(problem)
    general = fields.pop("", [])
    if not fields and general:
        return InvalidInput(general[0]["message"], code=general[0]["code"])
    codes = [problem["code"] for problems in fields.values() for problem in problems]
    decisive = next((code for code in DECISIVE if code in codes), None)
    return InvalidInput(general[0]["message"] if general else None, code=decisive, fields=fields)


def _problems(detail: object, path: tuple[str, ...]) -> Iterator[tuple[str, FieldProblem]]:
    if isinstance(detail, Mapping):
        for key, inner in detail.items():
            own = () if key in ("non_field_errors", "__all__") else (str(key),)
            yield from _problems(inner, path + own)
    elif isinstance(detail, list | tuple):
        nested = any(isinstance(item, Mapping | list) for item in detail)
        for number, item in enumerate(detail):
            yield from _problems(item, (*path, str(number)) if nested else path)
    else:
        yield ".".join(path), {"code": getattr(detail, "code", None) or "invalid", "message": str(detail)}


def _details(error: DjangoValidationError) -> object:
    if hasattr(error, "error_dict"):
        return {name: [_detail(one) for one in found] for name, found in error.error_dict.items()}
    return [_detail(one) for one in error.error_list]


def _detail(error: DjangoValidationError) -> exceptions.ErrorDetail:
    return exceptions.ErrorDetail(error.messages[0], code=error.code or "invalid")


def _answer_framework(error: exceptions.APIException) -> Response:
    own = getattr(error.detail, "code", None)
    code = own if own and own != error.default_code else CODES.get(type(error), error.default_code)
    message: Text = str(error.detail)
    headers = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(header)
    if isinstance(error, exceptions.Throttled):
        headers["Retry-After"] = str(max(1, math.ceil(getattr(error, "wait", None) or 1)))
        message = _("Too many requests. Please wait a moment.")
    body = MarketplaceError(message, code=code).body()
    return Response(body, status=error.status_code, headers=headers)


def _count_unknown_caller(error: Exception, request: Any, view: Any) -> Exception:
    """Unknown callers are refused before the throttles run; they count all the same, by their address."""
    for throttle in view.get_throttles():
        count = getattr(throttle, "count_address", None)
        if count is not None and not count(request, view):
            return exceptions.Throttled(wait=throttle.wait())
    return error
