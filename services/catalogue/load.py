"""Bringing the data files into the database."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from services.catalogue.files import GroupEntry, QuestionEntry, ServiceEntry, digest, read
from services.catalogue.table import Table
from services.models import CatalogueLoad, Question, Service, ServiceGroup

DATA = Path(__file__).resolve().parent.parent / "data" / "catalogue"
"""The data files that come with the project, one a group."""
LOCK = 0x5CA7A106
"""Key of the advisory lock under which the catalogue is loaded, so that two starts at once do not collide."""


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading did. ``kept`` counts rows that differ from the files because the host edited them.

    ``left`` names active rows that no file holds any more: they stay as they are until somebody switches them off.
    """

    unchanged: bool = False
    created: int = 0
    updated: int = 0
    kept: int = 0
    left: tuple[str, ...] = ()


@transaction.atomic
def load(folder: Path = DATA, *, now: datetime, force: bool = False) -> LoadReport:
    """Brings groups, services and questions of the files into the database; safe to repeat.

    Rows that the host has edited are kept as they are, and nothing is switched off or deleted. Files that were
    loaded last time are not read again unless ``force``.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    present = digest(folder)
    if not force and CatalogueLoad.objects.filter(pk=1, digest=present).exists():
        return LoadReport(unchanged=True)
    report = _store(read(folder))
    CatalogueLoad.objects.update_or_create(pk=1, defaults={"digest": present, "loaded_at": now})
    return report


def _store(entries: Sequence[GroupEntry]) -> LoadReport:
    groups = Table(ServiceGroup, "slug")
    for group in entries:
        groups.put(slug=group.slug, name=group.name, icon=group.icon, position=group.position)
    groups.save()
    services = Table(Service, "slug")
    for group in entries:
        for position, service in enumerate(group.services):
            services.put(slug=service.slug, group_id=groups.rows[group.slug].pk, **_fields(service, position))
    services.save()
    questions = Table(Question, "group_id", "service_id", "key")
    for group in entries:
        _put_questions(questions, groups.rows[group.slug].pk, None, group.questions)
        for service in group.services:
            row = services.rows[service.slug]
            _put_questions(questions, row.group_id, row.pk, service.questions)
    questions.save()
    return _report(groups, services, questions)


def _fields(service: ServiceEntry, position: int) -> dict[str, Any]:
    return {
        "name": service.name,
        "synonyms": list(service.synonyms),
        "skills": list(service.skills),
        "hourly_usd_low": service.hourly_usd[0],
        "hourly_usd_high": service.hourly_usd[1],
        "can_be_remote": service.remote,
        "position": position,
    }


def _put_questions(table: Table[Question], group: int, service: int | None, entries: Sequence[QuestionEntry]) -> None:
    for position, entry in enumerate(entries):
        fields = asdict(entry) | {"choices": list(entry.choices), "position": position}
        table.put(group_id=group, service_id=service, **fields)


def _report(*tables: Table[Any]) -> LoadReport:
    return LoadReport(
        created=sum(len(table.created) for table in tables),
        updated=sum(len(table.updated) for table in tables),
        kept=sum(table.kept for table in tables),
        left=tuple(name for table in tables for name in table.only_here()),
    )
