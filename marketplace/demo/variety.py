"""Requests out of the same phrase that do not read the same: a town, a time, a number, another ending."""

from random import Random
from typing import Final

from requests.models import TimeFrame

TIMES: Final = {
    TimeFrame.URGENT: ("as soon as possible", "this week", "urgent"),
    TimeFrame.WEEK: ("within a week", "next week"),
    TimeFrame.MONTH: ("this month", "in the next four weeks"),
    TimeFrame.QUARTER: ("before the end of the quarter", "in the next months"),
    TimeFrame.FLEXIBLE: ("no hurry", "dates are open"),
}
ENDINGS: Final = (
    "Please tell me when you could begin and what it costs.",
    "A short message with a similar job of yours would help me to choose.",
    "I am new here, so tell me if something is missing.",
    "We decide by the end of next week.",
    "If it goes well, there is more to do afterwards.",
    "Questions are welcome, mornings are best for a call.",
    "Please send a fixed offer, or say what you would need to make one.",
    "References from {city} or nearby are a plus, not a must.",
    "I answer every offer, also with a no.",
    "Our budget is what it is, but we pay within a week.",
)


def vary(
    title: str, details: str, rng: Random, *, city: str, time_frame: TimeFrame, is_first: bool = False
) -> tuple[str, str]:
    """Title and details; something is added to the title unless it ``is_first`` to use its phrase."""
    if not is_first:
        when = rng.choice(TIMES[time_frame])
        title += (
            rng.choice((f", {city}", f" in {city}", f" ({when})", f", {when}")) if city not in title else f", {when}"
        )
    if rng.random() < 0.55:
        details += " " + rng.choice(ENDINGS).replace("{city}", city)
    return title, details
