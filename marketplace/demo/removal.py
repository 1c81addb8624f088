"""Taking the demo away, and nothing else.

Members whom the demo made go with all that hangs on them: pages, requests, matches, and what was announced of these, to
whomever. What others made stays: their pages, and their requests with the timeline, even where those were matched to
the demo's pages; such a request gets its next wave at once. The log of publications stays, since what was counted stays
true.
"""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Member
from engagements.models import Engagement
from insights.imported import remove_imported
from insights.progress import count_progress
from marketplace.clock import utc_now
from marketplace.demo.lock import alone
from notifications.models import Event
from requests.models import Match, RequestStatus, ServiceRequest, Visibility
from services.models import ServicePage
from services.search import index
from sitesettings.models import DemoState

BATCH = 1000
Progress = Callable[[str, int, int], None]


def remove_demo(progress: Progress) -> int:
    """Deletes the demo's members with all that hangs on them, and the imported history; the number of members.

    In batches, each a transaction: an interrupted removal is finished by the next one. Nobody makes the demo again
    unless asked to. Raises DemoRefused where somebody makes or removes it at this moment.
    """
    with alone():
        DemoState.objects.update_or_create(pk=1, defaults={"state": DemoState.State.REMOVING})
        members = Member.objects.filter(is_demo=True)
        total, removed = members.count(), 0
        while ids := list(members.values_list("pk", flat=True)[:BATCH]):
            removed += len(ids)
            with transaction.atomic():
                _remove(ids)
                DemoState.objects.filter(pk=1).update(done={"removed": removed, "members": max(total, removed)})
            progress("Members", removed, max(total, removed))
        remove_imported()
        count_progress(now=utc_now())
        index.finish_bulk()
        index.forget_words()
        DemoState.objects.update_or_create(
            pk=1, defaults={"state": DemoState.State.REMOVED, "arguments": {}, "done": {}}
        )
    return removed


def _look_again(members: list[UUID], pages: QuerySet[ServicePage, UUID]) -> None:
    """Has the next wave of other people's open requests leave now that these providers go."""
    told = Exists(Match.objects.filter(request=OuterRef("pk"), page__in=pages))
    waiting = ServiceRequest.objects.filter(told, status=RequestStatus.OPEN).exclude(visibility=Visibility.INVITED)
    waiting.exclude(client__in=members).update(next_wave_at=utc_now())


def _remove(members: list[UUID]) -> None:
    requests = ServiceRequest.objects.filter(client__in=members)
    pages = ServicePage.objects.filter(member__in=members)
    _look_again(members, pages.values_list("pk", flat=True))
    # Events name their subject without a foreign key; their notifications and deliveries go with them.
    engagements = Engagement.objects.filter(Q(client__in=members) | Q(provider__in=members))
    found = (requests, pages, engagements)
    subjects = [str(pk) for rows in found for pk in rows.values_list("pk", flat=True)]
    Event.objects.filter(subject_id__in=subjects, subject_type__in=["request", "page", "engagement"]).delete()
    engagements.delete()  # they keep what they were made from
    requests.delete()
    Member.objects.filter(pk__in=members).delete()
