"""What may stand in a request. The same rules behind the guided form and the API; actions apply them."""

from requests.rules.changes import FIELDS, MATERIAL, clean_changes
from requests.rules.publishing import IncompleteRequest, missing_for_publishing, require_publishable

__all__ = [
    "FIELDS",
    "MATERIAL",
    "IncompleteRequest",
    "clean_changes",
    "missing_for_publishing",
    "require_publishable",
]
