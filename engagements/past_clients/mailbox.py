"""Addresses by which a person is known again, and those that want no mail."""

from django.utils.crypto import salted_hmac

from engagements.models import NoMailWanted

SALT = "engagements.no_mail"


def mailbox_of(email: str) -> str:
    """The address in one spelling: lower case, without the part after a plus sign, which leads to the same mailbox."""
    local, _at, domain = email.strip().lower().rpartition("@")
    return f"{local.split('+')[0]}@{domain}"


def digest(mailbox: str) -> str:
    """What is kept of an address that wants no mail: nobody can read it back without the site's secret key."""
    return salted_hmac(SALT, mailbox, algorithm="sha256").hexdigest()


def wants_no_mail(mailbox: str) -> bool:
    """Whether its owner told us not to write again."""
    return NoMailWanted.objects.filter(digest=digest(mailbox)).exists()
