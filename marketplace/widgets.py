"""Form controls of our own."""

from typing import Any

from django import forms

from marketplace.languages import COMMON


class PlaceInput(forms.TextInput):
    """One line for a city. With JavaScript it suggests cities while one types; without, it is plain text.

    ``candidates`` are offered beneath it, after the form was sent with a name that may mean several cities.
    """

    template_name = "widgets/place.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "spellcheck": "false", **(attrs or {})})
        self.candidates: list[str] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's hook."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        identity = context["widget"]["attrs"].get("id", name)
        if self.candidates:
            context["widget"]["attrs"]["list"] = f"{identity}_candidates"
        return context | {"candidates": self.candidates, "identity": identity}


class LanguageChoices(forms.CheckboxSelectMultiple):
    """Check boxes for languages: the common ones and those chosen first, all others behind a summary."""

    template_name = "widgets/languages.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's hook."""
        context = super().get_context(name, value, attrs)
        options = [option for _group, options, _index in context["widget"]["optgroups"] for option in options]
        first = {*COMMON, *(value or [])}
        context["first"] = [option for option in options if option["value"] in first]
        context["others"] = [option for option in options if option["value"] not in first]
        return context
