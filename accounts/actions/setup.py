"""The first admin of an installation."""

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from accounts.actions.members import ensure_member
from accounts.models import Member
from accounts.models.setup import SetupKey
from marketplace.errors import InvalidInput, NotFound
from sitesettings.models import SiteSettings


class WrongSetupKey(InvalidInput):
    """The key is not the one that the server printed."""

    code = "wrong_setup_key"
    message = _("This is not the key that the server printed. `python manage.py setup_key` prints it again.")


@dataclass(frozen=True, slots=True)
class Installation:
    """What the wizard asks: the first admin, and the site in its essentials."""

    email: str
    name: str
    password: str
    site_name: str
    tagline: str
    sender_email: str
    signup_open: bool


def is_set_up() -> bool:
    """Whether there is an admin who can log in."""
    return bool(Member.objects.filter(is_staff=True, is_superuser=True, is_active=True).exists())


def setup_address() -> str | None:
    """The address of the wizard with its key, made where it is missing; None once there is an admin."""
    if is_set_up():
        return None
    key, _made = SetupKey.objects.get_or_create(pk=1)
    return f"{settings.SITE_ORIGIN}{reverse('accounts:setup')}?{urlencode({'key': key.key})}"


def set_up(*, key: str, installation: Installation) -> Member:
    """Makes the first admin and the site's settings, once. For whoever has the key, so without an actor.

    Raises NotFound once there is an admin, and WrongSetupKey.
    """
    with transaction.atomic():
        stored = SetupKey.objects.select_for_update().filter(pk=1).first()
        if is_set_up():
            raise NotFound
        if stored is None or not secrets.compare_digest(stored.key.encode(), key.encode()):
            raise WrongSetupKey
        admin = ensure_member(
            email=installation.email, name=installation.name, password=installation.password, staff=True
        )
        _save_site(installation)
        stored.delete()
    return admin


def _save_site(installation: Installation) -> None:
    site, _made = SiteSettings.objects.get_or_create(pk=1)
    site.name, site.tagline = installation.site_name, installation.tagline
    site.sender_email, site.signup_open = installation.sender_email, installation.signup_open
    try:
        site.full_clean()
    except ValidationError as error:
        raise InvalidInput(str(error)) from error
    site.save()
