"""A plain Django page to hold ours against: the middleware of ``startproject``, one indexed query, a template of 200
lines. ``gunicorn bench.harness.plain:application``; ``PLAIN_DATABASE`` holds its entry of DATABASES as JSON."""

import json
import os
from typing import Any, Final

import django
from django.conf import settings

LINES: Final = 200


def _template() -> str:
    """200 lines: two thirds plain HTML, a third with variables, filters and conditions, as pages have them."""
    lines = ["<!doctype html>", '<html lang="en">', "<head><title>{{ page.title }}</title></head>", "<body><ul>"]
    for number in range(LINES - len(lines) - 1):
        if number % 3:
            lines.append(f'<li class="item item-{number}"><span>Line {number}</span></li>')
        else:
            lines.append(
                '<li{% if page.slug %} class="row"{% endif %}><a href="/{{ page.slug }}/">{{ page.title }}</a></li>'
            )
    return "\n".join([*lines, "</ul>{{ page.summary }}</body></html>"])


settings.configure(
    DATABASES={"default": json.loads(os.environ["PLAIN_DATABASE"])},
    SECRET_KEY="plain",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ],
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"plain.html": _template()})],
                    )
                ],
            },
        }
    ],
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path


class Page(models.Model):
    """The product's own table of pages, as a stranger would read it."""

    id = models.UUIDField(primary_key=True)
    slug = models.CharField(max_length=100)
    title = models.CharField(max_length=200)
    summary = models.TextField()

    class Meta:
        app_label = "plain"
        managed = False
        db_table = "services_servicepage"

    def __str__(self) -> str:
        return self.title


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One page by its address."""
    return render(request, "plain.html", {"page": Page._default_manager.get(slug=slug), "user": request.user})


urlpatterns: list[Any] = [path("<slug:slug>/", page)]
application = WSGIHandler()
