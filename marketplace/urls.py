"""All addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from marketplace.api.urls import UNKNOWN as UNKNOWN_API_ADDRESS
from marketplace.home import home

urlpatterns: list[URLResolver | URLPattern] = [
    path("", home, name="home"),
    path("", include("marketplace.ui.urls")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include("marketplace.api.urls")),
]
# Comes last: answers in JSON to what no app's api_urls.py takes.
urlpatterns.append(UNKNOWN_API_ADDRESS)
