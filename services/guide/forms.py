"""The steps' forms. Each turns what was typed into changes that are named and formed as in the API."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem
from marketplace.fields import LanguagesField, LineField, ParagraphsField, PlaceField
from marketplace.place_names import written
from marketplace.places import City
from services.guide.fields import ListField, WordsField, whole_number
from services.models import ServicePage, WorkLocation
from services.rules import limits


class StepForm(forms.Form):
    """Base of the steps' forms. ``version`` is that of the page from which the form was filled."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    direct: ClassVar[Sequence[str]] = ()
    """Fields whose value is at once that of the page."""

    def __init__(self, *args: Any, locale: str = "en", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.locale = locale

    @classmethod
    def initial_of(cls, page: ServicePage, locale: str) -> dict[str, Any]:
        """What the form shows of the page."""
        return {name: getattr(page, name) for name in cls.direct}

    def changes(self) -> dict[str, Any]:
        """What the form says, without fields that could not be read."""
        return {name: self.cleaned_data[name] for name in self.direct if name in self.cleaned_data}

    def add_problems(self, problems: Mapping[str, Sequence[FieldProblem]]) -> None:
        """Shows what the rules complained of beside the fields that caused it."""
        for name, found in problems.items():
            field = self.field_of(name)
            for problem in found:
                self.add_error(field if field in self.fields else None, problem["message"])

    def field_of(self, name: str) -> str:
        """The form's field for a field of the page: ``place.city`` is asked as ``place``."""
        return name.partition(".")[0]


class OfferForm(StepForm):
    """What is offered."""

    direct = ("title", "services")

    title = LineField(
        most=limits.TITLE,
        required=False,
        label=_("Title of your page"),
        help_text=_("What you do and for whom, in a few words: “Logos for small breweries”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    services = ListField(
        required=False,
        label=_("Services that you offer"),
        help_text=_("Up to ten. Clients who ask for one of them are shown your page."),
    )

    @classmethod
    def initial_of(cls, page: ServicePage, locale: str) -> dict[str, Any]:
        """What the form shows of the page."""
        slugs = [offer.service.slug for offer in page.offers.select_related("service")]
        return {"title": page.title, "services": slugs}


class AboutForm(StepForm):
    """Who offers it."""

    direct = ("about", "skills")

    about = ParagraphsField(
        most=limits.ABOUT,
        required=False,
        label=_("About you and your work"),
        help_text=_("What you have done, how you work, what clients can expect. **Bold**, lists and links work."),
        widget=forms.Textarea(attrs={"rows": 10}),
    )
    skills = WordsField(required=False, label=_("Skills"), help_text=_("Up to twenty. Tick what fits and add others."))


class KeptPlaceField(PlaceField):
    """A place that may stay as it is written on the page, though the gazetteer does not know it."""

    kept = ""

    def clean(self, value: Any) -> City | None:
        """The city; None where it reads as before, or is empty."""
        return None if self.kept and value == self.kept else super().clean(value)


class WhereForm(StepForm):
    """Where, and in which languages."""

    direct = ("work_location", "radius_km", "languages")

    work_location = forms.ChoiceField(
        choices=WorkLocation.choices, required=False, widget=forms.RadioSelect, label=_("Where do you work?")
    )
    place = KeptPlaceField(
        required=False,
        label=_("Your town"),
        help_text=_("Others see the town, never a street. Optional if you work remotely."),
    )
    radius_km = whole_number(
        _("How far do you travel?"), least=1, most=limits.RADIUS_KM, help_text=_("In kilometres around your town.")
    )
    languages = LanguagesField(required=False, label=_("Languages that you work in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["place"]
        if isinstance(field, KeptPlaceField):
            field.kept = self.initial.get("place", "")

    @classmethod
    def initial_of(cls, page: ServicePage, locale: str) -> dict[str, Any]:
        """What the form shows of the page."""
        return {**super().initial_of(page, locale), "place": written(page.city, page.country)}

    def changes(self) -> dict[str, Any]:
        """What the form says. A place that reads as before stays as it is, with its coordinates."""
        found: dict[str, Any] = super().changes()
        if "place" in self.changed_data and "place" in self.cleaned_data:
            found["place"] = _place(self.cleaned_data["place"])
        return found


class AvailabilityForm(StepForm):
    """When."""

    direct = ("taking_work", "hours_per_week", "available_from", "daily_leads")

    taking_work = forms.BooleanField(
        required=False,
        label=_("I am taking work"),
        help_text=_("Switch this off when you are full: your page stays, but no requests are sent to you."),
    )
    hours_per_week = whole_number(_("Hours a week"), least=1, most=limits.HOURS_PER_WEEK)
    available_from = forms.DateField(
        required=False,
        label=_("Available from"),
        help_text=_("Leave empty if you can begin at once."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    daily_leads = whole_number(
        _("Requests a day at most"),
        least=1,
        most=limits.DAILY_LEADS,
        help_text=_("Leave empty for the usual number. Clients who ask you in person come on top."),
    )


def _place(city: City | None) -> dict[str, Any] | None:
    if city is None:
        return None
    return {"country": city.country, "city": city.name, "lat": city.latitude, "lon": city.longitude}
