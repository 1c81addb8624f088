"""Form fields of the steps. They read shapes; what values may be, ``services.rules`` says."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms


class ListField(forms.Field):
    """Several values under one name: the texts that were sent, without empty ones."""

    widget = forms.SelectMultiple

    def to_python(self, value: Any) -> list[str]:
        """The values in the order in which they were sent."""
        return [str(item) for item in value or [] if str(item).strip()]


class WordsField(ListField):
    """Several short texts; one value may hold several of them, separated by commas or lines."""

    def to_python(self, value: Any) -> list[str]:
        """The separate texts."""
        return [part.strip() for item in super().to_python(value) for part in re.split(r"[,;\n]", item) if part.strip()]


def whole_number(label: Any, *, least: int, most: int, **options: Any) -> forms.IntegerField:
    """A field for a whole number. Its bounds are told to the browser; the server's complaint comes from the rules."""
    attrs = {"inputmode": "numeric", "min": least, "max": most, "autocomplete": "off"}
    return forms.IntegerField(label=label, required=False, widget=forms.NumberInput(attrs=attrs), **options)


def has_any(values: Sequence[Any]) -> bool:
    """Whether one of the values says something."""
    return any(value not in (None, "", [], {}) for value in values)
