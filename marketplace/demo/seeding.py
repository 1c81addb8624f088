"""Making the demo: step by step, each of them bulk, none of them telling anybody.

``DemoState`` notes what is made, in the transaction of each batch. Whoever finds an unfinished demo, after a kill -9
or a restart, makes the batches that were not committed.
"""

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from accounts.demo_log_ins import ADMIN, CLIENT, PROVIDER
from accounts.models import Member
from marketplace.demo.arguments import Arguments, DemoRefused
from marketplace.demo.crew import one_by_one, together
from marketplace.demo.done import Span, missing, note, spans
from marketplace.demo.lock import alone
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
        state = _there()
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
            _run(step, world, spans(state.done.get(step.key, [])), progress)
        _finish()
    return True


def _there() -> DemoState | None:
    """The note of what is here, once no transaction can add to it any more that a killed run left to be committed."""
    with transaction.atomic():
        return DemoState.objects.select_for_update().filter(pk=1).first()


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


def _run(step: Step, world: World, done: Sequence[Span], progress: Progress) -> None:
    """The rest of a step, beside what is done. Its first batch always alone: the others may rest on it."""
    total = step.total(world.arguments)
    waiting = missing(done, total, step.batch)
    made = total - sum(map(len, waiting))
    if waiting and step.searches:
        index.finish_bulk(progress)

    def make(numbers: range) -> None:
        with transaction.atomic():
            step.make(world, numbers)
            note(step.key, numbers)

    alone = 1 if step.apart and not done else 0 if step.apart else len(waiting)
    for numbers in chain(one_by_one(make, waiting[:alone]), together(make, waiting[alone:])):
        made += len(numbers)
        progress(step.label, made, total)


def _finish() -> None:
    """Brings up to date what is known about all rows, and says that the demo is there."""
    with connection.cursor() as cursor:
        for table in ANALYZED:
            cursor.execute(f"ANALYZE {table}")
    DemoState.objects.filter(pk=1).update(state=DemoState.State.MADE)


ANALYZED: Final = (
    *("accounts_member", "services_servicepage", "services_pageservice", "services_searchentry"),
    *("services_pagevector", "services_searchword", "requests_servicerequest", "requests_wave", "requests_match"),
    *("requests_proposal", "requests_proposalterms", "engagements_engagement", "engagements_review"),
    *("notifications_event", "notifications_notification", "notifications_delivery"),
    *("insights_requestminute", "insights_requesthour", "insights_requestday"),
)
"""Tables that the demo fills: the planner must not take them for empty."""
