"""After the embedder has changed, every published page is embedded anew in the background."""

from typing import Any

from services.models import PageVector, SearchEntry, SearchStatistics, ServicePage
from services.search.embedding.chosen import embedder
from services.tasks import sweep_vectors
from tests import factories


def test_pages_of_an_earlier_embedder_are_embedded_anew(page: ServicePage, django_assert_num_queries: Any) -> None:
    right = PageVector.objects.get(page=page).embedding
    PageVector.objects.filter(page=page).update(model="static-1", embedding=[0.0] * 255 + [1.0])
    SearchStatistics.objects.update_or_create(pk=1, defaults={"embedded_by": "static-1"})
    sweep_vectors()
    vector = PageVector.objects.get(page=page)
    assert (vector.model, vector.embedding) == (embedder().name, right)
    sweep_vectors()
    assert SearchStatistics.current().embedded_by == embedder().name
    with django_assert_num_queries(2):
        sweep_vectors()


def test_a_paused_page_holds_nothing_up(page: ServicePage) -> None:
    PageVector.objects.filter(page=page).update(model="static-1")
    ServicePage.objects.filter(pk=page.pk).update(status="paused")
    sweep_vectors()
    assert SearchStatistics.current().embedded_by == embedder().name
    assert PageVector.objects.get(page=page).model == "static-1"


def test_pages_that_wait_for_their_first_vector_hold_nothing_up(page: ServicePage) -> None:
    waiting = factories.make_page()
    PageVector.objects.filter(page=page).update(model="static-1")
    PageVector.objects.filter(page=waiting).delete()
    SearchEntry.objects.filter(page=waiting).update(has_vector=False)
    sweep_vectors()
    assert set(PageVector.objects.values_list("page_id", "model")) == {
        (page.pk, embedder().name),
        (waiting.pk, embedder().name),
    }
