"""Where an engagement stands and what happens next, for one of its sides."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from engagements.models import CancelReason, Engagement, EngagementStatus, Review
from engagements.presentation.words import day_words
from requests.models import Side


@dataclass(frozen=True, slots=True)
class Standing:
    """What to say on top of the page. ``is_asked`` where the reader's answer is awaited."""

    title: str
    text: str
    is_asked: bool = False


def standing(engagement: Engagement, side: Side, reviews: list[Review], *, now: datetime) -> Standing:
    """Where the reader on ``side`` stands. ``reviews`` are those that she may read."""
    other = engagement.member_on(Side.PROVIDER if side == Side.CLIENT else Side.CLIENT).display_name
    if engagement.status == EngagementStatus.AGREED:
        return _agreed(engagement, side, other)
    if engagement.status == EngagementStatus.UNDER_WAY:
        return _under_way(engagement, side, other)
    if engagement.status == EngagementStatus.CANCELLED:
        return _cancelled(engagement, side, other)
    return _completed(engagement, side, other, reviews, now)


def _agreed(engagement: Engagement, side: Side, other: str) -> Standing:
    title = _("You and %(other)s have agreed") % {"other": other}
    if side == Side.CLIENT:
        text = _(
            "Next, the work begins. As soon as it has, either of you says so here. Until then you can both still "
            "cancel, and your request opens again for the other providers."
        )
    else:
        text = _(
            "Next, you begin. Say so here as soon as you have. Until then you can both still cancel, and the request "
            "opens again for other providers."
        )
    return Standing(title, text, is_asked=side == Side.PROVIDER)


def _under_way(engagement: Engagement, side: Side, other: str) -> Standing:
    until = {"other": other, "day": day_words(engagement.completion_due_at)}
    if not engagement.waits_for_confirmation:
        title = _("Work is under way")
        text = _("When everything is delivered, either of you marks the work completed, and the other one confirms.")
        if engagement.deliver_by:
            text = (
                _("It was agreed to be delivered by %(day)s.") % {"day": day_words(engagement.deliver_by)} + " " + text
            )
        return Standing(title, text)
    if engagement.completion_by == side:
        title = _("You marked the work completed")
        text = _("%(other)s has until %(day)s to confirm, or to say what is missing. Silence confirms it.") % until
        return Standing(title, text)
    title = _("%(other)s says that the work is completed") % until
    text = _("Please confirm, or say what is missing. If you do nothing, it counts as completed on %(day)s.") % until
    return Standing(title, text, is_asked=True)


def _completed(engagement: Engagement, side: Side, other: str, reviews: list[Review], now: datetime) -> Standing:
    until = {"other": other, "day": day_words(engagement.reviews_due_at)}
    has_written = any(review.by == side for review in reviews)
    if engagement.takes_reviews(now) and not has_written:
        title = _("The work is completed. How was it with %(other)s?") % until
        text = _("Write a review by %(day)s. Neither of you sees the other’s before both are written.") % until
        return Standing(title, text, is_asked=True)
    if engagement.takes_reviews(now):
        title = _("The work is completed, and your review is written")
        text = (
            _("It is published when %(other)s has written too, by %(day)s at the latest. Until then you can change it.")
            % until
        )
        return Standing(title, text)
    if any(review.published_at for review in reviews):
        return Standing(_("The work is completed, and the reviews are published"), _("Thank you. All is done here."))
    return Standing(_("The work is completed"), _("Nobody wrote a review in time. All is done here."))


def _cancelled(engagement: Engagement, side: Side, other: str) -> Standing:
    if engagement.cancelled_by == side:
        title = _("You cancelled this")
    else:
        title = _("%(other)s cancelled this") % {"other": other}
    reason = str(CancelReason(engagement.cancel_reason).label)
    words = f"{reason}: “{engagement.cancel_words}”" if engagement.cancel_words else f"{reason}."
    return Standing(title, f"{words} {_after_cancelling(engagement, side)}")


def _after_cancelling(engagement: Engagement, side: Side) -> str:
    if engagement.started_at is None:
        if side == Side.CLIENT:
            return _("Work had not begun, so your request opened again, and the other proposals stood again.")
        return _("Work had not begun, so the request opened again for other providers.")
    if side == Side.CLIENT:
        return _("Work had begun, so the request stays as it is. You can post it anew.")
    return _("Work had begun, so the request stays as it is.")
