"""All benchmarks, one after the other, on one marketplace that is made once: what ``make bench`` runs."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from marketplace.embedded.addresses import socket_directory
from marketplace.embedded.home import scratch_home

FOLDER: Final = Path(__file__).resolve().parent
SIZE: Final = ("--pages", "20k", "--requests", "600")
"""Of the marketplace that all share."""
SIZES: Final = {
    "search.py": ("--queries", "25", "--seconds", "5"),
    "matching.py": ("--queries", "100", "--seconds", "5"),
    "deal.py": ("--queries", "30"),
    "pipeline.py": ("--seconds", "15", "--rate", "3000", "--rate-all", "900"),
}
"""What of a script's own defaults is too much beside the others."""
ALONE: Final = {"quality.py": ("--most", "100"), "learning.py": ("--seeds", "1"), "sentences.py": ()}
"""These have a database of their own, and options for a short run."""


def main() -> int:
    """Runs every script of this folder, with the given options added; returns how many failed."""
    home = scratch_home("bench")
    try:
        return _run_all(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(socket_directory(home), ignore_errors=True)


def _run_all(home: Path) -> int:
    failed = 0
    begun = time.monotonic()
    for script in scripts():
        sys.stdout.write(f"\n=== {script.name} (after {time.monotonic() - begun:.0f} s)\n")
        sys.stdout.flush()
        own = ALONE.get(script.name)
        options = own if own is not None else ("--keep", str(home), *SIZE, *SIZES.get(script.name, ()), *sys.argv[1:])
        command = [sys.executable, str(script), *options]
        failed += subprocess.run(command, cwd=FOLDER.parent, env=os.environ, check=False).returncode != 0
    return failed


def scripts() -> list[Path]:
    """The benchmarks in their order."""
    found = list(FOLDER.glob("[a-z]*.py"))
    return sorted(found, key=lambda path: (path.name in ALONE, path.name))


if __name__ == "__main__":
    sys.exit(main())
