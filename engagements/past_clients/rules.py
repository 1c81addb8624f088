"""Whom a provider may invite."""

from datetime import datetime, timedelta
from typing import Final

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from engagements.models import Engagement, PastClient
from engagements.past_clients.mailbox import mailbox_of, wants_no_mail
from marketplace.errors import Conflict, FieldProblem, InvalidInput, TooFast
from marketplace.validators import clean_line
from services.models import ServicePage

MOST_IN_ALL: Final = 20
MOST_A_DAY: Final = 5
LONGEST_NAME: Final = 60
DAY: Final = timedelta(days=1)
OF_AN_ADDRESS: Final = frozenset("/@:")
"""Characters of links and addresses, which have no place in the name of somebody whom we write to."""


class TooManyInvitations(Conflict):
    """The page has used up its invitations."""

    code = "too_many_invitations"
    message = _("You have invited as many past clients as a page can.")


class InvitedEnoughToday(TooFast):
    """No more on this day."""

    message = _("That is enough for today. You can invite more past clients tomorrow.")
    retry_after = DAY


def clean_invitation(page: ServicePage, *, name: str, email: str) -> tuple[str, str]:
    """Name and address in the form in which they are kept. Raises InvalidInput, which names the fields."""
    problems: dict[str, list[FieldProblem]] = {}
    try:
        name = clean_line(name, most=LONGEST_NAME)
        if not name or OF_AN_ADDRESS & set(name) or "www." in name.lower():
            raise ValidationError(_("Write the person's name, nothing else."), code="invalid_name")
    except ValidationError as error:
        problems["name"] = [_problem(error)]
    try:
        email = clean_line(email, most=254)
        EmailValidator()(email)
        _require_invitable(page, mailbox_of(email))
    except ValidationError as error:
        problems["email"] = [_problem(error)]
    if problems:
        raise InvalidInput(fields=problems)
    return name, email


def require_room(page: ServicePage, *, now: datetime) -> None:
    """Raises TooManyInvitations or InvitedEnoughToday. The page's row is locked, so that two do not take one place."""
    invited = PastClient.objects.filter(page=page)
    if invited.count() >= MOST_IN_ALL:
        raise TooManyInvitations
    if invited.filter(created_at__gt=now - DAY).count() >= MOST_A_DAY:
        raise InvitedEnoughToday


def _require_invitable(page: ServicePage, mailbox: str) -> None:
    own = EmailAddress.objects.filter(user=page.member_id).values_list("email", flat=True)
    if mailbox in {mailbox_of(each) for each in [page.member.email, *own]}:
        raise ValidationError(_("This is your own address."), code="own_address")
    if PastClient.objects.filter(page=page, mailbox=mailbox).exists():
        raise ValidationError(_("You have invited this person already."), code="already_invited")
    clients = Engagement.objects.filter(provider=page.member_id).values_list("client__email", flat=True).distinct()
    if mailbox in {mailbox_of(each) for each in clients}:
        message = _("You work with this person here, so you review each other here.")
        raise ValidationError(message, code="client_here")
    if wants_no_mail(mailbox):
        raise ValidationError(_("The owner of this address wants no mail from us."), code="wants_no_mail")


def _problem(error: ValidationError) -> FieldProblem:
    return {"code": str(error.code or "invalid"), "message": str(error.messages[0])}
