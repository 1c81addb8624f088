"""The engine by columns goes on answering while all pages are embedded anew by another embedder."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import numpy as np
import pytest
from pgvector import HalfVector

from marketplace.api.paging import CursorExpired
from marketplace.clock import utc_now
from services import actions, tasks
from services.models import PageVector, SearchChange, SearchEntry, SearchStatistics, Service, ServicePage
from services.search import meant, statistics, store
from services.search.embedding.base import Embedder
from services.search.embedding.chosen import embedder, named
from services.search.embedding.static import EARLIER
from services.search.engine import Found, search
from services.search.engines.chosen import engine
from services.search.engines.columns import files, looking, reading, vectors, writing
from services.search.engines.columns.engine import ColumnsEngine
from services.search.engines.columns.passing import Part
from services.search.engines.columns.writing import write_all, write_changes
from services.search.index import candidates, reindex
from services.search.query import SearchQuery
from services.search.reembedding import embed_anew
from tests import factories
from tests.candidates import candidate_query
from tests.many import make_pages, meanwhile
from tests.races import in_a_process_that_is_killed

pytestmark = pytest.mark.django_db(transaction=True)
"""What a transaction changed itself is read again for each of its answers."""
PAGES: Final = 60
MEANT: Final = "placards for art galleries"
"""What some pages mean and none says."""


@pytest.fixture
def former() -> Embedder:
    """The embedder of before."""
    found = named(next(iter(EARLIER)))
    assert found
    return found


@pytest.fixture
def upgraded(
    former: Embedder, settings: Any, tmp_path: Path, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[ServicePage]]:
    """Pages with vectors of the embedder of before, as have the files, after an upgrade that brought another."""
    settings.SEARCH_ENGINE, settings.SEARCH_DIR = "columns", tmp_path / "search"
    monkeypatch.setattr(vectors, "GROUP", 8)
    monkeypatch.setattr(writing, "LEAST", 5)
    engine.cache_clear()
    meant.forget()
    pages = make_pages(factories.make_service("lettering"), PAGES)
    reindex([page.pk for page in pages])
    embedded_by(former, pages)
    statistics.count_words()
    SearchStatistics.objects.update(embedded_by=former.name)
    write_all()
    yield pages
    engine.cache_clear()
    meant.forget()


def embedded_by(embedder: Embedder, pages: Sequence[ServicePage]) -> None:
    """Gives the pages the vectors of this embedder, as if it had been in use when they were published."""
    for page in pages:
        vector = embedder.embed([store.text_of(page, page.services.all())])[0]
        PageVector.objects.filter(page=page).update(model=embedder.name, embedding=HalfVector(vector))


def parts() -> Sequence[Part]:
    """What the columns answer from; it is they that do."""
    used = engine()
    assert isinstance(used, ColumnsEngine)
    found = used._follower.known()
    assert found is not None, "PostgreSQL answers."
    return found.parts


def models() -> dict[str, int]:
    """How many pages they have by each embedder."""
    found: dict[str, int] = {}
    for part in parts():
        if number := int(np.count_nonzero(part.alive)):
            found[part.segment.model] = found.get(part.segment.model, 0) + number
    return found


def look(text: str = MEANT, **wanted: Any) -> Found:
    """What columns find."""
    assert parts() is not None
    return search(SearchQuery(text=text), now=utc_now(), **({"size": 100} | wanted))


def similarities(text: str = MEANT) -> dict[UUID, float]:
    """How near the columns find the pages."""
    return {hit.row.page_id: hit.row.similarity for hit in look(text).hits}


def understood(by: Embedder, pages: Sequence[ServicePage], text: str = MEANT) -> dict[UUID, Any]:
    """The same as this embedder says, as nearly as numbers rounded to a byte can tell."""
    texts = [store.text_of(page, page.services.all()) for page in pages]
    near = by.embed(texts) @ by.embed([text])[0]
    return {page.pk: pytest.approx(float(each), abs=4e-3) for page, each in zip(pages, near, strict=True)}


def of(found: dict[UUID, float], pages: Sequence[ServicePage]) -> dict[UUID, float]:
    """What was found of these pages."""
    return {page.pk: found[page.pk] for page in pages if page.pk in found}


def assert_near(pages: Sequence[ServicePage], by: Embedder) -> None:
    """Some of the pages are found by what this embedder makes of them, and matched by it."""
    found, expected = of(similarities(), pages), understood(by, pages)
    assert found
    assert found == {page_id: expected[page_id] for page_id in found}
    limits = by.limits
    near = [page.pk for page in pages if expected[page.pk].expected > limits.loose + 0.01]
    assert near
    assert set(near) <= found.keys()
    query = candidate_query(Service.objects.get(slug="lettering"), text=MEANT, languages=(), limit=100)
    matched = of({each.page_id: each.similarity for each in candidates(query)}, pages)
    assert matched == {page_id: expected[page_id] for page_id in matched}
    assert matched.keys() >= found.keys()


def edited(pages: Sequence[ServicePage]) -> None:
    """Changes what they say, and has that embedded, as publishing a change does."""
    for page in pages:
        page.title = f"{page.title} and more"
        page.save(update_fields=["title"])
    reindex([page.pk for page in pages])


def embed_the_rest() -> None:
    """Until the sweep finds nothing."""
    while SearchStatistics.current().embedded_by != embedder().name:
        tasks.sweep_vectors()


def write_the_rest() -> None:
    """Until the files are of the embedder in use."""
    while models().keys() != {embedder().name}:
        name = SearchStatistics.current().columns
        write_changes()
        assert SearchStatistics.current().columns != name, "There was something to be written."


def exactly(settings: Any, text: str) -> dict[UUID, Any]:
    """What PostgreSQL finds, with what it is sorted by."""
    settings.SEARCH_ENGINE = "postgresql"
    engine.cache_clear()
    found = search(SearchQuery(text=text), now=utc_now(), size=100)
    settings.SEARCH_ENGINE = "columns"
    engine.cache_clear()
    return {hit.row.page_id: pytest.approx(hit.row.order, abs=2e-2) for hit in found.hits}


def test_after_an_upgrade_columns_answer_by_the_embedder_of_before(
    upgraded: list[ServicePage], former: Embedder, django_assert_num_queries: Callable[..., Any]
) -> None:
    assert models() == {former.name: PAGES}
    assert_near(upgraded, former)
    with django_assert_num_queries(1):  # which embedders there are stands in the files
        parts()


def test_in_the_middle_pages_of_both_embedders_are_found_by_meaning(
    upgraded: list[ServicePage], former: Embedder
) -> None:
    assert embed_anew(most=20) == 20
    assert models() == {former.name: PAGES}, "What columns hold stays true."
    edited(upgraded[10:14])
    new = make_pages(Service.objects.get(slug="lettering"), 3)
    reindex([page.pk for page in new])
    actions.pause_page(actor=upgraded[15].member, page=upgraded[15], now=utc_now())
    assert models() == {former.name: PAGES - 5, embedder().name: 7}
    assert_near([*upgraded[:10], *upgraded[16:]], former)
    assert_near([*upgraded[10:14], *new], embedder())
    assert upgraded[15].pk not in similarities()


def test_between_embedders_changes_are_written_by_themselves(upgraded: list[ServicePage], former: Embedder) -> None:
    embed_anew(most=20)
    edited(upgraded[30:38])
    # Changed, and not yet embedded anew.
    store.put_words([page.pk for page in upgraded[40:44]])
    write_changes()
    assert [part.segment.model for part in parts()] == [former.name, embedder().name, former.name]
    assert [int(np.count_nonzero(part.alive)) for part in parts()] == [PAGES - 12, 8, 4]
    assert_near([*upgraded[:30], *upgraded[38:]], former)
    assert_near(upgraded[30:38], embedder())
    edited(upgraded[40:50])
    write_changes()
    assert models() == {former.name: PAGES - 38, embedder().name: 38}, "What is written again has its present vectors."
    assert len(parts()) == 2


def test_everything_written_in_the_middle_is_divided_by_embedders(
    upgraded: list[ServicePage], former: Embedder
) -> None:
    store.renew_vectors([page.pk for page in upgraded[::2]], is_told=False)
    write_all()
    assert models() == {former.name: PAGES // 2, embedder().name: PAGES // 2}
    assert_near(upgraded[::2], embedder())
    assert_near(upgraded[1::2], former)


def test_of_two_embedders_no_more_rows_are_in_memory_than_make_a_segment(
    upgraded: list[ServicePage], former: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGES", 25)
    monkeypatch.setattr(reading, "BLOCKS_AT_ONCE", 1)
    monkeypatch.setattr(writing, "BLOCKS_AT_ONCE", 1)
    embedded_by(embedder(), upgraded[::3])
    write_all()
    assert models() == {former.name: PAGES - 20, embedder().name: 20}
    assert max(len(part) for part in parts()) <= 30
    assert len(parts()) > 2
    assert_near(upgraded[::3], embedder())


def test_afterwards_the_files_become_those_of_the_embedder_in_use(
    upgraded: list[ServicePage], former: Embedder, settings: Any
) -> None:
    edited(upgraded[:6])
    write_changes()
    assert models() == {former.name: PAGES - 6, embedder().name: 6}
    embed_the_rest()
    assert_near(upgraded[6:], former)
    write_the_rest()
    assert models() == {embedder().name: PAGES}
    assert_near(upgraded, embedder())
    name = SearchStatistics.current().columns
    write_changes()
    assert SearchStatistics.current().columns == name, "All is done."
    for text in (MEANT, "posters", "someone who draws letters for lawyers"):
        best = exactly(settings, text)
        assert {hit.row.page_id: hit.row.order for hit in look(text).hits} == best


def test_segments_are_written_anew_one_at_a_time_and_changes_between_them(
    upgraded: list[ServicePage], former: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "PAGES", 25)
    monkeypatch.setattr(writing, "MERGED", 0)
    monkeypatch.setattr(reading, "BLOCKS_AT_ONCE", 1)
    write_all()
    number = len(parts())
    assert number > 1
    embed_the_rest()
    taken: list[int] = []
    while former.name in models():
        edited(upgraded[:6] if len(taken) % 2 else upgraded[6:8])
        write_changes()
        taken.append(models().get(former.name, 0))
        assert set(similarities("posters and letters")) <= {page.pk for page in upgraded}
        assert sum(models().values()) == PAGES
    assert taken == sorted(taken, reverse=True)
    assert len(taken) > number, "Changes came between."
    assert_near(upgraded, embedder())


def test_embedding_anew_tells_nobody_to_read_pages_again(upgraded: list[ServicePage]) -> None:
    SearchChange.objects.all().delete()
    written = set(SearchEntry.objects.values_list("page_id", "indexed_at"))
    embed_the_rest()
    assert not SearchChange.objects.exists()
    assert set(SearchEntry.objects.values_list("page_id", "indexed_at")) == written
    assert set(PageVector.objects.values_list("model", flat=True)) == {embedder().name}


@pytest.mark.parametrize("wanted", ["engine", "files"])
def test_where_postgresql_answers_walks_pass_over_what_was_embedded_anew(
    upgraded: list[ServicePage], settings: Any, wanted: str
) -> None:
    if wanted == "engine":
        settings.SEARCH_ENGINE = "postgresql"
    else:
        SearchStatistics.objects.update(columns="")
    now = utc_now()
    embed_the_rest()
    assert not SearchEntry.objects.filter(indexed_at__lt=now).exists()


def test_a_walk_whose_pages_are_ranked_by_another_embedder_begins_again(upgraded: list[ServicePage]) -> None:
    text = "posters and letters"
    first, newest = look(text, size=5), search(SearchQuery(text=text, sort="newest"), now=utc_now(), size=5)
    assert first.cursor
    assert newest.cursor
    embed_the_rest()
    second = look(text, size=5, cursor=first.cursor)
    assert not {hit.key for hit in first.hits} & {hit.key for hit in second.hits}
    write_the_rest()
    with pytest.raises(CursorExpired):
        look(text, size=5, cursor=first.cursor)
    following = search(SearchQuery(text=text, sort="newest"), now=utc_now(), cursor=newest.cursor, size=5)
    assert not {hit.key for hit in newest.hits} & {hit.key for hit in following.hits}
    edited(upgraded[:8])
    write_changes()
    with pytest.raises(CursorExpired):
        look(text, size=5, cursor=first.cursor)


@pytest.mark.parametrize("how", ["written as they change", "written anew", "followed"])
def test_a_walk_begins_again_where_some_of_its_pages_come_to_be_ranked_by_another_embedder(
    upgraded: list[ServicePage], how: str
) -> None:
    text = "posters and letters"
    if how == "followed":
        store.put_words([page.pk for page in upgraded[:2]])
        parts()
    embed_anew(most=PAGES)
    first = look(text, size=5)
    assert first.cursor
    assert look(text, size=5, cursor=first.cursor)
    if how == "written anew":
        write_all()
    elif how == "followed":
        edited(upgraded[2:4])
    else:
        edited(upgraded[:20])
        write_changes()
    with pytest.raises(CursorExpired):
        look(text, size=5, cursor=first.cursor)


def test_pages_of_an_embedder_that_is_gone_are_found_by_words(
    upgraded: list[ServicePage], monkeypatch: pytest.MonkeyPatch
) -> None:
    PageVector.objects.filter(page__in=upgraded[:30]).update(model="gone")
    write_all()
    assert models()["gone"] == 30
    found = similarities("posters")
    [by_words] = {page.pk for page in upgraded[:30] if page.title == "Posters for museums"}
    assert found[by_words] == 0
    for name, most in (("NARROW", 5), ("GONE_THROUGH", 5), ("STRONGEST", 40)):
        monkeypatch.setattr(looking, name, most)
    assert by_words in similarities("posters for museums")
    query = candidate_query(Service.objects.get(slug="lettering"), text="posters for museums", languages=(), limit=100)
    assert by_words in {each.page_id for each in candidates(query)}
    embed_the_rest()
    write_the_rest()
    assert_near(upgraded, embedder())


def test_files_of_the_version_before_are_read_and_written_on(upgraded: list[ServicePage], former: Embedder) -> None:
    for notes in files._generations().rglob("notes.json"):
        written = json.loads(notes.read_text())
        kept = {name: value for name, value in written["notes"].items() if name not in {"models", "ranked_since"}}
        notes.write_text(json.dumps(written | {"notes": kept | {"embedder": former.name}}))
    engine.cache_clear()
    assert models() == {former.name: PAGES}
    assert_near(upgraded, former)
    edited(upgraded[:6])
    write_changes()
    engine.cache_clear()
    assert models() == {former.name: PAGES - 6, embedder().name: 6}
    embed_the_rest()
    write_the_rest()
    assert_near(upgraded, embedder())


def test_a_page_that_the_version_before_embedded_last_is_embedded_once_more(
    upgraded: list[ServicePage], former: Embedder
) -> None:
    embed_the_rest()
    embedded_by(former, upgraded[:1])
    write_changes()
    assert models() == {former.name: 1, embedder().name: PAGES - 1}
    name = SearchStatistics.current().columns
    write_changes()
    assert SearchStatistics.current().columns == name, "Not again before it is embedded."
    embed_the_rest()
    write_the_rest()
    assert_near(upgraded, embedder())


def test_a_vector_that_was_made_meanwhile_stays(upgraded: list[ServicePage], former: Embedder) -> None:
    newer = HalfVector(embedder().embed(["Something else altogether"])[0])
    PageVector.objects.filter(page=upgraded[0]).update(model=embedder().name, embedding=newer)
    store.renew_vectors([page.pk for page in upgraded[:2]], is_told=False)
    assert HalfVector(PageVector.objects.get(page=upgraded[0]).embedding).to_text() == newer.to_text()
    assert PageVector.objects.get(page=upgraded[1]).model == embedder().name


@pytest.mark.parametrize("is_told", [True, False])
def test_a_page_that_means_nothing_to_the_embedder_in_use_holds_nothing_up(
    upgraded: list[ServicePage], is_told: bool
) -> None:
    page = upgraded[0]
    page.services.clear()
    ServicePage.objects.filter(pk=page.pk).update(title="-", about="", skills=[])
    page.refresh_from_db()
    assert not embedder().embed([store.text_of(page, [])]).any()
    if is_told:
        SearchStatistics.objects.update(columns="")
    embed_the_rest()
    assert not PageVector.objects.filter(page=page).exists()
    PageVector.objects.create(page=page, model=embedder().name, embedding=HalfVector([1.0] * 256))
    store.put_vectors([page.pk])
    assert not PageVector.objects.filter(page=page).exists()


def test_searching_while_pages_are_embedded_and_edited_and_files_written(upgraded: list[ServicePage]) -> None:
    every, steady, moving = {page.pk for page in upgraded}, upgraded[::2], upgraded[1:40:2]

    def embed() -> None:
        while SearchStatistics.current().embedded_by != embedder().name:
            embed_anew(most=3)

    def edit() -> None:
        for page in [*moving, *moving]:
            edited([page])

    def write() -> None:
        for _time in range(12):
            write_changes()

    with meanwhile(embed, edit, write):
        for _time in range(25):
            assert parts()
            found = search(SearchQuery(sort="newest"), now=utc_now() + timedelta(minutes=1), size=100)
            newest = [hit.row.page_id for hit in found.hits]
            assert len(newest) == len(set(newest)) == PAGES
            assert set(newest) == every
            assert of(similarities(), steady)
    embed_the_rest()
    write_the_rest()
    assert_near(upgraded, embedder())


def test_killed_while_it_embeds_it_goes_on_where_it_was(upgraded: list[ServicePage], former: Embedder) -> None:
    renewed = PageVector.objects.filter(model=embedder().name)
    in_a_process_that_is_killed(lambda: embed_anew(most=3), when=lambda: renewed.count() >= 9, lock=writing.LOCK)
    assert models() == {former.name: PAGES}
    assert_near(upgraded, former)
    embed_the_rest()
    assert renewed.count() == PAGES
    write_the_rest()
    assert_near(upgraded, embedder())


def test_killed_while_it_writes_nothing_is_lost(upgraded: list[ServicePage], former: Embedder) -> None:
    used = former
    for following in (embedder(), former, embedder()):
        embedded_by(following, upgraded)
        written = set(files._segments().iterdir())
        # Of segments that no generation names yet.
        in_a_process_that_is_killed(
            write_all,
            when=lambda: set(files._segments().iterdir()) != written,  # noqa: B023
            lock=writing.LOCK,
        )
        [(used, number)] = [(by, models().get(by.name, 0)) for by in (used, following) if by.name in models()]
        assert number == PAGES
        assert_near(upgraded, used)
        write_all()
        assert models() == {following.name: PAGES}
        assert len(list(files._segments().iterdir())) == len(parts()) == 1
        used = following
