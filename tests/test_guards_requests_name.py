"""The name ``requests`` is our app, never the HTTP library."""

import subprocess
import sys
from pathlib import Path

import rest_framework.compat
from django.conf import settings

import requests

OURS = settings.BASE_DIR / "requests" / "__init__.py"


def test_under_pytest_it_is_ours() -> None:
    assert Path(requests.__file__).resolve() == OURS


def test_django_rest_framework_does_not_take_it_for_the_library() -> None:
    assert rest_framework.compat.requests is None


def test_under_manage_py_it_is_ours() -> None:
    code = "import requests; print(requests.__file__)"
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
    answer = subprocess.run(shell, cwd=settings.BASE_DIR, capture_output=True, text=True, check=True)
    assert Path(answer.stdout.strip()).resolve() == OURS
