"""What a client needs, told in a sentence: it fills the guide in, and can be taken back piece by piece."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from marketplace.languages import language_name
from marketplace.place_names import written
from requests.guide.draft import Draft
from requests.guide.forms import known_service
from requests.guide.steps import STEPS, Step
from requests.models import BudgetType, ServiceRequest, TimeFrame
from requests.presentation import budget_words, time_frame_words
from requests.rules.changes import TITLE
from services.models import WorkLocation
from services.money import editable
from services.search.query import LONGEST_TEXT
from services.sentence.catalogue import Sentence
from services.sentence.refine import refined
from services.sentence.shapes import as_request
from services.sentence.subject import without_opening

LONGEST: Final = LONGEST_TEXT
KINDS: Final[Mapping[str, tuple[Promise, str]]] = {
    "service": (gettext_lazy("Service"), "service"),
    "skills": (gettext_lazy("Skills"), "details"),
    "budget": (gettext_lazy("Budget"), "budget"),
    "time": (gettext_lazy("When"), "budget"),
    "place": (gettext_lazy("Place"), "where"),
    "manner": (gettext_lazy("Place of work"), "where"),
    "languages": (gettext_lazy("Languages"), "where"),
}
"""What a sentence can say: the word for it, and the step that asks for it otherwise."""
EMPTY: Final[Mapping[str, Mapping[str, str | list[str]]]] = {
    "budget": {"budget_type": BudgetType.HELP, "budget_min": "", "budget_max": ""},
    "time": {"time_frame": TimeFrame.FLEXIBLE},
    "place": {"place": "", "radius_km": ""},
    "manner": {"work_location": WorkLocation.REMOTE},
    "languages": {"languages": []},
}
"""Fields without what a sentence said about them, by its kind."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was understood: what it is about, and in words."""

    kind: str
    label: str
    text: str


def tell(draft: Draft, text: str, *, today: date) -> None:
    """Fills the guide in from a sentence, which becomes the details. What an earlier one said is taken back first; what
    was typed elsewhere stays."""
    for kind in draft.sentence.get("kinds", []):
        take_back(draft, kind)
    sentence = refined(text, today=today, locale=draft.locale)
    found = as_request(sentence)
    kinds = _fill(draft, found) + (["skills"] if sentence.understood.skills else [])
    _fill_details(draft, sentence, text)
    others = [service.slug for service in sentence.services if service.slug != found.get("service")]
    skills = list(sentence.understood.skills)
    draft.note(
        {
            "text": text,
            "title": draft.typed("details", "title"),
            "kinds": kinds,
            "others": others,
            "skills": skills,
            "is_manner_derived": not sentence.understood.manner,
        }
    )


def take_back(draft: Draft, kind: str) -> None:
    """Empties what the sentence said of this kind, and with a place what only the place told: that work can be done
    there."""
    if kind in draft.sentence.get("kinds", []):
        if kind == "place" and _is_manner_of_place(draft):
            take_back(draft, "manner")
        if kind == "service":
            draft.empty("service")
        elif kind == "skills":
            draft.fill("details", {"details": _without_skills(draft)})
        else:
            draft.fill(KINDS[kind][1], EMPTY[kind])
        draft.note(draft.sentence | {"kinds": [each for each in draft.sentence["kinds"] if each != kind]})


def choose_service(draft: Draft, slug: str) -> None:
    """Takes another one of the services that the sentence may mean. What can only be done on the spot is done there,
    unless the client has said or typed something else."""
    others = draft.sentence.get("others", [])
    if slug in others:
        before = [draft.typed("service", "service")] if "service" in draft.steps else []
        draft.fill("service", {"service": slug})
        kinds = list(dict.fromkeys(["service", *draft.sentence["kinds"]]))
        others = [*before, *(each for each in others if each != slug)]
        is_open = "where" in draft.filled or "where" not in draft.steps
        is_said = "manner" in kinds and draft.typed("where", "work_location") != WorkLocation.BOTH
        if is_open and _is_on_the_spot(slug) and not is_said:
            kinds += [kind for kind in _fill(draft, {"work_location": WorkLocation.ON_SITE}) if kind not in kinds]
        draft.note(draft.sentence | {"kinds": kinds, "others": others})


def chips(draft: Draft) -> list[Chip]:
    """What was understood and not taken back, as it stands in the guide now."""
    request, _values, _problems = draft.compose()
    found = []
    for kind, (label, _step) in KINDS.items():
        text = _in_words(kind, request, draft) if kind in draft.sentence.get("kinds", []) else ""
        if text:
            found.append(Chip(kind, str(label), text))
    return found


