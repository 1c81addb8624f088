"""Serializers that refuse what they do not know."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class RefusesUnknownFields:
    """Mixin: a field that the serializer does not have, or that cannot be written, is an error of its own."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated input; problems of unknown and of known fields are reported together."""
        strange = self._strange_fields(data) if isinstance(data, Mapping) else {}
        try:
            value = super().to_internal_value(data)  # type: ignore[misc]
        except serializers.ValidationError as error:
            if strange and isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **strange}) from None
            raise
        if strange:
            raise serializers.ValidationError(strange)
        return value

    def _strange_fields(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        fields: Mapping[str, serializers.Field[Any, Any, Any, Any]] = self.fields  # type: ignore[attr-defined]
        found = {}
        for name in data:
            if name not in fields:
                found[str(name)[:100]] = [ErrorDetail(_("There is no such field."), code="unknown_field")]
            elif fields[name].read_only:
                found[name] = [ErrorDetail(_("This field cannot be written."), code="read_only")]
        return found


class StrictSerializer(RefusesUnknownFields, serializers.Serializer[Any]):
    """Base of all serializers that read input."""

    @classmethod
    def read(cls, data: Any) -> dict[str, Any]:
        """The validated input. Raises ValidationError.

        One instance serves all calls: making it copies every field, and validation keeps nothing in it.
        """
        if not isinstance(data, Mapping):  # no body, or a list: REST framework has words for it
            cls(data=data).is_valid(raise_exception=True)
        reader = _readers.get(cls)
        if reader is None:
            reader = _readers[cls] = cls()
        found: dict[str, Any] = reader.run_validation(data)
        return found


_readers: dict[type[StrictSerializer], StrictSerializer] = {}


class StrictModelSerializer(RefusesUnknownFields, serializers.ModelSerializer[Any]):
    """The same, with fields taken from a model."""


class EmptiedByNull(StrictSerializer):
    """Base of what can be changed: null empties a field, so that what was read can be sent again."""

    def to_internal_value(self, data: Any) -> Any:
        """The validated input, with the empty value of the field's kind in place of null."""
        value: dict[str, Any] = super().to_internal_value(data)
        return {name: _emptied(self.fields[name]) if given is None else given for name, given in value.items()}


def _emptied(field: Any) -> Any:
    """What a field of this kind holds when there is nothing in it; None for numbers, dates and nested objects."""
    if isinstance(field, serializers.CharField | serializers.ChoiceField):
        return ""
    if isinstance(field, serializers.ListField | serializers.ListSerializer):
        return []
    return {} if isinstance(field, serializers.DictField) else None
