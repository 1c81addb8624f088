"""Events about accounts. django-allauth makes these changes itself and says so by signals."""

from typing import Any

from allauth.account import signals
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Member
from marketplace.clock import utc_now
from notifications.account_topics import ADDRESS_CHANGED, PASSWORD_CHANGED
from notifications.events import record


@receiver([signals.password_changed, signals.password_set, signals.password_reset], dispatch_uid="password_changed")
def password_changed(request: HttpRequest, user: Member, **kwargs: Any) -> None:
    """The member has a new password."""
    _record(PASSWORD_CHANGED, user, {})


@receiver(signals.email_changed, dispatch_uid="address_changed")
def address_changed(
    request: HttpRequest, user: Member, from_email_address: Any, to_email_address: Any, **kwargs: Any
) -> None:
    """The member has a new address. Allauth sends this for the first address too, which comes from nothing."""
    if from_email_address is not None:
        _record(ADDRESS_CHANGED, user, {"address": to_email_address.email})


def _record(kind: str, member: Member, data: dict[str, Any]) -> None:
    record(kind=kind, actor=member, subject_type="member", subject_id=member.pk, now=utc_now(), data=data)
