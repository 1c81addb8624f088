"""The one public answer to a review."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from engagements.actions.common import note
from engagements.models import Review, other_side
from marketplace.errors import Conflict, IllegalMove, NotAllowed


class AlreadyReplied(Conflict):
    """There is one reply, and it stays as it is."""

    code = "already_replied"
    message = _("You have replied to this review already. There is one reply, and it stays as it is.")


@transaction.atomic
def reply_to_review(*, actor: Member, review: Review, text: str, now: datetime) -> Review:
    """The reviewed answers in public, once; the author is told. The same text again is harmless.

    Raises NotAllowed for everybody else, IllegalMove before publication, AlreadyReplied.
    """
    rows = Review.objects.select_for_update(no_key=True, of=("self",))
    review = rows.select_related("engagement__client", "engagement__provider").get(pk=review.pk)
    if actor.pk != review.reviewed.pk:
        raise NotAllowed
    if review.published_at is None:
        raise IllegalMove(_("A review can be answered once it is published."))
    if review.reply:
        if review.reply == text:
            return review
        raise AlreadyReplied
    review.reply, review.replied_at = text, now
    review.save(update_fields=["reply", "replied_at"])
    said = {"review": str(review.pk), "author": review.by, "by": other_side(review.by)}
    note("review_replied", review.engagement, actor=actor, now=now, data=said)
    return review
