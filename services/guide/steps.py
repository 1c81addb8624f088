"""The steps of the guided form, in their order."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.guide.forms import AboutForm, AvailabilityForm, OfferForm, StepForm, WhereForm
from services.guide.price_form import PriceForm
from services.rules import Advice


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its address under /services/mine/, its names, its form, and the fields of the page that it asks for."""

    key: str
    label: Promise
    title: Promise
    form: type[StepForm]
    fields: frozenset[str]

    @property
    def url(self) -> str:
        """Where the step is filled in once there is a page."""
        return f"/services/mine/{self.key}/"

    @property
    def template(self) -> str:
        """What stands in the step's form."""
        return f"services/guide/{self.key}.html"


STEPS = (
    Step("offer", _("Offer"), _("What do you offer?"), OfferForm, frozenset({"title", "services"})),
    Step("about", _("About"), _("What should clients know?"), AboutForm, frozenset({"about", "skills"})),
    Step(
        "where",
        _("Where"),
        _("Where do you work?"),
        WhereForm,
        frozenset({"work_location", "place", "radius_km", "languages"}),
    ),
    Step(
        "price", _("Price"), _("What does it cost?"), PriceForm, frozenset({"pricing", "currency", "rate", "packages"})
    ),
    Step(
        "time",
        _("Time"),
        _("When are you available?"),
        AvailabilityForm,
        frozenset({"taking_work", "hours_per_week", "available_from", "daily_leads"}),
    ),
)
REVIEW_URL = "/services/mine/"
PROFILE_URL = "/accounts/profile/"


def step_of(key: str) -> Step | None:
    """The step of this key."""
    return next((step for step in STEPS if step.key == key), None)


def neighbours(step: Step) -> tuple[str | None, str]:
    """Addresses of the step before, if there is one, and of the one after; after the last comes the review."""
    place = STEPS.index(step)
    before = STEPS[place - 1].url if place else None
    after = STEPS[place + 1].url if place + 1 < len(STEPS) else REVIEW_URL
    return before, after


def url_of(advice: Advice) -> str:
    """Where one does what is advised."""
    return next((step.url for step in STEPS if advice.field in step.fields), PROFILE_URL)


def with_urls(advice: tuple[Advice, ...]) -> Iterator[tuple[Advice, str]]:
    """Each piece of advice and where to follow it."""
    return ((each, url_of(each)) for each in advice)
