"""Links that stop mail of some topics without logging in (RFC 8058)."""

from collections.abc import Sequence
from uuid import UUID

from django.core import signing
from django.urls import reverse

SALT = "notifications.unsubscribe"
MOST_CHARACTERS = 2000


def unsubscribe_path(member_id: UUID, topics: Sequence[str]) -> str:
    """Path of the page that stops mail of these topics to this member. It works as long as the site's secret key."""
    token = signing.Signer(salt=SALT).sign_object([member_id.hex, *topics], compress=True)
    return reverse("notifications:unsubscribe", args=[token])


def unsubscribe_headers(address: str) -> dict[str, str]:
    """The headers by which mail programs offer to stop such mail with one click; none without an address."""
    if not address:
        return {}
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read_token(token: str) -> tuple[UUID, list[str]] | None:
    """The member and the topics of a link; None where we did not make it."""
    if len(token) > MOST_CHARACTERS:
        return None
    try:
        member_id, *topics = signing.Signer(salt=SALT).unsign_object(token)
        return UUID(member_id), [str(topic) for topic in topics]
    except (signing.BadSignature, ValueError):
        return None
