"""What leaves through a server that may be down: the states it goes through, and how workers claim it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from marketplace.clock import utc_now
from marketplace.database import prepared
from marketplace.ids import new_id


class DeliveryState(models.TextChoices):
    """``waiting`` until ``due_at``; ``sending`` while a worker holds it; ``failed`` after the last attempt."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


ENDED = (DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.CANCELLED)
"""Nothing of these leaves by itself any more."""
MARK_SENT = """
    UPDATE {table} SET state = 'sent', sent_at = %s, last_error = '', attempts = attempts + 1
    WHERE id = ANY(%s) AND state = 'sending' AND claimed_at = %s
"""
Row = TypeVar("Row", bound="Outgoing")


class OutgoingQuerySet(models.QuerySet[Row, Any]):
    """Sets of outgoing rows, of whatever kind."""

    def due(self, now: datetime) -> Self:
        """What waits and may leave now."""
        return self.filter(state=DeliveryState.WAITING, due_at__lte=now)

    def claim(self, *, now: datetime, most: int) -> list[UUID]:
        """Takes up to ``most`` of the due rows, oldest first, for the caller alone.

        Rows that somebody else is taking are passed over, so workers never wait for each other.
        """
        with transaction.atomic():
            ids = list(
                self.due(now)
                .order_by("due_at", "pk")
                .select_for_update(skip_locked=True, of=("self",))
                .values_list("pk", flat=True)[:most]
            )
            self.model._default_manager.filter(pk__in=ids).update(state=DeliveryState.SENDING, claimed_at=now)
        return ids

    def held(self, ids: Collection[UUID], claimed_at: datetime) -> Self:
        """Those of ``ids`` that still belong to the claim made at ``claimed_at``."""
        return self.filter(pk__in=ids, state=DeliveryState.SENDING, claimed_at=claimed_at)

    def mark_sent(self, ids: Collection[UUID], claimed_at: datetime, *, now: datetime) -> None:
        """Marks those that are still ``held`` as sent. Done for every mail, so in SQL that is there already."""
        table = connection.ops.quote_name(self.model._meta.db_table)
        prepared.tell(MARK_SENT.format(table=table), [now, list(ids), claimed_at])


class Outgoing(models.Model):
    """Base of rows that a worker sends. All changes of state are conditional UPDATEs, so that nothing is sent twice.

    ``wanted_at`` is when it was to leave; ``due_at`` is when it is tried, later after every failure.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING, editable=False
    )
    created_at = models.DateTimeField(_("created"), editable=False)
    wanted_at = models.DateTimeField(_("to leave"), default=utc_now, editable=False)
    due_at = models.DateTimeField(_("next attempt"), editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    last_error = models.TextField(_("last error"), blank=True, default="", editable=False)

    class Meta:
        abstract = True
