"""All benchmarks, one after the other, on one marketplace that is made once: what ``make bench`` runs."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent
LAST: Final = ("quality.py",)
"""These have a database of their own, or change what the others measure."""


def main() -> int:
    """Runs every script of this folder with the given options added; the number of those that failed."""
    failed = 0
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="marketplace-bench-") as home:
        for script in scripts():
            sys.stdout.write(f"\n=== {script.name} (after {time.monotonic() - begun:.0f} s)\n")
            sys.stdout.flush()
            command = [sys.executable, str(script), "--keep", home, *sys.argv[1:]]
            failed += subprocess.run(command, cwd=FOLDER.parent, env=os.environ, check=False).returncode != 0
    return failed


def scripts() -> list[Path]:
    """The benchmarks in their order."""
    found = list(FOLDER.glob("[a-z]*.py"))
    return sorted(found, key=lambda path: (path.name in LAST, path.name))


if __name__ == "__main__":
    sys.exit(main())
