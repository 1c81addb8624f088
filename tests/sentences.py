"""Reading sentences in tests: a small catalogue's words, on a Wednesday in March."""

from datetime import date

from services.sentence.read import Understood, Vocabulary, read

WEDNESDAY = date(2026, 3, 4)
KNOWN = Vocabulary(
    skills={"java": "Java", "go": "Go", "react": "React", "guitar": "Guitar", "adobe illustrator": "Adobe Illustrator"},
    words={"logo", "design", "reading", "tutor", "plumber", "mobile", "app", "translation", "website", "orange"},
    phrases=["remote support"],
)


def understood(text: str, locale: str = "en_GB") -> Understood:
    """The text as it is read on a Wednesday in March."""
    return read(text, today=WEDNESDAY, locale=locale, known=KNOWN)
