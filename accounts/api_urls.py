"""The API's addresses of accounts."""

from django.urls import path

from accounts.api import MeView, TokensView

urlpatterns = [
    path("tokens/", TokensView.as_view(), name="api-tokens"),
    path("me/", MeView.as_view(), name="api-me"),
]
