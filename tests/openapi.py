"""Answers of the API held against its own OpenAPI document: what it does not describe fails the test that asked."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator, FormatChecker
from rest_framework.test import APIClient

UNDESCRIBED = {405, 406, 503}
"""Statuses that any address may have and that no call lists."""


class DescribedClient(APIClient):
    """A client of the API that raises AssertionError for an answer that is not as the document says."""

    def request(self, **request: Any) -> Any:
        """The answer."""
        answer = super().request(**request)
        differences = list(undescribed(request["REQUEST_METHOD"], request["PATH_INFO"], answer))
        assert differences == [], (request["REQUEST_METHOD"], request["PATH_INFO"], answer.status_code)
        return answer


@cache
def document() -> Mapping[str, Any]:
    """The document; objects hold no other fields than it lists."""
    made: dict[str, Any] = SchemaGenerator(urlconf="marketplace.urls").get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    for shape in made["components"]["schemas"].values():
        if "properties" in shape:
            shape.setdefault("additionalProperties", False)
    return made


def undescribed(method: str, path: str, answer: Any) -> Iterator[str]:
    """What the document does not say of this answer."""
    calls = next((calls for pattern, calls in _addresses() if pattern.fullmatch(path)), {})
    call = calls.get(method.lower())
    if call is None or answer.status_code in UNDESCRIBED:
        return
    described = call["responses"].get(str(answer.status_code))
    if described is None:
        yield f"status {answer.status_code}"
        return
    kind = answer.get("Content-Type", "").partition(";")[0]
    content = described.get("content", {})
    if kind not in content:
        if content or answer.content:
            yield f"content type {kind}"
    elif kind == "application/json":
        shape = content[kind]["schema"] | {"components": document()["components"]}
        checker = Draft202012Validator(shape, format_checker=FormatChecker())
        yield from (f"{error.json_path}: {error.message}" for error in checker.iter_errors(answer.json()))


@cache
def _addresses() -> list[tuple[re.Pattern[str], Mapping[str, Any]]]:
    """Fixed addresses before those with an id in the same place."""
    paths = sorted(document()["paths"].items(), key=lambda item: item[0].count("{"))
    return [(re.compile(re.sub(r"\\?\{[^}]+\}", "[^/]+", re.escape(path))), calls) for path, calls in paths]
