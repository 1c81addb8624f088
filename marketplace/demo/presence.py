"""Whether a demo is here, what it consists of, and whether somebody is at work on it."""

from dataclasses import dataclass

from accounts.models import Member
from marketplace.demo.lock import is_taken
from requests.models import ServiceRequest
from services.models import ServicePage
from sitesettings.models import DemoState

State = DemoState.State
HERE = (State.MAKING, State.MADE, State.REMOVING)


@dataclass(frozen=True, slots=True)
class Presence:
    """``members``, ``pages`` and ``requests`` are what would go; ``removed`` of ``of`` members have gone already."""

    state: str
    is_busy: bool
    members: int
    pages: int
    requests: int
    removed: int = 0
    of: int = 0

    @property
    def is_being_removed(self) -> bool:
        """Whether the removal was begun."""
        return self.state == State.REMOVING


def is_here() -> bool:
    """Whether there is a demo, or the rest of one."""
    return DemoState.objects.filter(state__in=HERE).exists()


def look() -> Presence | None:
    """What is here; None where there is no demo. Five queries at most."""
    state = DemoState.objects.filter(state__in=HERE).first()
    if state is None:
        return None
    return Presence(
        state=state.state,
        is_busy=is_taken(),
        members=Member.objects.filter(is_demo=True).count(),
        pages=ServicePage.objects.filter(member__is_demo=True).count(),
        requests=ServiceRequest.objects.filter(client__is_demo=True).count(),
        removed=int(state.done.get("removed", 0)),
        of=int(state.done.get("members", 0)),
    )
