"""What a demo is made of, and why it may not be made."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any


class DemoRefused(Exception):
    """The demo cannot be made or removed here; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Arguments:
    """What the demo is made of. Equal arguments make equal demos. ``texts`` is a folder, or empty."""

    pages: int
    requests: int
    seed: int
    now: datetime
    texts: str = ""

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
        return f"--pages {self.pages} --requests {self.requests} --seed {self.seed} --now {now}{texts}"
