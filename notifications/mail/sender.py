"""Who our mail is from."""

from email.utils import formataddr

from django.conf import settings

from sitesettings.models import SiteSettings


def sender() -> str:
    """The From header: as the host set it, else the site's name and DEFAULT_FROM_EMAIL."""
    site = SiteSettings.current()
    address = site.sender_email or settings.DEFAULT_FROM_EMAIL
    if "<" in address:  # the setting holds a name already
        return address
    return formataddr((one_line(site.sender_name or site.name), address))


def one_line(text: str) -> str:
    """The text without line ends, which would end a header."""
    return " ".join(text.split())


def message_id(name: str) -> str:
    """A Message-ID that is the same at every attempt to send the same thing."""
    return f"<{name}@{settings.SITE_URL.hostname}>"
