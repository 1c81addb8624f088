"""What a push message says. Browsers show it as it is, so it is in the reader's language."""

from collections.abc import Sequence

import orjson
from django.utils.translation import ngettext

from notifications.mail.sender import one_line
from notifications.rendering import HOME
from notifications.topics import Message
from sitesettings.models import SiteSettings

LONGEST_TEXT = 300
NAMED = 3


def payload(messages: Sequence[Message], *, tag: str) -> bytes:
    """JSON for the service worker: ``{title, body, url, tag}``. A later message of the same ``tag`` replaces it.

    Far below the 4,096 bytes that services take (RFC 8030, section 7.2).
    """
    name = SiteSettings.current().name
    if len(messages) == 1:
        body, url = messages[0].text, messages[0].url
    else:
        count = {"count": len(messages)}
        first = "\n".join(one_line(each.text)[:80] for each in messages[:NAMED])
        body = ngettext("%(count)s notification", "%(count)s notifications", len(messages)) % count + f"\n{first}"
        url = HOME
    text = body if len(messages) > 1 else one_line(body)
    return orjson.dumps({"title": name, "body": text[:LONGEST_TEXT], "url": url, "tag": tag})
