"""``python manage.py member EMAIL``: a verified member and a token for the API, for scripts and operators."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions import ensure_member
from accounts.actions.tokens import log_in_token
from marketplace.errors import MarketplaceError


class Command(BaseCommand):
    """Prints ``{"id", "email", "token"}``; the token is new each time, earlier ones go on working."""

    help = "Creates a verified member, or finds it, and prints its id, address and a new API token as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address, and what to set."""
        parser.add_argument("email")
        parser.add_argument("--staff", action="store_true", help="gives all rights in the admin")
        parser.add_argument("--password", help="sets the password; without it a new member can only reset it by mail")

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs the command."""
        try:
            member = ensure_member(email=options["email"], password=options["password"], staff=options["staff"])
        except MarketplaceError as error:
            raise CommandError(str(error.message)) from error
        if not member.is_active:
            self.stderr.write(self.style.WARNING("This account is closed: the token will not work."))
        token = log_in_token(actor=member, name="manage.py member")
        self.stdout.write(json.dumps({"id": str(member.pk), "email": member.email, "token": token}))
