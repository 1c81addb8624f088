"""Logs: lines of JSON in production, readable lines in development, with the request's or the task's id in each."""

import logging
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

_COMMON: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]

CHATTER = {"request_started"}
"""Events that say nothing which a later line of the same request or task does not say too."""


def drop_chatter(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Structlog's hook: one line a request. Writing two took as long as its query."""
    if event.get("event") in CHATTER:
        raise structlog.DropEvent
    return event


def brief(record: logging.LogRecord) -> bool:
    """Logging's filter: strangers' odd requests (a foreign host, too many fields) are a line, not an error of ours."""
    if record.name.startswith("django.security."):
        record.levelno, record.levelname, record.exc_info = logging.WARNING, "WARNING", None
    return True


def configure(*, level: str, as_json: bool) -> dict[str, Any]:
    """Configures structlog and returns Django's LOGGING, which makes the standard library's records look alike."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            drop_chatter,
            *_COMMON,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[Processor] = [
        structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback)
    ]
    if as_json:
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
                "foreign_pre_chain": _COMMON,
            }
        },
        "filters": {"brief": {"()": lambda: brief}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines", "filters": ["brief"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "axes": {"level": "WARNING"},
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "CRITICAL"},  # django_structlog says the same, with the request's id
        },
    }
