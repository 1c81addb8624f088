#!/usr/bin/env python
"""Django's command line for the marketplace."""

import os
import sys


def main() -> None:
    """Runs the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        sys.exit(explanation(error))


def explanation(error: Exception) -> str:
    """What to do about a database that does not answer."""
    from django.conf import settings

    if os.environ.get("DATABASE_URL"):
        return f"The database that DATABASE_URL names does not answer as it should: {error}"
    home = settings.MARKETPLACE_HOME
    return f"The marketplace in {home} is not running. Start it with make run, or set DATABASE_URL. ({error})"


if __name__ == "__main__":
    main()
