"""Our rules for django-allauth. notifications.account_mail adds how mail is sent, and is what the settings name."""

from allauth.account.adapter import DefaultAccountAdapter
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest

from marketplace.network import client_address
from sitesettings.models import SiteSettings

longest_address = MaxLengthValidator(254)


class AccountRules(DefaultAccountAdapter):
    """Who may sign up, and where callers come from."""

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
