"""Shape of the API's input and answers about engagements and reviews."""

from typing import Any

from rest_framework import serializers

from engagements.models import (
    LONGEST_REPLY,
    LONGEST_TEXT,
    CancelReason,
    Engagement,
    EngagementStatus,
    PastClient,
    PastClientStatus,
    Review,
)
from marketplace.api import StrictSerializer
from marketplace.api.fields import LineField, ParagraphsField
from notifications.models import DeliveryState
from requests.models import PriceType, Side
from requests.proposal_serializers import ProposalSerializer

AnySerializer = serializers.Serializer[Any]


class AcceptInput(StrictSerializer):
    """With ``version`` (of the proposal, as read) terms that have changed since are refused."""

    version = serializers.IntegerField(required=False, min_value=1)


class SetBackInput(StrictSerializer):
    """What is missing."""

    words = LineField(most=500, required=False, default="", allow_blank=True)


class CancelInput(StrictSerializer):
    """Why: a code, or a line in words of one's own. The other side is told."""

    reason = serializers.CharField(required=False, default=CancelReason.OTHER, help_text="such as no_time; or words")
    words = LineField(most=500, required=False, default="", allow_blank=True)


class ReviewInput(StrictSerializer):
    """Stars and words."""

    rating = serializers.IntegerField(min_value=1, max_value=5)
    text = ParagraphsField(most=LONGEST_TEXT)


class ReplyInput(StrictSerializer):
    """The one public answer."""

    text = ParagraphsField(most=LONGEST_REPLY)


class EngagementPartySerializer(AnySerializer):
    """One side of an engagement."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class EngagementSerializer(AnySerializer):
    """An engagement as its two sides and staff see it. Amounts are in minor units, an hour where hourly.

    ``side`` is the caller's, null for staff. ``completion_by`` is the side that marked the work completed; until
    ``completion_due_at`` the other one can confirm, after that it counts as completed. Payment is outside this site.
    """

    id = serializers.UUIDField()
    request = serializers.UUIDField()
    title = serializers.CharField()
    proposal = serializers.UUIDField()
    page = serializers.UUIDField()
    client = EngagementPartySerializer()
    provider = EngagementPartySerializer()
    side = serializers.ChoiceField(choices=Side.choices, allow_null=True)
    status = serializers.ChoiceField(choices=EngagementStatus.choices)
    price_type = serializers.ChoiceField(choices=PriceType.choices)
    amount = serializers.IntegerField()
    currency = serializers.CharField(help_text="ISO 4217")
    days = serializers.IntegerField(allow_null=True)
    scope = serializers.CharField()
    payment = serializers.ChoiceField(choices=["outside"])
    agreed_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    completion_by = serializers.ChoiceField(choices=Side.choices, allow_null=True)
    completion_due_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    reviews_due_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancelled_by = serializers.ChoiceField(choices=Side.choices, allow_null=True)
    cancel_reason = serializers.ChoiceField(choices=CancelReason.choices, allow_null=True)
    cancel_words = serializers.CharField(allow_null=True)

    def to_representation(self, engagement: Engagement) -> dict[str, Any]:
        """The answer; the rows of ``with_all`` have to be loaded."""
        return {
            "id": engagement.pk,
            "request": engagement.request_id,
            "title": engagement.request.title,
            "proposal": engagement.proposal_id,
            "page": engagement.page_id,
            "client": {"id": engagement.client_id, "name": engagement.client.display_name},
            "provider": {"id": engagement.provider_id, "name": engagement.provider.display_name},
            "side": engagement.side_of(self.context["reader"]),
            "status": engagement.status,
            **_terms(engagement),
            **_course(engagement),
        }


class AcceptedSerializer(AnySerializer):
    """What accepting a proposal made."""

    proposal = ProposalSerializer()
    engagement = EngagementSerializer()

    def to_representation(self, engagement: Engagement) -> dict[str, Any]:
        """The answer; the rows of ``with_all`` have to be loaded."""
        return {
            "proposal": ProposalSerializer(engagement.proposal, context=self.context).data,
            "engagement": EngagementSerializer(engagement, context=self.context).data,
        }


class ReviewSerializer(AnySerializer):
    """A review. ``published_at`` is null while it is hidden; then only its author reads it."""

    id = serializers.UUIDField()
    engagement = serializers.UUIDField()
    by = serializers.ChoiceField(choices=Side.choices)
    author = EngagementPartySerializer()
    rating = serializers.IntegerField()
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    reply = serializers.CharField(allow_null=True)
    replied_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, review: Review) -> dict[str, Any]:
        """The answer; the engagement's two sides have to be loaded."""
        return {
            "id": review.pk,
            "engagement": review.engagement_id,
            "by": review.by,
            "author": {"id": review.author.pk, "name": review.author.display_name},
            "rating": review.rating,
            "text": review.text,
            "created_at": review.created_at,
            "published_at": review.published_at,
            "reply": review.reply or None,
            "replied_at": review.replied_at,
        }


class PastClientInput(StrictSerializer):
    """Somebody from outside. ``consent``: she was a client, and agrees to get one mail and one reminder."""

    name = serializers.CharField()
    email = serializers.CharField()
    consent = serializers.BooleanField()


class PastClientSerializer(AnySerializer):
    """An invitation as its provider sees it. ``mail`` says how far the latest mail got."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField()
    status = serializers.ChoiceField(choices=PastClientStatus.choices)
    mail = serializers.ChoiceField(choices=DeliveryState.choices, allow_null=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    rating = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_null=True)
    reply = serializers.CharField(allow_null=True)

    def to_representation(self, past_client: PastClient) -> dict[str, Any]:
        """The answer; mail and review have to be loaded."""
        review = getattr(past_client, "review", None)
        return {
            "id": past_client.pk,
            "name": past_client.name,
            "email": past_client.email,
            "status": past_client.status,
            "mail": past_client.mail.state if past_client.mail else None,
            "created_at": past_client.created_at,
            "expires_at": past_client.expires_at,
            "rating": review.rating if review else None,
            "text": review.text if review else None,
            "reply": (review.reply or None) if review else None,
        }


def _terms(engagement: Engagement) -> dict[str, Any]:
    return {
        "price_type": engagement.price_type,
        "amount": engagement.amount,
        "currency": engagement.currency,
        "days": engagement.days,
        "scope": engagement.scope,
        "payment": "outside",
    }


def _course(engagement: Engagement) -> dict[str, Any]:
    return {
        "agreed_at": engagement.agreed_at,
        "started_at": engagement.started_at,
        "completion_by": engagement.completion_by or None,
        "completion_due_at": engagement.completion_due_at,
        "completed_at": engagement.completed_at,
        "reviews_due_at": engagement.reviews_due_at,
        "cancelled_at": engagement.cancelled_at,
        "cancelled_by": engagement.cancelled_by or None,
        "cancel_reason": engagement.cancel_reason or None,
        "cancel_words": engagement.cancel_words or None,
    }
