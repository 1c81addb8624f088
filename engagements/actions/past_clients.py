"""Inviting past clients from outside, and what they do with the link in their mail."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.reply import AlreadyReplied
from engagements.actions.review import STARS
from engagements.models import NoMailWanted, OutsideReview, PastClient, PastClientStatus
from engagements.past_clients.letters import write_invitation, write_reminder
from engagements.past_clients.mailbox import digest, mailbox_of, wants_no_mail
from engagements.past_clients.rules import clean_invitation, require_room
from marketplace.errors import Conflict, IllegalMove, InvalidInput, NotAllowed
from notifications.events import record
from services.actions import record_outside_review
from services.models import PageStatus, ServicePage

OPEN_FOR: Final = timedelta(days=30)
REMIND_AFTER: Final = timedelta(days=7)
BATCH: Final = 200


class LinkUsed(Conflict):
    """The link was used, has been declined, or is too old."""

    code = "link_used"
    message = _("This link was used already, or it is too old.")


@transaction.atomic
def invite_past_client(
    *, actor: Member, page: ServicePage, name: str, email: str, has_consent: bool, now: datetime
) -> PastClient:
    """Writes one mail to somebody for whom the provider worked outside. ``has_consent``: she says that he agrees to it.

    Raises NotAllowed, IllegalMove unless the page is published, InvalidInput, TooManyInvitations, InvitedEnoughToday.
    """
    if page.member_id != actor.pk:
        raise NotAllowed
    page = ServicePage.objects.select_for_update(no_key=True, of=("self",)).select_related("member").get(pk=page.pk)
    if page.status != PageStatus.PUBLISHED:
        raise IllegalMove(_("Publish your page first: past clients are led to it."))
    name, email = clean_invitation(page, name=name, email=email)
    if not has_consent:
        message = str(_("Confirm that this person was your client and agrees to get this mail."))
        raise InvalidInput(fields={"consent": [{"code": "required", "message": message}]})
    require_room(page, now=now)
    past_client = PastClient(
        page=page,
        name=name,
        email=email,
        mailbox=mailbox_of(email),
        created_at=now,
        remind_at=now + REMIND_AFTER,
        expires_at=now + OPEN_FOR,
    )
    past_client.mail = write_invitation(past_client, now=now)
    past_client.save(force_insert=True)
    _note("invited", past_client, actor=actor, now=now)
    return past_client


@transaction.atomic
def write_outside_review(*, past_client: PastClient, rating: int, text: str, name: str, now: datetime) -> OutsideReview:
    """The past client's review, published at once and marked as one from outside. The link is the permission, once.

    Raises LinkUsed, InvalidInput.
    """
    if rating not in STARS:
        raise InvalidInput(
            fields={"rating": [{"code": "out_of_range", "message": str(_("Choose one to five stars."))}]}
        )
    past_client = _lock(past_client)
    if not takes_review(past_client, now):
        raise LinkUsed
    review = OutsideReview.objects.create(
        past_client=past_client, page=past_client.page, rating=rating, text=text, name=name, created_at=now
    )
    _settle(past_client, PastClientStatus.REVIEWED, now)
    record_outside_review(page_id=past_client.page_id)
    _note("reviewed", past_client, actor=None, now=now)
    return review


@transaction.atomic
def decline_invitation(*, past_client: PastClient, wants_no_more: bool, now: datetime) -> None:
    """ "Not my provider", or, with ``wants_no_more``, "do not write to me again", which holds for every provider.

    The link is the permission. Repeating it is harmless; a review that was written stays.
    """
    past_client = _lock(past_client)
    if past_client.status == PastClientStatus.INVITED:
        _settle(past_client, PastClientStatus.DECLINED, now)
        _note("declined", past_client, actor=None, now=now)
    if wants_no_more:
        NoMailWanted.objects.get_or_create(digest=digest(past_client.mailbox), defaults={"created_at": now})
        PastClient.objects.filter(mailbox=past_client.mailbox, status=PastClientStatus.INVITED).update(remind_at=None)


@transaction.atomic
def reply_to_outside_review(*, actor: Member, review: OutsideReview, text: str, now: datetime) -> OutsideReview:
    """The provider answers in public, once; the same text again is harmless. Raises NotAllowed, AlreadyReplied."""
    rows = OutsideReview.objects.select_for_update(no_key=True, of=("self",)).select_related("page")
    review = rows.get(pk=review.pk)
    if review.page.member_id != actor.pk:
        raise NotAllowed
    if review.reply and review.reply != text:
        raise AlreadyReplied
    if not review.reply:
        review.reply, review.replied_at = text, now
        review.save(update_fields=["reply", "replied_at"])
    return review


def takes_review(past_client: PastClient, now: datetime) -> bool:
    """Whether the link still opens the form."""
    return past_client.status == PastClientStatus.INVITED and now < past_client.expires_at


def sweep_past_clients(*, now: datetime) -> int:
    """Reminds those who have not answered, once, and ends invitations whose time is over; returns how many."""
    return _expire(now) + _remind(now)


@transaction.atomic
def _expire(now: datetime) -> int:
    due = PastClient.objects.filter(status=PastClientStatus.INVITED, expires_at__lte=now)
    return due.update(status=PastClientStatus.EXPIRED, remind_at=None)


@transaction.atomic
def _remind(now: datetime) -> int:
    due = PastClient.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(
        status=PastClientStatus.INVITED, remind_at__lte=now
    )
    claimed = list(due.select_related("page__member").order_by("remind_at")[:BATCH])
    for past_client in claimed:
        if not wants_no_mail(past_client.mailbox):
            past_client.mail = write_reminder(past_client, now=now)
        past_client.remind_at = None
    PastClient.objects.bulk_update(claimed, ["mail", "remind_at"])
    return len(claimed)


def _lock(past_client: PastClient) -> PastClient:
    return PastClient.objects.select_for_update(no_key=True, of=("self",)).select_related("page").get(pk=past_client.pk)


def _settle(past_client: PastClient, status: PastClientStatus, now: datetime) -> None:
    past_client.status, past_client.answered_at, past_client.remind_at = status, now, None
    past_client.save(update_fields=["status", "answered_at", "remind_at"])


def _note(kind: str, past_client: PastClient, *, actor: Member | None, now: datetime) -> None:
    data = {"past_client": str(past_client.pk)}
    page = str(past_client.page_id)
    record(kind=f"past_client.{kind}", actor=actor, subject_type="page", subject_id=page, now=now, data=data)
