"""The Makefile on machines where something is missing: it says what, however often it is asked."""

import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")

WITHOUT_ENSUREPIP = """#!/bin/sh
case "$*" in
"-m venv .venv")
    mkdir -p .venv/bin && touch .venv/bin/python
    echo "ensurepip is not available" >&2
    exit 1 ;;
esac
"""
WITHOUT_PIP = """#!/bin/sh
echo "$0: No module named pip" >&2
exit 1
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project in which nothing was ever made."""
    for name in ("Makefile", "requirements.txt"):
        shutil.copy(settings.BASE_DIR / name, tmp_path)
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def make(project: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_an_environment_that_cannot_be_made_is_begun_anew(project: Path) -> None:
    python = program(project / "python3", WITHOUT_ENSUREPIP)
    for _time in range(2):
        done = make(project, "run", f"PYTHON={python}")
        assert done.returncode != 0
        assert "ensurepip is not available" in done.stderr
    assert not (project / ".venv").exists()


def test_an_environment_without_pip_is_named(project: Path) -> None:
    program(project / ".venv" / "bin" / "python", WITHOUT_PIP)
    done = make(project, "run")
    assert done.returncode != 0
    assert "No module named pip" in done.stdout
