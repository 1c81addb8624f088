"""The process's one subscription at Valkey."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from notifications.broadcast import MEMBERS, STAFF

logger = logging.getLogger(__name__)

SILENCE = 10.0
"""Seconds of silence after which the server is asked whether it is still there."""
PATIENCE = 3.0
REST = 2.0


async def listen(
    on_members: Callable[[str], None], on_staff: Callable[[str], None], on_start: Callable[[], None]
) -> None:
    """Calls back with each announcement, for ever. Comes back by itself after the server was away; ``on_start`` says
    that announcements may have been missed until now."""
    while True:
        client = Redis.from_url(
            settings.REDIS_URL, decode_responses=True, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE
        )
        try:
            async with client.pubsub() as subscription:
                await subscription.subscribe(MEMBERS, STAFF)
                on_start()
                await _follow(subscription, {MEMBERS: on_members, STAFF: on_staff})
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("Valkey's announcements are interrupted: %s", error)
        finally:
            await _close(client)
        await asyncio.sleep(REST)


async def _follow(subscription: PubSub, receivers: dict[str, Callable[[str], None]]) -> None:
    awaits_answer = False
    while True:
        message: dict[str, Any] | None = await subscription.get_message(timeout=PATIENCE if awaits_answer else SILENCE)
        if message is None:
            if awaits_answer:
                raise TimeoutError("no answer")
            await subscription.ping()
            awaits_answer = True
            continue
        awaits_answer = False
        if message["type"] == "message":
            receivers[message["channel"]](message["data"])


async def _close(client: "Redis") -> None:
    try:
        await client.aclose()
    except (RedisError, OSError) as error:
        logger.debug("Closing the subscription: %s", error)
