"""The demo marketplace: made once, fitting together, and taken away without a trace."""

import re
import time
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db.models import Q

from accounts.models import Member
from attachments.actions import upload_attachment
from engagements.actions import accept_proposal, complete_engagement, write_review
from insights.models import PageDay, RequestDay
from marketplace.clock import utc_now
from marketplace.demo.arguments import Arguments
from marketplace.demo.removal import remove_demo
from marketplace.demo.rendering import render_about
from marketplace.demo.seeding import seed_demo
from marketplace.demo.steps import STEPS
from marketplace.markdown import render_markdown
from messaging.actions import send_message
from messaging.actions.sending import Draft
from messaging.models import Conversation
from notifications.models import Event, Notification
from requests import actions
from requests.matching import run
from requests.models import MatchState, Publication, RequestStatus, ServiceRequest
from services.models import PageStatus, SearchEntry, SearchWord, ServicePage
from services.search.bulk import SLOW, _present
from services.search.statistics import count_words
from sitesettings.models import DemoState
from tests import factories
from tests.demo_digest import digest
from tests.test_requests_actions import values

QUICK = ["--history-days", "10", "--verbosity", "0"]
SIZE = ["--pages", "40", "--requests", "12", "--seed", "3", "--now", "2026-11-24T00:00:00Z", *QUICK]
SMALL = Arguments(pages=60, requests=40, seed=3, now=datetime(2026, 11, 24, tzinfo=UTC), history_days=10)


def nothing(*_args: object) -> None:
    """No progress bar."""


def long_ago() -> Q:
    """Requests that are not told in full: what pages were hired for before."""
    return Q(matches=None, status=RequestStatus.AWARDED)


def asked_of(provider: ServicePage) -> dict[str, Any]:
    """A request for the provider's first service."""
    found = values(service=provider.offers.select_related("service")[0].service.slug, budget_type="help")
    return {name: value for name, value in found.items() if not name.startswith("budget_m") and name != "currency"}


def test_the_demo_fits_together_and_can_be_removed(catalogue: Any) -> None:
    real = factories.make_page(services=[catalogue["logo-design"]])
    told = StringIO()
    call_command("demo", *SIZE, stdout=told)
    assert re.search(r"^services_\w+ +(table|index) +[\d,]+ +[\d.]+$", told.getvalue(), re.MULTILINE)
    assert re.search(r"^all +[\d,]+ +[\d.]+$", told.getvalue(), re.MULTILINE)
    pages, requests = ServicePage.objects.count(), ServiceRequest.objects.count()
    assert (pages, ServiceRequest.objects.exclude(long_ago()).count()) == (41, 12)
    assert ServiceRequest.objects.filter(long_ago()).exists()
    assert not Publication.objects.exists()
    call_command("demo", *SIZE)
    assert (ServicePage.objects.count(), ServiceRequest.objects.count()) == (pages, requests)
    assert RequestDay.objects.filter(imported=True).exists()
    assert not Notification.objects.filter(recipient=real.member).exists()

    for email in ("client@example.com", "provider@example.com", "admin@example.com"):
        assert Member.objects.get(email=email).check_password("demo-marketplace")
    provider = ServicePage.objects.get(member__email="provider@example.com")
    client = Member.objects.get(email="client@example.com")
    assert set(client.service_requests.values_list("status", flat=True)) == set(RequestStatus.values)
    request = actions.post_request(actor=client, values=asked_of(provider), now=utc_now())
    run.match(request.pk, now=utc_now())
    assert request.matches.filter(page=provider).exists()

    said, begun = StringIO(), time.monotonic()
    call_command("demo", "--remove", "--verbosity", "0", stdout=said)
    steps = [float(seconds) for seconds in re.findall(r", ([\d.]+) s$", said.getvalue(), re.MULTILINE)]
    assert sum(steps) <= time.monotonic() - begun + len(steps), said.getvalue()
    assert list(ServicePage.objects.all()) == [real]
    assert not Member.objects.filter(is_demo=True).exists()
    assert not PageDay.objects.filter(imported=True).exists()


def test_no_time_is_later_than_now(catalogue: Any) -> None:
    seed_demo(SMALL, nothing)
    now = SMALL.now
    assert not Member.objects.filter(created_at__gt=now).exists()
    assert not Member.objects.filter(last_active_at__gt=now).exists()
    for name in ("created_at", "updated_at", "first_published_at"):
        assert not ServicePage.objects.filter(**{f"{name}__gt": now}).exists()
        assert not ServiceRequest.objects.filter(**{f"{name}__gt": now}).exists()
    assert not Event.objects.filter(created_at__gt=now).exists()
    assert not Notification.objects.filter(read_at__gt=now).exists()
    for request in ServiceRequest.objects.exclude(status=RequestStatus.DRAFT):
        kinds = list(Event.objects.filter(subject_id=str(request.pk)).order_by("created_at", "id").values_list("kind"))
        assert [kind for (kind,) in kinds][:2] == ["request.created", "request.published"]
        if request.matches.exists():
            assert request.proposal_count == request.matches.filter(state=MatchState.PROPOSED).count()
        assert not request.matches.filter(page__first_published_at__gt=request.published_at).exists()


