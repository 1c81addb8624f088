"""The log-ins of the demo marketplace, offered on the log-in page where it was made; never in production."""

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Member

PASSWORD: Final = "demo-marketplace"  # noqa: S105  printed on the terminal and in the README
CLIENT: Final = "client@example.com"
PROVIDER: Final = "provider@example.com"
ADMIN: Final = "admin@example.com"
ROLES: Final[dict[str, str | Promise]] = {CLIENT: _("Client"), PROVIDER: _("Provider"), ADMIN: _("Admin")}


@dataclass(frozen=True, slots=True)
class DemoLogIn:
    """One of the three: address, role and name to show."""

    email: str
    role: str | Promise
    name: str


def demo_log_ins() -> list[DemoLogIn]:
    """Those that exist here, client first; none in production. One query."""
    if settings.PRODUCTION:
        return []
    names = dict(Member.objects.filter(email__in=ROLES, is_active=True).values_list("email", "name"))
    return [DemoLogIn(email, role, names[email]) for email, role in ROLES.items() if email in names]
