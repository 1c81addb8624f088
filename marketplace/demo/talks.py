"""Conversations about requests: believable messages, read marks, and what is unread."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from engagements.models import Engagement, EngagementStatus
from marketplace.demo.acts import Act, Answer
from marketplace.demo.catalogue import within
from marketplace.demo.ids import id_at
from marketplace.demo.phrasing import Deck, first_name, phrases
from marketplace.demo.plots import Part
from marketplace.demo.telling import Mail, Reading, add_event, add_notification
from messaging.models import Conversation, Message, Seat
from messaging.models.conversation import LONGEST_PREVIEW
from notifications.models import Digest
from requests.models import ProposalStatus, Side

TALKS: Final = 0.4
"""Share of the proposals about which the two sides write to each other."""
UNREAD: Final = 0.3
"""Share of the young conversations whose last words nobody has read."""
YOUNG: Final = timedelta(days=5)
SHORTEST: Final = timedelta(minutes=17)
"""Between two messages: longer than a quarter of an hour, so that of each one is told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message."""

    side: Side
    body: str
    moment: datetime


def make_talks(act: Act, engagement: Engagement | None) -> None:
    """The conversations of the request: always with whoever was hired, and where the log-ins are the two sides."""
    for answer in act.answers:
        is_hired = answer.proposal.status == ProposalStatus.ACCEPTED
        is_story = act.plot.is_claras and (act.part_of(answer.lead) is not None or act.is_active)
        if is_hired or is_story or act.rng.random() < TALKS:
            lines = _lines(act, answer, engagement if is_hired else None)
            if lines:
                _converse(act, answer, lines)


def _lines(act: Act, answer: Answer, engagement: Engagement | None) -> list[Line]:
    """What they wrote, in order, all of it after the proposal and before now."""
    deck, said, sent = _deck(act, answer), phrases("messages"), answer.proposal.submitted_at
    assert sent is not None
    decided = answer.proposal.decided_at or act.until
    if act.part_of(answer.lead) == Part.COUNTERED or act.rng.random() < 0.5:
        lines = _asks(act, deck, sent, decided)
    else:
        lines = _dialogue(act, deck, said["before"], sent, decided)
    if engagement is not None:
        begun = engagement.started_at or engagement.agreed_at
        lines += _dialogue(act, deck, said["work"], begun, engagement.completion_marked_at or act.now)
        if engagement.status == EngagementStatus.COMPLETED and engagement.completed_at and act.rng.random() < 0.7:
            lines += _dialogue(act, deck, said["after"], engagement.completed_at, act.now)
    elif answer.proposal.status == ProposalStatus.NOT_CHOSEN and act.rng.random() < 0.4:
        lines += _dialogue(act, deck, said["refused"], decided, act.now)
    return lines


def _deck(act: Act, answer: Answer) -> Deck:
    deliverable = act.rng.choice(act.trade.bank.deliverables)
    return Deck(
        act.rng,
        {
            "first": first_name(act.request.client.name),
            "other": first_name(answer.lead.name),
            "title": act.request.title,
            "service": within(act.request.service.name),
            "city": act.request.city or act.request.client.city,
            "deliverable": deliverable,
            "deliverable_cap": deliverable[:1].upper() + deliverable[1:],
        },
    )


def _asks(act: Act, deck: Deck, after: datetime, before: datetime) -> list[Line]:
    """The provider asks what people of her trade ask, the client answers."""
    question, reply = deck.draw(act.trade.bank.asks)
    return _timed(act, Side.PROVIDER, [question, reply], after, before)


def _dialogue(
    act: Act, deck: Deck, dialogues: Sequence[Sequence[str]], after: datetime, before: datetime
) -> list[Line]:
    side, *texts = deck.draw(dialogues)
    return _timed(act, Side(side), [deck.say([text]) for text in texts], after, before)


def _timed(act: Act, first: Side, texts: Sequence[str], after: datetime, before: datetime) -> list[Line]:
    """The texts by turns, the later ones only as far as there was time."""
    lines: list[Line] = []
    side, moment = first, after
    for text in texts:
        moment += SHORTEST + timedelta(hours=act.rng.expovariate(1 / 4))
        if moment >= before:
            break
        lines.append(Line(side, text, moment))
        side = Side.CLIENT if side == Side.PROVIDER else Side.PROVIDER
    return lines


def _converse(act: Act, answer: Answer, lines: Sequence[Line]) -> None:
    last, members = lines[-1], {Side.CLIENT: act.request.client_id, Side.PROVIDER: answer.member_id}
    conversation = Conversation(
        id=id_at(lines[0].moment, act.rng),
        request=act.request,
        page_id=answer.lead.page_id,
        client_id=members[Side.CLIENT],
        provider_id=members[Side.PROVIDER],
        created_at=lines[0].moment,
        client_has_written=any(line.side == Side.CLIENT for line in lines),
        last_sequence=len(lines),
        last_sender_id=members[last.side],
        last_preview=" ".join(last.body.split())[:LONGEST_PREVIEW],
        last_message_at=last.moment,
    )
    act.rows.conversations.append(conversation)
    unread = _unread(act, answer, lines)
    for number, line in enumerate(lines, start=1):
        is_read = line is not last or not unread
        _send(act, conversation, members, number, line, _read_at(act, lines, number) if is_read else None)
    for side in Side:
        _seat(act, conversation, members, side, lines, unread)


def _unread(act: Act, answer: Answer, lines: Sequence[Line]) -> bool:
    """Whether the last message is unread. What the log-ins wrote to each other lately is, for whoever reads it."""
    last = lines[-1]
    if act.plot.is_claras and act.is_active:
        return True
    return act.now - last.moment < YOUNG and (act.part_of(answer.lead) is not None or act.rng.random() < UNREAD)


def _read_at(act: Act, lines: Sequence[Line], number: int) -> datetime:
    """Some minutes later, and before the reader's own answer."""
    moment = lines[number - 1].moment + timedelta(minutes=act.rng.uniform(1, 16))
    return min(moment, act.now)


