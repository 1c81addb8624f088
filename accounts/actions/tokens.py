"""API tokens."""

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiToken, Member
from marketplace.errors import Conflict, InvalidInput, NotAllowed, NotFound

MOST_TOKENS = 50
"""How many tokens a member may have that she made in the settings."""


class TooManyTokens(Conflict):
    """The member has as many tokens as she may have."""

    code = "too_many_tokens"
    message = _("You have very many tokens. Please revoke one first.")


def issue_token(*, actor: Member, name: str, scopes: Collection[str] = ()) -> tuple[ApiToken, str]:
    """A new token of the actor's and its secret, which is never shown again. Without scopes it may do all she may.

    Raises NotAllowed, InvalidInput and TooManyTokens.
    """
    wanted = set(scopes)
    if not wanted <= set(ApiToken.Scope.values):
        raise InvalidInput(_("There is no such scope."), code="unknown_scope")
    if ApiToken.Scope.STAFF in wanted and not actor.is_staff:
        raise NotAllowed(_("Only staff can make tokens with staff powers."))
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=actor.pk)
        if ApiToken.objects.filter(member=actor).count() >= MOST_TOKENS:
            raise TooManyTokens
        return ApiToken.issue(member=actor, name=name, scopes=sorted(wanted))


def log_in_token(*, actor: Member, name: str) -> str:
    """The secret of a new token for a program that logged in by password. The oldest such token makes room."""
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=actor.pk)
        own = ApiToken.objects.filter(member=actor, name=name).order_by("-created_at")
        surplus = own.values_list("pk", flat=True)[MOST_TOKENS - 1 :]
        ApiToken.objects.filter(pk__in=list(surplus)).delete()
        return ApiToken.issue(member=actor, name=name)[1]


def revoke_token(*, actor: Member, token: ApiToken) -> None:
    """The token stops working at once. Twice is harmless."""
    if token.member_id != actor.pk and not actor.is_staff:
        raise NotFound
    ApiToken.objects.filter(pk=token.pk).delete()
