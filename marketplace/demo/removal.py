"""Taking the demo away, and nothing else."""

from uuid import UUID

from django.db import transaction

from accounts.models import Member
from insights.imported import remove_imported
from notifications.models import Event
from requests.models import ServiceRequest
from services.models import ServicePage
from sitesettings.models import DemoState

BATCH = 1000


def remove_demo() -> int:
    """Deletes the demo's members with all that hangs on them, and the imported history; the number of members.

    In batches, each a transaction: an interrupted removal is finished by the next one. The log of publications stays,
    since what was counted stays true.
    """
    removed = 0
    while ids := list(Member.objects.filter(is_demo=True).values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            _remove(ids)
        removed += len(ids)
    remove_imported()
    return removed


def mark_removed() -> None:
    """Keeps the next start from making the demo again."""
    DemoState.objects.update_or_create(pk=1, defaults={"state": DemoState.State.REMOVED, "arguments": {}})


def _remove(members: list[UUID]) -> None:
    requests = ServiceRequest.objects.filter(client__in=members)
    pages = ServicePage.objects.filter(member__in=members)
    # Events name their subject without a foreign key; their notifications and deliveries go with them.
    subjects = [str(pk) for found in (requests, pages) for pk in found.values_list("pk", flat=True)]
    Event.objects.filter(subject_id__in=subjects, subject_type__in=["request", "page"]).delete()
    requests.delete()
    Member.objects.filter(pk__in=members).delete()
