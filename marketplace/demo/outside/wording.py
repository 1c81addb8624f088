"""What outside texts say on pages and in requests."""

from collections.abc import Sequence
from random import Random
from typing import Final

from marketplace.demo.outside.occupation import Occupation

SHARE: Final = 0.6
"""Of the pages and requests of a service for which there are outside texts."""
LONGEST_TITLE: Final = 110
PAGE_TITLES: Final = (
    "{name} in {city}",
    "{name} for {industry}",
    "{name} with {years} years of experience",
    "Independent {name}, {city}",
    "{name}: {service} and more",
    "{name} with {skill}",
)
PAGE_LEADS: Final = (
    "In short: {tasks}",
    "My days look like this: {tasks}",
    "What I do most: {tasks}",
    "My work: {tasks}",
)
REQUEST_TITLES: Final = ("Looking for a {name}", "{name} wanted", "{name} for a short project", "Help from a {name}")
REQUEST_LEADS: Final = (
    "You would {tasks}",
    "The work: {tasks}",
    "We need somebody to {tasks}",
    "It is about this: {tasks}",
)


def title(occupation: Occupation, words: dict[str, str], rng: Random) -> str:
    """A page's title with one of the occupation's names."""
    name = _name(occupation, rng)
    return rng.choice(PAGE_TITLES).format(**{**words, "name": name})[:LONGEST_TITLE].rstrip(" ,:")


def paragraph(occupation: Occupation, rng: Random) -> str:
    """One paragraph of a page."""
    return rng.choice(PAGE_LEADS).format(tasks=_tasks(occupation, rng))


def skills(occupation: Occupation, rng: Random) -> Sequence[str]:
    """Up to three of its tools."""
    return rng.sample(occupation.skills, min(3, len(occupation.skills)))


def request(occupation: Occupation, rng: Random) -> tuple[str, str]:
    """Title and details of a request."""
    name = _name(occupation, rng)
    article = rng.choice(REQUEST_TITLES).format(name=name)
    if name[0] in "AEIOU":
        article = article.replace(" a ", " an ")
    tools = skills(occupation, rng)
    known = f" You should know {' and '.join(tools[:2])}." if tools else ""
    return article, rng.choice(REQUEST_LEADS).format(tasks=_tasks(occupation, rng)) + known


def _name(occupation: Occupation, rng: Random) -> str:
    return rng.choice(occupation.titles or (occupation.name,))


def _tasks(occupation: Occupation, rng: Random) -> str:
    """Two of the tasks as one sentence."""
    chosen = rng.sample(occupation.tasks, min(2, len(occupation.tasks)))
    return "; ".join(task[:1].lower() + task[1:].rstrip(". ") for task in chosen) + "."
