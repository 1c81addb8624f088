"""The step about prices, with its packages."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from services.currencies import CURRENCIES
from services.guide.fields import has_any, whole_number
from services.guide.forms import StepForm
from services.models import Pricing, ServicePage
from services.money import currency_choices, editable, parse_money, usual_currency
from services.rules import limits
from services.rules.packages import TIERS

SPARE_EXTRAS = 2
"""Empty rows for extras beyond those that are filled in."""
AMOUNT = {"inputmode": "decimal", "autocomplete": "off"}


class PackageForm(forms.Form):
    """One package and its extras. Amounts are read as the provider writes them."""

    name = forms.CharField(required=False, label=_("Name"), max_length=limits.PACKAGE_NAME)
    description = forms.CharField(
        required=False,
        label=_("What is included"),
        max_length=limits.PACKAGE_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    price = forms.CharField(required=False, label=_("Price"), max_length=40, widget=forms.TextInput(attrs=AMOUNT))
    delivery_days = whole_number(_("Days until delivery"), least=1, most=limits.DELIVERY_DAYS)
    revisions = whole_number(_("Rounds of changes"), least=0, most=limits.REVISIONS)

    def __init__(self, *args: Any, extras: int, currency: str, locale: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tier = str(self.prefix)
        self.currency = currency
        self.locale = locale
        self.tier_name = TIERS[self.tier]
        self.rows = min(extras + SPARE_EXTRAS, limits.EXTRAS)
        for row in range(self.rows):
            name_attrs = {"aria-label": _("Name of extra %(n)d") % {"n": row + 1}, "placeholder": _("Extra")}
            price_attrs = {
                "aria-label": _("Price of extra %(n)d") % {"n": row + 1},
                "placeholder": _("Price"),
                **AMOUNT,
            }
            self.fields[f"extra_{row}_name"] = forms.CharField(
                required=False,
                label=_("Extra"),
                max_length=limits.PACKAGE_NAME,
                widget=forms.TextInput(attrs=name_attrs),
            )
            self.fields[f"extra_{row}_price"] = forms.CharField(
                required=False, label=_("Price"), max_length=40, widget=forms.TextInput(attrs=price_attrs)
            )

    def extra_fields(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        """Name and price of each extra, for the template."""
        for row in range(self.rows):
            yield self[f"extra_{row}_name"], self[f"extra_{row}_price"]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into this package."""
        return not has_any([self.data.get(self.add_prefix(name), "").strip() for name in self.fields])

    def clean(self) -> dict[str, Any]:
        """Reads the amounts."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for field in ("price", *(f"extra_{row}_price" for row in range(self.rows))):
            given[field] = read_amount(self, field, self.currency, self.locale)
        return given

    def filled_rows(self) -> list[int]:
        """Numbers of the rows for extras that say something."""
        names = [
            (row, self.add_prefix(f"extra_{row}_name"), self.add_prefix(f"extra_{row}_price"))
            for row in range(self.rows)
        ]
        return [row for row, name, price in names if has_any([self.data.get(name), self.data.get(price)])]

    def package(self) -> dict[str, Any]:
        """The valid form as a package of the API."""
        given = self.cleaned_data
        extras = [
            {"name": given[f"extra_{row}_name"], "price": given[f"extra_{row}_price"]} for row in self.filled_rows()
        ]
        direct = ("name", "description", "price", "delivery_days", "revisions")
        return {"tier": self.tier, "extras": extras, **{name: given[name] for name in direct}}

    def field_of(self, path: Sequence[str]) -> str | None:
        """The form's field for a field of the package: ``["extras", "1", "price"]`` or ``["price"]``."""
        if path[0] == "extras" and len(path) == 3:
            return f"extra_{self.filled_rows()[int(path[1])]}_{path[2]}"
        return path[0] if path[0] in self.fields else None


