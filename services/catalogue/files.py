"""The catalogue's data files: one YAML file a group, checked strictly, with the file's name in every complaint."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

from marketplace.yaml_files import read_yaml

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
KEY = re.compile(r"[a-z][a-z0-9_]*")
TYPES = ("choice", "choices", "text", "number", "date", "yes_no")
TYPES_WITH_CHOICES = ("choice", "choices")
NOTHING: Sequence[Any] = ()


class CatalogueError(ImproperlyConfigured):
    """A data file of the catalogue is wrong; the message names the file and the place."""


@dataclass(frozen=True, slots=True)
class QuestionEntry:
    """A question as written in a file."""

    key: str
    text: str
    type: str
    choices: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class ServiceEntry:
    """A service as written in a file; ``hourly_usd`` is the usual band, low and high."""

    slug: str
    name: str
    synonyms: tuple[str, ...]
    skills: tuple[str, ...]
    hourly_usd: tuple[int, int]
    remote: bool
    questions: tuple[QuestionEntry, ...]


@dataclass(frozen=True, slots=True)
class GroupEntry:
    """A group as written in a file."""

    slug: str
    name: str
    icon: str
    position: int
    questions: tuple[QuestionEntry, ...]
    services: tuple[ServiceEntry, ...]


def digest(folder: Path) -> str:
    """SHA-256 over names and contents of the folder's files; the same for the same catalogue."""
    total = hashlib.sha256()
    for file in sorted(folder.glob("*.yaml")):
        total.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()


def read(folder: Path) -> tuple[GroupEntry, ...]:
    """All groups of the folder's files in their order; raises CatalogueError where something is wrong."""
    return _read(folder, digest(folder))


@lru_cache(maxsize=4)
def _read(folder: Path, _digest: str) -> tuple[GroupEntry, ...]:
    groups = [_read_file(file) for file in sorted(folder.glob("*.yaml"))]
    if not groups:
        raise CatalogueError(f"{folder} holds no catalogue (*.yaml).")
    _refuse_repeats("group", [group.slug for group in groups])
    _refuse_repeats("service", [service.slug for group in groups for service in group.services])
    return tuple(sorted(groups, key=lambda group: (group.position, group.name)))


def _read_file(file: Path) -> GroupEntry:
    try:
        content = read_yaml(file)
        return _group(content)
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise CatalogueError(f"{file}: {type(error).__name__}: {error}") from error


def _group(content: Mapping[str, Any]) -> GroupEntry:
    group = GroupEntry(
        slug=_matching(SLUG, content["slug"]),
        name=_line(content["name"], 80),
        icon=_matching(SLUG, content.get("icon", "briefcase")),
        position=int(content.get("position", 0)),
        questions=tuple(_question(entry) for entry in content["questions"]),
        services=tuple(_service(entry) for entry in content["services"]),
    )
    for service in group.services:
        _refuse_repeats(f"question of {service.slug}", [q.key for q in (*group.questions, *service.questions)])
    return group


def _service(entry: Mapping[str, Any]) -> ServiceEntry:
    low, high = (int(amount) for amount in entry["hourly_usd"])
    if not 0 < low <= high:
        raise ValueError(f"hourly_usd of {entry['slug']} must be two ascending amounts above 0")
    return ServiceEntry(
        slug=_matching(SLUG, entry["slug"]),
        name=_line(entry["name"], 80),
        synonyms=tuple(_lines(entry["synonyms"])),
        skills=tuple(_lines(entry["skills"])),
        hourly_usd=(low, high),
        remote=_truth(entry["remote"]),
        questions=tuple(_question(question) for question in entry.get("questions") or NOTHING),
    )


def _question(entry: Mapping[str, Any]) -> QuestionEntry:
    choices = tuple(_lines(entry.get("choices") or NOTHING))
    if entry["type"] not in TYPES:
        raise ValueError(f"type of {entry['key']} is none of {', '.join(TYPES)}")
    if (len(choices) >= 2) != (entry["type"] in TYPES_WITH_CHOICES):
        raise ValueError(f"choices of {entry['key']} do not fit its type")
    return QuestionEntry(
        key=_matching(KEY, entry["key"]),
        text=_line(entry["text"], 200),
        type=entry["type"],
        choices=choices,
        required=_truth(entry.get("required", False)),
    )


def _matching(pattern: re.Pattern[str], value: Any) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError(f"{value!r} does not look like {pattern.pattern}")
    return value


def _line(value: Any, longest: int) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise ValueError(f"{value!r} is not a text of 1 to {longest} characters")
    return value.strip()


def _lines(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        raise ValueError(f"{values!r} is not a list")
    _refuse_repeats("entry", [_line(value, 80) for value in values])
    yield from (_line(value, 80) for value in values)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} is neither true nor false")
    return value


def _refuse_repeats(noun: str, values: Sequence[str]) -> None:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise CatalogueError(f"{noun} more than once: {', '.join(repeated)}")
