"""The steps' forms. Each turns what was typed into changes that are named and formed as in the API."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from attachments.fields import AttachmentsField, AttachmentsInput
from marketplace.errors import FieldProblem
from marketplace.fields import LanguagesField, LineField, ParagraphsField
from marketplace.place_names import written
from marketplace.places import City
from requests.guide.screening import ScreeningField
from requests.models import BudgetType, ServiceRequest, TimeFrame, Visibility
from requests.rules.changes import DETAILS, TITLE
from services.catalogue import questions_for
from services.currencies import CURRENCIES
from services.guide.fields import ListField, whole_number
from services.guide.forms import KeptPlaceField
from services.models import Question, Service, ServicePage, WorkLocation
from services.money import currency_choices, editable, parse_money, usual_currency

AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}
ANSWER = "answer_"


class StepForm(forms.Form):
    """Base of the steps' forms. ``request`` is what is known so far; ``locale`` is how the client writes numbers."""

    direct: ClassVar[Sequence[str]] = ()
    """Fields whose value is at once that of the request."""

    def __init__(
        self, data: Any = None, files: Any = None, *, request: ServiceRequest, locale: str = "en", **kwargs: Any
    ) -> None:
        self.request, self.locale = request, locale
        super().__init__(data, files, initial=self.initial_of(request, locale), **kwargs)

    @classmethod
    def initial_of(cls, request: ServiceRequest, locale: str) -> dict[str, Any]:
        """What the form shows of the request."""
        return {name: getattr(request, name) for name in cls.direct}

    def changes(self) -> dict[str, Any]:
        """What the form says, without fields that could not be read."""
        return {name: self.cleaned_data[name] for name in self.direct if name in self.cleaned_data}

    def add_problems(self, problems: Mapping[str, Sequence[FieldProblem]]) -> None:
        """Shows what the rules complained of beside the fields that caused it, as far as they are in this form."""
        for name, found in problems.items():
            field = self.field_of(name)
            if field in self.fields:
                for problem in found:
                    self.add_error(field, problem["message"])

    def field_of(self, name: str) -> str:
        """The form's field for a field of the request: ``place.city`` is asked as ``place``."""
        return name.partition(".")[0]


class ServiceForm(StepForm):
    """What kind of work."""

    service = ListField(label=_("What do you need?"), required=False)

    @classmethod
    def initial_of(cls, request: ServiceRequest, locale: str) -> dict[str, Any]:
        """What the form shows of the request."""
        return {"service": [request.service.slug] if request.service_id else []}

    def clean_service(self) -> str:
        """One slug; raises ValidationError."""
        chosen = self.cleaned_data["service"]
        if len(chosen) != 1:
            raise ValidationError(_("Choose one service."), code="required")
        return str(chosen[0])

    def changes(self) -> dict[str, Any]:
        """The service."""
        return {"service": self.cleaned_data["service"]} if "service" in self.cleaned_data else {}


