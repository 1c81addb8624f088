"""Making the demo: step by step, each of them bulk, none of them telling anybody.

``DemoState`` notes how far it is, in the transaction of each batch. Whoever finds an unfinished demo, after a kill -9
or a restart, goes on behind the last batch that was committed.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Member
from marketplace.demo.arguments import Arguments, DemoRefused
from marketplace.demo.lock import alone
from marketplace.demo.logins import ADMIN, CLIENT, PROVIDER
from marketplace.demo.steps import STEPS, Step
from marketplace.demo.world import World
from services.search import index
from sitesettings.models import DemoState

Progress = Callable[[str, int, int], None]
"""Called with the step, what of it is done, and how much it is in all."""


def require_allowed() -> None:
    """Raises DemoRefused with production settings: everybody knows the log-ins' password."""
    if settings.PRODUCTION:
        raise DemoRefused("The demo is never made with production settings: everybody knows its log-ins' password.")


def seed_demo(arguments: Arguments, progress: Progress) -> bool:
    """Makes the demo, or goes on making it; False where the same one is there already. Raises DemoRefused."""
    require_allowed()
    with alone():
        state = DemoState.objects.filter(pk=1).first()
        if state and state.state != DemoState.State.REMOVED:
            _require_same(state, arguments)
            if state.state == DemoState.State.MADE:
                return False
        else:
            _require_free_addresses()
        world = World(arguments)
        if not state or state.state != DemoState.State.MAKING:
            state = _begin(arguments)
        for step in STEPS:
            _run(step, world, int(state.done.get(step.key, 0)), progress)
        _finish()
    return True


def _require_same(state: DemoState, arguments: Arguments) -> None:
    if state.state == DemoState.State.REMOVING:
        raise DemoRefused("The demo is being removed. Finish that first: python manage.py demo --remove")
    if state.arguments != arguments.as_json():
        there = Arguments.from_json(state.arguments)
        kind = "Another demo is here" if state.state == DemoState.State.MADE else "Another demo was begun here"
        raise DemoRefused(
            f"{kind}, made with {there}. Remove it first (python manage.py demo --remove)"
            + ("." if state.state == DemoState.State.MADE else ", or finish it with those arguments.")
        )


def _require_free_addresses() -> None:
    taken = Member.objects.filter(email__in=[CLIENT, PROVIDER, ADMIN]).values_list("email", flat=True)
    if taken:
        raise DemoRefused(f"Somebody real has an address that the demo needs: {', '.join(taken)}.")


def _begin(arguments: Arguments) -> DemoState:
    state, _created = DemoState.objects.update_or_create(
        pk=1, defaults={"state": DemoState.State.MAKING, "arguments": arguments.as_json(), "done": {}}
    )
    index.prepare_bulk()
    return state


def _run(step: Step, world: World, done: int, progress: Progress) -> None:
    """The rest of a step, from the thing number ``done`` on."""
    total = step.total(world.arguments)
    for start in range(done, total, step.batch):
        numbers = range(start, min(start + step.batch, total))
        with transaction.atomic():
            step.make(world, numbers)
            _note(step.key, numbers.stop)
        progress(step.label, numbers.stop, total)


def _note(key: str, done: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sitesettings_demostate SET done = done || jsonb_build_object(%s::text, %s::int) WHERE id = 1",
            [key, done],
        )


def _finish() -> None:
    """Brings up to date what is kept about all rows, and says that the demo is there."""
    index.finish_bulk()
    with connection.cursor() as cursor:
        for table in ANALYZED:
            cursor.execute(f"ANALYZE {table}")
    DemoState.objects.filter(pk=1).update(state=DemoState.State.MADE)


ANALYZED: Final = (
    *("accounts_member", "services_servicepage", "services_pageservice", "services_searchentry"),
    *("services_pagevector", "services_searchword", "requests_servicerequest", "requests_wave", "requests_match"),
    *("notifications_event", "notifications_notification", "notifications_delivery"),
    *("insights_requestminute", "insights_requesthour", "insights_requestday"),
)
"""Tables that the demo fills: the planner must not take them for empty."""
