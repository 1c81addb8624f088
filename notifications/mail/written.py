"""Mails of ours in their written form (RFC 5322, RFC 2046): the same headers, a text and an HTML part.

The email library takes a mail apart into a tree and that into lines, forty times what writing this one form takes; with
very many mails it was two fifths of each one's cost.
"""

from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final

from django.core.mail import BadHeaderError, EmailMultiAlternatives
from django.core.mail.message import sanitize_address

BOUNDARY: Final = "=_alternative"
"""Between the parts. Nothing in quoted-printable text looks like it (RFC 2045, 6.7)."""
FRAME: Final = (
    f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="{BOUNDARY}"\n\n'
    f"--{BOUNDARY}\n{{text}}\n--{BOUNDARY}\n{{html}}\n--{BOUNDARY}--\n"
)
PART: Final = 'Content-Type: text/{subtype}; charset="utf-8"\nContent-Transfer-Encoding: quoted-printable\n\n{content}'
LONGEST_LINE: Final = 900
"""Characters of a header that is not folded; 998 are the limit."""


class Letter(EmailMultiAlternatives):
    """A mail to one reader, as text and as HTML. ``headers`` are those beside sender, recipient, subject and date."""

    def __init__(
        self, *, sender: str, recipient: str, subject: str, text: str, html: str, headers: Mapping[str, str]
    ) -> None:
        super().__init__(subject=subject, body=text, from_email=sender, to=[recipient], headers=dict(headers))
        self.attach_alternative(html, "text/html")
        self._html = html

    def message(self, **_options: Any) -> "Written":  # type: ignore[override]
        """Django's hook: what its backends send. Raises BadHeaderError where a header has several lines."""
        headers = {
            "Subject": _encoded(str(self.subject)),
            "From": address(self.from_email),
            "To": address(self.to[0]),
            "Date": formatdate(),
            **{name: _encoded(str(value)) for name, value in self.extra_headers.items()},
        }
        written = "".join(f"{name}: {value}\n" for name, value in headers.items())
        frame = FRAME.format(
            text=PART.format(subtype="plain", content=_printable(str(self.body))),
            html=PART.format(subtype="html", content=_printable(self._html)),
        )
        return Written(written + frame)


class Written:
    """A mail ready to leave."""

    def __init__(self, text: str) -> None:
        self._text = text

    def as_bytes(self, *, linesep: str = "\n") -> bytes:
        """The mail with these ends of lines."""
        return self._text.replace("\n", linesep).encode("ascii")


@lru_cache(maxsize=1024)
def address(mailbox: str) -> str:
    """A mailbox with or without a name as headers have it: in ASCII."""
    return str(sanitize_address(mailbox, "utf-8"))


def _encoded(value: str) -> str:
    if "\n" in value or "\r" in value:
        raise BadHeaderError("A header has several lines.")
    if value.isascii() and "=?" not in value and len(value) < LONGEST_LINE:
        return value
    return Header(value, "utf-8").encode(linesep="\n")


def _printable(text: str) -> str:
    """In quoted-printable."""
    return b2a_qp(text.replace("\r\n", "\n").replace("\r", "\n").encode()).decode("ascii")
