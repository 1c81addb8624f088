"""Addresses of pages about accounts, beside django-allauth's."""

from django.urls import path

from accounts import views
from accounts.setup_views import setup

app_name = "accounts"
urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/tokens/", views.tokens, name="tokens"),
    path("accounts/tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke_token"),
    path("accounts/blocked/", views.blocked, name="blocked"),
    path("accounts/blocked/<uuid:member_id>/unblock/", views.unblock, name="unblock"),
    path("setup/", setup, name="setup"),
    path("places/", views.places, name="places"),
]
