"""The files of the engine by columns: how they are written, and how processes follow what changes beside them."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from errno import ENOSPC
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError

from marketplace.api.paging import CursorExpired
from marketplace.clock import utc_now
from services import actions, tasks
from services.models import SearchChange, SearchStatistics, Service, ServicePage
from services.search import statistics
from services.search.engine import search
from services.search.engines.chosen import engine
from services.search.engines.columns import (
    changes,
    files,
    follow,
    reading,
    writing,
)
from services.search.engines.columns.changes import KEPT
from services.search.engines.columns.writing import forget_written, write_all, write_changes
from services.search.engines.postgresql import PostgreSQLEngine
from services.search.index import add_new, candidates, finish_bulk, prepare_bulk, reindex
from services.search.query import SearchQuery
from tests import factories
from tests.candidates import candidate_query
from tests.columns import ids, parts
from tests.many import changing, make_pages
from tests.races import held_by_another


def test_without_files_postgresql_answers(
    columns: Path, page: ServicePage, django_assert_num_queries: Callable[..., Any]
) -> None:
    assert ids(search(SearchQuery(), now=utc_now())) == [page.pk]
    assert [each.page_id for each in candidates(candidate_query(page.services.get()))] == [page.pk]
    assert not columns.exists()
    known = engine()._follower.known  # type: ignore[attr-defined]
    with django_assert_num_queries(0):  # it has just looked
        assert known() is None


def test_few_pages_need_no_files(columns: Path, page: ServicePage) -> None:
    statistics.count_words()
    tasks.write_columns()
    assert SearchStatistics.current().columns == ""
    write_changes(least=1)
    assert parts() == [1]


def test_another_engine_writes_no_files(columns: Path, page: ServicePage, settings: Any) -> None:
    settings.SEARCH_ENGINE = "postgresql"
    write_all()
    name = SearchStatistics.current().columns
    tasks.write_columns()
    assert SearchStatistics.current().columns == name


@pytest.mark.django_db(transaction=True)
def test_what_changed_becomes_a_segment_and_small_ones_become_one(
    crowd: list[ServicePage], columns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LEAST", 6)
    write_changes()
    assert parts() == [160], "Nothing changed."
    reindex([crowd[0].pk, crowd[1].pk])
    write_changes()
    assert parts() == [160], "Too little changed."
    reindex([crowd[2].pk])
    write_changes()
    assert parts() == [157, 3]
    for page in crowd[3:6]:
        actions.pause_page(actor=page.member, page=page, now=utc_now())
    new = [factories.make_page(title=f"Signs {number}").pk for number in range(4)]
    write_changes()
    assert parts() == [154, 7]
    assert len(list((columns / "segments").iterdir())) == 2
    assert len(list((columns / "generations").iterdir())) == 1
    everything = ids(search(SearchQuery(sort="newest"), now=utc_now(), size=200))
    assert len(everything) == len(set(everything)) == 161
    assert set(new) < set(everything)
    reindex([page.pk for page in crowd[6:60]])
    write_changes()
    assert parts() == [161]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("when", ["before", "after"])
def test_files_may_be_replaced_while_they_are_opened(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    opened: list[str] = []

    def replaced(name: str) -> files.Generation | None:
        opened.append(name)
        if when == "before" and len(opened) == 1:
            write_all()
        found = files.open_generation(name)
        if when == "after" and len(opened) == 1:
            write_all()
        return found

    monkeypatch.setattr(follow, "open_generation", replaced)
    known = follow.Follower().known()
    assert known, "PostgreSQL would answer for some seconds."
    assert [known.name] == opened[1:] == [SearchStatistics.current().columns]


@pytest.mark.django_db(transaction=True)
def test_a_process_takes_the_new_files(crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LEAST", 1)
    assert search(SearchQuery(), now=utc_now()).total == 160
    for number in range(1, 5):
        page = factories.make_page(title=f"Signs {number}")
        assert search(SearchQuery(), now=utc_now()).total == 160 + number
        write_changes()
        assert search(SearchQuery(), now=utc_now()).total == 160 + number
        assert page.pk in ids(search(SearchQuery(text=f"signs {number}"), now=utc_now()))


def test_without_its_files_postgresql_answers_until_there_are_new_ones(crowd: list[ServicePage], columns: Path) -> None:
    shutil.rmtree(columns)
    engine.cache_clear()
    assert isinstance(engine()._postgresql, PostgreSQLEngine)  # type: ignore[attr-defined]
    assert engine()._follower.known() is None  # type: ignore[attr-defined]
    assert search(SearchQuery(), now=utc_now()).total == 160
    write_changes(least=1)
    assert parts() == [160]


@pytest.mark.parametrize("broken", ["", "{}", "[]", '{"starts": {}, "notes": {}}', '{"starts": {}, "notes": []}'])
def test_files_of_another_version_are_not_read(crowd: list[ServicePage], columns: Path, broken: str) -> None:
    for notes in columns.rglob("notes.json"):
        notes.write_text(broken)
    engine.cache_clear()
    assert search(SearchQuery(text="signs"), now=utc_now()).total
    write_changes(least=1)
    assert parts() == [160]


def cut_off(file: Path) -> None:
    """As a disk does that was full, or a copy that was broken off."""
    os.truncate(file, file.stat().st_size // 2)


def unreadable(file: Path) -> None:
    """What is there can be named, and not be read."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("damage", [cut_off, unreadable])
