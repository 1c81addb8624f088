"""Sending again what failed."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove, NotAllowed
from marketplace.tasks import enqueue
from notifications.fan_out import SENDERS
from notifications.models import Channel, Delivery, DeliveryState


@transaction.atomic
def resend(*, actor: Member, delivery: Delivery, now: datetime) -> None:
    """Lets a failed delivery leave again, with all its attempts. Raises IllegalMove for one in another state, and
    NotAllowed for all but the staff.

    The conditional UPDATE makes two clicks one.
    """
    if not actor.is_staff:
        raise NotAllowed
    failed = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.FAILED)
    if not failed.update(state=DeliveryState.WAITING, due_at=now, wanted_at=now, attempts=0, claimed_at=None):
        raise IllegalMove(_("Only what failed can be sent again."))
    transaction.on_commit(partial(enqueue, SENDERS[Channel(delivery.channel)]))
