"""The signed links in mail to past clients. Nobody who was not written to can guess one."""

from uuid import UUID

from django.core import signing
from django.urls import reverse

from engagements.models import PastClient

SALT = "engagements.past_client"
MOST_CHARACTERS = 200


def token_of(past_client: PastClient) -> str:
    """The secret part of the links. It works as long as the site's secret key."""
    return signing.Signer(salt=SALT).sign(past_client.pk.hex)


def review_path(past_client: PastClient) -> str:
    """Path of the form."""
    return reverse("engagements:outside_review", args=[token_of(past_client)])


def stop_path(past_client: PastClient) -> str:
    """Path of the page that declines, and stops further mail."""
    return reverse("engagements:outside_stop", args=[token_of(past_client)])


def read_token(token: str) -> UUID | None:
    """Whose link it is; None where we did not make it."""
    if len(token) > MOST_CHARACTERS:
        return None
    try:
        return UUID(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
