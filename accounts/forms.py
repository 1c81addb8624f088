"""Forms about accounts. django-allauth's own forms do the rest."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.fields import LineField


class SignupForm(forms.Form):
    """What sign-up asks besides address and password, which django-allauth adds."""

    name = LineField(
        most=120,
        label=_("Your name"),
        help_text=_("Clients and providers see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    time_zone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput(attrs={"data-time-zone": ""}))

    field_order = ("name", "email", "password1", "time_zone")

    def signup(self, request: HttpRequest, user: Member) -> None:
        """django-allauth's hook: the member was just made."""
        user.name = self.cleaned_data["name"]
        if self.cleaned_data["time_zone"] in available_timezones():  # a wrong guess of the browser is no error
            user.time_zone = self.cleaned_data["time_zone"]
        user.save(update_fields=["name", "time_zone"])

    def clean(self) -> dict[str, Any]:
        """Django's hook."""
        return super().clean() or self.cleaned_data
