"""Posting the same again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove, NotAllowed
from requests.actions.common import lock_request, note
from requests.models import Invitation, RequestStatus, ServiceRequest
from services.models import ServicePage
from sitesettings.models import SiteSettings

COPIED = (
    *("service_id", "title", "details", "answers", "budget_type", "budget_min", "budget_max", "currency"),
    *("work_location", "country", "city", "latitude", "longitude", "radius_km", "languages", "time_frame"),
    *("visibility", "screening", "order"),
)


@transaction.atomic
def repost_request(*, actor: Member, request: ServiceRequest, now: datetime) -> ServiceRequest:
    """A new draft of the actor's with the contents of an old request, which stays as it is.

    Raises NotAllowed, and IllegalMove for a draft.
    """
    if request.client_id != actor.pk:
        raise NotAllowed
    request = lock_request(request, actor=actor)
    if request.status == RequestStatus.DRAFT:
        raise IllegalMove(_("A draft was never posted. Publish it instead."))
    copy = ServiceRequest(client=actor, repost_of=request, created_at=now, updated_at=now)
    for name in COPIED:
        setattr(copy, name, getattr(request, name))
    copy.proposal_cap = SiteSettings.current().proposals_per_request
    copy.save(force_insert=True)
    pages = ServicePage.objects.published().filter(invitations=request)
    Invitation.objects.bulk_create(Invitation(request=copy, page=page, created_at=now) for page in pages)
    copy.attachments.set(request.attachments.all())
    note("created", copy, actor=actor, now=now, data={"repost_of": str(request.pk)})
    return copy
