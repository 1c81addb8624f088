"""Shape of the API's input and answers about the catalogue and service pages. What values may be, the rules say."""

from typing import Any

from rest_framework import serializers

from accounts.models import Member
from marketplace.api import EmptiedByNull, StrictSerializer
from services.models import PageStatus, Pricing, Question, ServicePage, WorkLocation
from services.rules import missing_for_publishing
from services.rules.packages import TIERS

AnySerializer = serializers.Serializer[Any]


class QuestionSerializer(AnySerializer):
    """A question that a client is asked."""

    key = serializers.CharField()
    text = serializers.CharField()
    type = serializers.ChoiceField(choices=Question.Type.choices)
    choices = serializers.ListField(child=serializers.CharField(), required=False)
    required = serializers.BooleanField()  # type: ignore[assignment]  # a question's field, not the serializer's option


class ServiceSerializer(AnySerializer):
    """A service of the catalogue."""

    slug = serializers.CharField()
    name = serializers.CharField()
    synonyms = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())
    questions = QuestionSerializer(many=True)


class GroupSerializer(AnySerializer):
    """A group of the catalogue."""

    slug = serializers.CharField()
    name = serializers.CharField()
    services = ServiceSerializer(many=True)


class PlaceSerializer(EmptiedByNull):
    """A place. Without coordinates the town is looked up."""

    country = serializers.CharField(allow_blank=True, help_text="ISO 3166-1 alpha-2")
    city = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    lat = serializers.FloatField(required=False, allow_null=True)
    lon = serializers.FloatField(required=False, allow_null=True)


class ExtraSerializer(StrictSerializer):
    """Something to add to a package."""

    name = serializers.CharField()
    price = serializers.IntegerField(help_text="minor units")


class PackageSerializer(StrictSerializer):
    """One of up to three packages; without ``tier`` the first is basic, the second standard, the third premium."""

    tier = serializers.ChoiceField(choices=list(TIERS), required=False)
    name = serializers.CharField(required=False, allow_blank=True)
    description = serializers.CharField(required=False, allow_blank=True)
    price = serializers.IntegerField(help_text="minor units")
    delivery_days = serializers.IntegerField(required=False, allow_null=True)
    revisions = serializers.IntegerField(required=False, allow_null=True)
    extras = ExtraSerializer(many=True, required=False)


class PageInput(EmptiedByNull):
    """What a provider writes; everything may be left out of a draft. Money is in minor units of ``currency``."""

    title = serializers.CharField(required=False, allow_null=True, allow_blank=True)
    about = serializers.CharField(required=False, allow_null=True, allow_blank=True, help_text="Markdown")
    services = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="slugs, at most 10"
    )
    skills = serializers.ListField(child=serializers.CharField(allow_blank=True), required=False, allow_null=True)
    languages = serializers.ListField(
        child=serializers.CharField(), required=False, allow_null=True, help_text="ISO 639-1"
    )
    work_location = serializers.ChoiceField(choices=WorkLocation.choices, required=False, allow_null=True)
    place = PlaceSerializer(required=False, allow_null=True)
    radius_km = serializers.IntegerField(required=False, allow_null=True)
    pricing = serializers.ChoiceField(choices=Pricing.choices, required=False, allow_null=True)
    rate = serializers.IntegerField(required=False, allow_null=True)
    currency = serializers.CharField(required=False, allow_null=True, allow_blank=True, help_text="ISO 4217")
    packages = PackageSerializer(many=True, required=False, allow_null=True)
    hours_per_week = serializers.IntegerField(required=False, allow_null=True)
    available_from = serializers.DateField(required=False, allow_null=True)
    taking_work = serializers.BooleanField(required=False)
    daily_leads = serializers.IntegerField(required=False, allow_null=True)


class PageChanges(PageInput):
    """The same for changes. With ``version`` they are refused where the page has changed since."""

    version = serializers.IntegerField(required=False)


class ProviderSerializer(AnySerializer):
    """Whose page it is."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class PageSerializer(PageInput):
    """A page as its provider and others see it. ``missing`` names the fields that publishing still needs."""

    id = serializers.UUIDField()
    slug = serializers.CharField()
    status = serializers.ChoiceField(choices=PageStatus.choices)
    provider = ProviderSerializer()
    rating = serializers.FloatField(allow_null=True)
    reviews = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField(), required=False)
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)

    def to_representation(self, page: ServicePage) -> dict[str, Any]:
        """The answer. What only concerns the provider is there for the provider alone."""
        services = [offer.service.slug for offer in page.offers.all()]
        answer = _public(page, services)
        reader = self.context.get("reader")
        if isinstance(reader, Member) and (reader.pk == page.member_id or reader.is_staff):
            answer["daily_leads"] = page.daily_leads
            answer["missing"] = [
                missing.field for missing in missing_for_publishing(page, offers_services=bool(services))
            ]
        return answer


def _public(page: ServicePage, services: list[str]) -> dict[str, Any]:
    return {
        "id": page.pk,
        "slug": page.slug,
        "status": page.status,
        "provider": {"id": page.member_id, "name": page.member.display_name},
        "title": page.title,
        "about": page.about,
        "services": services,
        "skills": page.skills,
        "languages": page.languages,
        "work_location": page.work_location or None,
        "place": _place(page),
        "radius_km": page.radius_km,
        "pricing": page.pricing or None,
        "rate": page.rate,
        "currency": page.currency or None,
        "packages": page.packages if page.pricing == Pricing.PACKAGES else [],
        "hours_per_week": page.hours_per_week,
        "available_from": page.available_from,
        "taking_work": page.taking_work,
        "rating": page.rating,
        "reviews": page.rating_count,
        "version": page.version,
        "created_at": page.created_at,
        "updated_at": page.updated_at,
        "published_at": page.published_at,
    }


def _place(page: ServicePage) -> dict[str, Any] | None:
    if not page.country:
        return None
    return {"country": page.country, "city": page.city, "lat": page.latitude, "lon": page.longitude}
