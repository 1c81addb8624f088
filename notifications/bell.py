"""The bell in the header of every page."""

from dataclasses import dataclass
from uuid import UUID

from marketplace.database import prepared
from notifications.models.notification import MOST_COUNTED

READ = """
    SELECT
        (SELECT count(*) FROM (
            SELECT FROM notifications_notification
            WHERE recipient_id = %(member)s AND in_app AND read_at IS NULL LIMIT %(most)s::int
        ) AS counted),
        coalesce((SELECT last FROM notifications_streamposition WHERE member_id = %(member)s), 0)
"""


@dataclass(frozen=True, slots=True)
class Bell:
    """How many notifications are unread (100 stands for that many and more), with everything that is told by the
    member's stream up to its entry ``position``. The page's script has the stream go on from there."""

    unread: int
    position: int


def read_bell(member_id: UUID) -> Bell:
    """What the bell shows now. Pages that change live read it ahead of whatever changes."""
    ((unread, position),) = prepared.ask(READ, {"member": member_id, "most": MOST_COUNTED})
    return Bell(unread, position)
