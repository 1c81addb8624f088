"""A language model elsewhere that may fill in what our own reading of a sentence left open. Off unless configured.

It speaks OpenAI's chat completions, as many servers do that a host can run herself. It has two seconds; whatever goes
wrong is counted, and our own reading stands. What ours has found is never changed.
"""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

import httpx
from django.conf import settings
from prometheus_client import Counter

from marketplace.languages import LANGUAGES
from marketplace.place_names import UnclearPlace, resolve
from services.currencies import CURRENCIES, digits
from services.models import WorkLocation
from services.money import MAX_MINOR
from services.sentence.budget import Budget
from services.sentence.catalogue import Sentence, understand
from services.sentence.moment import Moment, frame_of
from services.sentence.read import Understood
from services.sentence.whereabouts import Whereabouts

SECONDS: Final = 2.0
"""From asking to the last byte of the answer."""
MOST_BYTES: Final = 65_536
ASK: Final = """\
You read one sentence in which a client says what work she needs. Answer with one JSON object and nothing else. \
Leave out every key that the sentence does not speak of; never guess. Keys: \
"budget": {"least": number, "most": number, "currency": ISO 4217 code, "hourly": true or false}; \
"by": last day as YYYY-MM-DD (today is %(today)s); "place": "City, Country" in English; \
"manner": "remote", "on_site" or "both"; "languages": ISO 639-1 codes of languages that the provider must speak."""

asked = Counter("marketplace_sentence_model_total", "Sentences that an outside model was asked about.", ["outcome"])


def refined(text: str, *, today: date, locale: str) -> Sentence:
    """The sentence as we understand it, its gaps filled by the outside model where one is configured."""
    sentence = understand(text, today=today, locale=locale)
    if not settings.SENTENCE_MODEL_URL:
        return sentence
    try:
        answer = _ask(text, today)
        filled = _fill(sentence.understood, answer, today)
    except httpx.TimeoutException:
        asked.labels("timeout").inc()
        return sentence
    except (httpx.HTTPError, httpx.InvalidURL):
        asked.labels("error").inc()
        return sentence
    except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, RecursionError):
        asked.labels("unreadable").inc()
        return sentence
    asked.labels("unchanged" if filled == sentence.understood else "refined").inc()
    return replace(sentence, understood=filled)


def _ask(text: str, today: date) -> dict[str, Any]:
    """The model's answer. Raises httpx's errors, and ValueError and its like for what is no such answer."""
    body = {
        "model": settings.SENTENCE_MODEL,
        "temperature": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": ASK % {"today": today.isoformat()}},
            {"role": "user", "content": text},
        ],
    }
    headers = {"Authorization": f"Bearer {settings.SENTENCE_MODEL_KEY}"} if settings.SENTENCE_MODEL_KEY else {}
    address = f"{settings.SENTENCE_MODEL_URL.rstrip('/')}/chat/completions"
    ends = time.monotonic() + SECONDS
    with (
        httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
        client.stream("POST", address, json=body, headers=headers) as response,
    ):
        response.raise_for_status()
        answer = json.loads(_read(response, ends))
    found = json.loads(answer["choices"][0]["message"]["content"])
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _read(response: httpx.Response, ends: float) -> bytes:
    """The whole body. A server that sends it byte by byte has no longer than any other."""
    body = b""
    for chunk in response.iter_bytes():
        body += chunk
        if time.monotonic() > ends:
            raise httpx.ReadTimeout("the answer took too long")
        if len(body) > MOST_BYTES:
            raise ValueError("the answer is too long")
    return body


def _fill(known: Understood, answer: dict[str, Any], today: date) -> Understood:
    """Our reading, with what the model says about what we found nothing of. Raises ValueError for nonsense."""
    readers: dict[str, tuple[str, Callable[[Any], Any]]] = {
        "budget": ("budget", _budget),
        "moment": ("by", lambda given: _moment(given, today)),
        "place": ("place", _place),
        "manner": ("manner", lambda given: WorkLocation(given).value),
        "languages": ("languages", _languages),
    }
    found = {
        name: read(answer[key]) for name, (key, read) in readers.items() if answer.get(key) and not getattr(known, name)
    }
    return replace(known, **found)


def _budget(given: Any) -> Budget:
    currency = str(given["currency"]).upper()
    if currency not in CURRENCIES:
        raise ValueError("no such currency")
    least, most = (_minor(given.get(end), currency) for end in ("least", "most"))
    if (least is None and most is None) or (least is not None and most is not None and least > most):
        raise ValueError("no such budget")
    return Budget(least, most, currency, hourly=given.get("hourly") is True)


def _minor(amount: Any, currency: str) -> int | None:
    if amount is None:
        return None
    minor = round(float(amount) * float(10 ** digits(currency)))
    if not 0 < minor <= MAX_MINOR:
        raise ValueError("no such amount")
    return minor


def _moment(given: Any, today: date) -> Moment:
    last = date.fromisoformat(given)
    if last < today:
        raise ValueError("over")
    return Moment(frame_of(last, today=today), last)


def _place(given: Any) -> Whereabouts:
    try:
        city = resolve(str(given)[:100])
    except UnclearPlace:
        raise ValueError("no such place") from None
    return Whereabouts(city.country, city)


def _languages(given: Any) -> tuple[str, ...]:
    codes = tuple(dict.fromkeys(str(code).lower() for code in given))
    if not all(code in LANGUAGES for code in codes):
        raise ValueError("no such language")
    return codes[:5]
