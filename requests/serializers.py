"""Shape of the API's input and answers about requests and matches. What values may be, the rules say."""

from typing import Any

from rest_framework import serializers

from marketplace.api import EmptiedByNull, StrictSerializer
from requests.matching.explain import explain
from requests.models import (
    BudgetType,
    Match,
    Matching,
    MatchState,
    RequestStatus,
    ServiceRequest,
    TimeFrame,
    Visibility,
)
from requests.rules.ordered import as_given, standing_order
from requests.similar import Hint
from services.models import WorkLocation
from services.rules.packages import TIERS
from services.serializers import PlaceSerializer

AnySerializer = serializers.Serializer[Any]


class ScreeningSerializer(StrictSerializer):
    """A question to everybody who proposes; at most five. Answers go by its ``key``, which the server gives: send it
    again where you change the words of a question."""

    key = serializers.CharField(required=False, help_text="such as q1")
    text = serializers.CharField()
    required = serializers.BooleanField(required=False, default=False)  # type: ignore[assignment]


class OrderSerializer(StrictSerializer):
    """A package of a page, with extras by their names. In a new request it fills in whatever else is left out but the
    service; ``null`` once the request no longer offers exactly the price of what was ordered."""

    page = serializers.CharField(help_text="id")
    tier = serializers.ChoiceField(choices=[*TIERS])
    extras = serializers.ListField(child=serializers.CharField(), required=False)


class RequestChanges(EmptiedByNull):
    """What a client writes. Budgets are in minor units of ``currency``. With ``version`` a change is refused where the
    request has changed since."""

    service = serializers.CharField(required=False, help_text="slug")
    title = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    details = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    answers = serializers.DictField(
        required=False, allow_null=True, help_text="by the keys of the catalogue's questions"
    )
    budget_type = serializers.ChoiceField(choices=BudgetType.choices, required=False, allow_null=True)
    budget_min = serializers.IntegerField(required=False, allow_null=True)
    budget_max = serializers.IntegerField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_null=True, allow_blank=True, help_text="ISO 4217")
    work_location = serializers.ChoiceField(choices=WorkLocation.choices, required=False, allow_null=True)
    place = PlaceSerializer(required=False, allow_null=True)
    radius_km = serializers.IntegerField(required=False, allow_null=True)
    languages = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="ISO 639-1"
    )
    time_frame = serializers.ChoiceField(choices=TimeFrame.choices, required=False, allow_null=True)
    visibility = serializers.ChoiceField(choices=Visibility.choices, required=False)
    invited_pages = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="ids, at most 5"
    )
    screening = ScreeningSerializer(many=True, required=False, allow_null=True)
    order = OrderSerializer(required=False, allow_null=True)
    attachments = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="ids, at most 10"
    )
    version = serializers.IntegerField(required=False)


class RequestInput(RequestChanges):
    """A new request; published at once unless ``draft``."""

    service = serializers.CharField(help_text="slug")
    draft = serializers.BooleanField(required=False, default=False)
    version = None  # type: ignore[assignment]


class HintSerializer(AnySerializer):
    """Something that the client may want to know; the request was taken all the same."""

    code = serializers.CharField()
    message = serializers.CharField()
    request = serializers.UUIDField(allow_null=True)

    def to_representation(self, hint: Hint) -> dict[str, Any]:
        """The hint."""
        return {"code": hint.code, "message": str(hint.message), "request": hint.request}


class ClientSerializer(AnySerializer):
    """Facts about the client, none of which she writes. ``hire_rate``: percent of the requests that she awarded or
    closed for which somebody was hired here; null where none has ended."""

    name = serializers.CharField()
    member_since = serializers.DateTimeField()
    requests_posted = serializers.IntegerField(source="posted")
    hire_rate = serializers.IntegerField(allow_null=True)
    last_active = serializers.DateTimeField(allow_null=True)
    verified_contact = serializers.BooleanField(source="is_verified")
    rating = serializers.FloatField(allow_null=True, help_text="by providers, 1 to 5")
    ratings = serializers.IntegerField(source="rating_count")


