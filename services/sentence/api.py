"""Understanding a sentence, in the API."""

from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api import check_filters
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from services.models import WorkLocation
from services.reader import reader_locale
from services.search.query import LONGEST_TEXT
from services.sentence.catalogue import Sentence
from services.sentence.refine import refined
from services.sentence.shapes import as_request, as_search

FRAMES: Final = ("urgent", "week", "month", "quarter", "flexible")


class _Named(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class _Place(serializers.Serializer[Any]):
    country = serializers.CharField(help_text="ISO 3166-1 alpha-2")
    city = serializers.CharField(allow_blank=True, help_text="empty where only the country is named")


class UnderstoodSerializer(serializers.Serializer[Any]):
    """What a sentence means."""

    words = serializers.CharField(help_text="the sentence without what was understood")
    services = _Named(many=True, help_text="at most three that it may mean, likeliest first")
    service_is_clear = serializers.BooleanField(help_text="whether the first of them is meant")
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField(), help_text="ISO 639-1")
    place = _Place(allow_null=True)
    work_location = serializers.ChoiceField(choices=WorkLocation.choices, allow_blank=True)
    time_frame = serializers.ChoiceField(choices=FRAMES, allow_blank=True)
    by = serializers.DateField(allow_null=True, help_text="the last day, where one is named")
    said = serializers.DictField(child=serializers.CharField(), help_text="the sentence's own words, by kind")
    request = serializers.DictField(help_text="fields of POST /requests/")
    search = serializers.DictField(child=serializers.CharField(), help_text="parameters of the page /services/")


class SentenceView(APIView):
    """Sentences."""

    permission_classes = (AllowAny,)
    pagination_class = None

    @extend_schema(
        operation_id="sentence_understand",
        parameters=[OpenApiParameter("q", required=True, description="a sentence of at most 500 characters")],
        responses=UnderstoodSerializer,
    )
    def get(self, request: Request) -> Response:
        """What a client means by "logo for a bakery in Berlin under 500 euros, by Friday, German speaking"."""
        check_filters(request, {"q"})
        text = request.query_params.get("q", "").replace("\0", " ").strip()
        if not text or len(text) > LONGEST_TEXT:
            message = _("Write between 1 and %(most)s characters.") % {"most": LONGEST_TEXT}
            raise InvalidInput(fields={"q": [{"code": "invalid", "message": message}]})
        locale = reader_locale(request._request)
        return Response(described(refined(text, today=utc_now().date(), locale=locale), locale))


def described(sentence: Sentence, locale: str) -> dict[str, Any]:
    """The sentence as JSON."""
    known = sentence.understood
    by: date | None = known.moment.by if known.moment else None
    place = known.place
    return {
        "words": known.words,
        "services": [{"slug": service.slug, "name": service.name} for service in sentence.services],
        "service_is_clear": sentence.is_clear,
        "skills": list(known.skills),
        "languages": list(known.languages),
        "place": {"country": place.country, "city": place.city.name if place.city else ""} if place else None,
        "work_location": known.manner,
        "time_frame": known.moment.frame if known.moment else "",
        "by": by.isoformat() if by else None,
        "said": known.said,
        "request": as_request(sentence),
        "search": as_search(sentence, locale),
    }
