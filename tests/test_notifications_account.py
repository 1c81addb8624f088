"""What members are told about their own accounts."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.test import Client

from accounts.models import Member
from marketplace.clock import utc_now
from notifications import sweeping
from notifications.models import Channel, Delivery, Event, Notification, Preference, Timing
from tests import factories

pytestmark = pytest.mark.django_db


def test_new_password(clara: Member, log_in: Any, api: Any) -> None:
    browser = log_in(clara)
    new = "a-Brand-new-one-1"
    form = {"oldpassword": factories.PASSWORD, "password1": new, "password2": new}
    assert browser.post("/accounts/password/change/", form).status_code == 302
    assert Event.objects.get().kind == "account.password_changed"
    sweeping.sweep_events(now=utc_now() + timedelta(minutes=1))
    (told,) = api(clara).get("/api/v1/notifications/").json()["results"]
    assert (told["kind"], told["text"]) == ("account.password_changed", "Your password was changed.")
    assert told["subject"] == {"type": "member", "id": str(clara.pk)}
    assert told["url"] == "http://localhost:8000/accounts/password/change/"
    assert not Delivery.objects.exists()  # it is in the list, and by default no mail


def test_new_address(clara: Member, client: Client) -> None:
    old = EmailAddress.objects.get(user=clara)
    new = EmailAddress(user=clara, email="clara@example.net")
    email_changed.send(Member, request=None, user=clara, from_email_address=old, to_email_address=new)
    sweeping.sweep_events(now=utc_now() + timedelta(minutes=1))
    client.force_login(clara, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "Your email address is now clara@example.net." in client.get("/notifications/").content.decode()


def test_the_first_address_is_no_change(clara: Member) -> None:
    first = EmailAddress.objects.get(user=clara)
    email_changed.send(Member, request=None, user=clara, from_email_address=None, to_email_address=first)
    assert not Event.objects.exists()


def test_it_cannot_be_turned_off(clara: Member, log_in: Any) -> None:
    page = log_in(clara).get("/notifications/preferences/").content.decode()
    assert "Security of my account" in page
    assert "account_security." not in page
    Preference.objects.create(member=clara, topic="account_security", channel=Channel.IN_APP, timing=Timing.OFF)
    test_new_address(clara, Client())
    assert Notification.objects.visible_to(clara).count() == 1
