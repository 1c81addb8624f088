"""What members are told about their own accounts."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic, register

PASSWORD_CHANGED = "account.password_changed"  # noqa: S105 — a kind of event
ADDRESS_CHANGED = "account.address_changed"


def _the_member(event: Event) -> Iterable[Recipient]:
    return [Recipient(UUID(event.subject_id))]


def _render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
    messages = {}
    for each in notifications:
        if each.event.kind == PASSWORD_CHANGED:
            text, page = _("Your password was changed."), "account_change_password"
        else:
            text = _("Your email address is now %(address)s.") % {"address": each.event.data["address"]}
            page = "account_email"
        messages[each.pk] = Message(text=text, url=reverse(page))
    return messages


SECURITY = Topic(
    key="account_security",
    label=gettext_lazy("Security of my account"),
    description=gettext_lazy("Your password or your email address was changed. Mail about it is always sent."),
    kinds=(PASSWORD_CHANGED, ADDRESS_CHANGED),
    recipients=_the_member,
    render=_render,
    # django-allauth sends the mail, to the former address where that changed, with where the change came from.
    defaults={Channel.IN_APP: Timing.INSTANT},
    urgent=True,
    optional=False,
)


def register_account_topics() -> None:
    """Called when Django starts."""
    register(SECURITY)