def test_the_same_arguments_make_the_same_demo_wherever_it_was_interrupted(catalogue: Any) -> None:
    seed_demo(SMALL, nothing)
    first = digest()
    for step in STEPS:
        remove_demo(nothing)
        with pytest.raises(Killed):
            seed_demo(SMALL, killer(step.label))
        assert DemoState.objects.get().state == DemoState.State.MAKING
        assert seed_demo(SMALL, nothing)
        assert digest() == first, f"after an interruption behind {step.label}"
    assert _present() == SLOW
    assert SearchEntry.objects.count() == ServicePage.objects.filter(status=PageStatus.PUBLISHED).count()


class Killed(Exception):
    """As if the process had been killed."""


def killer(label: str) -> Any:
    """Progress that ends the run when the step is done."""

    def progress(step: str, _done: int, _total: int) -> None:
        if step == label:
            raise Killed

    return progress


def test_other_arguments_are_refused_until_the_demo_is_removed(catalogue: Any) -> None:
    seed_demo(SMALL, nothing)
    with pytest.raises(CommandError, match=r"Another demo is here, made with --pages 60.*demo --remove"):
        call_command("demo", *SIZE)
    call_command("demo", "--first-start", "--verbosity", "0")
    assert ServicePage.objects.count() == 60


def test_the_first_start_finishes_what_was_begun_but_never_makes_what_was_removed(catalogue: Any) -> None:
    with pytest.raises(Killed):
        seed_demo(SMALL, killer("Log-ins"))
    with pytest.raises(CommandError, match="was begun here"):
        call_command("demo", *SIZE)
    call_command("demo", "--first-start", "--verbosity", "0")
    assert ServicePage.objects.count() == 60
    call_command("demo", "--remove", "--verbosity", "0")
    call_command("demo", "--first-start", "--verbosity", "0")
    assert not ServicePage.objects.exists()


def test_a_removal_that_was_interrupted_is_finished_before_another_demo_is_made(catalogue: Any) -> None:
    seed_demo(SMALL, nothing)
    with pytest.raises(Killed):
        remove_demo(killer("Members"))
    assert DemoState.objects.get().state == DemoState.State.REMOVING
    with pytest.raises(CommandError, match="being removed"):
        call_command("demo", *SIZE)
    call_command("demo", "--remove", "--verbosity", "0")
    assert not RequestDay.objects.filter(imported=True).exists()
    assert DemoState.objects.get().state == DemoState.State.REMOVED


def test_a_demo_without_pages_and_requests_has_the_log_ins(catalogue: Any) -> None:
    call_command("demo", "--pages", "0", "--requests", "0", *QUICK)
    assert Member.objects.filter(is_demo=True).count() == 3
    assert not ServicePage.objects.exists()
    call_command("demo", "--remove", "--verbosity", "0")
    assert not Member.objects.exists()
    call_command("demo", "--pages", "0", "--requests", "20", *QUICK)
    assert ServiceRequest.objects.count() == 20


