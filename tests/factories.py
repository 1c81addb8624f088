"""Makes rows for tests, straight through the models and with sensible defaults for everything."""

from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import ApiToken, Member
from attachments.actions import upload_attachment
from attachments.models import Attachment
from engagements.models import Engagement, EngagementStatus, Review
from engagements.windows import REMIND_OF_REVIEW, WRITE_REVIEW
from requests.models import (
    BudgetType,
    PriceType,
    Proposal,
    ProposalStatus,
    ProposalTerms,
    RequestStatus,
    ServiceRequest,
    Side,
)
from services.actions import record_rating
from services.models import PageService, PageStatus, Pricing, Service, ServiceGroup, ServicePage, WorkLocation
from services.search import index

PASSWORD = "correct-horse-battery"
_numbers = count(1)


def make_member(email: str = "", *, verified: bool = True, password: str = PASSWORD, **fields: Any) -> Member:
    """A member with a verified address and the password ``PASSWORD``."""
    member = Member.objects.create_user(email or f"member{next(_numbers)}@example.com", password, **fields)
    EmailAddress.objects.create(user=member, email=member.email, primary=True, verified=verified)
    return member


def token_for(member: Member) -> str:
    """The secret of a new API token that may do all that the member may."""
    return ApiToken.issue(member=member, name="test")[1]


def make_group(slug: str = "", **fields: Any) -> ServiceGroup:
    """A service group."""
    slug = slug or f"group-{next(_numbers)}"
    return ServiceGroup.objects.create(**{"slug": slug, "name": slug.replace("-", " ").capitalize()} | fields)


def make_service(slug: str = "", *, group: ServiceGroup | None = None, **fields: Any) -> Service:
    """A service of the catalogue."""
    slug = slug or f"service-{next(_numbers)}"
    values = {"slug": slug, "name": slug.replace("-", " ").capitalize(), "group": group or make_group()} | fields
    return Service.objects.create(**values)


def make_page(
    member: Member | None = None, *, services: list[Service] | None = None, indexed: bool = True, **fields: Any
) -> ServicePage:
    """A published service page, remote, in English, 50 EUR an hour; in the search index unless ``indexed`` is False."""
    now = timezone.now()
    values: dict[str, Any] = {
        "slug": f"page-{next(_numbers)}",
        "status": PageStatus.PUBLISHED,
        "title": "Careful work by experienced hands",
        "about": "I do this for a living, on time and as agreed.",
        "skills": ["communication"],
        "languages": ["en"],
        "work_location": WorkLocation.REMOTE,
        "pricing": Pricing.HOURLY,
        "rate": 5000,
        "currency": "EUR",
        "first_published_at": now,
        "published_at": now,
    } | fields
    page = ServicePage.objects.create(member=member or make_member(), **values)
    offered = services or [make_service()]
    PageService.objects.bulk_create(
        PageService(page=page, service=service, position=position) for position, service in enumerate(offered)
    )
    if indexed:
        index.reindex([page.pk])
    return page


def make_request(client: Member | None = None, *, service: Service | None = None, **fields: Any) -> ServiceRequest:
    """A draft request, remote, for 500 to 1,000 EUR. Pass ``status`` and times for another state."""
    values: dict[str, Any] = {
        "status": RequestStatus.DRAFT,
        "title": "Help with our new shop",
        "details": "We open in spring and want this done well before.",
        "budget_type": BudgetType.FIXED,
        "budget_min": 50_000,
        "budget_max": 100_000,
        "currency": "EUR",
        "work_location": WorkLocation.REMOTE,
        "languages": ["en"],
    } | fields
    if values["status"] != RequestStatus.DRAFT:
        values.setdefault("first_published_at", timezone.now())
        values.setdefault("published_at", values["first_published_at"])
    return ServiceRequest.objects.create(client=client or make_member(), service=service or make_service(), **values)


def make_proposal(request: ServiceRequest, page: ServicePage, **fields: Any) -> Proposal:
    """A submitted proposal of the page for the request, at a fixed 800 EUR in 14 days, with its first terms."""
    values: dict[str, Any] = {
        "status": ProposalStatus.SUBMITTED,
        "price_type": PriceType.FIXED,
        "amount": 80_000,
        "currency": "EUR",
        "days": 14,
        "scope": "Three drafts, two rounds of changes, and all files.",
    } | fields
    if values["status"] != ProposalStatus.DRAFT:
        values.setdefault("submitted_at", timezone.now())
    proposal = Proposal.objects.create(request=request, page=page, **values)
    if proposal.status != ProposalStatus.DRAFT:
        named = {name: getattr(proposal, name) for name in ("price_type", "amount", "currency", "days", "scope")}
        ProposalTerms.objects.create(proposal=proposal, number=1, offered_by=Side.PROVIDER, **named)
        taken = request.proposals.exclude(status__in=[ProposalStatus.DRAFT, ProposalStatus.WITHDRAWN]).count()
        ServiceRequest.objects.filter(pk=request.pk).update(proposal_count=taken)
    return proposal


def make_engagement(client: Member | None = None, page: ServicePage | None = None, **fields: Any) -> Engagement:
    """A deal of the client with the page's provider, through an accepted proposal; agreed unless ``fields`` say more.

    ``completed_at`` alone makes a completed one, with the time for reviews running.
    """
    page = page or make_page()
    request = make_request(client, service=page.services.first(), status=RequestStatus.AWARDED)
    proposal = make_proposal(request, page, status=ProposalStatus.ACCEPTED)
    if "completed_at" in fields:
        done = fields["completed_at"]
        fields = {
            "status": EngagementStatus.COMPLETED,
            "started_at": done,
            "completion_by": Side.PROVIDER,
            "reviews_due_at": done + WRITE_REVIEW,
            "review_remind_at": done + REMIND_OF_REVIEW,
        } | fields
    terms = {name: getattr(proposal, name) for name in ("price_type", "amount", "currency", "days", "scope")}
    sides = {"client": request.client, "provider": page.member, "page": page}
    return Engagement.objects.create(request=request, proposal=proposal, **(sides | terms | fields))


def make_review(page: ServicePage, rating: int = 5, *, client: Member | None = None, **fields: Any) -> Review:
    """A published review of the page by the client of a completed engagement; its rating is counted."""
    published = fields.pop("published_at", None) or timezone.now()
    engagement = make_engagement(client, page, completed_at=published, reviews_due_at=None, review_remind_at=None)
    record_rating(page_id=page.pk, stars=rating)
    values = {"text": "Quick, careful and friendly.", "published_at": published, "created_at": published} | fields
    return Review.objects.create(engagement=engagement, by=Side.CLIENT, page=page, rating=rating, **values)


def make_attachment(uploader: Member, name: str = "plan.txt", contents: bytes = b"Two metres wide.") -> Attachment:
    """An upload that is part of nothing yet."""
    return upload_attachment(actor=uploader, upload=SimpleUploadedFile(name, contents), now=timezone.now())
