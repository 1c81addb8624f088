"""Counts as they happen."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Final
from uuid import UUID

import redis
from django.conf import settings
from django.http import HttpRequest
from prometheus_client import Counter

from marketplace.quick_redis import Away, ask

logger = logging.getLogger(__name__)

TALLY: Final = f"{settings.REDIS_PREFIX}:tally"
"""A hash: how often by ``<kind> <page> <day>``."""
ADD: Final = "for _, field in ipairs(ARGV) do redis.call('HINCRBY', KEYS[1], field, 1) end"
"""One command for a page of results: twenty take three times as long to write down."""
VIEW, IMPRESSION = "view", "impression"
MACHINES: Final = ("bot", "crawl", "spider", "slurp", "preview", "monitor", "curl/", "python-", "wget/")
"""Words in the User-Agent of readers that are no people; those that hide it are counted."""
lost = Counter("marketplace_uncounted_total", "Views and impressions of pages that Valkey did not take.")


def is_counted(request: HttpRequest) -> bool:
    """Whether a person seems to be reading."""
    agent = request.headers.get("User-Agent", "").lower()
    return request.method == "GET" and not any(word in agent for word in MACHINES)


def count_view(page_id: UUID, *, now: datetime) -> None:
    """Somebody opened the page."""
    _count(VIEW, [page_id], now)


def count_impressions(page_ids: Iterable[UUID], *, now: datetime) -> None:
    """The pages stood among the results of a search."""
    _count(IMPRESSION, page_ids, now)


def _count(kind: str, page_ids: Iterable[UUID], now: datetime) -> None:
    """One round trip. Where the server is away the counts are lost, and that is counted: a reader never waits."""
    fields = [f"{kind} {page_id} {now.date()}" for page_id in page_ids]
    if not fields:
        return

    try:
        ask(partial(_add, fields))
    except Away as error:
        lost.inc(len(fields))
        logger.warning("Views were not counted: %s", error)


def _add(fields: Sequence[str], client: "redis.Redis") -> None:
    client.register_script(ADD)(keys=[TALLY], args=fields)
