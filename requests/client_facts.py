"""What providers see of the client of a request before they answer: facts, none of which the client writes."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Member
from requests.models import CloseReason, RequestStatus, ServiceRequest


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Facts about one client. ``hired`` of ``ended``: requests that were awarded, or closed with somebody hired here,
    of all that were awarded or closed; expired ones are not counted, since the client gave no answer."""

    member_since: datetime
    posted: int
    hired: int
    ended: int
    last_active: datetime | None
    is_verified: bool

    @property
    def hire_rate(self) -> int | None:
        """In percent; None where no request has ended yet."""
        return round(100 * self.hired / self.ended) if self.ended else None


def client_facts(client: Member) -> ClientFacts:
    """The facts, in two queries."""
    hired = Q(status=RequestStatus.AWARDED) | Q(status=RequestStatus.CLOSED, close_reason=CloseReason.HIRED_HERE)
    ended = Q(status__in=[RequestStatus.AWARDED, RequestStatus.CLOSED])
    counts = ServiceRequest.objects.filter(client=client, first_published_at__isnull=False).aggregate(
        posted=Count("pk"), hired=Count("pk", filter=hired), ended=Count("pk", filter=ended)
    )
    return ClientFacts(
        member_since=client.created_at,
        last_active=client.last_active_at,
        is_verified=client.has_verified_email,
        **counts,
    )
