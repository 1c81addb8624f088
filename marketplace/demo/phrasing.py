"""What people write to each other: sentences that are filled in, without saying the same twice in one request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from marketplace.demo.banks import fill
from marketplace.yaml_files import read_yaml

PHRASES: Final = Path(__file__).parent / "phrases"


@cache
def phrases(kind: str) -> Mapping[str, Any]:
    """All phrases of a kind: ``proposals``, ``messages`` or ``reviews``."""
    found: Mapping[str, Any] = read_yaml(PHRASES / f"{kind}.yaml")
    return found


@dataclass(slots=True)
class Deck:
    """Deals out phrases by chance; the same one again only after all others of its list."""

    rng: Random
    words: Mapping[str, str]
    _left: dict[int, list[Any]] = field(default_factory=dict)

    def draw(self, phrases: Sequence[Any]) -> Any:
        """One of them, as it stands."""
        left = self._left.get(id(phrases))
        if not left:
            left = self._left[id(phrases)] = self.rng.sample(phrases, len(phrases))
        return left.pop()

    def say(self, phrases: Sequence[str], **more: str) -> str:
        """One of them with its placeholders filled in."""
        return fill(self.draw(phrases), {**self.words, **more})


def first_name(name: str) -> str:
    """How one addresses somebody whom one does not know well."""
    return name.split()[0] if name.split() else "there"
