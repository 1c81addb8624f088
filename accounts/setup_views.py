"""The wizard for the first admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.setup import Installation, is_set_up, set_up
from accounts.models import Member
from marketplace.errors import MarketplaceError, NotFound
from marketplace.fields import LineField

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class SetupForm(forms.Form):
    """The first admin, and the site in its essentials; everything else waits in the admin."""

    key = LineField(most=64, label=_("Setup key"), help_text=_("The server printed it: python manage.py setup_key"))
    site_name = LineField(most=60, label=_("Name of the site"), initial="Marketplace")
    tagline = LineField(most=140, required=False, label=_("Tagline"), help_text=_("What it is for, in a line."))
    sender_email = forms.EmailField(
        required=False, max_length=254, label=_("Mail comes from"), help_text=_("Such as hello@your-domain.example")
    )
    signup_open = forms.BooleanField(required=False, initial=True, label=_("Anyone may sign up"))
    name = LineField(most=120, label=_("Your name"), widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        max_length=254, label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        label=_("Password"),
        help_text=_("At least 10 characters. Not only digits, and not a common one."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Judges the password with the address and the name at hand."""
        given = super().clean() or self.cleaned_data
        if given.get("password"):
            someone = Member(email=given.get("email", ""), name=given.get("name", ""))
            try:
                validate_password(given["password"], someone)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given

    def installation(self) -> Installation:
        """What the valid form says."""
        return Installation(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """The wizard; 404 once there is an admin."""
    if is_set_up():
        raise Http404
    form = (
        SetupForm(request.POST) if request.method == "POST" else SetupForm(initial={"key": request.GET.get("key", "")})
    )
    if form.is_bound and form.is_valid():
        try:
            admin = set_up(key=form.cleaned_data["key"], installation=form.installation())
        except NotFound as error:
            raise Http404 from error
        except MarketplaceError as error:
            form.add_error("key", str(error.message))
        else:
            login(request, admin, backend=BACKEND)
            messages.success(request, gettext("Your marketplace is ready. More settings are in the admin."))
            return redirect("home")
    return render(request, "accounts/setup.html", {"form": form}, status=400 if form.is_bound else 200)