def test_damaged_files_are_written_anew(
    crowd: list[ServicePage], columns: Path, damage: Callable[[Path], None]
) -> None:
    for file in columns.rglob("arrays.npy"):
        damage(file)
    engine.cache_clear()
    assert search(SearchQuery(text="signs"), now=utc_now()).total
    write_changes(least=1)
    assert parts() == [160]


def test_a_walk_goes_on_in_the_engine_in_which_it_began(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where PostgreSQL stands in, or no longer does: it knows vectors more exactly, so that others come first."""
    monkeypatch.setattr(follow, "ASLEEP_SECONDS", 0.0)
    name = SearchStatistics.current().columns
    for before, after in ((name, ""), ("", name)):
        SearchStatistics.objects.update(columns=before)
        walks = [SearchQuery(text="posters for museums", sort=sort) for sort in ("relevance", "newest")]
        ranked, newest = (search(query, now=utc_now(), size=9) for query in walks)
        assert ranked.scope.in_columns == bool(before)
        assert not set(ids(ranked)) & set(ids(search(walks[0], now=utc_now(), cursor=ranked.cursor or "", size=9)))
        SearchStatistics.objects.update(columns=after)
        with pytest.raises(CursorExpired):
            search(walks[0], now=utc_now(), cursor=ranked.cursor or "", size=9)
        assert not set(ids(newest)) & set(ids(search(walks[1], now=utc_now(), cursor=newest.cursor or "", size=9)))


def test_files_of_elsewhere_are_not_read(crowd: list[ServicePage], columns: Path) -> None:
    [notes] = (columns / "generations").rglob("notes.json")
    written = json.loads(notes.read_text())
    notes.write_text(json.dumps(written | {"notes": written["notes"] | {"database": "another"}}))
    name = SearchStatistics.current().columns
    engine.cache_clear()
    assert engine()._follower.known() is None  # type: ignore[attr-defined]
    assert search(SearchQuery(), now=utc_now()).total == 160
    write_changes(least=1)
    assert SearchStatistics.current().columns != name
    assert parts() == [160]


@pytest.mark.django_db(transaction=True)
def test_with_too_many_changes_postgresql_answers_until_they_are_in_the_files(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follow, "MOST", 10)
    monkeypatch.setattr(follow, "ASLEEP_SECONDS", 0.0)
    monkeypatch.setattr(writing, "LEAST", 5)
    reindex([page.pk for page in crowd[:20]])
    assert engine()._follower.known() is None  # type: ignore[attr-defined]
    assert search(SearchQuery(), now=utc_now()).total == 160
    write_changes()
    assert engine()._follower.known()  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_changes_that_could_not_be_read_are_read_next_time(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = factories.make_page(title="Signs 1")
    assert search(SearchQuery(), now=utc_now()).total == 161
    second = factories.make_page(title="Signs 2")
    with monkeypatch.context() as away:
        away.setattr(follow, "read_some", Mock(side_effect=OperationalError("the server closed the connection")))
        with pytest.raises(OperationalError):
            search(SearchQuery(), now=utc_now())
    found = ids(search(SearchQuery(sort="newest"), now=utc_now(), size=200))
    assert len(found) == 162
    assert {first.pk, second.pk} < set(found)


@pytest.mark.django_db(transaction=True)
def test_changes_are_kept_until_they_are_in_the_files(
    crowd: list[ServicePage], columns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "FORGOTTEN", 3)
    reindex([crowd[0].pk])
    assert SearchChange.objects.exists()
    before = SearchChange.objects.count()
    later = utc_now() + KEPT
    forget_written(now=later - timedelta(minutes=1))
    assert SearchChange.objects.count() == before
    forget_written(now=later)
    assert set(SearchChange.objects.values_list("page_id", flat=True)) == {crowd[0].pk}
    write_all()
    forget_written(now=later)
    assert not SearchChange.objects.exists()
    actions.pause_page(actor=crowd[0].member, page=crowd[0], now=utc_now())
    SearchStatistics.objects.update(columns="")
    forget_written(now=later + timedelta(minutes=1))
    assert not SearchChange.objects.exists(), "Nobody reads files that are not there."


@pytest.mark.django_db(transaction=True)
def test_changes_are_kept_that_files_need_which_cannot_be_opened_here(crowd: list[ServicePage], columns: Path) -> None:
    """As on a machine that has none of its own."""
    actions.pause_page(actor=crowd[0].member, page=crowd[0], now=utc_now())
    elsewhere = columns.rename(columns.with_name("elsewhere"))
    forget_written(now=utc_now() + 2 * KEPT)
    elsewhere.rename(columns)
    assert crowd[0].pk not in ids(search(SearchQuery(), now=utc_now(), size=200))
    assert engine()._follower.known()  # type: ignore[attr-defined]


def test_a_bulk_load_writes_files_at_its_end(columns: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(writing, "LEAST_PAGES", 20)
    monkeypatch.setattr(writing.write_changes, "__kwdefaults__", {"least": 20})
    service = factories.make_service("lettering")
    prepare_bulk()
    pages = make_pages(service, 40)
    add_new([(page, [service]) for page in pages])
    assert not SearchChange.objects.exists()
    statistics.count_words()
    write_changes(least=1)
    assert SearchStatistics.current().columns == "", "Of what is loaded now nobody would notice the rest."
    told: list[tuple[str, int, int]] = []
    finish_bulk(lambda *step: told.append(step))
    assert parts() == [40]
    assert any(step == "Columns" for step, *_numbers in told)
    reindex([pages[0].pk])
    assert SearchChange.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_bulk_load_after_all_pages_went_writes_files_anew(
    crowd: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a demo is removed and another one made."""
    monkeypatch.setattr(writing, "LEAST", 1)
    monkeypatch.setattr(writing.write_changes, "__kwdefaults__", {"least": 20})
    ServicePage.objects.all().delete()
    finish_bulk()
    assert parts() == []
    prepare_bulk()
    service = Service.objects.get(slug="lettering")
    pages = make_pages(service, 40)
    add_new([(page, [service]) for page in pages])
    assert search(SearchQuery(), now=utc_now()).total == 40
    finish_bulk()
    assert parts() == [40]
    engine.cache_clear()
    assert search(SearchQuery(), now=utc_now()).total == 40
    assert candidates(candidate_query(service, text="Posters", languages=()))


@pytest.mark.django_db(transaction=True)
def test_only_one_process_writes(columns: Path) -> None:
    factories.make_page()
    statistics.count_words()
    with held_by_another(writing.LOCK):
        write_changes(least=1)
        assert SearchStatistics.current().columns == ""
    write_changes(least=1)
    assert parts() == [1]


@pytest.mark.django_db(transaction=True)
def test_what_a_writer_left_who_could_not_finish_goes(
    crowd: list[ServicePage], columns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a full disk, in the middle of the second segment."""

    def folders() -> list[int]:
        return [len(list((columns / kind).iterdir())) for kind in ("segments", "generations")]

    def full(descriptor: int, synced: Iterator[int] = count()) -> None:  # noqa: B008
        if next(synced) >= 4:
            raise OSError(ENOSPC, "No space left on device")

    assert folders() == [1, 1]
    monkeypatch.setattr(writing, "PAGES", 80)
    monkeypatch.setattr(writing, "BLOCKS_AT_ONCE", 1)
    monkeypatch.setattr(reading, "BLOCKS_AT_ONCE", 1)
    with monkeypatch.context() as disk:
        disk.setattr("services.search.engines.columns.arrays.os.fsync", full)
        with pytest.raises(OSError, match="No space"):
            write_all()
    assert folders() == [2, 1], "The first segment was whole."
    write_changes()
    assert folders() == [1, 1]
    assert parts() == [160]


@pytest.mark.django_db(transaction=True)
def test_searching_while_pages_change_and_files_are_written(columns: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "LEAST", 5)
    service = factories.make_service("lettering", name="Lettering")
    pages = make_pages(service, 60)
    reindex([page.pk for page in pages])
    statistics.count_words()
    write_all()
    with changing(pages) as (steady, _moving):
        always = {page.pk for page in steady}
        for number in range(40):
            if number % 5 == 0:
                write_changes()
            found = ids(search(SearchQuery(sort="newest"), now=utc_now() + timedelta(minutes=1), size=100))
            assert len(found) == len(set(found))
            assert always <= set(found)
    assert len(ids(search(SearchQuery(sort="newest"), now=utc_now(), size=100))) == 60
