"""Saving a step: what is valid goes to the page, what is not is kept as typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import Member
from marketplace.errors import FieldProblem, InvalidInput
from services.actions import StalePage, create_page, discard_input, keep_input, update_page
from services.guide.forms import StepForm
from services.guide.steps import Step
from services.models import PageStatus, ServicePage
from services.rules import clean_changes

NOT_KEPT = {"csrfmiddlewaretoken", "version", "go", "autosave"}
"""Names in a sent form that are not what the provider typed."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a step. ``page`` is as it is now; the form holds what is wrong where it was not applied."""

    page: ServicePage | None
    form: StepForm
    applied: bool
    stale: bool = False


def typed(post: QueryDict) -> dict[str, list[str]]:
    """What the provider typed, by name."""
    return {name: post.getlist(name) for name in post if name not in NOT_KEPT}


def bound_form(step: Step, data: Mapping[str, Sequence[str]], page: ServicePage, locale: str) -> StepForm:
    """The step's form with what was typed."""
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, list(values))
    query["version"] = str(page.version)
    return step.form(query, initial=step.form.initial_of(page, locale), locale=locale)


def empty_form(step: Step, page: ServicePage, locale: str) -> StepForm:
    """The step's form with what the page has."""
    return step.form(initial={**step.form.initial_of(page, locale), "version": page.version}, locale=locale)


def save_step(
    *, actor: Member, page: ServicePage | None, step: Step, post: QueryDict, locale: str, now: datetime
) -> Saved:
    """Applies the step to the page, which is made where there is none. Typed input is kept where that does not work."""
    form = step.form(post, initial=step.form.initial_of(page or ServicePage(member=actor), locale), locale=locale)
    if form.is_valid():
        try:
            page = _apply(actor, page, form, now)
        except StalePage:
            return _stale(actor, page, step, post, locale, now)
        except InvalidInput as error:
            form.add_problems(error.fields or {})
        else:
            discard_input(actor=actor, page=page, step=step.key)
            return Saved(page, form, applied=True)
    else:
        form.add_problems(_further_problems(actor, page, form, now))
    page = page or create_page(actor=actor, values={}, now=now)
    if not keep_input(actor=actor, page=page, step=step.key, data=typed(post), now=now):
        form.add_error(None, _("This is too long to be kept. Copy it before you leave this page."))
    return Saved(page, form, applied=False)


def autosave_step(
    *, actor: Member, page: ServicePage | None, step: Step, post: QueryDict, locale: str, now: datetime
) -> Saved:
    """Saves while the provider types. What others see changes only when she saves herself."""
    if page is None or page.status == PageStatus.DRAFT:
        return save_step(actor=actor, page=page, step=step, post=post, locale=locale, now=now)
    form = step.form(post, initial=step.form.initial_of(page, locale), locale=locale)
    keep_input(actor=actor, page=page, step=step.key, data=typed(post), now=now)
    return Saved(page, form, applied=False)


def _further_problems(
    actor: Member, page: ServicePage | None, form: StepForm, now: datetime
) -> Mapping[str, Sequence[FieldProblem]]:
    """What the rules say of the fields that could be read, so that everything wrong is shown at once."""
    offered = list(page.services.values_list("slug", flat=True)) if page else []
    try:
        clean_changes(form.changes(), page=page or ServicePage(member=actor), offered=offered, today=now.date())
    except InvalidInput as error:
        return error.fields or {}
    return {}


def _stale(actor: Member, page: ServicePage | None, step: Step, post: QueryDict, locale: str, now: datetime) -> Saved:
    """The form with all that was typed, from the page as it is now: sent once more it replaces what is there."""
    page = ServicePage.objects.get(pk=page.pk) if page else None
    if page is None:
        raise StalePage
    keep_input(actor=actor, page=page, step=step.key, data=typed(post), now=now)
    form = bound_form(step, typed(post), page, locale)
    if form.is_valid():
        form.add_error(None, _("This page was changed somewhere else since you opened it. Save again to replace that."))
    return Saved(page, form, applied=False, stale=True)


def _apply(actor: Member, page: ServicePage | None, form: StepForm, now: datetime) -> ServicePage:
    changes: dict[str, Any] = form.changes()
    if page is None:
        return create_page(actor=actor, values=changes, now=now)
    return update_page(actor=actor, page=page, changes=changes, now=now, version=form.cleaned_data["version"])
