"""Addresses of the API's documentation; ``UNKNOWN`` comes last of all."""

from django.urls import path, re_path

from marketplace.api.views import DocsView, SchemaView, UnknownAddressView

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]
UNKNOWN = re_path(r"^api/", UnknownAddressView.as_view())
