"""An understood sentence in the shapes that others work with: the search's parameters, and a request's fields."""

from typing import Any, Final

from marketplace.place_names import label
from services.models import Service, WorkLocation
from services.money import editable
from services.sentence.catalogue import Sentence

SOON: Final = frozenset({"urgent", "week"})
"""Time frames for which a provider must be free now."""
REMOTE: Final = {WorkLocation.REMOTE: "true", WorkLocation.ON_SITE: "false"}


def as_search(sentence: Sentence, locale: str) -> dict[str, str]:
    """Parameters of the search page. What no filter can say stays among the words (``q``): a time that is far, several
    languages, the least price. Without any filter it is the words alone, as they were typed."""
    known = sentence.understood
    filters: dict[str, dict[str, str]] = {
        "place": _place_filter(sentence),
        "budget": _price_filter(sentence, locale),
        "manner": {"remote": REMOTE[WorkLocation(known.manner)]} if known.manner in REMOTE else {},
        "languages": {"language": known.languages[0]} if len(known.languages) == 1 else {},
        "time": {"available": "true"} if known.moment and known.moment.frame in SOON else {},
    }
    found = {name: value for each in filters.values() for name, value in each.items()}
    if not found:
        return {"q": known.text.strip()}
    words = known.left(keeping={kind for kind, each in filters.items() if not each and kind != "manner"})
    if sentence.is_spoken:
        found["service"] = sentence.services[0].slug
    return {"q": words} | found


def as_request(sentence: Sentence) -> dict[str, Any]:
    """Fields of a request as the API names them, as far as the sentence says them; the service only where it is
    clear. A day beyond all time frames is none of them."""
    known, service = sentence.understood, sentence.services[0] if sentence.is_clear else None
    found: dict[str, Any] = {"service": service.slug} if service else {}
    if known.budget:
        found["budget_type"] = "hourly" if known.budget.hourly else "fixed"
        found |= {"budget_min": known.budget.least, "budget_max": known.budget.most, "currency": known.budget.currency}
    if known.moment and not known.moment.is_far:
        found["time_frame"] = known.moment.frame
    if known.place and known.place.city:
        city = known.place.city
        found["place"] = {"country": city.country, "city": city.name, "lat": city.latitude, "lon": city.longitude}
    work_location = known.manner or _usual_manner(sentence, service)
    if work_location:
        found["work_location"] = work_location
    if known.languages:
        found["languages"] = list(known.languages)
    return found


def _usual_manner(sentence: Sentence, service: Service | None) -> str:
    """Where work is done that is done somewhere, or that can only be done on the spot; empty where nothing says it."""
    if service is not None and not service.can_be_remote:
        return WorkLocation.ON_SITE
    place = sentence.understood.place
    return WorkLocation.BOTH if place and place.city else ""


def _place_filter(sentence: Sentence) -> dict[str, str]:
    place = sentence.understood.place
    if place is None:
        return {}
    return {"place": label(place.city)} if place.city else {"country": place.country}


def _price_filter(sentence: Sentence, locale: str) -> dict[str, str]:
    budget = sentence.understood.budget
    if budget is None or budget.most is None:
        return {}
    return {"price": editable(budget.most, budget.currency, locale), "currency": budget.currency}
