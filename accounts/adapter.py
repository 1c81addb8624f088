"""Our rules for django-allauth. notifications.account_mail adds how mail is sent, and is what the settings name."""

from typing import ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.network import client_address
from sitesettings.models import SiteSettings

longest_address = MaxLengthValidator(254)


class AccountRules(DefaultAccountAdapter):
    """Who may sign up, where callers come from, and what they are told when something is wrong."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("The email address or the password is wrong."),
        "incorrect_code": _("This is not the code in our latest mail to you."),
        "incorrect_password": _("This is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """As the host set it."""
        return SiteSettings.current().signup_open

    def clean_email(self, email: str) -> str:
        """Refuses what the column cannot hold, which allauth would cut off."""
        longest_address(email)
        cleaned: str = super().clean_email(email)
        return cleaned

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that rate limits count by."""
        return client_address(request)
