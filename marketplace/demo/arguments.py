"""What a demo is made of, and why it may not be made."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final


class DemoRefused(Exception):
    """The demo cannot be made or removed here; the message says why, and what to do."""


HISTORY_DAYS: Final = 730
"""Two years, so that the insights can compare one with the other."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the demo is made of. Equal arguments make equal demos. ``texts`` is a folder, or empty.

    ``history_days``: of request rates before ``now``.
    """

    pages: int
    requests: int
    seed: int
    now: datetime
    texts: str = ""
    history_days: int = HISTORY_DAYS

    def as_json(self) -> dict[str, Any]:
        """For the row that remembers them."""
        return {**asdict(self), "now": self.now.isoformat()}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Arguments":
        """As they were remembered."""
        return cls(**{**kept, "now": datetime.fromisoformat(kept["now"])})

    def __str__(self) -> str:
        """As one types them."""
        texts = f" --texts {self.texts}" if self.texts else ""
        now = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        days = f" --history-days {self.history_days}" if self.history_days != HISTORY_DAYS else ""
        return f"--pages {self.pages} --requests {self.requests} --seed {self.seed} --now {now}{texts}{days}"
