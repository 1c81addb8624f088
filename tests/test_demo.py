"""The demo marketplace: made once, fitting together, and taken away without a trace."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Member
from insights.models import PageDay, RequestDay
from marketplace.clock import utc_now
from requests import actions
from requests.matching import run
from requests.models import Publication, ServiceRequest
from services.models import ServicePage
from tests import factories
from tests.test_requests_actions import values

SIZE = ["--pages", "40", "--requests", "12", "--seed", "3", "--now", "2026-11-24T00:00:00Z", "--verbosity", "0"]


def test_the_demo_fits_together_and_can_be_removed(catalogue: Any) -> None:
    real = factories.make_page(services=[catalogue["logo-design"]])
    call_command("demo", *SIZE)
    pages, requests = ServicePage.objects.count(), ServiceRequest.objects.count()
    assert pages >= 40
    assert requests >= 12
    assert not Publication.objects.exists()
    call_command("demo", *SIZE)
    assert (ServicePage.objects.count(), ServiceRequest.objects.count()) == (pages, requests)
    assert RequestDay.objects.filter(imported=True).exists()

    for email in ("client@example.com", "provider@example.com", "admin@example.com"):
        assert Member.objects.get(email=email).check_password("demo-marketplace")
    provider = ServicePage.objects.get(member__email="provider@example.com")
    asked = values(service=provider.offers.select_related("service")[0].service.slug, budget_type="help")
    asked = {name: value for name, value in asked.items() if not name.startswith("budget_m") and name != "currency"}
    request = actions.post_request(actor=Member.objects.get(email="client@example.com"), values=asked, now=utc_now())
    run.match(request.pk, now=utc_now())
    assert request.matches.filter(page=provider).exists()

    call_command("demo", "--remove", "--verbosity", "0")
    assert list(ServicePage.objects.all()) == [real]
    assert not Member.objects.filter(is_demo=True).exists()
    assert not PageDay.objects.filter(imported=True).exists()


def test_there_is_no_demo_in_production(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo", *SIZE)
    assert not ServicePage.objects.exists()
