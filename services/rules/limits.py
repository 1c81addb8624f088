"""How much a service page holds."""

from typing import Final

TITLE: Final = 120
ABOUT: Final = 5000
SERVICES: Final = 10
SKILLS: Final = 20
SKILL: Final = 60
LANGUAGES: Final = 20
RADIUS_KM: Final = 1000
HOURS_PER_WEEK: Final = 168
DAILY_LEADS: Final = 100
PACKAGE_NAME: Final = 60
PACKAGE_TEXT: Final = 600
DELIVERY_DAYS: Final = 365
REVISIONS: Final = 99
EXTRAS: Final = 8
