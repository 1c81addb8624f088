"""Mail about leads and invitations that was held back: it leaves while there is something to answer."""

from collections.abc import Iterator

import pytest

from accounts.actions import block_member
from accounts.models import Member
from marketplace.clock import utc_now
from notifications.events import record
from notifications.fan_out import fan_out
from notifications.mail.run import send_due
from notifications.models import Delivery, DeliveryState, Event
from requests import actions
from requests.models import Invitation, Match, RequestStatus, ServiceRequest
from services.models import Service, ServicePage
from tests import factories
from tests.smtp import PostOffice, post_office

pytestmark = pytest.mark.django_db
OFFER = {"price_type": "fixed", "amount": 500, "currency": "EUR", "scope": "As agreed."}
CHANGES = ["nothing", "seen", "closed", "in review", "proposed", "declined", "blocked"]


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as running:
        yield running


@pytest.fixture
def match(clara: Member, page: ServicePage, service: Service) -> Match:
    """Clara's open request, of which Paul was told and for which he was asked in person."""
    request = factories.make_request(clara, service=service, visibility="board")
    actions.publish_request(actor=clara, request=request, now=utc_now(), require_answers=False)
    Invitation.objects.create(request=request, page=page)
    return Match.objects.create(request=request, page=page, rank=1, score=1)


def tell(kind: str, match: Match) -> None:
    """Writes down the mail to Paul."""
    lead = {"match": str(match.pk), "member": str(match.page.member_id)}
    data = {"matches": [lead], "member": lead["member"], "client": str(match.request.client_id)}
    pk = match.request_id
    event = record(kind=kind, actor=None, subject_type="request", subject_id=pk, now=utc_now(), data=data)
    fan_out(Event.objects.get(pk=event.pk), now=utc_now())


def change(what: str, match: Match) -> None:
    """What happens before it leaves."""
    client, provider, now = match.request.client, match.page.member, utc_now()
    if what == "seen":
        actions.mark_match_viewed(actor=provider, match=match, now=now)
    elif what == "closed":
        actions.close_request(actor=client, request=match.request, reason="no_fit", now=now)
    elif what == "in review":
        ServiceRequest.objects.update(status=RequestStatus.IN_REVIEW)
    elif what == "proposed":
        actions.submit_proposal(actor=provider, request=match.request, values=OFFER, now=now)
    elif what == "declined":
        actions.decline_match(actor=provider, match=match, reason="budget", now=now)
    elif what == "blocked":
        block_member(actor=provider, blocked=client, now=now)


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize(
    ("kind", "topic"), [("request.matched", "new_lead"), ("invitation.unanswered", "invitation_reminders")]
)
def test_leaves_while_there_is_something_to_answer(
    match: Match, office: PostOffice, kind: str, topic: str, what: str
) -> None:
    tell(kind, match)
    mail = Delivery.objects.get(notification__topic=topic)
    change(what, match)
    send_due()
    mail.refresh_from_db()
    leaves = what in {"nothing", "seen"}
    assert mail.state == (DeliveryState.SENT if leaves else DeliveryState.CANCELLED)
    subjects = [str(each["Subject"]) for each in office.to(match.page.member.email)]
    told = [each for each in subjects if each.startswith(("New request:", "Your answer is awaited:"))]
    assert len(told) == leaves
