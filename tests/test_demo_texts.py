"""Outside texts for the demo: read where they lie, fitted to the catalogue, never needed."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from requests.models import ServiceRequest
from services.models import ServicePage
from tests.demo_digest import digest

SIZE = ["--pages", "150", "--requests", "60", "--now", "2026-11-24", "--history-days", "10", "--verbosity", "0"]
DATA = Path(os.environ.get("MARKETPLACE_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one occupation that fits the catalogue, in both forms."""
    (tmp_path / "tsv").mkdir()
    (tmp_path / "tsv" / "occupation_data.tsv").write_text(
        "O*NET-SOC Code\tTitle\tDescription\n1\tLogo design\tDraw.\n2\tLogo designers\tDraw {skill}.\n"
    )
    (tmp_path / "tsv" / "task_statements.tsv").write_text(
        "O*NET-SOC Code\tTask\n1\tSharpen every quilligraph before noon.\n2\tCollect {city} \x01quilligraphs.\n"
    )
    (tmp_path / "occupations_en.csv").write_text(
        'preferredLabel,altLabels,description\nlogo designer,"brand mark drawer\nlogo artist",'
        '"Logo designers draw. They also polish quilligraphs. They have hands."\n'
    )
    return tmp_path


def test_outside_texts_come_on_pages_and_in_requests(catalogue: Any, folder: Path) -> None:
    call_command("demo", *SIZE, "--pages", "900", "--texts", str(folder))
    pages = ServicePage.objects.filter(about__icontains="quilligraph").exclude(member__email="provider@example.com")
    assert pages.exists()
    assert all("logo-design" in page.services.values_list("slug", flat=True) for page in pages)
    assert not ServicePage.objects.filter(about__contains="\x01").exists()
    assert not ServicePage.objects.filter(about__contains="{").exists()
    first = digest()
    call_command("demo", "--remove", "--verbosity", "0")
    call_command("demo", *SIZE, "--pages", "900", "--texts", str(folder))
    assert digest() == first


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no texts that the demo can read: neither occupation_data.tsv nor occupations_en.csv"),
        ({"occupation_data.tsv": "Code\tTitle\n1\tLogo design\n"}, "has no column 'O*NET-SOC Code'"),
        ({"occupations_en.csv": "preferredLabel,altLabels,description\n"}, "hold no occupation"),
        (
            {"occupations_en.csv": "preferredLabel,altLabels,description\nqwxz,,They qwxz things.\n"},
            "fits a service of the catalogue",
        ),
    ],
)
def test_a_folder_without_usable_texts_is_refused(
    catalogue: Any, tmp_path: Path, files: dict[str, str], message: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(CommandError) as caught:
        call_command("demo", *SIZE, "--texts", str(tmp_path))
    assert message in str(caught.value)
    assert not ServicePage.objects.exists()


@pytest.mark.parametrize("name", ["onet", "esco"])
def test_the_open_data_serves(catalogue: Any, name: str) -> None:
    if not (DATA / name).is_dir():
        pytest.skip(f"There is no open data in {DATA / name} (see MARKETPLACE_DATA).")
    call_command("demo", *SIZE, "--texts", str(DATA / name))
    leads = ("In short:", "My days look like this:", "What I do most:", "My work:")
    texts = ServicePage.objects.values_list("about", flat=True)
    # About half of the forty: how many services an occupation fits is the embedder's to say.
    assert sum(any(lead in about for lead in leads) for about in texts) >= 15
    assert ServiceRequest.objects.filter(title__regex="^(Looking for an? |Help from )|wanted$|short project$").exists()
