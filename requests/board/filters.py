"""What somebody looks for on the board. The same form reads the address of the page and of the API's call."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.errors import FieldProblem, InvalidInput
from marketplace.languages import LANGUAGES
from marketplace.validators import clean_line
from requests.models import BudgetType, TimeFrame
from services.countries import COUNTRIES
from services.currencies import CURRENCIES
from services.exchange import rates
from services.models import Service, ServiceGroup
from services.money import MAX_MINOR

LONGEST_TEXT: Final = 200
SORTS: Final = (
    ("newest", _("Newest")),
    ("budget", _("Highest budget")),
    ("proposals", _("Fewest proposals")),
    ("ending", _("Ending soonest")),
)
YES: Final = (("true", _("Yes")),)
PLACES: Final = (("remote", _("Remote")), ("on_site", _("On site")))


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """A search of the board. Empty values do not filter.

    ``min_budget`` is in minor units of ``currency``. ``mine``: only services that the reader's page offers; ``reach``:
    only what she can do from where her page is.
    """

    text: str = ""
    service: str = ""
    group: str = ""
    budget_type: str = ""
    min_budget: int | None = None
    currency: str = ""
    place: str = ""
    country: str = ""
    language: str = ""
    time_frame: str = ""
    mine: bool = False
    reach: bool = False
    sort: str = "newest"


class BoardForm(forms.Form):
    """Shape of a search of the board; field names are those of the address."""

    q = forms.CharField(required=False, max_length=LONGEST_TEXT)
    service = forms.CharField(required=False, max_length=60)
    group = forms.CharField(required=False, max_length=60)
    budget_type = forms.ChoiceField(required=False, choices=BudgetType.choices)
    min_budget = forms.IntegerField(required=False, min_value=1, max_value=MAX_MINOR)
    currency = forms.CharField(required=False, max_length=3)
    place = forms.ChoiceField(required=False, choices=PLACES)
    country = forms.CharField(required=False, max_length=2)
    language = forms.CharField(required=False, max_length=3)
    time_frame = forms.ChoiceField(required=False, choices=TimeFrame.choices)
    mine = forms.ChoiceField(required=False, choices=YES)
    reach = forms.ChoiceField(required=False, choices=YES)
    sort = forms.ChoiceField(required=False, choices=SORTS)

    def clean_q(self) -> str:
        """One line of storable text."""
        return clean_line(self.cleaned_data["q"], most=LONGEST_TEXT)

    def clean_service(self) -> str:
        """A slug of the catalogue."""
        return _known_slug(self.cleaned_data["service"], Service, _("There is no such service."))

    def clean_group(self) -> str:
        """A slug of the catalogue."""
        return _known_slug(self.cleaned_data["group"], ServiceGroup, _("There is no such group of services."))

    def clean_currency(self) -> str:
        """A currency that amounts can be compared in."""
        value = str(self.cleaned_data["currency"]).upper()
        if value and value not in CURRENCIES:
            raise ValidationError(_("Must be a currency code of ISO 4217, such as EUR."), code="unknown_currency")
        if value and value not in rates():
            raise ValidationError(_("There is no exchange rate for this currency."), code="no_exchange_rate")
        return value

    def clean_country(self) -> str:
        """A country code."""
        value = str(self.cleaned_data["country"]).upper()
        if value and value not in COUNTRIES:
            raise ValidationError(_("Must be a country code of ISO 3166, such as AT."), code="unknown_country")
        return value

    def clean_language(self) -> str:
        """A language code."""
        value = str(self.cleaned_data["language"]).lower()
        if value and value not in LANGUAGES:
            raise ValidationError(_("Must be a language code of ISO 639-1, such as de."), code="unknown_language")
        return value

    def clean(self) -> dict[str, Any]:
        """An amount needs its currency."""
        if self.cleaned_data.get("min_budget") and not self.data.get("currency"):
            self.add_error("currency", ValidationError(_("An amount needs a currency."), code="required"))
        return self.cleaned_data

    def query(self) -> BoardQuery:
        """The search of a valid form."""
        given = self.cleaned_data
        values = {name: given[name] or "" for name in ("service", "group", "budget_type", "currency", "place")}
        values |= {name: given[name] or "" for name in ("country", "language", "time_frame")}
        return BoardQuery(
            text=given["q"],
            min_budget=given["min_budget"],
            mine=bool(given["mine"]),
            reach=bool(given["reach"]),
            sort=given["sort"] or "newest",
            **values,
        )


FILTERS: Final = frozenset(BoardForm.base_fields)
"""Names of the parameters."""


def parse(given: Mapping[str, Any]) -> BoardQuery:
    """The search that an address describes. Raises InvalidInput that names every wrong parameter."""
    form = BoardForm(given)
    if form.is_valid():
        return form.query()
    problems: dict[str, list[FieldProblem]] = {
        name: [{"code": error.code or "invalid", "message": " ".join(error.messages)} for error in errors.as_data()]
        for name, errors in form.errors.items()
    }
    raise InvalidInput(fields=problems)


def _known_slug(value: str, model: type[Service] | type[ServiceGroup], message: object) -> str:
    if value and ("\0" in value or not model._default_manager.filter(slug=value, is_active=True).exists()):
        raise ValidationError(str(message), code="unknown_value")
    return value
