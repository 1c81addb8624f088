"""Changing a proposal: freely until the client has seen it, by a revision afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import IllegalMove
from requests.actions.activity import CLOCKS, keep_alive
from requests.actions.proposals.common import lock_for, note, require_standing, require_version, write_terms
from requests.actions.proposals.drafting import put
from requests.actions.proposals.submitting import mark_similar
from requests.models import Proposal, ProposalStatus, ProposalTerms, Side
from requests.rules.offers import TERMS, require_clean, require_complete


@transaction.atomic
def edit_proposal(
    *, actor: Member, proposal: Proposal, changes: Mapping[str, Any], now: datetime, version: int | None = None
) -> Proposal:
    """The provider changes her draft or her standing proposal. Changing nothing is harmless.

    What the client has seen is not overwritten: other terms are added to the history, and she is told. ``version`` is
    that of the proposal from which the changes were made. Raises NotAllowed, IllegalMove, StaleTerms, InvalidInput.
    """
    locked = lock_for(Side.PROVIDER, actor=actor, proposal=proposal)
    if locked.status != ProposalStatus.DRAFT:
        require_standing(locked)
    require_version(locked, version)
    if locked.offered_by == Side.CLIENT:
        raise IllegalMove(_("The client has made an offer. Accept it, or answer it with your own terms."))
    cleaned = require_clean(changes, proposal=locked)
    changed = _changed(locked, cleaned)
    if not changed:
        return locked
    put(locked, cleaned, now=now)
    if locked.status == ProposalStatus.DRAFT:
        return locked
    require_complete(locked)
    _write_down(locked, changed, actor=actor, now=now)
    return locked


def _changed(proposal: Proposal, cleaned: Mapping[str, Any]) -> list[str]:
    columns = {name: value for name, value in cleaned.items() if name != "attachments"}
    changed = [name for name, value in columns.items() if getattr(proposal, name) != value]
    if "attachments" in cleaned:
        had = set(proposal.attachments.values_list("pk", flat=True)) if proposal.pk else set()
        changed += ["attachments"] if had != {file.pk for file in cleaned["attachments"]} else []
    return sorted(changed)


def _write_down(proposal: Proposal, changed: list[str], *, actor: Member, now: datetime) -> None:
    is_seen = proposal.viewed_at is not None
    if "scope" in changed:
        mark_similar(proposal, now=now)
    if not is_seen:
        terms = {name: getattr(proposal, name) for name in TERMS}
        ProposalTerms.objects.filter(proposal=proposal).update(**terms)
        proposal.version += 1
    elif set(changed) & set(TERMS):
        write_terms(proposal, side=Side.PROVIDER, now=now)
    else:
        proposal.version += 1
    proposal.save()
    keep_alive(proposal.request, now=now)
    proposal.request.save(update_fields=CLOCKS)
    note("revised" if is_seen else "edited", proposal, actor=actor, now=now, data={"fields": changed})
