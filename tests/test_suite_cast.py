"""The cast that all tests share, and the isolation of tests from one another."""

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import Member
from services.models import Service, ServicePage


def test_the_cast_can_log_in(
    log_in: Callable[[Member | None], Client], clara: Member, ada: Member, service: Service, page: ServicePage
) -> None:
    assert clara.has_verified_email
    assert log_in(clara).session["_auth_user_id"] == str(clara.pk)
    assert log_in(ada).get("/admin/").status_code == 200
    assert log_in(clara).get("/admin/").status_code == 302
    assert list(ServicePage.objects.published()) == [page]
    assert list(page.services.all()) == [service]


@pytest.mark.parametrize("turn", [1, 2])
def test_no_test_sees_what_another_cached(turn: int) -> None:
    assert cache.get("seen") is None
    cache.set("seen", turn)
    assert cache.get("seen") == turn
