"""What providers see of the client of a request before they answer: facts, none of which the client writes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import Member
from requests.models import CloseReason, RequestStatus, ServiceRequest


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """Facts about one client. ``hired`` of ``ended``: requests that were awarded, or closed with somebody hired here,
    of all that were awarded or closed; expired ones are not counted, since the client gave no answer. Ratings are by
    providers who worked for her."""

    name: str
    member_since: datetime
    posted: int
    hired: int
    ended: int
    last_active: datetime | None
    is_verified: bool
    rating_sum: int = 0
    rating_count: int = 0

    @property
    def hire_rate(self) -> int | None:
        """In percent; None where no request has ended yet."""
        return round(100 * self.hired / self.ended) if self.ended else None

    @property
    def rating(self) -> float | None:
        """Mean rating from 1 to 5; None where there is none."""
        return self.rating_sum / self.rating_count if self.rating_count else None


def client_facts(client_ids: Iterable[UUID]) -> dict[UUID, ClientFacts]:
    """The facts by member. Two queries, none for nobody."""
    wanted = set(client_ids)
    if not wanted:
        return {}
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), email__iexact=OuterRef("email"), verified=True)
    members = Member.objects.filter(pk__in=wanted).annotate(
        is_verified=Exists(confirmed), sum=F("client_record__rating_sum"), count=F("client_record__rating_count")
    )
    counts = _counts(wanted)
    return {
        each.pk: ClientFacts(
            name=each.display_name,
            member_since=each.created_at,
            last_active=each.last_active_at,
            is_verified=each.is_verified,
            rating_sum=each.sum or 0,
            rating_count=each.count or 0,
            **counts.get(each.pk, {"posted": 0, "hired": 0, "ended": 0}),
        )
        for each in members
    }


def _counts(client_ids: Iterable[UUID]) -> dict[UUID, dict[str, int]]:
    hired = Q(status=RequestStatus.AWARDED) | Q(status=RequestStatus.CLOSED, close_reason=CloseReason.HIRED_HERE)
    ended = Q(status__in=[RequestStatus.AWARDED, RequestStatus.CLOSED])
    published = ServiceRequest.objects.filter(client__in=client_ids, first_published_at__isnull=False)
    rows = (
        published.order_by()
        .values("client")
        .annotate(posted=Count("pk"), hired=Count("pk", filter=hired), ended=Count("pk", filter=ended))
    )
    return {row["client"]: {"posted": row["posted"], "hired": row["hired"], "ended": row["ended"]} for row in rows}
