"""Accounts themselves: making, closing and opening them."""

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.closing import closed_or_opened
from accounts.models import Member
from marketplace.errors import InvalidInput, NotAllowed

validate_length = MaxLengthValidator(254)


class InvalidAddress(InvalidInput):
    """The text is no email address."""

    code = "invalid_email"
    message = _("This is not an email address.")


def ensure_member(*, email: str, name: str = "", password: str | None = None, staff: bool = False) -> Member:
    """The member with this address, made where there is none; either way verified. For operators, so without an actor.

    ``password`` and ``staff`` are set where they are given and left alone otherwise. Raises InvalidAddress.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
        validate_length(email)
    except ValidationError as error:
        raise InvalidAddress from error
    with transaction.atomic():
        member = _find_or_create(email, name)
        if password is not None:
            member.set_password(password)
        if staff:
            member.is_staff = member.is_superuser = True
        member.save(update_fields=["password", "is_staff", "is_superuser"])
        verify_address(member)
    return member


def verify_address(member: Member) -> None:
    """Marks the member's present address as confirmed and primary."""
    EmailAddress.objects.filter(user=member, primary=True).exclude(email__iexact=member.email).update(primary=False)
    EmailAddress.objects.update_or_create(
        user=member, email=member.email.lower(), defaults={"verified": True, "primary": True}
    )


def close_account(*, actor: Member, member: Member) -> None:
    """The member can no longer log in, is logged out everywhere and found no more; nothing of hers is deleted. Twice is
    harmless.

    Sessions and tokens need no row of their own touched: both ask whether the member is active.
    """
    _require_staff(actor)
    if member == actor:
        raise NotAllowed(_("You cannot close your own account here."))
    if member.is_superuser and not actor.is_superuser:
        raise NotAllowed
    _switch(member, is_active=False)


def reopen_account(*, actor: Member, member: Member) -> None:
    """The member can log in, and is found, again. Twice is harmless."""
    _require_staff(actor)
    _switch(member, is_active=True)


@transaction.atomic
def _switch(member: Member, *, is_active: bool) -> None:
    Member.objects.filter(pk=member.pk).update(is_active=is_active)
    member.is_active = is_active
    closed_or_opened(member)


def _find_or_create(email: str, name: str) -> Member:
    found: Member | None = Member.objects.filter(email__iexact=email).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            found = Member.objects.create_user(email, name=name)
    except IntegrityError:  # somebody else made it at the same moment
        found = Member.objects.get(email__iexact=email)
    return found


def _require_staff(actor: Member) -> None:
    if not (actor.is_active and actor.is_staff):
        raise NotAllowed
