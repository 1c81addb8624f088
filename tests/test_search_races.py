"""The index stays what pages say, whoever writes it at the same time."""

from typing import Any

import pytest
from pgvector import HalfVector

from accounts.actions import close_account, reopen_account
from accounts.models import Member
from marketplace.clock import utc_now
from services import actions
from services.models import PageVector, SearchEntry, ServicePage
from services.search import store
from services.search.embedding.chosen import embedder
from services.search.index import reindex
from tests import factories
from tests.races import behind

pytestmark = pytest.mark.django_db(transaction=True)


def retitle(page: ServicePage, title: str) -> None:
    """As the member does."""
    actions.update_page(actor=page.member, page=page, changes={"title": title}, now=utc_now())


def terms(page: ServicePage) -> list[int]:
    """The words that the index has of the page."""
    return list(SearchEntry.objects.get(page=page).terms)


def test_a_page_that_is_paused_while_many_are_indexed_anew_is_gone(page: ServicePage) -> None:
    behind(
        lambda: reindex([page.pk]),
        of=lambda: actions.pause_page(actor=page.member, page=page, now=utc_now()),
    )
    assert not SearchEntry.objects.exists()


def test_a_page_that_is_changed_while_many_are_indexed_anew_has_its_new_words(page: ServicePage) -> None:
    behind(lambda: reindex([page.pk]), of=lambda: retitle(page, "Trellis and fence"))
    indexed = terms(page)
    reindex([page.pk])
    assert indexed == terms(page)


@pytest.mark.parametrize("is_embedded", [True, False])
def test_a_vector_of_an_older_text_takes_no_newer_ones_place(
    page: ServicePage, monkeypatch: pytest.MonkeyPatch, is_embedded: bool
) -> None:
    made = store._embedded

    def slowly(page_ids: Any) -> Any:
        """The member changes the page, which is embedded again, while this one is at it."""
        monkeypatch.setattr(store, "_embedded", made)
        older = made(page_ids)
        retitle(page, "Trellis and fence")
        if is_embedded:
            store.put_vectors([page.pk])
        return older

    monkeypatch.setattr(store, "_embedded", slowly)
    store.put_vectors([page.pk])
    page.refresh_from_db()
    assert SearchEntry.objects.get(page=page).has_vector == is_embedded
    if not is_embedded:
        store.put_vectors([page.pk])
    [expected] = embedder().embed([store.text_of(page, page.services.all())])
    vector = HalfVector(PageVector.objects.get(page=page).embedding)
    assert vector.to_text() == HalfVector(expected).to_text()


def test_a_row_that_somebody_writes_is_left_to_him(page: ServicePage) -> None:
    store.put_words([page.pk])
    behind(lambda: store.put_vectors([page.pk]), of=lambda: store.put_ratings([page.pk]))
    assert not SearchEntry.objects.get(page=page).has_vector


def test_who_is_closed_is_found_no_more_until_she_is_opened_again(page: ServicePage, ada: Member) -> None:
    close_account(actor=ada, member=page.member)
    assert not SearchEntry.objects.exists()
    reindex([page.pk])
    assert not SearchEntry.objects.exists()
    reopen_account(actor=ada, member=page.member)
    assert SearchEntry.objects.get().page_id == page.pk


def test_who_publishes_while_she_is_closed_is_not_found(ada: Member, paul: Member) -> None:
    draft = factories.make_page(paul, status="draft")
    behind(
        lambda: close_account(actor=ada, member=paul),
        of=lambda: actions.publish_page(actor=paul, page=draft, now=utc_now()),
    )
    assert not SearchEntry.objects.exists()
