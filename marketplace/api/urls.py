"""Addresses of the API's documentation; ``UNKNOWN`` comes last of all."""

from django.urls import path, re_path

from marketplace.api.views import SchemaView, UnknownAddressView, docs

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", docs, name="docs"),
]
UNKNOWN = re_path(r"^api/", UnknownAddressView.as_view())
