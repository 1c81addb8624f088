"""Shape of the API's input and answers about saved searches."""

from typing import Any

from rest_framework import serializers

from marketplace.api import StrictSerializer
from services.models import Alert, SavedSearch


class SavedSearchChanges(StrictSerializer):
    """What can be changed."""

    name = serializers.CharField(required=False)
    alert = serializers.ChoiceField(choices=Alert.choices, required=False)


class SavedSearchInput(SavedSearchChanges):
    """A search to save. Without a name it is called by its words."""

    kind = serializers.CharField(help_text="pages, or board")
    query = serializers.CharField(
        allow_blank=True,
        help_text="parameters of GET /services/ (or place=Vienna) or GET /board/",
    )
    name = serializers.CharField(required=False, allow_blank=True)


class SavedSearchSerializer(serializers.Serializer[Any]):
    """A saved search. ``new`` counts what was found since it was looked at last."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    query = serializers.CharField()
    name = serializers.CharField()
    alert = serializers.ChoiceField(choices=Alert.choices)
    new = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    checked_until = serializers.DateTimeField()

    def to_representation(self, search: SavedSearch) -> dict[str, Any]:
        """The answer."""
        return {
            "id": search.pk,
            "kind": search.kind,
            "query": search.address,
            "name": search.name,
            "alert": search.alert,
            "new": search.new_count,
            "created_at": search.created_at,
            "checked_until": search.checked_until,
        }