class DetailsForm(StepForm):
    """What exactly, with the catalogue's questions about the service."""

    direct = ("title", "details")

    title = LineField(
        most=TITLE,
        label=_("Title"),
        help_text=_("What you need, in a few words: “Logo for a small roastery”."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    details = ParagraphsField(
        most=DETAILS,
        label=_("Details"),
        help_text=_("What there is, what you want, and how you will know that it is good."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions_for(self.request.service) if self.request.service_id else []
        self.fields["screening"] = ScreeningField(initial=self.request.screening)
        if self.request.client_id:
            files = AttachmentsField()
            files.belong_to(
                self.request.client, kept=[] if self.request._state.adding else self.request.attachments.all()
            )
            self.fields["attachments"] = files
        for question in self.questions:
            field = _answer_field(question)
            field.error_messages["required"] = _("Please answer this question.")
            field.initial = _initial_answer(question, self.request.answers.get(question.key))
            self.fields[ANSWER + question.key] = field

    def changes(self) -> dict[str, Any]:
        """Title, details and answers."""
        given = {
            question.key: self.cleaned_data[ANSWER + question.key]
            for question in self.questions
            if ANSWER + question.key in self.cleaned_data
        }
        answers = {key: value for key, value in given.items() if value not in (None, "", [])}
        found = {**super().changes(), "answers": answers}
        if "screening" in self.cleaned_data:
            found["screening"] = self.cleaned_data["screening"]
        if "attachments" in self.cleaned_data:
            found["attachments"] = [file.pk for file in self.cleaned_data["attachments"]]
        return found

    def taken_files(self) -> list[str]:
        """Ids of the files that are here, after the form was read."""
        widget = self.fields["attachments"].widget if "attachments" in self.fields else None
        return [str(file.pk) for file in widget.shown] if isinstance(widget, AttachmentsInput) else []

    def field_of(self, name: str) -> str:
        """Answers are asked under a prefix."""
        return ANSWER + name.partition(".")[2] if name.startswith("answers.") else super().field_of(name)

    def answer_fields(self) -> list[forms.BoundField]:
        """The questions' fields, for the template."""
        return [self[ANSWER + question.key] for question in self.questions]


class BudgetForm(StepForm):
    """How much, and when."""

    direct = ("budget_type", "currency", "time_frame")

    budget_type = forms.ChoiceField(
        choices=BudgetType.choices, widget=forms.RadioSelect, label=_("How do you want to pay?")
    )
    currency = forms.ChoiceField(required=False, label=_("Currency"))
    budget_min = forms.CharField(required=False, label=_("From"), max_length=40, widget=forms.TextInput(attrs=AMOUNT))
    budget_max = forms.CharField(required=False, label=_("Up to"), max_length=40, widget=forms.TextInput(attrs=AMOUNT))
    time_frame = forms.ChoiceField(choices=TimeFrame.choices, widget=forms.RadioSelect, label=_("When do you need it?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = currency_choices(get_language() or "en")
        self.fields["currency"] = forms.ChoiceField(required=False, label=_("Currency"), choices=choices)

    @classmethod
    def initial_of(cls, request: ServiceRequest, locale: str) -> dict[str, Any]:
        """What the form shows of the request."""
        country = request.client.country if request.client_id else locale.partition("_")[2]
        return {
            "budget_type": request.budget_type or BudgetType.FIXED,
            "time_frame": request.time_frame,
            "currency": request.currency or usual_currency(country),
            "budget_min": editable(request.budget_min, request.currency, locale),
            "budget_max": editable(request.budget_max, request.currency, locale),
        }

    def clean(self) -> dict[str, Any]:
        """Reads the amounts once their currency is known."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("budget_min", "budget_max"):
            given[field] = self._amount(field, given.get("currency", ""))
        return given

    def changes(self) -> dict[str, Any]:
        """The budget. Without an amount there is no currency."""
        found: dict[str, Any] = super().changes()
        found |= {name: self.cleaned_data.get(name) for name in ("budget_min", "budget_max")}
        if found["budget_min"] is None and found["budget_max"] is None:
            found["currency"] = ""
        return found

    def _amount(self, field: str, currency: str) -> int | None:
        typed = self.cleaned_data.get(field) or ""
        if not typed.strip():
            return None
        try:
            return parse_money(typed, currency if currency in CURRENCIES else "EUR", self.locale)
        except ValidationError as problem:
            self.add_error(field, problem)
            return None


class WhereForm(StepForm):
    """Where, in which languages, and who may answer."""

    direct = ("work_location", "radius_km", "languages", "visibility")

    work_location = forms.ChoiceField(
        choices=WorkLocation.choices, widget=forms.RadioSelect, label=_("Where is the work done?")
    )
    place = KeptPlaceField(required=False, label=_("Town"), help_text=_("Providers see the town, never a street."))
    radius_km = whole_number(
        _("How far away may they be?"),
        least=1,
        most=1000,
        help_text=_("In kilometres. Leave empty if it does not matter."),
    )
    languages = LanguagesField(
        required=False, label=_("Languages"), help_text=_("Which ones must they speak? One of them is enough.")
    )
    visibility = forms.ChoiceField(
        choices=Visibility.choices, widget=forms.RadioSelect, label=_("Who may answer?"), required=False
    )
    invited_pages = ListField(required=False, label=_("Providers whom you ask"))

    def __init__(self, *args: Any, invited: Sequence[ServicePage] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invited = invited
        self.initial["invited_pages"] = [str(page.pk) for page in invited]
        place = self.fields["place"]
        if isinstance(place, KeptPlaceField):
            place.kept = self.initial.get("place", "")
        if not invited:
            choices = [choice for choice in Visibility.choices if choice[0] != Visibility.INVITED]
            self.fields["visibility"].choices = choices  # type: ignore[attr-defined]

    @classmethod
    def initial_of(cls, request: ServiceRequest, locale: str) -> dict[str, Any]:
        """What the form shows of the request."""
        return {
            **super().initial_of(request, locale),
            "work_location": request.work_location or WorkLocation.REMOTE,
            "place": written(request.city, request.country),
        }

    def changes(self) -> dict[str, Any]:
        """What the form says. A place that reads as before stays as it is, with its coordinates."""
        found: dict[str, Any] = super().changes()
        found["visibility"] = found.get("visibility") or Visibility.MATCHED
        found["invited_pages"] = self._asked() if found["visibility"] == Visibility.INVITED else []
        if "place" in self.cleaned_data and ("place" in self.changed_data or not self.initial.get("place")):
            found["place"] = _place(self.cleaned_data["place"])
        return found

    def boxes(self) -> list[tuple[ServicePage, bool]]:
        """Whom the client can ask, each with whether it is ticked: as it was sent, all of them before."""
        ticked = set(self["invited_pages"].value())
        return [(page, str(page.pk) in ticked) for page in self.invited]

    def _asked(self) -> list[UUID]:
        ticked = set(self.cleaned_data.get("invited_pages", []))
        return [page.pk for page in self.invited if str(page.pk) in ticked]


def _answer_field(question: Question) -> forms.Field:
    label, options = question.text, [(choice, choice) for choice in question.choices]
    required = question.required
    match question.type:
        case Question.Type.CHOICE:
            return forms.ChoiceField(label=label, choices=options, widget=forms.RadioSelect, required=required)
        case Question.Type.CHOICES:
            widget = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(label=label, choices=options, widget=widget, required=required)
        case Question.Type.YES_NO:
            answers = [("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(label=label, choices=answers, widget=forms.RadioSelect, required=required)
        case Question.Type.DATE:
            date_input = forms.DateInput(attrs={"type": "date"})
            return forms.CharField(label=label, widget=date_input, required=required, max_length=10)
        case Question.Type.NUMBER:
            return forms.CharField(
                label=label, widget=forms.TextInput(attrs={"inputmode": "decimal"}), required=required, max_length=20
            )
        case _:
            return ParagraphsField(most=2000, label=label, widget=forms.Textarea(attrs={"rows": 2}), required=required)


def _initial_answer(question: Question, answer: Any) -> Any:
    if question.type == Question.Type.YES_NO and answer is not None:
        return "yes" if answer else "no"
    return answer


def _place(city: City | None) -> dict[str, Any] | None:
    if city is None:
        return None
    return {"country": city.country, "city": city.name, "lat": city.latitude, "lon": city.longitude}


def known_service(slug: str) -> Service | None:
    """The service of this slug, if clients may ask for it."""
    return Service.objects.select_related("group").filter(slug=slug, is_active=True, group__is_active=True).first()
