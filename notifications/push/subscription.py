"""What a browser's subscription has to look like before we send anything to its address."""

import re
from base64 import urlsafe_b64decode
from binascii import Error
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.errors import FieldProblem, InvalidInput

AUTH_BYTES = 16
"""Length of the authentication secret: RFC 8291, section 3.2."""
LONGEST_ENDPOINT = 1000
ADDRESS: Final = re.compile(r"(https?)://([a-z0-9.-]+)(?::([0-9]{1,5}))?/[!-~]*", re.ASCII | re.IGNORECASE)
"""Scheme, host and port of an endpoint: nothing in it that one reader of addresses might take for something else."""
LONGEST_KEY = 120
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    *(("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows")),
    *(("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


def check(*, endpoint: str, p256dh: str, auth: str) -> None:
    """Raises InvalidInput that names what is wrong.

    Endpoints must belong to a known push service: whatever a member names here, our workers call.
    """
    problems: dict[str, list[FieldProblem]] = {}
    if not _is_known_service(endpoint):
        message = _("This is not the address of a push service that this site knows.")
        problems["endpoint"] = [{"code": "unknown_push_service", "message": message}]
    if not _is_public_key(p256dh):
        problems["keys.p256dh"] = [{"code": "invalid", "message": _("This is not a public key on the curve P-256.")}]
    if len(_decoded(auth)) != AUTH_BYTES:
        problems["keys.auth"] = [{"code": "invalid", "message": _("This is not a secret of 16 bytes.")}]
    if problems:
        raise InvalidInput(fields=problems)


def browser_name(agent: str) -> str:
    """Such as "Firefox on Android", from a User-Agent header; empty where it says nothing known."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system


def _is_known_service(endpoint: str) -> bool:
    found = ADDRESS.fullmatch(endpoint)
    if found is None or len(endpoint) > LONGEST_ENDPOINT:
        return False
    scheme, host, port = found[1].lower(), found[2].lower(), found[3]
    known = any(host == name or (name.startswith(".") and host.endswith(name)) for name in settings.PUSH_SERVICES)
    return known and ((scheme == "https" and port in {None, "443"}) or _is_this_machine(scheme, host))


def _is_this_machine(scheme: str, host: str) -> bool:
    """A push service of a test or trial. In production the list of services names no such host."""
    return scheme == "http" and host in {"localhost", "127.0.0.1"}


def _is_public_key(text: str) -> bool:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _decoded(text))
    except ValueError:
        return False
    return True


def _decoded(text: str) -> bytes:
    if len(text) > LONGEST_KEY or not text.isascii():
        return b""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Error, ValueError):
        return b""
