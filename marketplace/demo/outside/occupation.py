"""What a folder of outside texts is read into."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Occupation:
    """One trade as others describe it: the names of those who do it, what they do, and what with."""

    name: str
    titles: tuple[str, ...]
    tasks: tuple[str, ...]
    skills: tuple[str, ...] = ()