class RequestSerializer(RequestChanges):
    """A request as its client, the providers who know it, and staff see it; ``client`` where it is another's."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=RequestStatus.choices)
    matching = serializers.ChoiceField(choices=Matching.choices)
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    matched_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    close_reason = serializers.CharField(allow_null=True)
    repost_of = serializers.UUIDField(allow_null=True)
    proposals = serializers.IntegerField()
    client = ClientSerializer(required=False)
    warnings = HintSerializer(many=True, required=False)

    def to_representation(self, request: ServiceRequest) -> dict[str, Any]:
        """The answer. Whom else the client asked is for her alone. With ``bare`` in the context the request is known to
        have neither files nor invitations."""
        reader, bare = self.context["reader"], self.context.get("bare", False)
        answer = _contents(request) | _course(request)
        answer["attachments"] = [] if bare else [file.pk for file in request.attachments.all()]
        if reader is not None and (reader.pk == request.client_id or reader.is_staff):
            answer["invited_pages"] = [] if bare else [invitation.page_id for invitation in request.invitations.all()]
        if request.client_id in self.context.get("clients", {}):
            answer["client"] = ClientSerializer(self.context["clients"][request.client_id]).data
        if "warnings" in self.context:
            answer["warnings"] = HintSerializer(self.context["warnings"], many=True).data
        return answer


class MatchSerializer(AnySerializer):
    """A match as the client and staff see it."""

    id = serializers.UUIDField()
    page = serializers.UUIDField()
    rank = serializers.IntegerField()
    score = serializers.FloatField()
    reasons = serializers.ListField(child=serializers.DictField(child=serializers.CharField()))
    notified_at = serializers.DateTimeField(allow_null=True)
    state = serializers.ChoiceField(choices=MatchState.choices)

    def to_representation(self, match: Match) -> dict[str, Any]:
        """The match with its reasons in words."""
        return {
            "id": match.pk,
            "page": match.page_id,
            "rank": match.rank,
            "score": match.score,
            "reasons": reasons_of(match),
            "notified_at": match.notified_at,
            "state": match.state,
        }


class LeadSerializer(MatchSerializer):
    """A match as its provider sees it."""

    rank = None  # type: ignore[assignment]
    request = serializers.UUIDField()
    decline_reason = serializers.CharField(allow_null=True)
    client = ClientSerializer()

    def to_representation(self, match: Match) -> dict[str, Any]:
        """The same without the rank, which says something about others."""
        answer = super().to_representation(match)
        del answer["rank"]
        client = ClientSerializer(self.context["clients"][match.request.client_id]).data
        reason = match.decline_reason or None
        return answer | {"request": match.request_id, "decline_reason": reason, "client": client}


class Reason(StrictSerializer):
    """Why: a code, or a line in words of one's own, which is kept as ``other``."""

    reason = serializers.CharField(help_text="such as other; or up to 300 characters of your own")


def reasons_of(match: Match) -> list[Any]:
    """Why the page was matched."""
    return list(explain(match.features, reserved=match.reserved_place, asked=bool(match.features.get("asked"))))


def _contents(request: ServiceRequest) -> dict[str, Any]:
    order = standing_order(request)
    return {
        "id": request.pk,
        "service": request.service.slug,
        "title": request.title,
        "details": request.details,
        "answers": request.answers,
        "budget_type": request.budget_type or None,
        "budget_min": request.budget_min,
        "budget_max": request.budget_max,
        "currency": request.currency or None,
        "work_location": request.work_location or None,
        "place": _place(request),
        "radius_km": request.radius_km,
        "languages": request.languages,
        "time_frame": request.time_frame,
        "visibility": request.visibility,
        "screening": request.screening,
        "order": as_given(order) if order else None,
    }


def _course(request: ServiceRequest) -> dict[str, Any]:
    return {
        "status": request.status,
        "matching": request.matching,
        "created_at": request.created_at,
        "published_at": request.first_published_at,
        "matched_at": request.matched_at,
        "expires_at": request.expires_at,
        "close_reason": request.close_reason or None,
        "repost_of": request.repost_of_id,
        "proposals": request.proposal_count,
        "version": request.version,
    }


def _place(request: ServiceRequest) -> dict[str, Any] | None:
    if not request.country:
        return None
    return {"country": request.country, "city": request.city, "lat": request.latitude, "lon": request.longitude}
