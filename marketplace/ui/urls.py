"""Addresses of the frame: style sheet, and in development the style guide."""

from django.conf import settings
from django.urls import URLPattern, path

from marketplace.ui.styleguide import styleguide
from marketplace.ui.styles import styles

urlpatterns: list[URLPattern] = [path("styles-<slug:version>.css", styles, name="styles")]
if not settings.PRODUCTION:
    urlpatterns.append(path("styleguide/", styleguide, name="styleguide"))
