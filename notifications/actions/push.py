"""Which of a member's browsers take push messages."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import InvalidInput, NotFound
from notifications.models import PushSubscription
from notifications.push.subscription import browser_name, check

MOST = 20
"""Browsers of one member."""


class TooManyBrowsers(InvalidInput):
    """The member has named as many browsers as anybody could use."""

    code = "too_many_browsers"
    message = _("Push messages go to 20 browsers already. Remove one in the notification settings first.")


@transaction.atomic
def add_browser(*, actor: Member, endpoint: str, p256dh: str, auth: str, agent: str, now: datetime) -> PushSubscription:
    """From now on this browser takes the actor's push messages, and nobody else's. Repeating it is harmless.

    ``agent`` is its User-Agent. Raises InvalidInput, TooManyBrowsers.
    """
    check(endpoint=endpoint, p256dh=p256dh, auth=auth)
    # Two tabs that subscribe at the same time count one after the other.
    Member.objects.select_for_update(no_key=True).get(pk=actor.pk)
    others = PushSubscription.objects.filter(member=actor).exclude(endpoint=endpoint)
    if others.count() >= MOST:
        raise TooManyBrowsers
    subscription, _made = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"member": actor, "p256dh": p256dh, "auth": auth, "browser": browser_name(agent)},
        create_defaults={
            "member": actor,
            "p256dh": p256dh,
            "auth": auth,
            "browser": browser_name(agent),
            "created_at": now,
        },
    )
    return subscription


@transaction.atomic
def renew_browser(*, old_endpoint: str, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """The browser's service gave it another address. Knowing the old one, a secret between both, is the permission.

    Raises NotFound, InvalidInput.
    """
    check(endpoint=endpoint, p256dh=p256dh, auth=auth)
    found = PushSubscription.objects.select_for_update().filter(endpoint=old_endpoint).first()
    if found is None:
        raise NotFound
    PushSubscription.objects.filter(endpoint=endpoint).exclude(pk=found.pk).delete()
    found.endpoint, found.p256dh, found.auth = endpoint, p256dh, auth
    found.save(update_fields=["endpoint", "p256dh", "auth"])
    return found


def remove_browser(*, actor: Member, subscription_id: UUID) -> None:
    """It takes no more push messages. Twice is harmless; anybody else's is left alone."""
    PushSubscription.objects.filter(member=actor, pk=subscription_id).delete()


def remove_endpoint(*, actor: Member, endpoint: str) -> None:
    """The same, for a browser that knows its address only."""
    PushSubscription.objects.filter(member=actor, endpoint=endpoint).delete()
