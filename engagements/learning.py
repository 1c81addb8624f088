"""What the ranking learns from engagements."""

from typing import Final

from django.db.models import Exists, OuterRef

from engagements.models import Review
from requests.learning.grades import BEST, Grade
from requests.models import Side

WELL: Final = 4
"""Stars from which the client was content."""
WELL_REVIEWED: Final = Grade(
    "reviewed",
    BEST,
    Exists(
        Review.objects.filter(
            engagement__request=OuterRef("request"), page=OuterRef("page"), by=Side.CLIENT, rating__gte=WELL
        )
    ),
)
