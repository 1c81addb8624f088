"""The index stays what pages say, whoever writes it at the same time."""

import pytest

from marketplace.clock import utc_now
from services import actions
from services.models import SearchEntry, ServicePage
from services.search.index import reindex
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
