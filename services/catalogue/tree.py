"""The whole catalogue as plain values: for the API, pickers and everything else that shows all of it."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NotRequired, TypedDict

from services.models import Question, Service, ServiceGroup


class QuestionLeaf(TypedDict):
    """A question; ``choices`` only where there are some."""

    key: str
    text: str
    type: str
    choices: NotRequired[list[str]]
    required: bool


class ServiceBranch(TypedDict):
    """A service with everything that a client is asked about it."""

    slug: str
    name: str
    synonyms: list[str]
    skills: list[str]
    questions: list[QuestionLeaf]


class GroupBranch(TypedDict):
    """A group and its services."""

    slug: str
    name: str
    services: list[ServiceBranch]


def catalogue_tree() -> list[GroupBranch]:
    """All groups and services that are switched on, in the host's order. Three queries."""
    asked = _questions()
    branches: dict[int, list[ServiceBranch]] = defaultdict(list)
    for service in Service.objects.filter(is_active=True).order_by("position", "name"):
        branches[service.group_id].append(
            ServiceBranch(
                slug=service.slug,
                name=service.name,
                synonyms=service.synonyms,
                skills=service.skills,
                questions=[*asked[service.group_id, None], *asked[service.group_id, service.pk]],
            )
        )
    groups: Iterable[ServiceGroup] = ServiceGroup.objects.filter(is_active=True)
    return [GroupBranch(slug=group.slug, name=group.name, services=branches[group.pk]) for group in groups]


def _questions() -> dict[tuple[int, int | None], list[QuestionLeaf]]:
    found: dict[tuple[int, int | None], list[QuestionLeaf]] = defaultdict(list)
    for question in Question.objects.filter(is_active=True):
        leaf = QuestionLeaf(key=question.key, text=question.text, type=question.type, required=question.required)
        if question.choices:
            leaf["choices"] = question.choices
        found[question.group_id, question.service_id].append(leaf)
    return found
