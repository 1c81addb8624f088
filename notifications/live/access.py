"""Who may listen, when a stream begins and while it lasts."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.contrib.sessions.models import Session
from rest_framework.request import Request

from accounts.callers import member_of
from accounts.models import ApiToken, Member


@dataclass(frozen=True, slots=True)
class Access:
    """What a stream was opened with: a session or a token. ``is_staff``: gets what only the staff may see."""

    member_id: UUID
    is_staff: bool
    session_key: str = ""
    token_id: UUID | None = None
    password: bytes = b""


def access_of(request: Request) -> Access:
    """The access of an authenticated caller."""
    member = member_of(request)
    if isinstance(request.auth, ApiToken):
        return Access(member.pk, member.is_staff, token_id=request.auth.pk)
    return Access(member.pk, member.is_staff, request.session.session_key or "", password=_digest(member.password))


def still_allowed(accesses: Collection[Access], *, now: datetime) -> dict[Access, Access]:
    """Those that still hold, with what they may see now, in three queries.

    Logging out, a new password, a revoked token and a closed account end them.
    """
    members = {
        pk: (is_staff, password)
        for pk, is_staff, password in Member.objects.active()
        .filter(pk__in={each.member_id for each in accesses})
        .values_list("pk", "is_staff", "password")
    }
    keys = {each.session_key for each in accesses if each.session_key}
    sessions = set(
        Session.objects.filter(pk__in=keys, expire_date__gt=now).values_list("pk", flat=True) if keys else ()
    )
    token_ids = {each.token_id for each in accesses if each.token_id}
    tokens = ApiToken.objects.in_bulk(token_ids) if token_ids else {}
    found = {}
    for each in accesses:
        if each.member_id not in members:
            continue
        is_staff, password = members[each.member_id]
        if each.token_id is not None:
            token = tokens.get(each.token_id)
            if token is not None and token.allows(ApiToken.Scope.READ):
                found[each] = replace(each, is_staff=is_staff and token.allows(ApiToken.Scope.STAFF))
        elif each.session_key in sessions and each.password == _digest(password):
            found[each] = replace(each, is_staff=is_staff)
    return found


def _digest(password: str) -> bytes:
    return sha256(password.encode()).digest()
