"""WSGI entry point: pages and API, for synchronous workers."""

import os

from django.core.wsgi import get_wsgi_application

from marketplace.places import read_ahead

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")

application = get_wsgi_application()
read_ahead()