def _send(
    act: Act, conversation: Conversation, members: dict[Side, Any], number: int, line: Line, read: datetime | None
) -> None:
    across = members[Side.CLIENT if line.side == Side.PROVIDER else Side.PROVIDER]
    act.rows.messages.append(
        Message(
            id=id_at(line.moment, act.rng),
            conversation=conversation,
            sequence=number,
            sender_id=members[line.side],
            body=line.body,
            client_id=f"demo-{number}",
            created_at=line.moment,
        )
    )
    if line.moment <= act.until:
        act.note_activity(line.moment, by_client=line.side == Side.CLIENT)
    data = {"recipient": str(across), "request": str(act.request.pk)}
    event = add_event(
        act.rows, act.rng, "message.sent", conversation.pk, line.moment, actor=members[line.side], data=data
    )
    mail = Mail(Digest.QUARTER_HOUR)
    add_notification(act.rows, act.rng, event, across, "messages", mail, reading=Reading(read))


def _seat(
    act: Act, conversation: Conversation, members: dict[Side, Any], side: Side, lines: Sequence[Line], unread: bool
) -> None:
    """How far the member on this side has read, which is up to her own last message at least."""
    received = [line for line in lines if line.side != side]
    is_behind = unread and lines[-1].side != side
    reached = len(lines) - 1 if is_behind else len(lines)
    seen = lines[reached - 1].moment if reached else None
    act.rows.seats.append(
        Seat(
            conversation=conversation,
            member_id=members[side],
            side=side,
            unread=1 if is_behind else 0,
            read_sequence=reached,
            read_at=min(act.now, seen + timedelta(minutes=16)) if seen else None,
            told_at=received[-1].moment if received else None,
            active_at=lines[-1].moment,
        )
    )
