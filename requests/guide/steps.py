"""The steps of the guided form, in their order."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests.guide.forms import BudgetForm, DetailsForm, ServiceForm, StepForm, WhereForm


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its address under /requests/new/, its names, its form, and the fields of a request that it asks for."""

    key: str
    label: Promise
    title: Promise
    form: type[StepForm]
    fields: frozenset[str]

    @property
    def url(self) -> str:
        """Where the step is filled in."""
        return f"/requests/new/{self.key}/"

    @property
    def template(self) -> str:
        """What stands in the step's form."""
        return f"requests/guide/{self.key}.html"


STEPS = (
    Step("service", _("Service"), _("What do you need?"), ServiceForm, frozenset({"service"})),
    Step("details", _("Details"), _("Tell us more"), DetailsForm, frozenset({"title", "details", "answers"})),
    Step(
        "budget",
        _("Budget"),
        _("How much, and when?"),
        BudgetForm,
        frozenset({"budget_type", "budget_min", "budget_max", "currency", "time_frame"}),
    ),
    Step(
        "where",
        _("Where"),
        _("Where, and who may answer?"),
        WhereForm,
        frozenset({"work_location", "place", "radius_km", "languages", "visibility", "invited_pages"}),
    ),
)
REVIEW_URL = "/requests/new/review/"


def step_of(key: str) -> Step | None:
    """The step of this key."""
    return next((step for step in STEPS if step.key == key), None)


def step_for(field: str) -> Step:
    """The step that asks for a field of the request, such as ``answers.stage``."""
    name = field.partition(".")[0]
    return next((step for step in STEPS if name in step.fields), STEPS[0])


def neighbours(step: Step) -> tuple[str, str]:
    """Addresses of the step before, empty for the first, and of the one after; after the last comes the review."""
    place = STEPS.index(step)
    before = STEPS[place - 1].url if place else ""
    after = STEPS[place + 1].url if place + 1 < len(STEPS) else REVIEW_URL
    return before, after
