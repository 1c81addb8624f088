"""What waits for a provider, the most urgent first."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from engagements.models import Engagement
from insights.performance.waiting import Item, Kind, Task, engagements_waiting, first_of, tasks
from requests.models import (
    STANDING,
    Invitation,
    Match,
    MatchState,
    Proposal,
    ProposalStatus,
    RequestStatus,
    ServiceRequest,
    Side,
    Visibility,
)
from requests.moves import ACTIVE
from services.guide.steps import with_urls
from services.models import PageStatus, ServicePage
from services.rules import completeness

LEADS_OF: Final = timedelta(days=30)
"""How old a lead may be that is shown as unanswered: so long a request stays open. As a provider gets only so many
leads a day, this bounds what is looked through."""
KINDS: Final = (
    Kind("draft", _("Your page is not published yet"), "square-pen", "services:mine"),
    Kind("paused", _("Your page is paused: nobody finds it"), "circle-pause", "services:mine"),
    Kind("invitation", _("Clients who ask you in person"), "mail-open", "requests:leads"),
    Kind("counter", _("Counter-offers to answer"), "arrow-left-right", "requests:proposals"),
    Kind("confirm", _("Completed, says the client: please confirm"), "circle-check", "engagements:mine"),
    Kind("begin", _("Agreed: say when you begin"), "play", "engagements:mine"),
    Kind("lead", _("Leads to answer"), "target", "requests:leads"),
    Kind("complete", _("Under way: mark it completed when all is delivered"), "package-check", "engagements:mine"),
    Kind("review", _("Reviews to write"), "star", "engagements:mine"),
    Kind("advice", _("Your page could say more"), "sparkles", "services:mine"),
)

REQUEST: Final = ("request__title", "request__client__name", "request__client__email")
"""What is read of a request that something is to be done about."""


def waiting(page: ServicePage, *, now: datetime) -> list[Task]:
    """What the page's provider can do next. Six queries; ``page.member`` should be loaded."""
    found = [
        *_page(page),
        *_requests(_invitations(page), "invitation"),
        *_requests(_leads(page, now), "lead"),
        *_counters(page),
        *engagements_waiting(Side.PROVIDER, Engagement.objects.filter(provider_id=page.member_id), now=now),
    ]
    return tasks(KINDS, found)


def _page(page: ServicePage) -> Iterator[tuple[str, int, Item]]:
    """That it is paused or a draft, else what would make it better."""
    if page.status == PageStatus.PAUSED:
        yield "paused", 1, Item(str(_("Resume it")), reverse("services:mine"))
        return
    advice = completeness(page, offers_services=page.offers.exists()).advice
    kind = "draft" if page.status == PageStatus.DRAFT else "advice"
    for each, url in list(with_urls(advice))[:3]:
        yield kind, len(advice), Item(str(each.message), url)
    if kind == "draft" and not advice:
        yield kind, 1, Item(str(_("Publish it")), reverse("services:mine"))


def _invitations(page: ServicePage) -> QuerySet[Any]:
    """Requests to this page in person that it has not answered."""
    asked = Invitation.objects.filter(page=page, request__status=RequestStatus.OPEN)
    return asked.exclude(Exists(_answers(page))).exclude(Exists(_declined(page)))


def _leads(page: ServicePage, now: datetime) -> QuerySet[Any]:
    """Recent leads that can be answered and are not."""
    return Match.objects.filter(
        page=page,
        created_at__gt=now - LEADS_OF,
        state__in=[MatchState.NOTIFIED, MatchState.VIEWED],
        request__status=RequestStatus.OPEN,
    ).exclude(request__visibility=Visibility.INVITED)


def _requests(rows: QuerySet[Any], kind: str) -> list[tuple[str, int, Item]]:
    """One query."""
    named = rows.select_related("request__client")
    return [
        (kind, row.total, Item(row.request.title, _url(row.request), row.request.client.display_name))
        for row in first_of(named, order=F("created_at").desc(), read=REQUEST)
    ]


def _counters(page: ServicePage) -> list[tuple[str, int, Item]]:
    """Proposals whose terms the client named last. One query."""
    rows = Proposal.objects.filter(page=page, status__in=STANDING, offered_by=Side.CLIENT, request__status__in=ACTIVE)
    found = first_of(rows.select_related("request__client"), order=F("updated_at").asc(), read=REQUEST)
    return [
        (
            "counter",
            row.total,
            Item(row.request.title, reverse("requests:proposal", args=[row.pk]), row.request.client.display_name),
        )
        for row in found
    ]


def _answers(page: ServicePage) -> QuerySet[Proposal]:
    unsent = (ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN)
    return Proposal.objects.filter(page=page, request=OuterRef("request")).exclude(status__in=unsent)


def _declined(page: ServicePage) -> QuerySet[Match]:
    return Match.objects.filter(page=page, request=OuterRef("request"), state=MatchState.DECLINED)


def _url(request: ServiceRequest) -> str:
    return reverse("requests:request", args=[request.pk])
