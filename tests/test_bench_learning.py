"""``bench/learning.py`` takes a world of somebody else's, and says what is wrong with its name."""

import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.parametrize(
    ("world", "words"),
    [
        ("nowhere", "--world nowhere: there is no such module; a file ends in .py."),
        ("nowhere.py", "--world nowhere.py: there is no such file."),
        ("json", "--world json: there is no class World in it."),
    ],
)
def test_a_world_that_is_none(world: str, words: str) -> None:
    command = [sys.executable, "bench/learning.py", "--world", world]
    ran = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == words
