"""Reading data files in YAML."""

from pathlib import Path
from typing import Any, Final

import yaml

LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The library's safe loader in C, which takes a tenth of the time, where its wheel has one."""


def read_yaml(path: Path) -> Any:
    """What the file says, in plain types. Raises yaml.YAMLError and OSError."""
    return yaml.load(path.read_text("utf-8"), LOADER)  # noqa: S506  a safe one
