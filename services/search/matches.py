"""Which pages a search's words match: those with all of them, or, loosely, with any of them; and those whose service is
meant. As conditions of SQL on ``services_searchentry e``."""

from collections.abc import Iterable

from services.search.plan import Plan, Term

NOBODY = "false"
OFFERS = "e.service_ids && %(services)s::int[]"


def matches(plan: Plan, *, loosely: bool) -> str:
    """Every match, for a statement with the parameter ``services``."""
    return f"({any_word(plan.terms) if loosely else all_words(plan)} OR {OFFERS})"


def all_words(plan: Plan) -> str:
    """Pages with a form of each of the words; none where there are no words."""
    return " AND ".join(any_word(forms) for forms in plan.forms) or NOBODY


def any_word(terms: Iterable[Term]) -> str:
    """Pages with any of the terms; none where there are none."""
    numbers = ",".join(str(term.number) for term in terms)
    return f"e.terms && '{{{numbers}}}'::int[]" if numbers else NOBODY
