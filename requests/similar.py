"""Requests that look like one another, and signs of spam. Both are hints to the client, never a refusal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.database import prepared
from requests.models import ServiceRequest
from requests.moves import ACTIVE

WITHIN: Final = timedelta(days=30)
ALIKE: Final = 0.6
"""Trigram word similarity of two titles (pg_trgm, 0 to 1) from which they say the same."""
LINKS: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
CONTACTS: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+?\d[\d ()/-]{8,}\d")
MANY_LINKS: Final = 3

SIMILAR: Final = """
    SELECT id FROM requests_servicerequest
    WHERE client_id = %(client)s AND status = ANY(%(active)s) AND created_at >= %(since)s AND id <> %(request)s
        AND (service_id = %(service)s OR word_similarity(%(title)s, title) >= %(alike)s)
    ORDER BY word_similarity(%(title)s, title) DESC, id DESC LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class Hint:
    """A hint: ``code`` for programs, ``message`` for people, and the request that it is about, if any."""

    code: str
    message: str | Promise
    request: UUID | None = None


def warnings_about(request: ServiceRequest, *, now: datetime) -> Sequence[Hint]:
    """What the client may want to know before or after posting. One query."""
    found = [
        Hint("similar_request", _("You have a similar request already."), other)
        for other in similar_requests(request, now=now)
    ]
    if len(LINKS.findall(request.details)) >= MANY_LINKS:
        found.append(Hint("many_links", _("Many links make a request look like advertising.")))
    if CONTACTS.search(request.title) or CONTACTS.search(request.details):
        message = _("Contact data in a request invites spam. Providers answer you here.")
        found.append(Hint("contact_data", message))
    return found


def similar_requests(request: ServiceRequest, *, now: datetime) -> list[UUID]:
    """Ids of the client's own active requests of the last 30 days for the same service, or with a title that says the
    same; at most three, the most alike first."""
    asked: dict[str, Any] = {
        "request": request.pk,
        "client": request.client_id,
        "service": request.service_id,
        "title": request.title,
        "active": sorted(ACTIVE),
        "since": now - WITHIN,
        "alike": ALIKE,
    }
    return [row[0] for row in prepared.ask(SIMILAR, asked)]
