"""Taking the demo away, and nothing else.

Members whom the demo made go with all that hangs on them: pages, requests, matches, and what was announced of these, to
whomever; files too. What others made stays: their pages, and their requests with the timeline, even where those were
matched to the demo's pages; such a request gets its next wave at once, and one that was awarded to such a page and not
completed is open again. Ratings that real members got from the demo's are taken back. The log of publications stays,
since what was counted stays true.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Member
from engagements.models import Engagement, PastClient
from insights.imported import remove_imported
from insights.progress import count_progress
from marketplace.clock import utc_now
from marketplace.demo.left import Left
from marketplace.demo.lock import alone
from messaging.models import Conversation
from notifications.models import AccountMail, Event
from requests.models import Match, Proposal, ServiceRequest
from requests.prices import count_prices
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
        count_prices(now=utc_now())
        index.finish_bulk(progress)
        index.forget_words()
        DemoState.objects.update_or_create(
            pk=1, defaults={"state": DemoState.State.REMOVED, "arguments": {}, "done": {}}
        )
    return removed


def _remove(members: list[UUID]) -> None:
    """One batch with all that hangs on it; what real members made is set right at once."""
    requests = ServiceRequest.objects.filter(client__in=members)
    pages = ServicePage.objects.filter(member__in=members)
    deals = Engagement.objects.filter(Q(client__in=members) | Q(provider__in=members))
    others = Left.of(members, deals)
    others.reopen_requests()
    _forget_events(members, requests, pages, deals)
    _forget_mail(members, pages)
    deals.delete()
    requests.delete()
    Member.objects.filter(pk__in=members).delete()
    others.count_again()


def _forget_mail(members: list[UUID], pages: QuerySet[ServicePage]) -> None:
    """Mail about their accounts, and invitations to their past clients."""
    addresses = Member.objects.filter(pk__in=members).values("email")
    invitations = PastClient.objects.filter(page__in=pages, mail__isnull=False).values("mail")
    AccountMail.objects.filter(Q(recipient__in=addresses) | Q(pk__in=invitations)).delete()


def _forget_events(
    members: list[UUID],
    requests: QuerySet[ServiceRequest],
    pages: QuerySet[ServicePage],
    deals: QuerySet[Engagement],
) -> None:
    """Events name their subject without a foreign key; their notifications and deliveries go with them."""
    hers = Q(request__in=requests) | Q(page__in=pages)
    subjects: dict[str, QuerySet[Any]] = {
        "request": requests,
        "page": pages,
        "engagement": deals,
        "match": Match.objects.filter(hers),
        "proposal": Proposal.objects.filter(hers),
        "conversation": Conversation.objects.filter(Q(client__in=members) | Q(provider__in=members)),
    }
    for kind, found in subjects.items():
        ids = [str(pk) for pk in found.values_list("pk", flat=True)]
        Event.objects.filter(subject_type=kind, subject_id__in=ids).delete()
    Event.objects.filter(subject_type="member", subject_id__in=[str(pk) for pk in members]).delete()
