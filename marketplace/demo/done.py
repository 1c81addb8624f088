"""What of a demo is made already, by step: spans of numbers, so that batches may be finished in any order."""

from collections.abc import Iterable, Sequence
from typing import Any

from sitesettings.models import DemoState

Span = tuple[int, int]
"""From the first number up to, without, the second."""


def note(key: str, numbers: range) -> None:
    """Notes within the caller's transaction, as its last act, that these things of the step are made."""
    state = DemoState.objects.select_for_update().get(pk=1)
    state.done[key] = merged([*spans(state.done.get(key, [])), (numbers.start, numbers.stop)])
    state.save(update_fields=["done", "changed_at"])


def spans(noted: Any) -> list[Span]:
    """What was noted of a step; before spans there were, one number said how far it was."""
    return [(0, noted)] if isinstance(noted, int) else [(first, last) for first, last in noted]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same numbers in as few spans as possible, lowest first."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return found


def missing(done: Sequence[Span], total: int, batch: int) -> list[range]:
    """The batches that have still to be made of ``total`` things, lowest first, each of at most ``batch``."""
    gaps = zip([0, *(last for _first, last in done)], [*(first for first, _last in done), total], strict=True)
    return [range(start, min(start + batch, last)) for first, last in gaps for start in range(first, last, batch)]