class PriceForm(StepForm):
    """How the price is named."""

    pricing = forms.ChoiceField(
        choices=Pricing.choices, required=False, widget=forms.RadioSelect, label=_("How do you name your price?")
    )
    currency = forms.ChoiceField(required=False, label=_("Currency"))
    rate = forms.CharField(required=False, label=_("Amount"), max_length=40, widget=forms.TextInput(attrs=AMOUNT))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a currency")), *currency_choices(get_language() or "en")]
        self.fields["currency"] = forms.ChoiceField(required=False, label=_("Currency"), choices=choices)
        stored = {package["tier"]: package for package in self.initial.get("packages", [])}
        self.packages = [self._package_form(tier, stored.get(tier)) for tier in TIERS]

    @classmethod
    def initial_of(cls, page: ServicePage, locale: str) -> dict[str, Any]:
        """What the form shows of the page."""
        own_rate = page.rate if page.pricing in (Pricing.HOURLY, Pricing.STARTING) else None
        return {
            "pricing": page.pricing,
            "currency": page.currency or usual_currency(page.country or page.member.country),
            "rate": editable(own_rate, page.currency, locale),
            "packages": page.packages,
        }

    def is_valid(self) -> bool:
        """Whether this form can be read, and the packages too where prices are named by them."""
        valid = super().is_valid()
        if not self._names("packages"):
            return valid
        readable = [package.is_empty or package.is_valid() for package in self.packages]  # each shows its own errors
        return valid and all(readable)

    def clean(self) -> dict[str, Any]:
        """Reads the amount once its currency is known."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if self._names(Pricing.HOURLY) or self._names(Pricing.STARTING):
            given["rate"] = read_amount(self, "rate", given.get("currency", ""), self.locale)
        return given

    def changes(self) -> dict[str, Any]:
        """What the form says. Amounts of another way of pricing are left out, however they were typed."""
        names = ["pricing", "currency"]
        if self._names(Pricing.HOURLY) or self._names(Pricing.STARTING):
            names.append("rate")
        found = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        if self._names(Pricing.PACKAGES) and not self.has_package_errors:
            filled = [package for package in self.packages if not package.is_empty]
            found["packages"] = [package.package() for package in filled]
        return found

    @property
    def has_package_errors(self) -> bool:
        """Whether a package holds something that cannot be read."""
        return any(package.is_bound and package.errors for package in self.packages)

    def add_problems(self, problems: Any) -> None:
        """Shows the rules' complaints; those of packages beside the package's own fields."""
        filled = [package for package in self.packages if not package.is_empty]
        for name, found in problems.items():
            parts = name.split(".")
            if parts[0] != "packages" or len(parts) < 3:
                super().add_problems({name: found})
                continue
            package = filled[int(parts[1])]
            for problem in found:
                package.add_error(package.field_of(parts[2:]), problem["message"])

    def _names(self, pricing: str) -> bool:
        return bool(self.data.get("pricing") == pricing)

    def _package_form(self, tier: str, stored: dict[str, Any] | None) -> PackageForm:
        present: str = self.initial.get("currency", "")
        return PackageForm(
            self.data if self.is_bound else None,
            prefix=tier,
            extras=len(stored["extras"]) if stored else 0,
            currency=self.data.get("currency", "") if self.is_bound else present,
            locale=self.locale,
            initial=_package_initial(stored, present, self.locale) if stored else {},
        )


def read_amount(form: forms.Form, field: str, currency: str, locale: str) -> int | None:
    """Minor units of what was typed; None where nothing was, or where it cannot be read, which is noted in the form."""
    typed = form.cleaned_data.get(field) or ""
    if not typed.strip():
        return None
    try:
        return parse_money(typed, currency if currency in CURRENCIES else "EUR", locale)
    except ValidationError as problem:
        form.add_error(field, problem)
        return None


def _package_initial(stored: dict[str, Any], currency: str, locale: str) -> dict[str, Any]:
    initial = {name: stored[name] for name in ("name", "description", "delivery_days", "revisions")}
    initial["price"] = editable(stored["price"], currency, locale)
    for row, extra in enumerate(stored["extras"]):
        initial[f"extra_{row}_name"] = extra["name"]
        initial[f"extra_{row}_price"] = editable(extra["price"], currency, locale)
    return initial
