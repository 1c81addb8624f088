"""The Django project. Its bottom layer knows no other app, its top layer may know all of them."""

from marketplace.celery import app as celery_app

__all__ = ["celery_app"]
