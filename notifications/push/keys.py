"""The key pair by which push services know this site."""

from functools import cache
from typing import Any

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.apps import apps as current_apps
from webpush.vapid import VAPID

from notifications.models import PushKeys


def make_keys(*, apps: Any = current_apps, **_ignored: object) -> None:
    """Makes the pair where there is none. Receiver of ``post_migrate``, so that the first start does it; whoever comes
    second keeps the first one's pair."""
    try:
        apps.get_model("notifications", "PushKeys")
    except LookupError:
        return
    if not PushKeys.objects.exists():
        private, public, _application = VAPID.generate_keys()
        pair = PushKeys(private_key=private.decode(), public_key=public.decode())
        PushKeys.objects.bulk_create([pair], ignore_conflicts=True)


def key_pair() -> PushKeys:
    """The pair in force."""
    found = PushKeys.objects.filter(pk=1).first()
    if found is None:
        make_keys()
        found = PushKeys.objects.get(pk=1)
    return found


def application_server_key() -> str:
    """The public key as browsers take it: an uncompressed point in base64url."""
    return _encoded(key_pair().public_key)


@cache
def _encoded(pem: str) -> str:
    key: str = VAPID.get_application_server_key(load_pem_public_key(pem.encode()))
    return key
