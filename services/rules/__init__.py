"""What may stand on a service page. The same rules behind the guided form and the API; actions apply them."""

from services.rules.changes import FIELDS, clean_changes
from services.rules.publishing import Missing, missing_for_publishing, require_publishable

__all__ = ["FIELDS", "Missing", "clean_changes", "missing_for_publishing", "require_publishable"]
