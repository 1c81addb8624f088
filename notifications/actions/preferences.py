"""What a member wants to be told, how and when."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import FieldProblem, InvalidInput
from notifications.fan_out import DIGESTS, SENDERS
from notifications.models import (
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    NotificationSettings,
    Preference,
    Timing,
)
from notifications.readers import Reader, load_readers
from notifications.timing import leaves_at
from notifications.topics import Topic, topic


@dataclass(frozen=True, slots=True)
class Choices:
    """All settings of a member. ``timings`` is by topic and channel; what it does not name stays as it is."""

    timings: Mapping[tuple[str, Channel], Timing] = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    daily_at: time = time(8)


def set_preferences(*, actor: Member, choices: Choices, now: datetime) -> None:
    """Makes these the actor's settings; what waits to leave already follows them. Raises InvalidInput."""
    _check(choices)
    with transaction.atomic():
        NotificationSettings.objects.update_or_create(
            member=actor,
            defaults={
                "quiet_from": choices.quiet_from,
                "quiet_until": choices.quiet_until,
                "daily_at": choices.daily_at,
            },
        )
        _store(actor.pk, choices.timings)
        replan(actor.pk, now=now)


def stop_mail(*, member_id: UUID, topics: Collection[str], now: datetime) -> None:
    """Turns mail of these topics off for a member, as the link in the mail asks for. The link is the permission."""
    known = [found for key in topics if (found := topic(key)) is not None and found.optional]
    with transaction.atomic():
        if not Member.objects.select_for_update().filter(pk=member_id).exists():
            return
        _store(member_id, {(each.key, Channel.EMAIL): Timing.OFF for each in known})
        replan(member_id, now=now)


def replan(member_id: UUID, *, now: datetime) -> None:
    """Brings what waits to leave in line with the member's settings.

    What is off is cancelled; the rest leaves when it would leave if it came now.
    """
    waiting = Delivery.objects.filter(
        channel__in=SENDERS, notification__recipient=member_id, state=DeliveryState.WAITING, attempts=0
    )
    rows = list(waiting.select_for_update(of=("self",)).select_related("notification"))
    if not rows:
        return
    reader = load_readers([member_id], {each.notification.topic for each in rows}).get(member_id)
    for each in rows:
        _replan(each, reader, now)
    Delivery.objects.bulk_update(rows, ["state", "digest", "wanted_at", "due_at", "last_error"])


def _replan(delivery: Delivery, reader: Reader | None, now: datetime) -> None:
    found = topic(delivery.notification.topic)
    timing = reader.timing(found, Channel(delivery.channel)) if reader is not None and found is not None else Timing.OFF
    if reader is None or found is None or timing == Timing.OFF:
        delivery.state, delivery.last_error = DeliveryState.CANCELLED, "The member turned this off."
        return
    delivery.digest = DIGESTS.get(timing, Digest.NONE)
    delivery.wanted_at = delivery.due_at = leaves_at(timing, reader.hours, now=now, urgent=found.urgent)


def _store(member_id: UUID, timings: Mapping[tuple[str, Channel], Timing]) -> None:
    Preference.objects.bulk_create(
        [
            Preference(member_id=member_id, topic=key, channel=channel, timing=timing)
            for (key, channel), timing in sorted(timings.items())
        ],
        update_conflicts=True,
        unique_fields=["member", "topic", "channel"],
        update_fields=["timing"],
    )


def _check(choices: Choices) -> None:
    problems: dict[str, list[FieldProblem]] = {}
    if (choices.quiet_from is None) != (choices.quiet_until is None):
        missing = "quiet_from" if choices.quiet_from is None else "quiet_until"
        problems[missing] = [_problem("required", _("Quiet hours need a beginning and an end."))]
    elif choices.quiet_from is not None and choices.quiet_from == choices.quiet_until:
        problems["quiet_until"] = [_problem("invalid", _("Quiet hours must end at another time than they begin."))]
    for (key, channel), timing in choices.timings.items():
        if timing not in allowed_timings(topic(key), channel):
            problems[f"{key}.{channel}"] = [_problem("invalid_choice", _("This topic does not offer that."))]
    if problems:
        raise InvalidInput(fields=problems)


def allowed_timings(found: Topic | None, channel: Channel) -> Iterable[Timing]:
    """What a member may choose for a topic and channel; nothing where there is no choice.

    The list on the site is either kept or not: only what leaves can be bundled.
    """
    if found is None or not found.optional or channel not in found.channels:
        return ()
    return (Timing.INSTANT, Timing.OFF) if channel == Channel.IN_APP else tuple(Timing)


def _problem(code: str, message: object) -> FieldProblem:
    return {"code": code, "message": str(message)}
