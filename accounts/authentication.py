"""How the API knows who calls."""

from datetime import timedelta
from functools import cache

from django.db import connection
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import TokenAuthentication as BaseTokenAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from accounts.models import ApiToken, Member
from accounts.models.token import digest
from marketplace.clock import utc_now
from marketplace.database import prepared

LAST_USE_STEP = timedelta(minutes=1)
NOTE_USE = """
    WITH used AS (
        UPDATE accounts_apitoken SET last_used_at = %(now)s
        WHERE id = %(token)s AND (last_used_at IS NULL OR last_used_at <= %(stale)s) RETURNING member_id
    )
    UPDATE accounts_member SET last_active_at = %(now)s FROM used WHERE id = used.member_id
"""


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
        token = find_token(digest(key))
        if token is None:
            raise AuthenticationFailed(_("This token is unknown or was revoked."), code="invalid_token")
        if not token.member.is_active:
            raise AuthenticationFailed(_("This account is closed."), code="inactive_member")
        if not token.allows(ApiToken.Scope.STAFF):
            token.member.act_without_staff_powers()
        note_use(token)
        return token.member, token


def find_token(token_digest: str) -> ApiToken | None:
    """The token of this digest with its member, as they are now. Every call of the API asks for them, and the ORM takes
    ten times as long to put its question into SQL as PostgreSQL to answer it."""
    statement, fields = _find()
    for row in prepared.ask(statement, [token_digest]):
        token: ApiToken = ApiToken.from_db(connection.alias, fields[ApiToken], row[: len(fields[ApiToken])])
        token.member = Member.from_db(connection.alias, fields[Member], row[len(fields[ApiToken]) :])
        return token
    return None


@cache
def _find() -> tuple[str, dict[type[Model], list[str]]]:
    """The statement, and the fields of both models in the order of its columns."""
    fields: dict[type[Model], list[str]] = {}
    columns = []
    for model in (ApiToken, Member):
        fields[model] = [field.attname for field in model._meta.concrete_fields]
        columns += [f"{model._meta.db_table}.{field.column}" for field in model._meta.concrete_fields]
    tables = "accounts_apitoken JOIN accounts_member ON accounts_member.id = accounts_apitoken.member_id"
    return f"SELECT {', '.join(columns)} FROM {tables} WHERE accounts_apitoken.digest = %s", fields  # noqa: S608


def member_by_token(request: HttpRequest) -> Member | None:
    """Who calls an address outside the API with a token; None where there is none, or none that allows this."""
    try:
        found = TokenAuthentication().authenticate(Request(request))
    except APIException:
        return None
    return found[0] if found else None


def check_scope(token: ApiToken, method: str) -> None:
    """Raises PermissionDenied where the token's scopes do not cover the method."""
    needed = ApiToken.Scope.READ if method in SAFE_METHODS else ApiToken.Scope.WRITE
    if not token.allows(needed):
        message = _("This token does not have the scope “%(scope)s”.") % {"scope": needed.value}
        raise PermissionDenied(message, code="insufficient_scope")


def note_use(token: ApiToken) -> None:
    """Writes down that the token was used and its member is here, at most once a minute."""
    now = utc_now()
    if token.last_used_at is None or token.last_used_at <= now - LAST_USE_STEP:
        prepared.tell(NOTE_USE, {"token": token.pk, "now": now, "stale": now - LAST_USE_STEP})
