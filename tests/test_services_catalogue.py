"""The catalogue: its files, loading them, what clients are asked, the exchange rates that come with it."""

import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command

from marketplace.ui.icons import FALLBACK, icon_svg
from services.actions import save_catalogue_row
from services.catalogue import DATA, CatalogueError, load, questions_for, read
from services.currencies import CURRENCIES
from services.exchange import SEED, seed
from services.models import ExchangeRate, Question, Service, ServiceGroup

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SMALL: dict[str, Any] = {
    "slug": "knots",
    "name": "Knots",
    "icon": "anchor",
    "position": 99,
    "questions": [{"key": "rope", "text": "Which rope?", "type": "choice", "choices": ["Hemp", "Nylon"]}],
    "services": [
        {
            "slug": "bowline",
            "name": "Bowline",
            "synonyms": ["loop"],
            "skills": ["Tying"],
            "hourly_usd": [10, 20],
            "remote": False,
            "questions": [{"key": "wet", "text": "Is it wet?", "type": "yes_no", "required": True}],
        }
    ],
}


def folder(path: Path, **changes: Any) -> Path:
    """A folder with one small catalogue, changed at the top or (``service``, ``question``) below."""
    content = yaml.safe_load(yaml.safe_dump(SMALL))
    content["services"][0].update(changes.pop("service", {}))
    content["questions"][0].update(changes.pop("question", {}))
    content.update(changes)
    (path / "knots.yaml").write_text(yaml.safe_dump(content), "utf-8")
    return path


def test_the_files_hold_what_was_promised() -> None:
    groups = read(DATA)
    services = [service for group in groups for service in group.services]
    assert len(groups) >= 25
    assert len(services) >= 400
    assert sum(len(service.questions) == 2 for service in services) >= 150
    assert all(3 <= len(group.questions) <= 6 for group in groups)
    assert all(len(service.synonyms) >= 3 and len(service.skills) >= 4 for service in services)


def test_names_are_unique_and_icons_are_there() -> None:
    groups = read(DATA)
    names = Counter(service.name for group in groups for service in group.services)
    assert names.most_common(1)[0][1] == 1
    assert len({group.name for group in groups}) == len(groups)
    assert len({group.position for group in groups}) == len(groups)
    assert [group.slug for group in groups if icon_svg(group.icon) == icon_svg(FALLBACK)] == []


def test_migrating_fills_the_tables(db: None) -> None:
    entries = read(DATA)
    assert set(ServiceGroup.objects.values_list("slug", flat=True)) >= {group.slug for group in entries}
    assert Service.objects.count() >= 400


def test_loading_twice_changes_nothing(db: None, tmp_path: Path, django_assert_max_num_queries: Any) -> None:
    first = load(folder(tmp_path), now=NOW)
    assert (first.created, first.updated) == (4, 0)
    with django_assert_max_num_queries(4):
        assert load(tmp_path, now=NOW).unchanged
    again = load(tmp_path, now=NOW, force=True)
    assert (again.created, again.updated, again.kept) == (0, 0, 0)


def test_changed_files_change_rows(db: None, tmp_path: Path) -> None:
    load(folder(tmp_path), now=NOW)
    folder(tmp_path, service={"name": "Bowline knot", "hourly_usd": [15, 30]}, question={"required": True})
    assert load(tmp_path, now=NOW).updated == 2
    service = Service.objects.get(slug="bowline")
    assert (service.name, service.hourly_usd_high, service.can_be_remote) == ("Bowline knot", 30, False)


def test_what_the_host_edited_is_kept(db: None, tmp_path: Path, ada: Any) -> None:
    load(folder(tmp_path), now=NOW)
    service = Service.objects.get(slug="bowline")
    service.name = "Our bowline"
    save_catalogue_row(actor=ada, row=service)
    question = Question.objects.get(key="wet", service=service)
    question.is_active = False
    save_catalogue_row(actor=ada, row=question)
    folder(tmp_path, service={"name": "Bowline knot"})
    report = load(tmp_path, now=NOW)
    assert (report.updated, report.kept) == (0, 1)
    service.refresh_from_db()
    assert service.name == "Our bowline"
    assert [asked.key for asked in questions_for(service)] == ["rope"]


def test_what_left_the_files_stays_and_is_named(db: None, tmp_path: Path) -> None:
    load(folder(tmp_path), now=NOW)
    folder(tmp_path, service={"slug": "sheet-bend", "questions": []})
    report = load(tmp_path, now=NOW)
    assert any("bowline" in name for name in report.left)
    assert Service.objects.get(slug="bowline").is_active


def test_questions_come_from_the_group_and_then_from_the_service(
    db: None, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    load(folder(tmp_path), now=NOW)
    service = Service.objects.get(slug="bowline")
    with django_assert_num_queries(1):
        asked = questions_for(service)
    assert [(question.key, question.required) for question in asked] == [("rope", False), ("wet", True)]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"slug": "Two Words"}, "does not look like"),
        ({"service": {"hourly_usd": [20, 10]}}, "ascending"),
        ({"service": {"remote": "maybe"}}, "neither true nor false"),
        ({"service": {"synonyms": "loop"}}, "not a list"),
        ({"service": {"synonyms": ["loop", "loop"]}}, "more than once"),
        ({"service": {"name": ""}}, "not a text"),
        ({"question": {"type": "essay"}}, "type of rope"),
        ({"question": {"choices": ["One"]}}, "do not fit"),
        ({"question": {"key": "wet"}}, "more than once: wet"),
        ({"services": None}, "knots.yaml"),
    ],
)
def test_wrong_files_are_refused_with_their_name(tmp_path: Path, changes: dict[str, Any], complaint: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(complaint)):
        read(folder(tmp_path, **changes))


def test_a_service_in_two_files_is_refused(tmp_path: Path) -> None:
    folder(tmp_path)
    (tmp_path / "other.yaml").write_text((tmp_path / "knots.yaml").read_text().replace("slug: knots", "slug: ties"))
    with pytest.raises(CatalogueError, match="bowline"):
        read(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no catalogue"):
        read(tmp_path)


def test_the_command_says_what_it_did(db: None, tmp_path: Path) -> None:
    def said() -> str:
        out = StringIO()
        call_command("load_catalogue", str(folder(tmp_path)), stdout=out)
        return out.getvalue()

    assert "4 created, 0 updated" in said()
    assert said() == "The catalogue is up to date.\n"


def test_exchange_rates_are_seeded_and_then_left_alone(db: None) -> None:
    listed = yaml.safe_load(SEED.read_text("utf-8"))["per_euro"]
    assert len(listed) >= 40 and set(listed) <= CURRENCIES
    assert set(ExchangeRate.objects.values_list("currency", flat=True)) == set(listed)
    ExchangeRate.objects.filter(currency="USD").update(per_euro=2)
    ExchangeRate.objects.filter(currency="GBP").delete()
    seed(now=NOW)
    assert ExchangeRate.objects.get(currency="USD").per_euro == 2
    assert ExchangeRate.objects.get(currency="GBP").per_euro == Decimal(str(listed["GBP"]))
