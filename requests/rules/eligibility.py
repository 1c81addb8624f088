"""Who may answer a request, and when."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Block, Member
from marketplace.errors import Conflict, IllegalMove, NotAllowed, TooFast
from requests.models import RequestStatus, ServiceRequest, Visibility
from requests.rules.conduct import Allowance, allowance
from services.models import PageStatus, ServicePage
from sitesettings.models import SiteSettings


class NoPublishedPage(Conflict):
    """Only a published service page can answer a request."""

    code = "page_not_published"
    message = _("Publish your service page first: clients want to see who writes to them.")


class NotTakingProposals(IllegalMove):
    """The request is not open to proposals now."""

    code = "not_taking_proposals"


class DailyLimitReached(TooFast):
    """The provider has made as many proposals within 24 hours as she may."""

    code = "daily_limit"

    def __init__(self, reached: Allowance, *, now: datetime) -> None:
        if reached.next_at is not None:
            self.retry_after = reached.next_at - now
        super().__init__(
            _("You may make %(limit)d proposals in 24 hours. The number grows with time and with work won.")
            % {"limit": reached.limit}
        )


WHY_NOT_OPEN = {
    RequestStatus.DRAFT: _("This request is not posted yet."),
    RequestStatus.IN_REVIEW: _("This request takes no further proposals at present."),
    RequestStatus.AWARDED: _("This request has been awarded."),
    RequestStatus.CLOSED: _("This request is closed."),
    RequestStatus.EXPIRED: _("This request has expired."),
}


def page_of(member: Member) -> ServicePage:
    """The member's service page, with the member. Raises NoPublishedPage where she has none."""
    page = ServicePage.objects.select_related("member").filter(member=member).first()
    if page is None:
        raise NoPublishedPage
    return page


def require_may_write(page: ServicePage, request: ServiceRequest) -> None:
    """Raises NotAllowed unless the page's member may begin an answer: she was told of the request, asked, or found it
    on the board; it is not her own; neither of the two blocks the other. At most three queries."""
    if page.member_id == request.client_id:
        raise NotAllowed(_("This is your own request."), code="own_request")
    if not _knows(page, request):
        raise NotAllowed(_("This request is not open to you."), code="not_asked")
    require_not_blocked(page, request)


def require_may_submit(page: ServicePage, request: ServiceRequest) -> None:
    """``require_may_write``, and the page is published and the request open. Raises NoPublishedPage,
    NotTakingProposals."""
    require_may_write(page, request)
    if page.status != PageStatus.PUBLISHED:
        raise NoPublishedPage
    if request.status != RequestStatus.OPEN:
        raise NotTakingProposals(WHY_NOT_OPEN[RequestStatus(request.status)])


def require_not_blocked(page: ServicePage, request: ServiceRequest) -> None:
    """Raises NotAllowed where the client or the provider blocks the other. One query."""
    made = Q(blocker=request.client_id, blocked=page.member_id)
    received = Q(blocker=page.member_id, blocked=request.client_id)
    if Block.objects.filter(made | received).exists():
        raise NotAllowed(_("You and this member do not deal with each other."), code="blocked")


def allowance_of(page: ServicePage, *, now: datetime) -> Allowance:
    """How many proposals the page may still make, by the site's settings. One query."""
    site = SiteSettings.current()
    return allowance(page, least=site.daily_proposals_new, most=site.daily_proposals_most, now=now)


def require_allowance(page: ServicePage, *, now: datetime) -> None:
    """Raises DailyLimitReached where the page has used up its proposals of 24 hours. One query."""
    today = allowance_of(page, now=now)
    if not today.left:
        raise DailyLimitReached(today, now=now)


def _knows(page: ServicePage, request: ServiceRequest) -> bool:
    if request.visibility == Visibility.BOARD:
        return True
    told = request.matches.filter(page=page).exists()
    return told or request.invitations.filter(page=page).exists() or request.proposals.filter(page=page).exists()