def step_asking(kind: str) -> Step:
    """The step where what was understood of this kind is changed."""
    return next(step for step in STEPS if step.key == KINDS[kind][1])


def next_step(draft: Draft) -> str:
    """The first step that has still to be looked at."""
    if "service" not in draft.steps:
        return STEPS[0].url
    return next((step.url for step in STEPS[1:] if step.key in draft.filled or step.key not in draft.steps), "")


def _fill(draft: Draft, found: Mapping[str, Any]) -> list[str]:
    """Fills the steps in; the kinds that were said."""
    kinds: dict[str, tuple[str, Mapping[str, str | list[str]]]] = {}
    if "service" in found:
        kinds["service"] = ("service", {"service": found["service"]})
    if "budget_type" in found:
        kinds["budget"] = ("budget", _amounts(found, draft.locale))
    if "time_frame" in found:
        kinds["time"] = ("budget", {"time_frame": found["time_frame"]})
    if "place" in found:
        kinds["place"] = ("where", {"place": written(found["place"]["city"], found["place"]["country"])})
    if "work_location" in found:
        kinds["manner"] = ("where", {"work_location": found["work_location"]})
    if "languages" in found:
        kinds["languages"] = ("where", {"languages": found["languages"]})
    for step, values in kinds.values():
        if step not in draft.steps and step in DEFAULTS:
            draft.fill(step, DEFAULTS[step] | (draft.who_may_answer() if step == "where" else {}))
        draft.fill(step, values)
    return list(kinds)


DEFAULTS: Final[Mapping[str, dict[str, str | list[str]]]] = {
    "budget": {"budget_type": BudgetType.HELP, "time_frame": TimeFrame.FLEXIBLE},
    "where": {"work_location": WorkLocation.REMOTE},
}
"""What a step holds that a sentence fills in first."""


def _is_manner_of_place(draft: Draft) -> bool:
    """Whether the place alone told how the work is done, and the client has not looked at that since."""
    is_derived = bool(draft.sentence.get("is_manner_derived")) and "where" in draft.filled
    return is_derived and draft.typed("where", "work_location") == WorkLocation.BOTH


def _is_on_the_spot(slug: str) -> bool:
    service = known_service(slug)
    return service is not None and not service.can_be_remote


def _amounts(found: Mapping[str, Any], locale: str) -> dict[str, str | list[str]]:
    currency = found["currency"]
    return {
        "budget_type": found["budget_type"],
        "currency": currency,
        "budget_min": editable(found["budget_min"], currency, locale),
        "budget_max": editable(found["budget_max"], currency, locale),
    }


def _fill_details(draft: Draft, sentence: Sentence, text: str) -> None:
    """The sentence becomes title and details, unless others were typed."""
    before = draft.sentence.get("text", "")
    typed = _without_skills(draft)
    details = text if typed in ("", before) else typed
    if sentence.understood.skills:
        details = f"{details}\n\n{_skills_line(list(sentence.understood.skills))}"
    title = draft.typed("details", "title")
    if not title or title == draft.sentence.get("title"):
        words = without_opening(_words_of_title(sentence) or text) or text
        title = Truncator(words[:1].upper() + words[1:]).chars(TITLE, truncate="…")
    draft.fill("details", {"title": title, "details": details})


def _words_of_title(sentence: Sentence) -> str:
    """What no field of the request says: also a day that no time frame does."""
    known = sentence.understood
    return known.left(keeping={"time"}) if known.moment and known.moment.is_far else known.words


def _without_skills(draft: Draft) -> str:
    line = _skills_line(draft.sentence.get("skills", []))
    return draft.typed("details", "details").replace(line, "").strip() if line else draft.typed("details", "details")


def _skills_line(skills: list[str]) -> str:
    return _("Skills: %(skills)s") % {"skills": ", ".join(skills)} if skills else ""


def _in_words(kind: str, request: ServiceRequest, draft: Draft) -> str:
    language = get_language() or "en"
    match kind:
        case "service":
            return request.service.name if request.service_id else ""
        case "skills":
            return ", ".join(draft.sentence.get("skills", []))
        case "budget":
            return budget_words(request, draft.locale)
        case "time":
            return time_frame_words(request)
        case "place":
            return written(request.city, request.country)
        case "manner":
            return str(WorkLocation(request.work_location).label) if request.work_location else ""
        case _:
            return ", ".join(language_name(code, language) for code in request.languages)
