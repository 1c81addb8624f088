"""Which pages a search's words match: any with all of them, or, loosely, with any of them; and those whose service is
meant. In SQL's words, as conditions on ``services_searchentry e`` with their parameters."""

from collections.abc import Iterable
from itertools import combinations
from math import exp
from typing import Any, Final

from services.search.plan import Plan, Term

MATCHES: Final = "(e.words @@ %(words)s::tsquery OR e.service_ids && %(services)s::int[])"
"""Every match, whatever it counts."""

STRONG: Final = "services_levels(e.impacts) && services_level_keys(%(tiered)s::text[], %(levels)s::int[])"
"""Pages in which one of the words counts enough: a word's pages by what it counts there, in a GIN index of its own.

This is an impact-ordered index, read from the top (Anh and Moffat 2006; Lin and Trotman 2015). It needs neither a row a
posting nor the numbers of now, and changes with the page's row.
"""
OFFERS: Final = "e.service_ids && %(services)s::int[]"
OFFERS_NEAR: Final = """e.page_id = ANY(ARRAY(
    SELECT page_id FROM (
        SELECT service_id, id AS cell, centroid <-> (SELECT vector FROM asked) AS away FROM services_servicecell
        WHERE service_id = ANY(%(services)s::int[])
        UNION ALL SELECT service, 0, NULL FROM unnest(%(services)s::int[]) AS service
        ORDER BY away NULLS LAST
    ) AS near CROSS JOIN LATERAL (
        SELECT page_id FROM services_serviceposting p
        WHERE p.service_id = near.service_id AND p.cell = near.cell OFFSET 0
    ) AS posting LIMIT %(listed)s
))"""
"""Pages of a service that is meant, from its list: the cells first that are nearest to what is asked for."""
LEVELS: Final = 64
"""Steps of what a word may count, as ``services_levels`` has them: finer towards 1."""
PAIRED: Final = 4000
"""Pages that are scored for two words together, where these were to stand in pages independently of each other."""
STEPS: Final = 12
"""Of them for each halving of what is missing to 1."""


def most_at(level: int) -> float:
    """The most that a word may count at this level."""
    return float(1 - 2 ** (-(level + 1) / STEPS)) if level + 1 < LEVELS else 1.0


def matching(plan: Plan, *, loosely: bool) -> dict[str, Any]:
    """The parameters of ``MATCHES``."""
    words = any_word(plan.terms) if loosely else all_words(plan)
    return {"words": words, "services": list(plan.services)}


def scored(plan: Plan, levels: tuple[int, ...], *, loosely: bool, listed: int) -> tuple[str, dict[str, Any]]:
    """The condition for the matches that are scored, and its parameters: all, or those in which a word counts at least
    its level, and ``listed`` ones of the services that are meant, or all."""
    offers = OFFERS_NEAR if listed else OFFERS
    if not levels:
        return f"(e.words @@ %(words)s::tsquery OR {offers})", matching(plan, loosely=loosely) | {"listed": listed}
    whole = [term for term, level in zip(plan.terms, levels, strict=True) if level == 0]
    tiered = [(term.lexeme, level) for term, level in zip(plan.terms, levels, strict=True) if 0 < level < LEVELS]
    words = f"(e.words @@ %(words)s::tsquery {'OR' if loosely else 'AND'} {STRONG})"
    single = [*map(any_word, ([term] for term in whole)), *pairs(plan, levels)] if loosely else []
    # Services first: of their pages STRONG, which takes as long as scoring ten pages, need not be computed.
    return f"({offers} OR {words})", {
        "words": " | ".join(single) if loosely else all_words(plan),
        "services": list(plan.services),
        "listed": listed,
        "tiered": [lexeme for lexeme, _level in tiered],
        "levels": [level for _lexeme, level in tiered],
    }


def pairs(plan: Plan, levels: tuple[int, ...]) -> list[str]:
    """Texts for ``::tsquery`` that each find two of the words for which it is not enough to stand anywhere: the rarest
    pairs, as many as some ``PAIRED`` pages are expected to have. A page with a little of both may count more than one
    with much of either."""
    terms = [term for term, level in zip(plan.terms, levels, strict=True) if level > 0 and term.pages]
    both = [(one, other) for one, other in combinations(terms, 2) if one.word != other.word]
    chosen, pages = [], 0.0
    for one, other in sorted(both, key=lambda pair: -pair[0].weight - pair[1].weight):
        pages += one.pages * other.pages / _all_pages(one)
        if pages > PAIRED:
            break
        chosen.append(f"({any_word([one])} & {any_word([other])})")
    return chosen


def _all_pages(term: Term) -> float:
    """The number of pages by which the term was weighed (``plan``)."""
    return (term.pages + 0.5) * (exp(term.weight) - 1) + term.pages - 0.5


def all_words(plan: Plan) -> str:
    """A text for ``::tsquery`` that finds a form of each of the words."""
    return " & ".join(f"({any_word(forms)})" for forms in plan.forms)


def any_word(terms: Iterable[Term]) -> str:
    """A text for ``::tsquery`` that finds any of the terms."""
    quoted = (term.lexeme.replace("\\", "\\\\").replace("'", "''") for term in terms)
    return " | ".join(f"'{lexeme}'" for lexeme in quoted)
