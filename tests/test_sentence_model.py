"""The outside model, against a server that speaks as it does."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from prometheus_client import REGISTRY

from services.search import meant
from services.sentence import catalogue, refine
from services.sentence.catalogue import Sentence

TODAY = date(2026, 3, 4)
Answering = Callable[[BaseHTTPRequestHandler], None]


class Model:
    """A local server; ``answer`` is what it does with a call, ``calls`` are those that it had."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        self.answer: Answering = says({})
        model = self

        class Handler(BaseHTTPRequestHandler):
            """Hands every call on."""

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.calls.append((self.path, dict(self.headers), body))
                model.answer(self)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  its name there
                """Says nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"

    def stop(self) -> None:
        """Ends it."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def sends(body: bytes, status: int = 200) -> Answering:
    """Answers with these bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def says(found: Any) -> Answering:
    """Answers as a model does that has found this."""
    content = found if isinstance(found, str) else json.dumps(found)
    return sends(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


def drips(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    try:
        for _second in range(60):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)
    except OSError:
        return


@pytest.fixture
def model(db: None, settings: Any) -> Iterator[Model]:
    """A model that is asked."""
    meant.forget()
    catalogue.forget()
    running = Model()
    settings.SENTENCE_MODEL_URL, settings.SENTENCE_MODEL, settings.SENTENCE_MODEL_KEY = running.url, "small", "secret"
    yield running
    running.stop()
    meant.forget()
    catalogue.forget()


def understood(text: str) -> Sentence:
    """The text as it is understood with the model's help."""
    return refine.refined(text, today=TODAY, locale="en_GB")


def count(outcome: str) -> float:
    """How often asking ended so."""
    return REGISTRY.get_sample_value("marketplace_sentence_model_total", {"outcome": outcome}) or 0


def test_it_fills_what_was_left_open(model: Model) -> None:
    model.answer = says(
        {
            "budget": {"most": 800, "currency": "EUR", "hourly": False},
            "by": "2026-03-20",
            "place": "Vienna, Austria",
            "manner": "both",
            "languages": ["de", "EN"],
        }
    )
    before = count("refined")
    known = understood("logo for the Viennese bakery of my aunt, she has eight hundred euros").understood
    assert known.budget is not None and (known.budget.most, known.budget.currency) == (80_000, "EUR")
    assert known.moment is not None and (known.moment.frame, known.moment.by) == ("month", date(2026, 3, 20))
    assert known.place is not None and known.place.city is not None and known.place.city.name == "Vienna"
    assert (known.manner, known.languages) == ("both", ("de", "en"))
    assert count("refined") == before + 1
    path, headers, body = model.calls[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert body["model"] == "small"
    assert body["messages"][1] == {
        "role": "user",
        "content": "logo for the Viennese bakery of my aunt, she has eight hundred euros",
    }


def test_it_never_changes_what_we_found(model: Model) -> None:
    model.answer = says({"budget": {"most": 9, "currency": "USD"}, "place": "Paris, France", "manner": "remote"})
    before = count("unchanged")
    sentence = understood("logo in Berlin under 500 euros on site")
    known = sentence.understood
    assert known.budget is not None and known.budget.most == 50_000
    assert known.place is not None and known.place.country == "DE"
    assert known.manner == "on_site"
    assert sentence.services[0].slug == "logo-design"
    assert count("unchanged") == before + 1


@pytest.mark.parametrize(
    "found",
    [
        "I am afraid I cannot",
        "[]",
        "null",
        '"remote"',
        {"budget": 500},
        {"budget": {"most": -5, "currency": "EUR"}},
        {"budget": {"most": 5, "currency": "XXX"}},
        {"budget": {"least": 9, "most": 5, "currency": "EUR"}},
        {"budget": {"most": 1e30, "currency": "EUR"}},
        {"budget": {"most": "Infinity", "currency": "EUR"}},
        {"by": "soon"},
        {"by": "2020-01-01"},
        {"by": 5},
        {"place": "Nowhereville"},
        {"manner": "underwater"},
        {"languages": ["klingon"]},
        {"languages": 7},
        {"languages": {"de": {}}, "manner": []},
    ],
)
def test_nonsense_is_counted_and_ours_stands(model: Model, found: Any) -> None:
    model.answer = says(found)
    before = count("unreadable") + count("refined")
    known = understood("logo asap please").understood if "by" not in str(found) else understood("logo").understood
    assert known.budget is None and known.place is None
    assert count("unreadable") + count("refined") == before + 1
    assert known.languages in ((), ("de",))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (sends(b"{}"), "unreadable"),
        (sends(b"\xff\xfe"), "unreadable"),
        (sends(b"[" * 100_000), "unreadable"),
        (sends(b'{"choices": []}'), "unreadable"),
        (sends(b"no", 500), "error"),
        (sends(b"no", 401), "error"),
        (sends(b"", 302), "error"),
        (drips, "timeout"),
    ],
)
def test_trouble_is_counted_and_ours_stands(model: Model, answer: Answering, outcome: str) -> None:
    model.answer = answer
    before = count(outcome)
    assert understood("logo in Berlin").understood.place is not None
    assert count(outcome) == before + 1


def test_a_server_that_is_not_there(model: Model, settings: Any) -> None:
    settings.SENTENCE_MODEL_URL = "http://127.0.0.1:9/v1"
    before = count("error")
    assert understood("logo in Berlin").understood.place is not None
    assert count("error") == before + 1


def test_nobody_is_asked_unless_configured(model: Model, settings: Any) -> None:
    settings.SENTENCE_MODEL_URL = ""
    assert understood("logo in Berlin").understood.place is not None
    assert model.calls == []