def test_the_removal_spares_what_others_made(catalogue: Any, clara: Member) -> None:
    seed_demo(SMALL, nothing)
    provider = ServicePage.objects.get(member__email="provider@example.com")
    mine = actions.post_request(actor=clara, values=asked_of(provider), now=utc_now())
    run.match(mine.pk, now=utc_now())
    assert mine.matches.exists()
    told = Notification.objects.filter(recipient=clara).count()
    assert told == 1

    call_command("demo", "--remove", "--verbosity", "0")
    mine.refresh_from_db()
    assert mine.status == RequestStatus.OPEN
    assert not mine.matches.exists()
    assert mine.next_wave_at is not None
    assert mine.next_wave_at <= utc_now()
    assert Notification.objects.filter(recipient=clara).count() == told
    assert set(Event.objects.values_list("subject_id", flat=True)) == {str(mine.pk)}
    assert set(Member.objects.all()) == {clara}
    assert not SearchWord.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--pages", "-1"], "-1 is not between 0"),
        (["--pages", "99999999999"], "is not between 0 and 20,000,000"),
        (["--requests", "many"], "'many' is not a whole number"),
        (["--seed", "-4"], "-4 is not between 0"),
        (["--now", "yesterday"], "'yesterday' is no date or time"),
        (["--now", "2999-01-01"], "2999-01-01 is not between 2000-01-01 and now"),
        (["--now", "1969-12-31T23:00:00+01:00"], "is not between 2000-01-01 and now"),
        (["--texts", "/nowhere/at/all"], "There is no folder /nowhere/at/all"),
    ],
)
def test_what_makes_no_sense_is_refused_in_plain_words(catalogue: Any, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("demo", *arguments)
    assert message in str(caught.value)
    assert not Member.objects.exists()
    assert not DemoState.objects.exists()


@pytest.mark.parametrize("now", ["2026-11-24", "2026-11-24T00:00:00", "2026-11-24T05:30:00+05:30"])
def test_a_time_may_name_its_zone_or_be_in_utc(catalogue: Any, now: str) -> None:
    call_command("demo", "--pages", "0", "--requests", "0", "--now", now, *QUICK)
    assert DemoState.objects.get().arguments["now"] == "2026-11-24T00:00:00+00:00"


def test_somebody_real_keeps_her_address(catalogue: Any) -> None:
    factories.make_member("client@example.com")
    with pytest.raises(CommandError, match=r"Somebody real has .* client@example\.com"):
        call_command("demo", *SIZE)
    assert Member.objects.count() == 1


def test_there_is_no_demo_in_production(db: None, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        call_command("demo", *SIZE)
    assert not ServicePage.objects.exists()


@pytest.mark.parametrize(
    "about",
    [
        'Plain & simple — it\'s “é”.\n\nWhat you get:\n\n- one\n- two & a "half"\n\nBye',
        "1. A list\n\n* another",
        "5 * 3 < 16 and a_b_c [link](https://example.org)",
        "- only\n- a list",
        "Two lines\nof one paragraph",
        "R&amp;D, 41 customers. 1921. A year",
        "x" * 300 + " and more words " * 20,
    ],
)
def test_about_texts_are_rendered_as_the_product_does(about: str) -> None:
    quick, product = ServicePage(about=about), ServicePage(about=about)
    render_about(quick)
    product.render_about()
    assert (quick.about_html, quick.summary) == (product.about_html, product.summary)
    assert quick.about_as_html == render_markdown(about, headings_below=2)


def counts() -> dict[str, int]:
    """The number of rows of every table, but for the note that a demo was here, since when the rate is counted, and
    what changed in the index within the last hour."""
    kept = {"sitesettings_demostate", "insights_closeduntil", "services_searchchange"}
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return {
        model._meta.db_table: model._default_manager.count() for model in models if model._meta.db_table not in kept
    }


def test_the_removal_leaves_no_row_and_no_file(catalogue: Any, django_capture_on_commit_callbacks: Any) -> None:
    count_words()  # the one row of numbers about the whole index is there wherever they were counted
    before = counts()
    seed_demo(SMALL, nothing)
    provider = Member.objects.get(email="provider@example.com")
    conversation = Conversation.objects.filter(provider=provider).latest("last_message_at")
    upload = upload_attachment(actor=provider, upload=SimpleUploadedFile("notes.txt", b"Notes"), now=utc_now())
    draft = Draft("Here it is", "one", [upload.pk])
    send_message(actor=provider, conversation=conversation, draft=draft, now=utc_now())
    stored = upload.file
    assert stored.storage.exists(str(stored.name))
    with django_capture_on_commit_callbacks(execute=True):
        remove_demo(nothing)
    assert counts() == before
    assert not stored.storage.exists(str(stored.name))


def test_what_real_members_agreed_with_the_demo_is_set_right(catalogue: Any, clara: Member, page: ServicePage) -> None:
    seed_demo(SMALL, nothing)
    now = utc_now()
    demo = ServicePage.objects.get(member__email="provider@example.com")
    mine = actions.post_request(actor=clara, values=asked_of(demo), now=now)
    offer = {"price_type": "fixed", "amount": 50_000, "currency": "EUR", "scope": "Everything, twice.", "days": 3}
    run.match(mine.pk, now=now)
    proposal = actions.submit_proposal(actor=demo.member, request=mine, values=offer, now=now)
    accept_proposal(actor=clara, proposal=proposal, now=now)
    theirs = actions.post_request(actor=demo.member, values=values(service="logo-design"), now=now)
    run.match(theirs.pk, now=now)
    paul = page.member
    answer = actions.submit_proposal(actor=paul, request=theirs, values=offer, now=now)
    engagement = accept_proposal(actor=demo.member, proposal=answer, now=now)
    complete_engagement(actor=paul, engagement=engagement, now=now)
    complete_engagement(actor=demo.member, engagement=engagement, now=now)
    for actor in (paul, demo.member):
        write_review(actor=actor, engagement=engagement, rating=5, text="As agreed", now=now)
    page.refresh_from_db()
    assert (page.rating_count, page.jobs_done) == (1, 1)

    remove_demo(nothing)
    mine.refresh_from_db()
    page.refresh_from_db()
    assert (mine.status, mine.proposal_count) == (RequestStatus.OPEN, 0)
    assert (page.rating_sum, page.rating_count, page.jobs_done) == (0, 0, 0)
    assert SearchEntry.objects.get(page=page).rating_count == 0
    assert set(Member.objects.all()) == {clara, paul}
