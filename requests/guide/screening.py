"""The form field for the questions that a client asks everybody who proposes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from requests.rules.screening import MOST, QUESTION, ScreeningQuestion, screening

Rows = list[dict[str, Any]]


class ScreeningInput(forms.Widget):
    """Five lines for questions, each with a box that makes its answer a must. Lines that stay empty ask nothing."""

    template_name = "requests/guide/screening.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Rows | None:
        """Django's hook: what was typed, line by line; None where the form has no such lines at all."""
        if f"{name}_0_text" not in data:
            return None
        return [
            {
                "key": data.get(f"{name}_{number}_key", ""),
                "text": data.get(f"{name}_{number}_text", ""),
                "required": f"{name}_{number}_required" in data,
            }
            for number in range(MOST)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Django's hook."""
        return f"{name}_0_text" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's hook."""
        rows = [dict(each) for each in value or ()][:MOST]
        rows += [{} for _number in range(MOST - len(rows))]
        context = super().get_context(name, value, attrs)
        return context | {"rows": list(enumerate(rows)), "longest": QUESTION}


class ScreeningField(forms.Field):
    """The value is a list of ``{"key", "text", "required"}``; the action gives new questions their keys."""

    widget = ScreeningInput

    def __init__(self, *, initial: Sequence[ScreeningQuestion] = ()) -> None:
        super().__init__(
            required=False,
            initial=list(initial),
            label=_("Questions to everybody who answers"),
            help_text=_("Up to five. Real answers tell serious proposals from copied ones."),
        )

    def clean(self, value: Any) -> list[Mapping[str, Any]]:
        """What was typed, checked. Raises ValidationError."""
        rows = [row for row in value or () if row["text"].strip()]
        try:
            screening(rows)
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        return rows
