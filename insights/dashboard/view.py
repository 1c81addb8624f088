"""What the reader chose to see."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from insights.ranges import Range
from services.models import ServiceGroup


@dataclass(frozen=True, slots=True)
class View:
    """A range, perhaps a group, and the moments that belong to them: ``end`` is where closed minutes end."""

    range: Range
    group: ServiceGroup | None
    now: datetime
    end: datetime

    @property
    def query(self) -> str:
        """The choice as it stands in an address."""
        return self.query_of(self.range)

    def query_of(self, other: Range) -> str:
        """The same choice with another range."""
        return urlencode({"range": other.key, **({"group": self.group.slug} if self.group else {})})
