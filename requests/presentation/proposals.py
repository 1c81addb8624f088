"""Proposals in words, for pages and mail, in the active language."""

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from requests.actions.proposals.deciding import RefusalReason
from requests.actions.proposals.withdrawing import WithdrawReason
from requests.models import (
    CANCELLED,
    CloseReason,
    NotChosenReason,
    PriceType,
    Proposal,
    ProposalStatus,
    ProposalTerms,
)
from services.money import format_money

Terms = Proposal | ProposalTerms


def price_words(terms: Terms) -> str:
    """Such as "€800", "€50 an hour"; empty where a draft has no price yet."""
    if not terms.amount or not terms.currency:
        return ""
    amount = format_money(terms.amount, terms.currency, get_language() or "en")
    return _("%(amount)s an hour") % {"amount": amount} if terms.price_type == PriceType.HOURLY else amount


def days_words(terms: Terms) -> str:
    """Such as "14 days"; empty where none are named."""
    return ngettext("%(n)d day", "%(n)d days", terms.days) % {"n": terms.days} if terms.days else ""


def terms_details(proposal: Proposal) -> list[tuple[str, str]]:
    """The terms that stand, as (label, value), for mail."""
    pairs = [(_("Price"), price_words(proposal)), (_("Time"), days_words(proposal))]
    return [(label, value) for label, value in pairs if value]


def outcome_words(proposal: Proposal) -> str:
    """Why the proposal was declined, withdrawn or not chosen, with somebody's own words; empty where it stands."""
    reason = proposal.outcome_reason
    if not reason:
        return ""
    words = _labels(ProposalStatus(proposal.status)).get(reason, "")
    own = f"“{proposal.outcome_words}”" if proposal.outcome_words else ""
    return " ".join(part for part in (f"{words}." if words else "", own) if part)


def _labels(status: ProposalStatus) -> dict[str, str]:
    cancelled = {CANCELLED: _("The work was cancelled before it began")}
    if status == ProposalStatus.DECLINED:
        return cancelled | {each.value: str(each.label) for each in RefusalReason}
    if status == ProposalStatus.WITHDRAWN:
        return cancelled | {each.value: str(each.label) for each in WithdrawReason}
    closed = {
        CloseReason.HIRED_HERE: _("The client hired somebody here"),
        CloseReason.HIRED_ELSEWHERE: _("The client hired somebody elsewhere"),
        CloseReason.NOT_NEEDED: _("The work is no longer needed"),
        CloseReason.NO_FIT: _("The client found that nobody fitted"),
        CloseReason.TOO_EXPENSIVE: _("It was too expensive for the client"),
        CloseReason.OTHER: _("The client closed the request"),
    }
    return {str(key): text for key, text in closed.items()} | {each.value: str(each.label) for each in NotChosenReason}


def warnings_about_proposal(proposal: Proposal) -> list[dict[str, str]]:
    """What the provider may want to know about the proposal that she sent: ``code`` and ``message``."""
    if proposal.similar_to_id is None:
        return []
    message = _("Much of this text stands in another proposal too. The client sees a hint; words of your own win more.")
    return [{"code": "similar_text", "message": message}]
