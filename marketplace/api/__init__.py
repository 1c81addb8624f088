"""What all of the API shares: the form of answers and errors, strict input, pages of lists, throttles, documentation.

Views and address patterns are in ``marketplace.api.views`` and ``marketplace.api.urls``: Django REST framework reads
its settings, which name classes of this package, while it defines its own views.
"""

from marketplace.api.errors import answer_error
from marketplace.api.filters import check_filters
from marketplace.api.paging import CursorPages, read_cursor, write_cursor
from marketplace.api.parsing import JSONParser
from marketplace.api.rendering import JSONRenderer, LenientNegotiation
from marketplace.api.serializing import EmptiedByNull, StrictModelSerializer, StrictSerializer
from marketplace.api.throttling import MemberThrottle

__all__ = [
    "CursorPages",
    "EmptiedByNull",
    "JSONParser",
    "JSONRenderer",
    "LenientNegotiation",
    "MemberThrottle",
    "StrictModelSerializer",
    "StrictSerializer",
    "answer_error",
    "check_filters",
    "read_cursor",
    "write_cursor",
]
