"""What may stand on a service page. The same rules behind the guided form and the API; actions apply them."""

from services.rules.changes import FIELDS, clean_changes
from services.rules.completeness import Advice, Completeness, completeness
from services.rules.publishing import Missing, missing_for_publishing, require_publishable

__all__ = [
    "FIELDS",
    "Advice",
    "Completeness",
    "Missing",
    "clean_changes",
    "completeness",
    "missing_for_publishing",
    "require_publishable",
]
