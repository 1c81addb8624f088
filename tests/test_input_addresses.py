"""Addresses that hold what no view could look up."""

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from marketplace.urls import urlpatterns as real_patterns

# Commits are real: an error page asks the database, which a refused statement must not have stopped.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]


def careless(request: HttpRequest) -> HttpResponse:
    """A view that hands whatever comes to the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text, %s::smallint", [request.POST.get("text", ""), request.GET.get("number", "1")])
    return HttpResponse("fine")


urlpatterns = [path("careless/", careless), path("api/v1/careless/", careless), *real_patterns]


@pytest.mark.parametrize(
    "address", ["/careless/?q=%00", "/careless/?%00=1", "/services/%00/", "/careless/?number=99999"]
)
def test_page_is_400(client: Client, address: str) -> None:
    assert client.get(address).status_code == 400


def test_careless_form_is_400(client: Client) -> None:
    assert client.post("/careless/", {"text": "a\0b"}).status_code == 400


@pytest.mark.parametrize("query", ["q=%00", "number=99999", "&".join(f"a{number}=1" for number in range(2000))])
def test_api_is_400_with_a_code(client: Client, query: str) -> None:
    answer = client.get(f"/api/v1/careless/?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_address")


@pytest.mark.parametrize("query", ["q=%ff%fe", "q=%ed%a0%80", "q=%F0%9F%98%80", "q=" + "x" * 50_000])
def test_odd_but_storable_is_served(client: Client, query: str) -> None:
    assert client.get(f"/careless/?{query}").status_code == 200
