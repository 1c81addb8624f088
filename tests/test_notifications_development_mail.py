"""/dev/mail/."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from notifications import development_mail
from notifications.development_mail import EmailBackend

# The folder belongs to the whole run: two workers would forget each other's mail, so "make test" keeps modules whole.
pytestmark = pytest.mark.django_db


def send(to: str, subject: str = "Hello", *, html: str = "") -> str:
    """Sends one; its name among the files."""
    write(to, subject, html=html)
    return development_mail.latest(recipient=to, most=1)[0].name


def write(to: str, subject: str = "Hello", *, html: str = "") -> None:
    """Sends one."""
    message = EmailMultiAlternatives(
        subject, f"Text for {to}: http://localhost:8000/x/?a=1&b=2", "us@example.com", [to]
    )
    if html:
        message.attach_alternative(html, "text/html")
    EmailBackend().send_messages([message])


def test_list_newest_first_and_by_recipient(client: Client) -> None:
    send("older@mail.test", "The older one")
    send("newer@mail.test", "The newer one")
    page = client.get("/dev/mail/").content.decode()
    assert page.index("The newer one") < page.index("The older one")
    only = client.get("/dev/mail/", {"recipient": "OLDER@mail"}).content.decode()
    assert "The older one" in only
    assert "The newer one" not in only
    assert "Nothing was written to" in client.get("/dev/mail/", {"recipient": "<b>none</b>"}).content.decode()


def test_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.views.development_mail.PAGE", 2)
    names = [send("many@mail.test", f"Number {number}") for number in range(3)]
    first = client.get("/dev/mail/", {"recipient": "many@"}).content.decode()
    assert "Number 2" in first
    assert "Number 0" not in first
    assert f"?before={names[1]}&amp;recipient=many%40" in first
    second = client.get("/dev/mail/", {"recipient": "many@", "before": names[1]}).content.decode()
    assert "Number 0" in second
    assert "Number 1" not in second


def test_message_shows_text_with_links_and_frames_the_html(client: Client) -> None:
    name = send(
        "one@mail.test", "<script>x</script>", html="<html><head></head><body><script>1</script>Hi</body></html>"
    )
    page = client.get(f"/dev/mail/{name}/").content.decode()
    assert 'href="http://localhost:8000/x/?a=1&amp;b=2"' in page
    assert "<script>x" not in page
    assert f'src="/dev/mail/{name}/html/"' in page
    answer = client.get(f"/dev/mail/{name}/html/")
    assert '<base target="_top">' in answer.content.decode()
    assert "frame-src 'self'" in client.get(f"/dev/mail/{name}/")["Content-Security-Policy"]
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("name", ["nothing", "1234567890123456789-00000000", "..%2F..%2Fsettings", "x" * 300])
def test_unknown(client: Client, name: str) -> None:
    assert client.get(f"/dev/mail/{name}/").status_code == 404
    assert client.get(f"/dev/mail/{name}/html/").status_code == 404


def test_message_without_html_has_no_frame(client: Client) -> None:
    name = send("plain@mail.test")
    assert "<iframe" not in client.get(f"/dev/mail/{name}/").content.decode()
    assert client.get(f"/dev/mail/{name}/html/").status_code == 404


def test_many_writers() -> None:
    # Read only when all have written: a folder that grows while it is listed may leave an entry out.
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: write(f"w{number}@writers.test"), range(40)))
    names = {each.name for each in development_mail.latest(recipient="@writers.test", most=100)}
    assert len(names) == 40


def test_old_ones_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifications.development_mail.MOST_KEPT", 3)
    for number in range(5):
        send(f"kept{number}@mail.test")
    assert len(list(development_mail.folder().glob("*.eml"))) == 3
