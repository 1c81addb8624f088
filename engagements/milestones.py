"""How far requests get once they are awarded, for the insights' funnel."""

from dataclasses import replace

from django.db.models import Case, DateTimeField, F, Min, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from engagements.models import EngagementStatus
from requests.milestones import AWARDED, Milestone
from requests.models import RequestStatus

STANDING = ~Q(engagements__status=EngagementStatus.CANCELLED)
AGREED = replace(
    AWARDED,
    reached_at=Case(
        When(
            status=RequestStatus.AWARDED,
            then=Coalesce(Min("engagements__agreed_at", filter=STANDING), F("updated_at")),
        ),
        output_field=DateTimeField(),
    ),
    duration_label=_("Time to hire"),
)
COMPLETED = Milestone(
    key="completed",
    position=70,
    label=_("Completed"),
    meaning=_("both sides say that the work is done"),
    reached_at=Min("engagements__completed_at"),
)
REVIEWED = Milestone(
    key="reviewed",
    position=80,
    label=_("Reviewed"),
    meaning=_("at least one side wrote a review"),
    reached_at=Min("engagements__reviews__created_at"),
)
MILESTONES = (AGREED, COMPLETED, REVIEWED)
