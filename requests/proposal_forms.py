"""Forms about proposals. Each turns what was typed into values that are named and formed as in the API."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from attachments.fields import AttachmentsField
from marketplace.errors import FieldProblem
from marketplace.fields import ParagraphsField
from requests.actions.proposals.countering import SAID
from requests.models import BudgetType, PriceType, Proposal
from requests.rules.offers import DAYS, SCOPE
from requests.rules.ordered import ordered_terms
from requests.rules.screening import ANSWER
from services.guide.fields import whole_number
from services.models import Pricing
from services.money import CURRENCIES, currency_choices, editable, parse_money, usual_currency

AMOUNT: Final = {"inputmode": "decimal", "autocomplete": "off"}
PREFIX: Final = "answer_"


class TermsForm(forms.Form):
    """Price, time and scope. ``proposal`` is what stands so far; ``locale`` is how the member writes numbers."""

    price_type = forms.ChoiceField(choices=PriceType.choices, widget=forms.RadioSelect, label=_("How do you charge?"))
    amount = forms.CharField(label=_("Price"), max_length=40, widget=forms.TextInput(attrs=AMOUNT))
    currency = forms.ChoiceField(label=_("Currency"))
    days = whole_number(_("Days until it is done"), least=1, most=DAYS, help_text=_("From the day on which you agree."))
    scope = ParagraphsField(
        most=SCOPE,
        label=_("What you will do"),
        help_text=_("What is included, what is not, and why you. Markdown works: **bold**, lists, links."),
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, proposal: Proposal, locale: str = "en") -> None:
        self.proposal, self.locale = proposal, locale
        super().__init__(data, files, initial=initial_terms(proposal, locale))
        choices = currency_choices(get_language() or "en")
        self.fields["currency"] = forms.ChoiceField(label=_("Currency"), choices=choices)

    def clean(self) -> dict[str, Any]:
        """Reads the amount once its currency is known."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        typed = given.pop("amount", "")
        if typed:
            try:
                currency = given.get("currency", "")
                given["amount"] = parse_money(typed, currency if currency in CURRENCIES else "EUR", self.locale)
            except ValidationError as problem:
                self.add_error("amount", problem)
        return given

    def terms(self) -> dict[str, Any]:
        """What could be read of the terms; a field that was emptied is empty."""
        names = ("price_type", "amount", "currency", "days", "scope")
        found = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        emptied = [name for name in names if name not in found and not (self.data.get(name) or "").strip()]
        return found | {name: None if name in ("amount", "days") else "" for name in emptied}

    def seen_version(self) -> int | None:
        """The version of the proposal from which the form was filled in."""
        version: int | None = self.cleaned_data.get("version")
        return version

    def add_problems(self, problems: Mapping[str, Sequence[FieldProblem]]) -> None:
        """Shows what the rules complained of beside the fields that caused it."""
        for name, found in problems.items():
            field = PREFIX + name.partition(".")[2] if name.startswith("answers.") else name
            for problem in found:
                if field not in self.errors:
                    self.add_error(field if field in self.fields else None, problem["message"])


class ProposalForm(TermsForm):
    """A whole proposal: the terms, the answers to the client's questions, files."""

    ai_assisted = forms.BooleanField(
        required=False,
        label=_("I wrote this with the help of AI"),
        help_text=_("Clients see it. Saying so openly does not count against you."),
    )
    attachments = AttachmentsField()

    def __init__(self, data: Any = None, files: Any = None, *, proposal: Proposal, locale: str = "en") -> None:
        super().__init__(data, files, proposal=proposal, locale=locale)
        self.fields["ai_assisted"].initial = proposal.is_ai_assisted
        self._own_files().belong_to(
            proposal.page.member, kept=[] if proposal._state.adding else proposal.attachments.all()
        )
        for question in proposal.request.screening:
            self.fields[PREFIX + question["key"]] = ParagraphsField(
                most=ANSWER,
                label=question["text"],
                required=question["required"],
                initial=proposal.answers.get(question["key"], ""),
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def values(self) -> dict[str, Any]:
        """What could be read, named as in the API."""
        asked = [question["key"] for question in self.proposal.request.screening]
        answers = {key: self.cleaned_data.get(PREFIX + key, "") for key in asked}
        found = {**self.terms(), "answers": answers, "ai_assisted": self.cleaned_data.get("ai_assisted", False)}
        if "attachments" in self.cleaned_data:
            found["attachments"] = [file.pk for file in self.cleaned_data["attachments"]]
        return found

    def answer_fields(self) -> list[forms.BoundField]:
        """The fields of the client's questions, for the template."""
        return [self[PREFIX + question["key"]] for question in self.proposal.request.screening]

    def _own_files(self) -> AttachmentsField:
        field = self.fields["attachments"]
        assert isinstance(field, AttachmentsField)
        return field


class CounterForm(TermsForm):
    """Other terms, with a word to the other side."""

    said = ParagraphsField(
        most=SAID,
        required=False,
        label=_("A word to it"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("price_type", "amount", "currency", "days", "said", "scope")


def initial_terms(proposal: Proposal, locale: str) -> dict[str, Any]:
    """The terms as the form shows them; where there are none yet, as the request, the page and the package that
    was ordered suggest."""
    request, page = proposal.request, proposal.page
    hourly = request.budget_type == BudgetType.HOURLY or (
        request.budget_type == BudgetType.HELP and page.pricing == Pricing.HOURLY
    )
    # A draft that was kept holds what the provider made of it.
    ordered = ordered_terms(request, page) if proposal._state.adding else {}
    if ordered:
        amount = editable(ordered["amount"], ordered["currency"], locale)
        return ordered | {"amount": amount, "version": proposal.version}
    currency = proposal.currency or request.currency or page.currency or usual_currency(page.country)
    return {
        "price_type": proposal.price_type or (PriceType.HOURLY if hourly else PriceType.FIXED),
        "amount": editable(proposal.amount, currency, locale),
        "currency": currency,
        "days": proposal.days,
        "scope": proposal.scope,
        "version": proposal.version,
    }
