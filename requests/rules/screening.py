"""Rules for the questions that a client asks everybody who proposes, and for the answers to them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, TypedDict

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.validators import clean_line, clean_text

MOST: Final = 5
QUESTION: Final = 300
ANSWER: Final = 2000


class ScreeningQuestion(TypedDict):
    """One question. Its key stays when the client edits the others, so that answers stay with their question."""

    key: str
    text: str
    required: bool


def screening(given: Sequence[Any], *, kept: Sequence[ScreeningQuestion] = ()) -> list[ScreeningQuestion]:
    """At most five questions out of ``{"text", "required"?, "key"?}``, each once; empty ones are left out.

    A question with the key or the text of one of ``kept`` keeps its key, others get keys that were not used yet.
    Raises ValidationError.
    """
    wanted: dict[str, tuple[str, bool]] = {}
    for each in given:
        key, text, required = _question(each)
        if text:
            wanted.setdefault(text, (key, required))
    if len(wanted) > MOST:
        raise ValidationError(_("Ask at most %(most)d questions."), code="too_many", params={"most": MOST})
    by_text = {question["text"]: question["key"] for question in kept}
    free = set(by_text.values())
    fresh = _fresh_keys(frozenset(free))
    questions = []
    for text, (given_key, required) in wanted.items():
        key = next((known for known in (given_key, by_text.get(text)) if known in free), None) or next(fresh)
        free.discard(key)
        questions.append(ScreeningQuestion(key=key, text=text, required=required))
    return questions


def screening_answers(given: Mapping[str, Any], *, questions: Sequence[ScreeningQuestion]) -> dict[str, str]:
    """The answers by the questions' keys, without empty ones. Raises ValidationError by ``answers.<key>``."""
    known = [question["key"] for question in questions]
    problems: dict[str, ValidationError] = {}
    for key in given:
        if key not in known:
            message = _("The client asks no such question.")
            problems[f"answers.{str(key)[:60]}"] = ValidationError(message, code="unknown_question")
    cleaned: dict[str, str] = {}
    for key in known:
        try:
            cleaned[key] = _answer(given.get(key))
        except ValidationError as problem:
            problems[f"answers.{key}"] = problem
    if problems:
        raise ValidationError(dict(problems))
    return {key: text for key, text in cleaned.items() if text}


def missing_screening(questions: Sequence[ScreeningQuestion], answers: Mapping[str, str]) -> list[ScreeningQuestion]:
    """Required questions that are not answered."""
    return [question for question in questions if question["required"] and not answers.get(question["key"])]


def _question(given: Any) -> tuple[str, str, bool]:
    text = given.get("text") if isinstance(given, Mapping) else None
    required = given.get("required", False) if isinstance(given, Mapping) else None
    if not isinstance(text, str) or not isinstance(required, bool):
        message = _("A question is an object with “text” and, where it must be answered, “required”.")
        raise ValidationError(message, code="not_a_question")
    return str(given.get("key", "")), clean_line(text, most=QUESTION), required


def _fresh_keys(used: frozenset[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"q{number}" not in used:
            yield f"q{number}"


def _answer(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError(_("Write a text."), code="not_a_text")
    return clean_text(value, most=ANSWER)
