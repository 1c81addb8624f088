"""The catalogue's services and their questions, as this process read them last.

Hardly anything is read so often and changed so seldom. Nothing is refused by what was read earlier: whoever asks for
what is not there, or answers what is not asked, is held against the tables as they are.
"""

import time
from typing import Any, Final

from services.catalogue import questions_for
from services.models import Question, Service
from services.rules import offers

KEPT_SECONDS: Final = 30.0
"""How long a process goes on taking what another process may have switched off."""

_services: dict[str, tuple[float, Service]] = {}
_questions: dict[int, tuple[float, list[Question]]] = {}


def service_of(slug: str) -> Service:
    """The service, with its group. Raises ValidationError where there is none, or where it is switched off."""
    kept = _services.get(slug)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1]
    found = offers.services([slug])[0]
    _services[slug] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def questions_of(service: Service) -> tuple[list[Question], bool]:
    """What a client of this service is asked, and whether that was read earlier."""
    kept = _questions.get(service.pk)
    if kept is not None and time.monotonic() < kept[0]:
        return kept[1], True
    return read_questions(service), False


def read_questions(service: Service) -> list[Question]:
    """The questions as they are now. One query."""
    found = questions_for(service)
    _questions[service.pk] = (time.monotonic() + KEPT_SECONDS, found)
    return found


def forget(**_signal: Any) -> None:
    """Makes this process read them anew."""
    _services.clear()
    _questions.clear()
