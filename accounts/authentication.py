"""How the API knows who calls."""

from datetime import timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication as BaseTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import ApiToken, Member
from accounts.models.token import digest
from marketplace.clock import utc_now

LAST_USE_STEP = timedelta(minutes=1)


class TokenAuthentication(BaseTokenAuthentication):
    """``Authorization: Token …``. A token with scopes may do only what they name; see ``ApiToken.Scope``."""

    def authenticate(self, request: Request) -> tuple[Member, ApiToken] | None:
        """The member and her token, or None where the call carries no token."""
        found: tuple[Member, ApiToken] | None = super().authenticate(request)
        if found is not None:
            check_scope(found[1], request.method or "GET")
        return found

    def authenticate_credentials(self, key: str) -> tuple[Member, ApiToken]:
        """The member whose token this is; raises AuthenticationFailed."""
        try:
            token = ApiToken.objects.select_related("member").get(digest=digest(key))
        except ApiToken.DoesNotExist:
            message = _("This token is unknown or was revoked.")
            raise AuthenticationFailed(message, code="invalid_token") from None
        if not token.member.is_active:
            raise AuthenticationFailed(_("This account is closed."), code="inactive_member")
        if not token.allows(ApiToken.Scope.STAFF):
            token.member.act_without_staff_powers()
        note_use(token)
        return token.member, token


def check_scope(token: ApiToken, method: str) -> None:
    """Raises PermissionDenied where the token's scopes do not cover the method."""
    needed = ApiToken.Scope.READ if method in SAFE_METHODS else ApiToken.Scope.WRITE
    if not token.allows(needed):
        message = _("This token does not have the scope “%(scope)s”.") % {"scope": needed.value}
        raise PermissionDenied(message, code="insufficient_scope")


def note_use(token: ApiToken) -> None:
    """Writes down that the token was used, at most once a minute."""
    now = utc_now()
    if token.last_used_at is not None and token.last_used_at > now - LAST_USE_STEP:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USE_STEP)
    if ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now):
        Member.objects.filter(pk=token.member_id).update(last_active_at=now)
