"""Shape of the API's input and answers about accounts."""

from typing import Any

from rest_framework import serializers

from accounts.models import Member
from marketplace.api import StrictSerializer
from marketplace.api.fields import LineField


class LogInSerializer(StrictSerializer):
    """An address and a password."""

    email = LineField(most=254)
    password = serializers.CharField(max_length=200, trim_whitespace=False, style={"input_type": "password"})


class TokenSerializer(serializers.Serializer[Any]):
    """A token's secret."""

    token = serializers.CharField(read_only=True)


class MeSerializer(serializers.Serializer[Member]):
    """The caller. ``provider_page`` is the id of her service page, missing where she has none."""

    id = serializers.UUIDField()
    email = serializers.EmailField()
    name = serializers.CharField()
    provider_page = serializers.UUIDField(required=False)

    def to_representation(self, instance: Member) -> dict[str, Any]:
        """The answer's fields."""
        answer: dict[str, Any] = {"id": instance.pk, "email": instance.email, "name": instance.display_name}
        page = getattr(instance, "service_page", None)
        if page is not None:
            answer["provider_page"] = page.pk
        return answer
