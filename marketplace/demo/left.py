"""What real members had to do with the demo's, and what is set right for them when those go."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from engagements.models import ACTIVE, Engagement, EngagementStatus, Review
from marketplace.clock import utc_now
from requests.actions import unaward_request
from requests.actions.room import settle_room
from requests.models import ClientRecord, Match, Proposal, RequestStatus, ServiceRequest, Side, Visibility
from services.models import ServicePage
from services.search import index


@dataclass(frozen=True, slots=True)
class Left:
    """Requests, pages and clients of real members that had something to do with a batch of the demo's ``members``."""

    members: list[UUID]
    answered: list[UUID]
    told: list[UUID]
    awarded: list[UUID]
    pages: list[UUID]
    clients: list[UUID]

    @classmethod
    def of(cls, members: list[UUID], deals: QuerySet[Engagement]) -> "Left":
        """What there is. A handful of queries, however many the members are."""
        real = ServiceRequest.objects.filter(client__is_demo=False)
        pages = ServicePage.objects.filter(member__in=members)
        told = Exists(Match.objects.filter(request=OuterRef("pk"), page__in=pages))
        answered = Exists(Proposal.objects.filter(request=OuterRef("pk"), page__in=pages))
        running = deals.filter(status__in=ACTIVE, client__is_demo=False)
        return cls(
            members,
            list(real.filter(answered).values_list("pk", flat=True)),
            list(real.filter(told).values_list("pk", flat=True)),
            list(running.values_list("request_id", flat=True)),
            list(deals.filter(provider__is_demo=False).values_list("page_id", flat=True)),
            list(deals.filter(client__is_demo=False).values_list("client_id", flat=True)),
        )

    def reopen_requests(self) -> None:
        """Those whose work with the demo's providers was still to be done look for somebody again."""
        for request in ServiceRequest.objects.filter(pk__in=self.awarded, status=RequestStatus.AWARDED):
            unaward_request(actor=None, request=request, now=utc_now())

    def count_again(self) -> None:
        """Proposals, ratings and jobs without those of the demo; the next wave of open requests leaves at once."""
        now = utc_now()
        for request in ServiceRequest.objects.select_for_update(no_key=True).filter(pk__in=self.answered):
            settle_room(request, now=now)
            request.save()
        waiting = ServiceRequest.objects.filter(pk__in=self.told, status=RequestStatus.OPEN)
        waiting.exclude(visibility=Visibility.INVITED).update(next_wave_at=now)
        for page_id in set(self.pages):
            _rate_page(page_id)
        index.ratings_changed(self.pages)
        for client_id in set(self.clients):
            _rate_client(client_id)


def _rate_page(page_id: UUID) -> None:
    rating = _sum(Review.objects.published().filter(page=page_id, by=Side.CLIENT))
    jobs = Engagement.objects.filter(page=page_id, status=EngagementStatus.COMPLETED).count()
    ServicePage.objects.filter(pk=page_id).update(rating_sum=rating[0], rating_count=rating[1], jobs_done=jobs)


def _rate_client(client_id: UUID) -> None:
    stars, number = _sum(Review.objects.published().filter(engagement__client=client_id, by=Side.PROVIDER))
    records = ClientRecord.objects.filter(member=client_id)
    if number:
        records.update(rating_sum=stars, rating_count=number)
    else:
        records.delete()


def _sum(reviews: QuerySet[Review]) -> tuple[int, int]:
    found = reviews.aggregate(stars=Sum("rating"), number=Count("pk", filter=Q(rating__isnull=False)))
    return found["stars"] or 0, found["number"]
