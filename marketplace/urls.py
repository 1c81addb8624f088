"""All addresses of the site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from marketplace.about import about, manifest, robots
from marketplace.api.urls import UNKNOWN as UNKNOWN_API_ADDRESS
from marketplace.demo.views import remove_demo_page
from marketplace.health import healthz, metrics, readyz
from marketplace.home import home
from marketplace.media import media

# What is called most comes first: an address is held against all that stand ahead of it.
API: list[URLResolver | URLPattern] = [
    path("", include("requests.api_urls")),
    path("", include("accounts.api_urls")),
    path("", include("attachments.api_urls")),
    path("", include("services.api_urls")),
    path("", include("notifications.api_urls")),
    path("", include("insights.api_urls")),
    path("", include("messaging.api_urls")),
    path("", include("engagements.api_urls")),
    path("", include("marketplace.api.urls")),
]
# The API comes ahead of the pages: its calls need not be held against all of their addresses first.
urlpatterns: list[URLResolver | URLPattern] = [
    path("", home, name="home"),
    path("api/v1/", include(API)),
    path("", include("marketplace.ui.urls")),
    path("about/terms/", about, {"topic": "terms"}, name="terms"),
    path("about/privacy/", about, {"topic": "privacy"}, name="privacy"),
    path("about/imprint/", about, {"topic": "imprint"}, name="imprint"),
    path("about/contact/", about, {"topic": "contact"}, name="contact"),
    path("robots.txt", robots, name="robots"),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("media/<path:path>", media, name="media"),
    path("", include("services.urls")),
    path("", include("requests.urls")),
    path("", include("messaging.urls")),
    path("", include("engagements.urls")),
    path("", include("insights.urls")),
    path("admin/remove-demo/", remove_demo_page, name="remove_demo"),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("notifications.urls")),
    path("", include("attachments.urls")),
]
# Comes last: answers in JSON to what no app's api_urls.py takes.
urlpatterns.append(UNKNOWN_API_ADDRESS)

handler500 = "marketplace.ui.errors.server_error"
