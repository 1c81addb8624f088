"""Form fields for text, places and languages; text is cleaned by the rules of ``marketplace.validators``."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.languages import language_choices
from marketplace.place_names import UnclearPlace, label, resolve
from marketplace.places import City
from marketplace.validators import clean_line, clean_text
from marketplace.widgets import LanguageChoices, PlaceInput


class LineField(forms.CharField):
    """One line of at most ``most`` characters."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_python(self, value: Any) -> str:
        """The cleaned line; raises ValidationError."""
        return clean_line(super().to_python(value) or "", most=self.most)


class ParagraphsField(forms.CharField):
    """Text of several lines and at most ``most`` characters."""

    widget = forms.Textarea

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_python(self, value: Any) -> str:
        """The cleaned text; raises ValidationError."""
        return clean_text(super().to_python(value) or "", most=self.most)


class PlaceField(forms.CharField):
    """A city in one line, as ``marketplace.place_names`` reads it. Its value is a ``City``, or None where it is empty.

    Initial values are lines: ``place_names.written(city, country)``.
    """

    widget = PlaceInput

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **options)

    def clean(self, value: Any) -> City | None:
        """The city; raises ValidationError, and offers what the text may mean."""
        line = clean_line(super().clean(value) or "", most=200)
        if not line:
            return None
        try:
            return resolve(line)
        except UnclearPlace as unclear:
            labels = [label(city) for city in unclear.candidates]
            if isinstance(self.widget, PlaceInput):
                self.widget.candidates = labels
            raise self._problem("; ".join(labels)) from None

    def _problem(self, offered: str) -> ValidationError:
        if not offered:
            return ValidationError(_("We do not know this city. Name the nearest larger one."), code="unknown_city")
        message = _("Which one do you mean? %(offered)s")
        return ValidationError(message, code="unclear_city", params={"offered": offered})


class LanguagesField(forms.MultipleChoiceField):
    """Languages by their ISO 639-1 codes, at most ten."""

    widget = LanguageChoices
    most = 10

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=lambda: language_choices(get_language() or "en"), **options)

    def validate(self, value: Sequence[str]) -> None:
        """Django's hook; raises ValidationError."""
        super().validate(value)
        if len(value) > self.most:
            message = _("Choose at most %(most)s languages.")
            raise ValidationError(message, code="too_many", params={"most": self.most})
