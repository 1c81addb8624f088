"""What the calls share: fetching what the caller may see, reading input, answering."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from accounts.callers import member_of
from engagements.models import Engagement
from engagements.serializers import EngagementSerializer
from marketplace.api import StrictSerializer
from marketplace.errors import NotFound


def visible(request: Request, engagement_id: UUID) -> Engagement:
    """The engagement, if the caller may see it; raises NotFound."""
    found = Engagement.objects.visible_to(member_of(request)).with_all().filter(pk=engagement_id).first()
    if found is None:
        raise NotFound
    return found


def read(request: Request, shape: type[StrictSerializer]) -> dict[str, Any]:
    """The validated body; raises ValidationError."""
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def represent(request: Request, engagement: Engagement) -> Any:
    """The engagement as the caller sees it."""
    return EngagementSerializer(engagement, context={"reader": member_of(request)}).data


def answer(request: Request, engagement: Engagement) -> Response:
    """The same as an answer."""
    return Response(represent(request, engagement))
