"""Forms about accounts. django-allauth's own forms do the rest."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts import photos
from accounts.actions.profile import Profile
from accounts.models import ApiToken, Member
from accounts.time_zones import time_zone_choices
from marketplace.fields import LanguagesField, LineField, PlaceField
from marketplace.place_names import written


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


class ProfileForm(forms.Form):
    """A member's profile."""

    name = LineField(most=120, label=_("Name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    headline = LineField(
        most=160,
        required=False,
        label=_("Headline"),
        help_text=_("What you do, in a line: “Brand designer for food and drink”."),
    )
    photo = forms.FileField(
        required=False,
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP, at most 8 MB. It is cut square."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    drop_photo = forms.BooleanField(required=False, label=_("Remove the present photo"))
    place = PlaceField(required=False, label=_("City"), help_text=_("Others see the city, never a street."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=time_zone_choices, help_text=_("Times on this site and quiet hours follow it.")
    )
    languages = LanguagesField(required=False, label=_("Languages that you speak"))

    @classmethod
    def filled(cls, member: Member) -> ProfileForm:
        """The form with what the member has at present."""
        initial = {name: getattr(member, name) for name in ("name", "headline", "time_zone", "languages")}
        form = cls(initial=initial | {"place": written(member.city, member.country)})
        if member.time_zone == "UTC":  # never chosen: the browser knows better
            form.fields["time_zone"].widget.attrs["data-time-zone"] = "guess"
        return form

    def clean_photo(self) -> ContentFile[bytes] | None:
        """The photo, written anew."""
        upload = self.cleaned_data["photo"]
        return photos.clean_photo(upload) if upload else None

    def profile(self) -> Profile:
        """What the valid form says."""
        given = self.cleaned_data
        return Profile(
            name=given["name"],
            headline=given["headline"],
            place=given["place"],
            time_zone=given["time_zone"],
            languages=tuple(given["languages"]),
            photo=given["photo"],
            drop_photo=given["drop_photo"],
        )


class TokenForm(forms.Form):
    """A new API token."""

    name = LineField(most=80, label=_("What is it for?"), help_text=_("For example “Sync with our calendar”."))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(ApiToken.Scope.READ.value, _("Read")), (ApiToken.Scope.WRITE.value, _("Read and change"))]
        if member.is_staff:
            choices.append((ApiToken.Scope.STAFF.value, _("Read and change, with staff powers")))
        self.fields["scope"] = forms.ChoiceField(
            label=_("What may it do?"), choices=choices, widget=forms.RadioSelect, initial=ApiToken.Scope.READ.value
        )

    def scopes(self) -> list[str]:
        """The scopes that the choice stands for."""
        chosen = self.cleaned_data["scope"]
        return [ApiToken.Scope.WRITE, ApiToken.Scope.STAFF] if chosen == ApiToken.Scope.STAFF else [chosen]
