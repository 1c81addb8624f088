"""Matches and who was told of them, and how far the providers got with what they were told."""

from datetime import datetime
from typing import Final
from uuid import UUID

from marketplace.demo.acts import Act
from marketplace.demo.ids import id_at
from marketplace.demo.latest import Lead, Leads
from marketplace.demo.plots import Part
from marketplace.demo.telling import Mail, add_event, add_notification
from requests.actions.invitations import INVITATION_WAITS
from requests.actions.leads import DeclineReason
from requests.matching.rank import VERSION
from requests.models import Invitation, Match, MatchState, Visibility, Wave

EAGER: Final = (0.08, 0.15, 0.25, 0.4)
"""Share of the providers who answer a request: some requests please more than others."""
UNSEEN: Final = 0.35
DECLINES: Final = 0.1
RICH: Final = 7
"""Proposals for the demo client's requests: there must be something to compare."""
STATES: Final = {
    Part.NEW: MatchState.NOTIFIED,
    Part.SEEN: MatchState.VIEWED,
    Part.DRAFTED: MatchState.VIEWED,
    Part.DECLINED: MatchState.DECLINED,
}


def announce(act: Act, leads: Leads, winner: Lead | None) -> None:
    """Adds the wave, its matches and what was told of them, and how far each provider got."""
    moment, request = act.request.matched_at or act.now, act.request
    took = round(act.rng.uniform(25, 110), 3)
    wave = Wave(request=request, number=1, candidates=leads.considered, created_at=moment, took_ms=took)
    act.rows.waves.append(wave)
    eager = act.rng.choice(EAGER)
    for place, lead in enumerate(leads.chosen, start=1):
        match = _match(act, lead, place, moment)
        act.matches.append((match, lead))
        _get_on(act, match, lead, _state(act, lead, place, winner, eager))
        if request.visibility == Visibility.INVITED:
            _invite(act, match, lead)
    act.rows.matches += [match for match, _lead in act.matches]
    _tell(act, moment)


def _match(act: Act, lead: Lead, place: int, moment: datetime) -> Match:
    return Match(
        id=id_at(moment, act.rng),
        request=act.request,
        page_id=lead.page_id,
        rank=place,
        score=lead.score,
        features={**lead.features, "version": VERSION},
        reserved_place=lead.reserved,
        created_at=moment,
        notified_at=moment,
    )


def _tell(act: Act, moment: datetime) -> None:
    told = [{"match": str(match.pk), "member": str(lead.member_id)} for match, lead in act.matches]
    kind = "request.matched" if told else "request.no_match"
    event = add_event(act.rows, act.rng, kind, act.request.pk, moment, data={"wave": 1, "matches": told})
    for match, lead in act.matches:
        add_notification(act.rows, act.rng, event, lead.member_id, "new_lead", Mail(), {"match": str(match.pk)})
    topic, mail = ("providers_found", None) if told else ("my_requests", Mail())
    add_notification(act.rows, act.rng, event, act.request.client_id, topic, mail)


def _state(act: Act, lead: Lead, place: int, winner: Lead | None, eager: float) -> MatchState:
    part, chance = act.part_of(lead), act.rng.random()
    if part is not None:
        return STATES.get(part, MatchState.PROPOSED)
    if (winner is not None and lead.page_id == winner.page_id) or (act.plot.is_claras and place <= _wanted(act)):
        return MatchState.PROPOSED
    if chance < eager:
        return MatchState.PROPOSED
    if chance > 1 - DECLINES:
        return MatchState.DECLINED
    return MatchState.NOTIFIED if chance < eager + UNSEEN else MatchState.VIEWED


def _wanted(act: Act) -> int:
    return RICH if act.plot.part == Part.COUNTERED else RICH // 2 if act.plot.part else 0


def _get_on(act: Act, match: Match, lead: Lead, state: MatchState) -> None:
    """Takes the match to this state; each move is an event."""
    match.state = state
    if state == MatchState.NOTIFIED:
        return
    match.viewed_at = act.later(match.created_at, 3)
    _note(act, match, "viewed", match.viewed_at, lead.member_id, {})
    if state == MatchState.DECLINED:
        match.declined_at = act.later(match.viewed_at, 0.5)
        match.decline_reason = act.rng.choice(list(DeclineReason))
        data = {"request": str(act.request.pk), "reason": str(match.decline_reason), "words": ""}
        _note(act, match, "declined", match.declined_at, lead.member_id, data)


def _note(act: Act, match: Match, kind: str, moment: datetime, actor: UUID, data: dict[str, str]) -> None:
    add_event(act.rows, act.rng, f"match.{kind}", match.pk, moment, actor=actor, data=data)


def _invite(act: Act, match: Match, lead: Lead) -> None:
    """An invitation, with the reminder that whoever leaves it unanswered gets after a day."""
    asked, request = act.request.created_at, act.request
    nudge = asked + INVITATION_WAITS
    invitation = Invitation(request=request, page_id=lead.page_id, created_at=asked)
    act.rows.invitations.append(invitation)
    if not act.is_active:
        return
    if nudge > act.now:
        invitation.nudge_at = nudge
    elif match.state in {MatchState.NOTIFIED, MatchState.VIEWED}:
        data = {"request": str(request.pk), "member": str(lead.member_id)}
        event = add_event(act.rows, act.rng, "invitation.unanswered", request.pk, nudge, data=data)
        add_notification(act.rows, act.rng, event, lead.member_id, "invitation_reminders", Mail())
