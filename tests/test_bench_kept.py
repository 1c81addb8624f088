"""What a benchmark that was killed finds when it goes on in the same folder."""

from pathlib import Path

import pytest
from django.test import override_settings

from bench.harness.files import write_whole
from bench.harness.site import Timed, made_in


def test_a_file_is_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "unfinished.json"
    write_whole(path, "old")
    whole = Path.write_text

    def half(file: Path, text: str) -> int:
        whole(file, text[: len(text) // 2])
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new and longer")
    assert path.read_text() == "old"
    monkeypatch.undo()
    write_whole(path, "new")
    assert path.read_text() == "new"


def test_what_making_took_is_noted_as_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with override_settings(MARKETPLACE_HOME=tmp_path):
        assert made_in() is None
        killed = Timed()
        killed.write("Pages 1 of 3\n")
        assert made_in() is not None
        (tmp_path / "made-in-seconds").write_text("3600")
        going_on = Timed()
        going_on.write("Pages 2 of 3\n")
        assert 3600 <= (made_in() or 0) < 7200
    assert capsys.readouterr().err == "Pages 1 of 3\nPages 2 of 3\n"
