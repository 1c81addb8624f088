"""The OpenAPI document: valid, complete, and made without warnings."""

import re
from typing import Any

import pytest
import yaml
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    GENERATOR_STATS.reset()
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return made


def test_is_valid_and_made_without_warnings(document: dict[str, Any]) -> None:
    validate_schema(document)  # type: ignore[no-untyped-call]
    problems = [*GENERATOR_STATS._error_cache, *GENERATOR_STATS._warn_cache]
    assert [str(problem) for problem in problems] == []


def test_is_version_3_1_in_json_and_in_yaml_where_asked(client: Client) -> None:
    answer = client.get("/api/v1/schema/")
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["openapi"].startswith("3.1")
    asked = client.get("/api/v1/schema/", headers={"accept": "application/vnd.oai.openapi"})
    assert yaml.safe_load(asked.content) == answer.json()


def test_every_call_names_its_errors_in_one_form(document: dict[str, Any]) -> None:
    form = {"$ref": "#/components/schemas/Error"}
    for calls in document["paths"].values():
        for call in calls.values():
            assert call["responses"]["400"]["content"]["application/json"]["schema"] == form
    assert "401" in document["paths"]["/api/v1/me/"]["get"]["responses"]
    assert "401" not in document["paths"]["/api/v1/tokens/"]["post"]["responses"]


def test_documentation_keeps_the_content_security_policy(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    assert "<style" not in page
    assert "style=" not in page
    assert all("src=" in script for script in page.split("<script")[1:])


def test_documentation_shows_every_call_with_its_fields_and_errors(client: Client, document: dict[str, Any]) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    calls = [call["operationId"] for methods in document["paths"].values() for call in methods.values()]
    assert [key for key in calls if f'id="{key}"' not in page] == []
    shown = page[page.index('id="requests_create"') :]
    for words in (
        "RequestInput",
        "budget_min",
        "integer or null",
        "Idempotency-Key",
        "<code>409</code>",
        "curl -X POST",
    ):
        assert words in shown


def test_what_the_documentation_refers_to_is_there(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    referred = set(re.findall(r'href="#([^"]+)"', page))
    assert sorted(referred - set(re.findall(r' id="([^"]+)"', page))) == []


def test_nothing_of_the_documentation_costs_a_query_for_strangers(client: Client) -> None:
    client.get("/api/v1/docs/")
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/docs/")
    assert len(queries) <= 1
