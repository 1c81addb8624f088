"""What all of the API shares: renderer, parser, pages, throttle, the form of errors."""

from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser as BaseJSONParser
from rest_framework.renderers import JSONRenderer as BaseJSONRenderer
from rest_framework.throttling import UserRateThrottle
from rest_framework.views import exception_handler as answer_error


class JSONRenderer(BaseJSONRenderer):
    """JSON."""


class JSONParser(BaseJSONParser):
    """JSON."""


class CursorPages(CursorPagination):
    """Lists."""


class MemberThrottle(UserRateThrottle):
    """Calls a member may make."""

    rate = "600/min"


__all__ = ["CursorPages", "JSONParser", "JSONRenderer", "MemberThrottle", "answer_error"]
