"""django-allauth's forms without placeholders, which repeat the labels and vanish while one types.

This module imports allauth's forms, which import ``accounts.forms``; so it stands apart.
"""

from typing import Any

from allauth.account import forms


class WithoutPlaceholders:
    """Mixin of forms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs.pop("placeholder", None)


class LoginForm(WithoutPlaceholders, forms.LoginForm):
    """Log-in."""


class SignupForm(WithoutPlaceholders, forms.SignupForm):
    """Sign-up, with the fields of ``accounts.forms.SignupForm``."""


class AddEmailForm(WithoutPlaceholders, forms.AddEmailForm):
    """Change of address."""


class ChangePasswordForm(WithoutPlaceholders, forms.ChangePasswordForm):
    """Change of password."""


class SetPasswordForm(WithoutPlaceholders, forms.SetPasswordForm):
    """First password of somebody who has none."""


class ResetPasswordForm(WithoutPlaceholders, forms.ResetPasswordForm):
    """Asking for a reset."""


class ResetPasswordKeyForm(WithoutPlaceholders, forms.ResetPasswordKeyForm):
    """The reset itself."""


class ReauthenticateForm(WithoutPlaceholders, forms.ReauthenticateForm):
    """The password once more."""


class ChangeEmailForm(WithoutPlaceholders, forms.ChangeEmailForm):
    """Another address while the first one is not confirmed yet."""


class ConfirmCodeForm(WithoutPlaceholders, forms.ConfirmEmailVerificationCodeForm):
    """The code from the mail."""
