"""The first page of a walk: how much of the index it looks at, and what it finds there.

Whether enough pages have all of the words is known for certain only when they were looked for. Where the planner
expects so, they are retrieved at once, and what was found mostly answers the question, too.
"""

from collections.abc import Callable, Mapping
from typing import Final

from services.search import facets
from services.search.filters import Filters
from services.search.plan import Plan
from services.search.retrieve import Retrieved
from services.search.scope import ENOUGH, WORDS, Scope, expect, has_enough

LIKELY: Final = 2
"""How many times ``ENOUGH`` pages the planner has to expect before they are retrieved unasked."""

Expected = Mapping[str, float]
Retrieve = Callable[[Scope, Expected], Retrieved]


def begin(plan: Plan, filters: Filters, retrieve: Retrieve) -> tuple[Scope, Expected, Retrieved]:
    """The scope of a new walk, the numbers of pages to expect, and the first page. At most five queries."""
    if not plan.terms:
        expected = look_around(plan, filters, loosely=False)
        return Scope(), expected, retrieve(Scope(), expected)
    if min(sum(term.pages for term in forms) for forms in plan.forms) >= LIKELY * ENOUGH:
        return _likely(plan, filters, retrieve)
    enough = has_enough(plan, filters)
    expected = look_around(plan, filters, loosely=enough < ENOUGH)
    return _retrieved(expected, enough, retrieve)


def _likely(plan: Plan, filters: Filters, retrieve: Retrieve) -> tuple[Scope, Expected, Retrieved]:
    """The same where each of the words is frequent enough."""
    expected = look_around(plan, filters, loosely=False)
    is_likely = expected[WORDS] >= LIKELY * ENOUGH
    first = _retrieved(expected, ENOUGH, retrieve) if is_likely else None
    if first and first[2].with_all_words >= ENOUGH:
        return first
    enough = has_enough(plan, filters)
    if enough < ENOUGH:
        return _retrieved(look_around(plan, filters, loosely=True), enough, retrieve)
    return first or _retrieved(expected, enough, retrieve)


def _retrieved(expected: Expected, enough: int, retrieve: Retrieve) -> tuple[Scope, Expected, Retrieved]:
    scope = Scope(enough < ENOUGH, enough)
    return scope, expected, retrieve(scope, expected)


def look_around(plan: Plan, filters: Filters, *, loosely: bool) -> Expected:
    """How many pages to expect, by what; also without each of the facets that filter. One query."""
    without = [name for name in facets.NAMES if name in filters.conditions]
    return expect(plan, filters, loosely=loosely, without=without)
