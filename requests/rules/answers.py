"""Rules for the answers to the catalogue's questions."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.validators import clean_text
from requests.rules.catalogue import questions_of, read_questions
from services.catalogue import questions_for
from services.models import Question, Service

TEXT: Final = 2000
NUMBER: Final = 10**12
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def answers(given: Mapping[str, Any], *, service: Service, today: date, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by the questions' keys, without empty ones, in the order of the questions. At most one query.

    ``kept`` are the answers as they were: a date among them may have passed meanwhile.
    """
    questions, from_earlier = questions_of(service)
    try:
        return _checked(given, questions, today, kept)
    except ValidationError:
        if not from_earlier:
            raise
    return _checked(given, read_questions(service), today, kept)


def _checked(
    given: Mapping[str, Any], asked: Sequence[Question], today: date, kept: Mapping[str, Any]
) -> dict[str, Any]:
    questions = {question.key: question for question in asked}
    problems: dict[str, ValidationError] = {}
    for key in given:
        if key not in questions:
            problems[f"answers.{key[:60]}"] = ValidationError(
                _("There is no such question for this service."), code="unknown_question"
            )
    cleaned: dict[str, Any] = {}
    for key, question in questions.items():
        value = given.get(key)
        if value is None or value in ("", []):
            continue
        try:
            cleaned[key] = value if value == kept.get(key) else _answer(question, value, today)
        except ValidationError as problem:
            problems[f"answers.{key}"] = problem
    if problems:
        raise ValidationError(dict(problems))
    return cleaned


def missing_answers(service: Service, given: Mapping[str, Any]) -> list[Question]:
    """Required questions that are not answered. One query."""
    return [question for question in questions_for(service) if question.required and question.key not in given]


def _answer(question: Question, value: Any, today: date) -> Any:
    match question.type:
        case Question.Type.CHOICE:
            return _choice(question, value)
        case Question.Type.CHOICES:
            return _choices(question, value)
        case Question.Type.NUMBER:
            return _number(value)
        case Question.Type.DATE:
            return _date(value, today)
        case Question.Type.YES_NO:
            return _yes_no(value)
        case _:
            return _text(value)


def _choice(question: Question, value: Any) -> str:
    if not isinstance(value, str) or value not in question.choices:
        message = _("Choose one of: %(choices)s.")
        raise ValidationError(message, code="unknown_value", params={"choices": ", ".join(question.choices)})
    return value


def _choices(question: Question, value: Any) -> list[str]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValidationError(_("Give a list of choices."), code="not_a_list")
    return [_choice(question, each) for each in dict.fromkeys(str(item) for item in value)]


def _number(value: Any) -> int | float:
    number = value
    if isinstance(value, str):
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            number = None
        else:
            number = int(number) if number.is_integer() else number
    if isinstance(number, bool) or not isinstance(number, int | float) or not abs(number) <= NUMBER:
        raise ValidationError(_("Write a number."), code="not_a_number")
    return number


def _date(value: Any, today: date) -> str:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and DATE.fullmatch(value) else None
    except ValueError:
        day = None
    if day is None:
        raise ValidationError(_("Write a date such as 2027-03-31."), code="not_a_date")
    if day < today:
        raise ValidationError(_("This day has passed."), code="past")
    return day.isoformat()


def _yes_no(value: Any) -> bool:
    known = {True: True, False: False, "yes": True, "no": False, "true": True, "false": False}
    if not isinstance(value, bool | str) or value not in known:
        raise ValidationError(_("Answer yes or no."), code="not_yes_no")
    return known[value]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValidationError(_("Write a text."), code="not_a_text")
    return clean_text(value, most=TEXT)
