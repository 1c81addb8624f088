"""Mails as they are written: whatever they say comes out of any mail program as it went in."""

import email
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives
from hypothesis import given
from hypothesis import strategies as st

from notifications.mail.written import Letter

GIVEN: dict[str, Any] = {
    "sender": "Marketplace <post@example.com>",
    "recipient": "paul@example.com",
    "subject": "New request: A sign for my café",
    "text": "Hello.\n\nA line.\n",
    "html": "<p>Hello.</p>\n",
    "headers": {"Message-ID": "<1@example.com>", "Auto-Submitted": "auto-generated"},
}
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300)
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t"), max_size=200)).map(
    "\n".join
)


def read(letter: EmailMultiAlternatives) -> EmailMessage:
    """The mail as a mail program reads it."""
    message: Any = letter.message()
    raw: bytes = message.as_bytes(linesep="\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    parsed = email.message_from_bytes(raw, policy=policy.default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(message: EmailMessage, kind: str) -> str:
    """The text of one part."""
    found = message.get_body([kind])
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


@given(text=LINES, html=LINES)
def test_both_texts_arrive(text: str, html: str) -> None:
    found = read(Letter(**GIVEN | {"text": text, "html": html}))
    assert found.get_content_type() == "multipart/alternative"
    assert [each.get_content_type() for each in found.iter_parts()] == ["text/plain", "text/html"]
    assert (part(found, "plain"), part(found, "html")) == (text, html)


@given(WORDS.map(lambda text: " ".join(text.split())).filter(bool))
def test_any_subject_arrives(subject: str) -> None:
    assert read(Letter(**GIVEN | {"subject": subject}))["Subject"] == subject


@pytest.mark.parametrize("subject", ["=?utf-8?q?spam?=", "x" * 2000, "ä" * 160, "From: me", ". dot", "日本語 の 件名"])
def test_odd_subjects_arrive(subject: str) -> None:
    assert read(Letter(**GIVEN | {"subject": subject}))["Subject"] == subject


@pytest.mark.parametrize("name", ["text", "html"])
def test_lines_that_mean_something_to_servers_arrive(name: str) -> None:
    text = ".\n..\n.dot\nFrom here\n--=_alternative\n--=_alternative--\n-- \nJürgen  \n" + "long " * 500
    assert part(read(Letter(**GIVEN | {name: text})), "plain" if name == "text" else "html") == text


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_whatever_its_lines_end_with(ends: str) -> None:
    assert part(read(Letter(**GIVEN | {"text": f"a{ends}b{ends}"})), "plain") == "a\nb\n"


@pytest.mark.parametrize(
    "mailbox",
    ["post@example.com", "A Market <post@example.com>", '"Café, Ltd." <post@example.com>', "post@café.example"],
)
def test_sender_and_recipient_are_written_as_django_does(mailbox: str) -> None:
    usual = EmailMultiAlternatives("x", "x", mailbox, [mailbox])
    found, expected = read(Letter(**GIVEN | {"sender": mailbox, "recipient": mailbox})), read(usual)
    assert (found["From"], found["To"]) == (expected["From"], expected["To"])


def test_headers() -> None:
    address = "https://market.example/" + "x" * 300
    found = read(Letter(**GIVEN | {"headers": GIVEN["headers"] | {"List-Unsubscribe": f"<{address}>"}}))
    assert found["Message-ID"] == "<1@example.com>"
    assert found["List-Unsubscribe"] == f"<{address}>"
    assert abs(found["Date"].datetime - datetime.now(UTC).replace(tzinfo=None)) < timedelta(minutes=5)
    assert not found.defects


@pytest.mark.parametrize("changes", [{"subject": "a\nBcc: all@example.com"}, {"headers": {"X": "a\rb"}}])
def test_nobody_adds_headers(changes: dict[str, Any]) -> None:
    with pytest.raises(BadHeaderError):
        Letter(**GIVEN | changes).message()
