"""Telling the stream processes, over Valkey, that there is something new. Lost messages cost a few seconds, no data."""

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from prometheus_client import Counter

from marketplace.quick_redis import Away, ask

logger = logging.getLogger(__name__)

MEMBERS = f"{settings.REDIS_PREFIX}:live:members"
STAFF = f"{settings.REDIS_PREFIX}:live:staff"
MOST_IN_A_MESSAGE = 500
failures = Counter(
    "marketplace_broadcast_failures_total", "Announcements to stream processes that Valkey did not take."
)


def announce(member_ids: Sequence[UUID]) -> None:
    """Says that these members' streams have new entries. Call it after commit."""
    for start in range(0, len(member_ids), MOST_IN_A_MESSAGE):
        part = member_ids[start : start + MOST_IN_A_MESSAGE]
        if not _publish(MEMBERS, ",".join(each.hex for each in part)):
            return


def publish_rate(payload: Mapping[str, Any]) -> None:
    """Sends ``payload`` as an event ``rate`` to all staff who are connected now. Nothing is kept for the others."""
    _publish(STAFF, json.dumps({"event": "rate", "payload": payload}, default=str))


def _publish(channel: str, message: str) -> bool:
    try:
        ask(lambda client: client.publish(channel, message))
    except Away as error:
        logger.warning("Valkey did not take an announcement: %s", error)
        failures.inc()
        return False
    return True
