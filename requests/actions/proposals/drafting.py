"""Drafts: what a provider has written so far, which nobody else sees."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.errors import Conflict, IllegalMove, NotAllowed
from requests.actions.common import lock_request
from requests.actions.files import drop_files, set_files
from requests.actions.proposals.common import note
from requests.models import Proposal, ProposalStatus, ServiceRequest
from requests.rules.eligibility import page_of, require_may_write
from requests.rules.offers import Problems, clean_offer
from requests.rules.ordered import ordered_terms
from services.models import ServicePage


class AlreadyProposed(Conflict):
    """The provider has answered this request; one that still stands can be edited."""

    code = "already_proposed"
    message = _("You have answered this request already.")


@transaction.atomic
def save_draft(
    *, actor: Member, request: ServiceRequest, values: Mapping[str, Any], now: datetime
) -> tuple[Proposal, Problems]:
    """Keeps what was typed so far; one draft a request and page. What is wrong is not kept but named, by field.

    Raises NotAllowed, NoPublishedPage where the actor has no page at all, AlreadyProposed.
    """
    page = page_of(actor)
    request = lock_request(request, actor=None)
    require_may_write(page, request)
    draft = open_draft(request, page, now=now)
    cleaned, problems = clean_offer(values, proposal=draft)
    is_new = draft._state.adding
    put(draft, cleaned, now=now)
    if is_new:
        note("drafted", draft, actor=actor, now=now)
    return draft, problems


@transaction.atomic
def discard_draft(*, actor: Member, proposal: Proposal, now: datetime) -> None:
    """Throws a draft away. Repeating it is harmless. Raises NotAllowed, IllegalMove once it was sent."""
    if proposal.page.member_id != actor.pk:
        raise NotAllowed
    lock_request(proposal.request, actor=None)
    locked = Proposal.objects.filter(pk=proposal.pk).first()
    if locked is None:
        return
    if locked.status != ProposalStatus.DRAFT:
        raise IllegalMove(_("This proposal was sent. Withdraw it instead."))
    note("discarded", locked, actor=actor, now=now)
    files = list(locked.attachments.values_list("pk", flat=True))
    locked.delete()
    drop_files(files)


def open_draft(request: ServiceRequest, page: ServicePage, *, now: datetime) -> Proposal:
    """The page's draft for the request, or a new one, not saved yet, with the terms of what was ordered.

    The caller holds the request's lock.
    Raises AlreadyProposed where the page has sent a proposal and not withdrawn it.
    """
    found = Proposal.objects.filter(request=request, page=page).exclude(status=ProposalStatus.WITHDRAWN).first()
    if found is not None and found.status != ProposalStatus.DRAFT:
        raise AlreadyProposed
    draft = found or Proposal(request=request, page=page, created_at=now, **ordered_terms(request, page))
    draft.request, draft.page = request, page
    return draft


def put(proposal: Proposal, cleaned: Mapping[str, Any], *, now: datetime) -> None:
    """Saves what ``clean_offer`` made of the provider's input; files become attached."""
    columns = {name: value for name, value in cleaned.items() if name != "attachments"}
    for name, value in columns.items():
        setattr(proposal, name, value)
    proposal.updated_at = now
    proposal.save()
    if "attachments" in cleaned:
        set_files(proposal, cleaned["attachments"], actor=proposal.page.member, now=now)
