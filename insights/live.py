"""The present minute, live on the screens of the staff."""

import logging
from datetime import datetime
from typing import Any, Final

from django.db import connection

from insights.rates import closed_until, floor
from insights.throttle import Throttle
from marketplace.clock import utc_now
from marketplace.database import prepared
from notifications.broadcast import publish_rate

logger = logging.getLogger(__name__)
SECONDS_BETWEEN: Final = 0.5
"""A process announces at most so often: at thousands of requests a minute nobody reads faster."""
SINCE: Final = """
    SELECT service_group.slug, posted.number FROM (
        SELECT group_id, count(*) AS number FROM requests_publication WHERE published_at >= %s GROUP BY group_id
    ) AS posted JOIN services_servicegroup AS service_group ON service_group.id = posted.group_id
"""


def present_minute(*, now: datetime) -> dict[str, Any]:
    """Requests published in the minute that has not ended, in all and by the group's slug. One query."""
    start = floor(now, "minute")
    groups = dict(prepared.ask(SINCE, [start]))
    return {"minute": start, "requests": sum(groups.values()), "groups": groups}


def announce(*, now: datetime) -> None:
    """Sends the present minute to all open streams of staff; nothing is lost where nobody listens.

    Several processes may announce at once, and their messages may overtake each other: within a minute the highest
    number is the latest.
    """
    found = present_minute(now=now)
    closed = closed_until()
    publish_rate({**found, "minute": _text(found["minute"]), "closed_until": _text(closed) if closed else None})


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _announce_late() -> None:
    """In a thread of its own, which no request cleans up after."""
    try:
        announce(now=utc_now())
    except Exception:
        logger.exception("The present minute could not be announced")
    finally:
        connection.close()


announce_soon: Final = Throttle(lambda: announce(now=utc_now()), late=_announce_late, seconds=SECONDS_BETWEEN)
"""Called after each publication: announces now, or together with those that follow closely, at the latest one and a
half times ``SECONDS_BETWEEN`` later. The last one of a burst is announced too."""
