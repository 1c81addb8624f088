"""What the guided form's templates show."""

from collections.abc import Iterable
from typing import Any

from services.guide.forms import StepForm
from services.guide.picking import words_beside
from services.guide.steps import STEPS, Step, neighbours, with_urls
from services.models import PageInput, Service, ServiceGroup, ServicePage
from services.presentation.fetch import fetch_page
from services.presentation.page import PageWords
from services.rules import Completeness, completeness


def step_context(page: ServicePage | None, step: Step, form: StepForm) -> dict[str, Any]:
    """Context of one step; ``page`` is None before it is made."""
    offered = _offered(page)
    complete = completeness(page, offers_services=bool(offered)) if page else None
    before, _after = neighbours(step)
    context: dict[str, Any] = {
        "page": page,
        "step": step,
        "steps": _stepper(page, complete),
        "number": STEPS.index(step) + 1,
        "count": len(STEPS),
        "form": form,
        "before": before,
        **_progress(complete),
    }
    if step.key == "offer":
        context |= picker(form["services"].value() or [])
    if step.key == "about":
        context |= skill_choices(form.fields["skills"].to_python(form["skills"].value()), offered)
    return context


def review_context(page: ServicePage, locale: str) -> dict[str, Any]:
    """Context of the review."""
    found = fetch_page(page.slug, page.member)
    services = found[1] if found else []
    complete = completeness(page, offers_services=bool(services))
    return {
        "page": page,
        "words": PageWords(page, services, locale, page.updated_at.date()),
        "steps": _stepper(page, complete),
        "unsaved_steps": _unsaved(page),
        "is_review": True,
        **_progress(complete),
    }


def picker(chosen: Iterable[str]) -> dict[str, Any]:
    """Groups with their services and the words that find each, for choosing; those that are switched off only where
    they are chosen. Two queries."""
    wanted = list(chosen)
    groups: dict[int, list[tuple[Service, str]]] = {}
    for service in Service.objects.order_by("position", "name"):
        if service.is_active or service.slug in wanted:
            groups.setdefault(service.group_id, []).append((service, words_beside(service)))
    shown = [
        (group, groups[group.pk], any(service.slug in wanted for service, _words in groups[group.pk]))
        for group in ServiceGroup.objects.all()
        if group.pk in groups
        and (group.is_active or any(service.slug in wanted for service, _words in groups[group.pk]))
    ]
    return {"groups": shown, "chosen": wanted}


def skill_choices(chosen: Iterable[str] | None, offered: Iterable[Service]) -> dict[str, Any]:
    """The skills that the page has, and those that its services usually need."""
    skills = list(chosen or [])
    known = {skill.casefold() for skill in skills}
    usual = {skill.casefold(): skill for service in offered for skill in service.skills}
    return {"skills": skills, "suggested_skills": [skill for key, skill in usual.items() if key not in known][:24]}


def progress_context(page: ServicePage | None) -> dict[str, Any]:
    """Context of the meter alone."""
    complete = completeness(page, offers_services=bool(_offered(page))) if page else None
    return {"page": page, **_progress(complete)}


def _offered(page: ServicePage | None) -> list[Service]:
    return list(Service.objects.filter(offers__page=page).order_by("offers__position")) if page else []


def _stepper(page: ServicePage | None, complete: Completeness | None) -> list[dict[str, Any]]:
    wanted = {advice.field for advice in complete.advice if advice.is_needed} if complete else set()
    wanted |= {"hours_per_week"} & {advice.field for advice in complete.advice} if complete else set()
    return [
        {
            "key": step.key,
            "label": step.label,
            "url": step.url if page else "",
            "done": page is not None and not step.fields & wanted,
        }
        for step in STEPS
    ]


def _progress(complete: Completeness | None) -> dict[str, Any]:
    if complete is None:
        return {"percent": 0, "advice": []}
    return {"percent": complete.percent, "advice": list(with_urls(complete.advice))}


def _unsaved(page: ServicePage) -> list[Step]:
    kept = set(PageInput.objects.filter(page=page).values_list("step", flat=True))
    return [step for step in STEPS if step.key in kept]
