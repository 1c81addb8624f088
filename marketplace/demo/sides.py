"""News of engagements, told to one side or to both."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from engagements.models import Engagement
from marketplace.demo.acts import Act
from marketplace.demo.telling import Mail, add_event, add_notification
from notifications.models import Event
from requests.models import Side


def tell(
    act: Act,
    engagement: Engagement,
    kind: str,
    moment: datetime,
    *,
    by: Side | None,
    to: Iterable[Side],
    data: dict[str, Any],
) -> Event:
    """An event of the engagement, and the notifications of the sides that it concerns."""
    ids = {Side.CLIENT: engagement.client_id, Side.PROVIDER: engagement.provider_id}
    actor = ids[by] if by else None
    event = add_event(act.rows, act.rng, f"engagement.{kind}", engagement.pk, moment, actor=actor, data=data)
    topic = "my_reviews" if kind.startswith("review") else "my_engagements"
    for side in to:
        add_notification(act.rows, act.rng, event, ids[side], topic, Mail(), {"side": str(side)})
    return event
