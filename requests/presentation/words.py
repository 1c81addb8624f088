"""Budget, place, time and answers in the active language."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from requests.models import BudgetType, ServiceRequest, TimeFrame
from services.catalogue import questions_for
from services.countries import country_name
from services.models import Question, WorkLocation
from services.money import format_money


def budget_words(request: ServiceRequest, locale: str = "") -> str:
    """Such as "€300 to €900", "up to €50 an hour"; empty where the client named no amount."""
    locale = locale or get_language() or "en"
    low, high = request.budget_min, request.budget_max
    if not request.currency or (low is None and high is None):
        return _("Open to suggestions") if request.budget_type == BudgetType.HELP else ""
    if low is not None and high is not None and low != high:
        amount = _("%(low)s to %(high)s") % {
            "low": format_money(low, request.currency, locale),
            "high": format_money(high, request.currency, locale),
        }
    elif high is not None:
        amount = _("up to %(high)s") % {"high": format_money(high, request.currency, locale)}
    else:
        amount = _("from %(low)s") % {"low": format_money(low or 0, request.currency, locale)}
    return _("%(amount)s an hour") % {"amount": amount} if request.budget_type == BudgetType.HOURLY else amount


def place_words(request: ServiceRequest) -> str:
    """Such as "Remote", "On site in Vienna, Austria"."""
    country = country_name(request.country, get_language() or "en") if request.country else ""
    where = ", ".join(part for part in (request.city, country) if part)
    if request.work_location == WorkLocation.REMOTE or not where:
        return str(WorkLocation(request.work_location).label) if request.work_location else ""
    if request.work_location == WorkLocation.ON_SITE:
        return _("On site in %(place)s") % {"place": where}
    return _("Remote, or on site in %(place)s") % {"place": where}


def time_frame_words(request: ServiceRequest) -> str:
    """Such as "Within a week"."""
    return str(TimeFrame(request.time_frame).label) if request.time_frame else ""


def answers_in_words(request: ServiceRequest) -> list[tuple[str, str]]:
    """The catalogue's questions with the client's answers, in their order. One query."""
    return [
        (question.text, _answer(question, request.answers[question.key]))
        for question in questions_for(request.service)
        if question.key in request.answers
    ]


def _answer(question: Question, value: Any) -> str:
    if question.type == Question.Type.YES_NO:
        return _("Yes") if value else _("No")
    if question.type == Question.Type.DATE:
        return date_format(date.fromisoformat(value))
    return ", ".join(value) if isinstance(value, list) else str(value)
