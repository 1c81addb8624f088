"""What holds for every request, whatever view it is for."""

import logging
from collections.abc import Callable
from typing import Final

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from marketplace.errors import InvalidInput
from marketplace.validators import has_unstorable

logger = logging.getLogger(__name__)
API = "/api/"
HEADER: Final = "Content-Security-Policy"
SPLIT: Final = "\0"
"""Where the nonce goes."""


class PolicyMiddleware(CSPMiddleware):
    """django-csp's, with the policy put together once instead of for every answer: no view has one of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        super().__init__(get_response)
        self.policy = build_policy()
        self.before, self.after = build_policy(nonce=SPLIT).split(SPLIT)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Django's hook. A nonce stands in the policy if the page has used it."""
        nonce = getattr(request, "_csp_nonce", None)
        response.headers.setdefault(HEADER, f"{self.before}{nonce}{self.after}" if nonce else self.policy)
        return response


class StorableInputMiddleware:
    """Answers 400 to what no view could look up or store.

    That is an address with a NUL character or half of a character (forms and the API's parser look after bodies), and
    as a last resort a value that the database refused although validation let it pass.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            texts = [request.path, *request.GET, *(value for _name, found in request.GET.lists() for value in found)]
        except SuspiciousOperation:  # more parameters than DATA_UPLOAD_MAX_NUMBER_FIELDS
            return self._refuse(request, _("The address has too many parameters."))
        if any(has_unstorable(text) for text in texts):
            return self._refuse(request, _("The address holds characters that cannot be stored."))
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook: ``exception`` left a view."""
        if not isinstance(exception, DataError):
            return None
        logger.warning("The database refused a value that validation let pass: %s", exception)
        return self._refuse(request, _("A value is out of range or holds characters that cannot be stored."))

    def _refuse(self, request: HttpRequest, message: str) -> HttpResponse:
        if request.path.startswith(API):
            return JsonResponse(InvalidInput(message, code="invalid_address").body(), status=400)
        raise BadRequest(message)
