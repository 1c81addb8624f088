"""What a client typed so far. It lies in her session, which is in the database and survives signing up."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from accounts.callers import known_member
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import FieldProblem, InvalidInput
from requests.actions.edit import UNSET
from requests.guide.forms import DetailsForm, StepForm, WhereForm, known_service
from requests.guide.steps import STEPS, Step
from requests.models import ServiceRequest, Visibility
from requests.rules import clean_changes, missing_for_publishing
from requests.rules.ordered import clean_order
from services.models import ServicePage
from services.reader import reader_locale

KEY: Final = "new_request"
NOT_KEPT: Final = {"csrfmiddlewaretoken", "go", "form_key"}
MOST: Final = 100_000
"""Characters that a step may hold."""
LATEST: Final = timedelta(hours=12)
"""How far the last clock on earth is behind UTC."""
Problems = Mapping[str, Sequence[FieldProblem]]


@dataclass
class Draft:
    """The steps as they were typed, by the steps' keys; the pages that the client came from, and what she orders.

    ``filled`` are steps that were filled in for the client and that she has not sent yet. ``sentence`` is what she
    described in one, see ``requests.guide.telling``.
    """

    session: SessionBase
    member: Member | None
    locale: str
    steps: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    pages: list[str] = field(default_factory=list)
    order: dict[str, Any] = field(default_factory=dict)
    filled: list[str] = field(default_factory=list)
    sentence: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: HttpRequest) -> "Draft":
        """The draft of this browser."""
        kept = request.session.get(KEY, {})
        return cls(
            request.session,
            known_member(request),
            reader_locale(request),
            dict(kept.get("steps", {})),
            list(kept.get("pages", [])),
            dict(kept.get("order", {})),
            list(kept.get("filled", [])),
            dict(kept.get("sentence", {})),
        )

    def keep(self, step: Step, post: QueryDict) -> bool:
        """Keeps what was typed in a step; False where it is too long to be kept."""
        typed = {name: post.getlist(name) for name in post if name not in NOT_KEPT}
        if sum(len(value) for values in typed.values() for value in values) > MOST:
            return False
        self.steps[step.key] = typed
        self.filled = [key for key in self.filled if key != step.key]
        self._write()
        return True

    def ask(self, page_ids: Iterable[UUID]) -> None:
        """Asks the providers of these pages and nobody else, also where the step "where" has said something else; the
        caller sees to it that they are not too many."""
        self.pages = [str(page_id) for page_id in page_ids]
        if "where" in self.steps:
            self.fill("where", self.who_may_answer())
        self._write()

    def who_may_answer(self) -> dict[str, str | list[str]]:
        """What the step "where" says of it before the client does: those whom she asks, or everybody who fits."""
        if self.pages:
            return {"visibility": Visibility.INVITED, "invited_pages": self.pages}
        return {"visibility": Visibility.MATCHED}

    def order_of(self, given: Mapping[str, Any]) -> None:
        """Keeps what is ordered, as it is named in the API."""
        self.order = dict(given)
        self._write()

    def typed(self, step: str, name: str) -> str:
        """What was typed into a field of a step; empty where nothing was."""
        return next(iter(self.steps.get(step, {}).get(name, [])), "")

    def fill(self, step: str, values: Mapping[str, str | Sequence[str]]) -> None:
        """Fills fields of a step in; what was typed into its others stays."""
        listed = {name: [value] if isinstance(value, str) else list(value) for name, value in values.items()}
        if step not in self.steps:
            self.filled.append(step)
        self.steps[step] = self.steps.get(step, {}) | listed
        self._write()

    def empty(self, step: str) -> None:
        """Takes back what stands in a step."""
        self.steps.pop(step, None)
        self.filled = [key for key in self.filled if key != step]
        self._write()

    def note(self, sentence: Mapping[str, Any]) -> None:
        """Keeps the sentence in which the client described what she needs."""
        self.sentence = dict(sentence)
        self._write()

    def clear(self) -> None:
        """Forgets everything."""
        self.session.pop(KEY, None)
        self.steps, self.pages, self.order, self.filled, self.sentence = {}, [], {}, [], {}

    def _write(self) -> None:
        self.session[KEY] = {
            "steps": self.steps,
            "pages": self.pages,
            "order": self.order,
            "filled": self.filled,
            "sentence": self.sentence,
        }

    def invited(self) -> list[ServicePage]:
        """The published pages that the client came from. One query."""
        if not self.pages:
            return []
        found = ServicePage.objects.published().select_related("member").in_bulk([UUID(each) for each in self.pages])
        return [found[UUID(each)] for each in self.pages if UUID(each) in found]

    def ticked(self) -> list[ServicePage]:
        """Those of them whom the client still asks: all, until she unticks some in the step "where". One query."""
        typed = self.steps.get("where")
        return [page for page in self.invited() if typed is None or str(page.pk) in typed.get("invited_pages", [])]

    def _can_order(self) -> bool:
        """Whether the provider still offers what is ordered. If not, the words of it are all that is left."""
        try:
            return clean_order(self.order, kept=None) is not None
        except ValidationError:
            return False

    def blank(self) -> ServiceRequest:
        """An unsaved request with the service that is chosen."""
        request = ServiceRequest(client=self.member, **UNSET) if self.member else ServiceRequest(**UNSET)
        chosen = self.steps.get("service", {}).get("service", [])
        service = known_service(chosen[0]) if len(chosen) == 1 else None
        if service is not None:
            request.service = service
        if self.pages:
            request.visibility = Visibility.INVITED
        return request

    def form(self, step: Step, request: ServiceRequest, data: QueryDict | None = None, files: Any = None) -> StepForm:
        """The step's form with what was sent now, or typed before, or nothing yet."""
        if data is None and step.key in self.steps:
            data = QueryDict(mutable=True)
            for name, values in self.steps[step.key].items():
                data.setlist(name, values)
        options: dict[str, Any] = {"request": request, "locale": self.locale}
        if step.form is WhereForm:
            options["invited"] = self.invited()
        return step.form(data, files, **options)

    def keep_files(self, step: Step, form: StepForm) -> None:
        """Keeps which files were taken, so that they are chosen when the step is shown again."""
        if isinstance(form, DetailsForm) and step.key in self.steps:
            self.steps[step.key]["attachments"] = form.taken_files()
            self._write()

    def compose(self) -> tuple[ServiceRequest, dict[str, Any], Problems]:
        """The request as it would be posted, unsaved; its values as the API names them; and what is wrong or missing,
        by field."""
        request = self.blank()
        values: dict[str, Any] = {}
        problems: dict[str, Sequence[FieldProblem]] = {}
        for step in STEPS:
            form = self.form(step, request)
            if not form.is_bound:
                continue
            if not form.is_valid():
                for name, errors in form.errors.items():
                    problems[_field(name)] = [{"code": "invalid", "message": str(error)} for error in errors]
            values |= form.changes()
        if self._can_order():
            values["order"] = self.order
        problems |= check(request, values)
        if not problems:
            invited = len(values.get("invited_pages", []))
            for missing in missing_for_publishing(request, invited=invited, require_answers=True):
                problems[missing.field] = [{"code": "required", "message": str(missing.message)}]
        return request, values, problems


def check(request: ServiceRequest, values: Mapping[str, Any]) -> Problems:
    """Puts the values on the unsaved request; what the rules say against them."""
    try:
        columns = clean_changes(values, request=request, today=_today(request))
    except InvalidInput as error:
        return error.fields or {}
    for related in ("invited_pages", "attachments"):
        columns.pop(related, None)
    for name, value in columns.items():
        setattr(request, name, value)
    return {}


def _today(request: ServiceRequest) -> date:
    """The day by the client's clock; of who is not known yet that of the last place on earth where it ends."""
    now = utc_now()
    return timezone.localdate(now) if request.client_id else (now - LATEST).date()


def _field(name: str) -> str:
    return f"answers.{name.removeprefix('answer_')}" if name.startswith("answer_") else name
