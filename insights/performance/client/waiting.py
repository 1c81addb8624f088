"""What waits for a client, the most urgent first."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Case, CharField, Exists, F, OuterRef, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.models import Engagement
from insights.performance.waiting import Item, Kind, Task, engagements_waiting, first_of, first_of_each, tasks
from requests.models import STANDING, Proposal, ProposalTerms, RequestStatus, ServiceRequest, Side
from requests.moves import ACTIVE

KINDS: Final = (
    Kind("confirm", _("Completed, says the provider: please confirm"), "circle-check", "engagements:mine"),
    Kind("counter", _("Counter-offers to answer"), "arrow-left-right", "requests:mine"),
    Kind("unviewed", _("New proposals"), "mail-open", "requests:mine"),
    Kind("undecided", _("Proposals to decide on"), "scale", "requests:mine"),
    Kind("review", _("Reviews to write"), "star", "engagements:mine"),
    Kind("draft", _("Requests that are not posted yet"), "square-pen", "requests:mine"),
)


def waiting(member: Member, *, now: datetime) -> list[Task]:
    """What the member can do next as a client. Four queries."""
    found = [
        *_proposals(member),
        *engagements_waiting(Side.CLIENT, Engagement.objects.filter(client=member), now=now),
        *_drafts(member),
    ]
    return tasks(KINDS, found)


def _proposals(member: Member) -> Iterator[tuple[str, int, Item]]:
    """Standing ones whose terms the provider named last, each of one kind only."""
    answered = Exists(ProposalTerms.objects.filter(proposal=OuterRef("pk"), offered_by=Side.CLIENT))
    rows = Proposal.objects.filter(
        request__client=member, request__status__in=ACTIVE, status__in=STANDING, offered_by=Side.PROVIDER
    ).annotate(
        todo=Case(
            When(viewed_at__isnull=True, then=Value("unviewed")),
            When(answered, then=Value("counter")),
            default=Value("undecided"),
            output_field=CharField(),
        )
    )
    shown = rows.select_related("request", "page__member")
    read = ("request__title", "page__member__name", "page__member__email")
    for row in first_of_each(shown, order=F("submitted_at").asc(), read=read):
        url = reverse("requests:proposal", args=[row.pk])
        yield row.todo, row.total, Item(row.request.title, url, row.page.member.display_name)


def _drafts(member: Member) -> Iterator[tuple[str, int, Item]]:
    rows = ServiceRequest.objects.filter(client=member, status=RequestStatus.DRAFT)
    for row in first_of(rows, order=F("created_at").desc(), read=("title",)):
        url = reverse("requests:request", args=[row.pk])
        yield "draft", row.total, Item(row.title or str(_("Untitled request")), url)
