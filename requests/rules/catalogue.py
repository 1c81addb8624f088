"""The catalogue's services and their questions, as this process read them last.

Hardly anything is read so often and changed so seldom. Nothing is refused by what was read earlier: whoever asks for
what is not there, or answers what is not asked, is held against the tables as they are.
"""

import time
from typing import Any, Final

from services.catalogue import questions_among, questions_of_group
from services.models import Question, Service
from services.rules import offers

KEPT_SECONDS: Final = 30.0
"""How long a process goes on taking what another process may have switched off."""


class _Services:
    """Services by slug. Those that were asked for lately are read again together, in one statement."""

    def __init__(self) -> None:
        self._found: dict[str, Service] = {}
        self._asked: set[str] = set()
        self._until = 0.0

    def __getitem__(self, slug: str) -> Service:
        if time.monotonic() >= self._until:
            lately = self._asked
            self.forget()
            self._found = {service.slug: service for service in offers.on_offer(lately)} if lately else {}
            self._until = time.monotonic() + KEPT_SECONDS
        found = self._found.get(slug) or offers.services([slug])[0]
        self._found[slug] = found
        self._asked.add(slug)
        return found

    def forget(self) -> None:
        """Reads them anew when they are asked for."""
        self._found, self._asked, self._until = {}, set(), 0.0


_services = _Services()
_questions: dict[int, tuple[float, list[Question]]] = {}
"""By group."""


def service_of(slug: str) -> Service:
    """The service, with its group. Raises ValidationError where there is none, or where it is switched off."""
    return _services[slug]


def questions_of(service: Service) -> tuple[list[Question], bool]:
    """What a client of this service is asked, and whether that was read earlier. At most one query."""
    kept = _questions.get(service.group_id)
    if kept is not None and time.monotonic() < kept[0]:
        return questions_among(kept[1], service), True
    return read_questions(service), False


def read_questions(service: Service) -> list[Question]:
    """The questions as they are now. One query."""
    found = questions_of_group(service.group_id)
    _questions[service.group_id] = (time.monotonic() + KEPT_SECONDS, found)
    return questions_among(found, service)


def forget(**_signal: Any) -> None:
    """Makes this process read them anew."""
    _services.forget()
    _questions.clear()
