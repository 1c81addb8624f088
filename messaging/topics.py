"""What members are told of messages: of many in one conversation, once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from messaging.models import Conversation, Message, Seat
from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message as Words
from notifications.topics import Recipient, Topic

MESSAGES = "messages"
MOST_QUOTED = 3
LONGEST_QUOTE = 500


def _recipient(event: Event) -> Iterable[Recipient]:
    return [Recipient(UUID(event.data["recipient"]))]


def _still_unread(notifications: Sequence[Notification]) -> Collection[UUID]:
    """Of each conversation the last notification, while something in it is unread."""
    latest = {(each.recipient_id, UUID(each.event.subject_id)): each.pk for each in notifications}
    members, conversations = {key[0] for key in latest}, {key[1] for key in latest}
    seats = Seat.objects.filter(member__in=members, conversation__in=conversations).unread()
    unread = set(seats.values_list("member_id", "conversation_id"))
    return {pk for key, pk in latest.items() if key in unread}


def _render(notifications: Sequence[Notification]) -> Mapping[UUID, Words]:
    ids = {UUID(each.event.subject_id) for each in notifications}
    conversations = Conversation.objects.with_all().in_bulk(ids)
    quotes = _quotes(ids)
    words = {}
    for each in notifications:
        conversation = conversations.get(UUID(each.event.subject_id))
        if conversation is not None:
            words[each.pk] = _words(each.recipient_id, conversation, quotes)
    return words


def _quotes(ids: Collection[UUID]) -> Mapping[tuple[UUID, UUID], list[str]]:
    """The latest unread messages by conversation and reader, oldest first; a bounded number of each conversation."""
    rows = (
        Message.objects.filter(conversation__in=ids, sequence__gt=F("conversation__last_sequence") - 2 * MOST_QUOTED)
        .filter(conversation__seats__read_sequence__lt=F("sequence"))
        .order_by("conversation", "sequence")
        .values_list("conversation_id", "conversation__seats__member_id", "sender_id", "body")
    )
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for conversation, reader, sender, body in rows:
        if sender != reader:
            found.setdefault((conversation, reader), []).append(body)
    return found


def _words(reader: UUID, conversation: Conversation, quotes: Mapping[tuple[UUID, UUID], list[str]]) -> Words:
    other = conversation.provider if reader == conversation.client_id else conversation.client
    facts = {"name": other.display_name, "title": conversation.request.title}
    text = _("%(name)s wrote to you about “%(title)s”.") % facts
    unread = quotes.get((conversation.pk, reader), [])
    return Words(
        text=text,
        subject=ngettext("New message from %(name)s", "New messages from %(name)s", len(unread)) % facts,
        body="\n\n".join(body[:LONGEST_QUOTE] for body in unread[-MOST_QUOTED:] if body),
        url=f"/inbox/{conversation.pk}/",
        action=_("Read and answer"),
    )


TOPIC = Topic(
    key=MESSAGES,
    label=gettext_lazy("Messages"),
    description=gettext_lazy(
        "Somebody wrote to you. Mail leaves only while it is unread, and one for each conversation."
    ),
    kinds=("message.sent",),
    recipients=_recipient,
    render=_render,
    defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.QUARTER_HOUR},
    still_wanted=_still_unread,
)
