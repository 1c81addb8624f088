"""Why a page was told of a request, or why not, in words for staff."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from marketplace.languages import language_name
from requests.matching.explain import TEXTS
from requests.matching.why import Why
from requests.models import ServiceRequest
from requests.presentation.words import budget_words, place_words
from services.models import PageStatus, WorkLocation
from services.presentation.price import price_words
from services.search.eligibility import ON_SITE_KM, SOON_DAYS

RULES: Final[Mapping[str, Promise]] = {
    "published": gettext_lazy("The page is published"),
    "self": gettext_lazy("It is not the client's own"),
    "blocked": gettext_lazy("Neither of the two blocks the other"),
    "invited": gettext_lazy("The client asked her, where she asks only some"),
    "told": gettext_lazy("She was not told before"),
    "answered": gettext_lazy("She has not answered from the board"),
    "service": gettext_lazy("She offers the service"),
    "taking_work": gettext_lazy("She takes work"),
    "available": gettext_lazy("She is free soon enough"),
    "place": gettext_lazy("The place fits"),
    "language": gettext_lazy("She speaks one of the languages"),
    "price": gettext_lazy("The price fits the budget"),
    "cap": gettext_lazy("She may have another lead that day"),
}
OUTCOMES: Final[Mapping[str, Promise]] = {
    "told": gettext_lazy("She was told."),
    "rules": gettext_lazy("She breaks a rule of eligibility."),
    "retrieval": gettext_lazy("She passes every rule, but others were nearer: only the nearest are ranked."),
    "rank": gettext_lazy("She was ranked, and others were better."),
    "fairness": gettext_lazy("Her place was kept for providers who are new or had no request for two weeks."),
    "share": gettext_lazy("She has had her fair share of all leads: others come first."),
    "now": gettext_lazy("By what her page is now she would be told. She was not, so it has changed since."),
    "next": gettext_lazy("She would be told."),
}


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule, whether it is passed (None where the request does not ask for it), and both sides."""

    key: str
    label: str
    passed: bool | None
    asked: str
    offered: str


@dataclass(frozen=True, slots=True)
class FeatureWords:
    """A feature's value from 0 to 1, its weight (None where the ranking was learned), and what it adds to the score
    against a page of which nothing is known."""

    key: str
    label: str
    value: float
    weight: float | None
    adds: float


def outcome_of(why: Why) -> str:
    """The outcome; ``next`` where no wave has been and she would be in the first."""
    return "next" if why.outcome == "now" and why.wave is None else why.outcome


def outcome_words(why: Why) -> str:
    """Where she fell out, in a sentence."""
    return str(OUTCOMES[outcome_of(why)])


def rule_words(why: Why, request: ServiceRequest, locale: str) -> list[RuleWords]:
    """Every rule with the values that it compares. At most two queries."""
    values = _values(why, request, locale)
    nothing = ("", "")
    return [
        RuleWords(
            rule.key,
            str(RULES[rule.key]),
            rule.passed if rule.applies else None,
            *values.get(rule.key, lambda: nothing)(),
        )
        for rule in why.rules
    ]


def feature_words(why: Why) -> list[FeatureWords]:
    """What ranking measured, what counts most first; empty where the index does not know the page."""
    if why.ranked is None:
        return []
    gains, weights = why.gains, why.weights
    rows = [
        FeatureWords(name, str(TEXTS[name]), value, weights.get(name), gains.get(name, 0.0))
        for name, value in why.ranked.features.items()
    ]
    return sorted(rows, key=lambda row: (-(row.weight or 0), -abs(row.adds)))


def _values(why: Why, request: ServiceRequest, locale: str) -> dict[str, Callable[[], tuple[str, str]]]:
    """What the request asks and what the page has, by rule."""
    page, language = why.page, get_language() or "en"

    def named(codes: list[str]) -> str:
        return ", ".join(language_name(code, language) for code in codes)

    return {
        "published": lambda: (str(PageStatus.PUBLISHED.label), page.get_status_display()),
        "self": lambda: (request.client.display_name, page.member.display_name),
        "invited": lambda: (request.get_visibility_display(), ""),
        "service": lambda: (request.service.name, ", ".join(service.name for service in page.services.all())),
        "taking_work": lambda: (_("Yes"), _("Yes") if page.taking_work else _("No")),
        "available": lambda: (
            ngettext("within %(n)d day", "within %(n)d days", SOON_DAYS) % {"n": SOON_DAYS},
            date_format(page.available_from) if page.available_from else _("Available now"),
        ),
        "place": lambda: (_asked_place(request), _own_place(why)),
        "language": lambda: (named(request.languages), named(page.languages)),
        "price": lambda: (
            budget_words(request, locale),
            str(price_words(page.pricing, page.rate, page.currency, locale)),
        ),
        "cap": lambda: _cap(why),
    }


def _asked_place(request: ServiceRequest) -> str:
    words = place_words(request)
    if request.work_location != WorkLocation.REMOTE and request.radius_km:
        words = _("%(place)s, within %(km)d km") % {"place": words, "km": request.radius_km}
    return words


def _own_place(why: Why) -> str:
    page = why.page
    words = [str(WorkLocation(page.work_location).label) if page.work_location else "", page.city]
    if page.work_location in {WorkLocation.ON_SITE, WorkLocation.BOTH}:
        words.append(_("goes %(km)d km far") % {"km": page.radius_km or ON_SITE_KM})
    km = why.capped.subject.candidate.distance_km if why.capped else None
    if km is not None:
        words.append(_("%(km)s km away") % {"km": number_format(km, 1)})
    return ", ".join(word for word in words if word)


def _cap(why: Why) -> tuple[str, str]:
    if why.capped is None or why.capped.cap is None:
        return "", ""
    leads = why.capped.subject.facts.leads_today
    return (
        _("at most %(n)d in 24 hours") % {"n": why.capped.cap},
        ngettext("%(n)d lead", "%(n)d leads", leads) % {"n": leads},
    )
