"""What apps above add to the public page. They register a section from ``AppConfig.ready()``."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from services.models import ServicePage


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: a template that finds its data as ``section``.

    ``load`` answers with that data, or None where the page has nothing of this kind, without asking the database if
    that can be helped: the page is read most of all. ``structured`` turns the data into properties for JSON-LD.
    """

    template: str
    load: Callable[[HttpRequest, ServicePage], Any | None]
    structured: Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Loaded:
    """A section with its data."""

    template: str
    data: Any
    structured: Mapping[str, Any]


_sections: list[Section] = []


def register(section: Section) -> None:
    """Adds a section below those that are there."""
    if section not in _sections:
        _sections.append(section)


def load_sections(request: HttpRequest, page: ServicePage) -> list[Loaded]:
    """The sections that have something to show on this page."""
    found = ((section, section.load(request, page)) for section in _sections)
    return [Loaded(each.template, data, each.structured(data)) for each, data in found if data is not None]
