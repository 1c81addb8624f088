"""What the host changes for everybody: the catalogue and the exchange rates."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import Member
from marketplace.errors import NotAllowed
from marketplace.tasks import enqueue
from services.models import CatalogueRow, ExchangeRate, Service
from services.tasks import reindex_pages


@transaction.atomic
def save_catalogue_row(*, actor: Member, row: CatalogueRow) -> None:
    """Saves a group, service or question as the host wants it: loading the data files keeps it so.

    Pages that offer a changed service are found by its new words a little later. Raises NotAllowed.
    """
    _require(actor, f"services.change_{row._meta.model_name}")
    row.edited_by_host = True
    row.save()
    if isinstance(row, Service):
        # Its own questions are found by the group, which may be another one now.
        row.own_questions.exclude(group=row.group_id).update(group=row.group_id)
        transaction.on_commit(partial(enqueue, reindex_pages, "offers__service", row.pk))


@transaction.atomic
def save_exchange_rate(*, actor: Member, rate: ExchangeRate, now: datetime) -> None:
    """Sets what one euro buys; prices in that currency are compared anew a little later. Raises NotAllowed."""
    _require(actor, "services.change_exchangerate")
    rate.updated_at = now
    rate.save()
    transaction.on_commit(partial(enqueue, reindex_pages, "currency", rate.currency))


def _require(actor: Member, permission: str) -> None:
    if not (actor.is_staff and actor.has_perm(permission)):
        raise NotAllowed
