"""Addresses of the service pages. ``services.addresses.RESERVED`` holds their first parts."""

from django.urls import path

from services.views import page

app_name = "services"

urlpatterns = [
    path("services/<slug:slug>/", page.public_page, name="page"),
]
