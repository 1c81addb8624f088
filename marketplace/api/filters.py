"""Query parameters."""

from collections.abc import Collection

from django.utils.translation import gettext as _
from rest_framework.request import Request

from marketplace.errors import FieldProblem, InvalidInput

PAGING = frozenset({"cursor", "page_size"})


def check_filters(request: Request, allowed: Collection[str] = ()) -> None:
    """Raises InvalidInput ``unknown_filter`` where a parameter of the address is neither allowed nor of paging."""
    unknown = [name for name in request.query_params if name not in allowed and name not in PAGING]
    if unknown:
        problem: FieldProblem = {"code": "unknown_filter", "message": _("There is no such filter.")}
        message = _("Unknown filter: %(names)s") % {"names": ", ".join(sorted(unknown))[:200]}
        raise InvalidInput(message, code="unknown_filter", fields={name[:100]: [problem] for name in unknown[:20]})


def one_of(request: Request, name: str, values: Collection[str]) -> str | None:
    """The parameter's value, which must be one of ``values``; None where it is not given. Raises InvalidInput."""
    given = request.query_params.get(name)
    if given is not None and given not in values:
        message = _("Choose one of: %(choices)s.") % {"choices": ", ".join(values)}
        raise InvalidInput(fields={name: [{"code": "unknown_value", "message": message}]})
    return given
