"""What the two sides say of each other, and when anybody may read it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from engagements.models import Engagement, Review, other_side
from engagements.windows import REMIND_OF_REVIEW, WRITE_REVIEW
from marketplace.demo.acts import Act
from marketplace.demo.ids import id_at
from marketplace.demo.phrasing import Deck, first_name, phrases
from marketplace.demo.plots import Stage
from marketplace.demo.sides import tell
from requests.models import Side

STARS: Final = {5: 70, 4: 20, 3: 6, 2: 3, 1: 1}
WRITES: Final = {Side.CLIENT: 0.86, Side.PROVIDER: 0.7}
REPLIES: Final = 0.35


def make_reviews(act: Act, engagement: Engagement, provider: str, stage: Stage | None) -> None:
    """The reviews of completed work: hidden until both are there or the time is over, then published together."""
    completed = engagement.completed_at
    assert completed is not None
    due, reminder = completed + WRITE_REVIEW, completed + REMIND_OF_REVIEW
    reviews = [_write(act, engagement, side, moment, provider) for side, moment in _authors(act, completed, stage)]
    both = max((each.created_at for each in reviews), default=due) if len(reviews) == len(Side) else due
    published = both if both <= act.now else None
    if reminder < min(both, act.now):
        _remind(act, engagement, reviews, reminder)
    if published is None:
        engagement.reviews_due_at = due
        engagement.review_remind_at = reminder if reminder > act.now else None
    elif reviews:
        _publish(act, engagement, reviews, published, provider)
    act.rows.reviews += reviews


def _authors(act: Act, completed: datetime, stage: Stage | None) -> list[tuple[Side, datetime]]:
    """Who has written by now, and when, in that order."""
    sides = {Stage.DONE: [Side.PROVIDER], Stage.RATED: list(Side)}.get(stage) if stage else None
    if sides is None:
        sides = [side for side in Side if act.rng.random() < WRITES[side]]
    found = []
    for side in sides:
        wait = min(act.rng.expovariate(1 / 60), 13 * 24)
        moment = completed + timedelta(hours=wait)
        if stage == Stage.DONE:
            moment = min(moment, completed + (act.now - completed) / 2)
        if moment <= act.now:
            found.append((side, moment))
    return sorted(found, key=lambda each: each[1])


def _write(act: Act, engagement: Engagement, side: Side, moment: datetime, provider: str) -> Review:
    stars = act.rng.choices(list(STARS), list(STARS.values()))[0]
    review = Review(
        id=id_at(moment, act.rng),
        engagement=engagement,
        by=side,
        page_id=engagement.page_id if side == Side.CLIENT else None,
        rating=stars,
        text=_text(act, side, stars, provider),
        created_at=moment,
        updated_at=moment,
    )
    tell(act, engagement, "review_written", moment, by=side, to=[other_side(side)], data={"by": str(side)})
    return review


def _text(act: Act, side: Side, stars: int, provider: str) -> str:
    return words_of(_deck(act, provider), side, stars, act.trade.bank.praise)


def words_of(deck: Deck, side: Side, stars: int, praise: Sequence[str], **names: str) -> str:
    """What one side says of the other; ``praise`` is what clients of the trade say, ``names`` fill in placeholders."""
    said = phrases("reviews")
    if side == Side.PROVIDER:
        return deck.say(said["of_client" if stars > 3 else "of_client_fair"], **names)
    if stars < 4:
        return deck.say(said["fair" if stars == 3 else "poor"], **names)
    parts = [deck.say(praise, **names), deck.say(said["good"], **names)]
    deck.rng.shuffle(parts)
    return " ".join(parts[: deck.rng.choice((1, 2, 2))])


def _deck(act: Act, provider: str) -> Deck:
    names = {"first": first_name(act.request.client.name), "provider": first_name(provider), "title": act.request.title}
    return Deck(act.rng, names)


def _publish(act: Act, engagement: Engagement, reviews: list[Review], moment: datetime, provider: str) -> None:
    for review in reviews:
        review.published_at = moment
    data = {"by": sorted(str(each.by) for each in reviews)}
    tell(act, engagement, "reviews_published", moment, by=None, to=list(Side), data=data)
    for review in reviews:
        if act.rng.random() < REPLIES:
            _reply(act, engagement, review, moment, provider)


def _reply(act: Act, engagement: Engagement, review: Review, published: datetime, provider: str) -> None:
    moment = published + timedelta(hours=act.rng.uniform(1, 90))
    if review.by != Side.CLIENT or moment > act.now:
        return
    review.reply = _deck(act, provider).say(phrases("reviews")["replies" if review.rating > 3 else "sorry"])
    review.replied_at = moment
    data = {"review": str(review.pk), "author": str(review.by), "by": str(other_side(review.by))}
    tell(act, engagement, "review_replied", moment, by=other_side(review.by), to=[Side(review.by)], data=data)


def _remind(act: Act, engagement: Engagement, reviews: list[Review], moment: datetime) -> None:
    written = [Side(each.by) for each in reviews if each.created_at < moment]
    missing = [side for side in Side if side not in written]
    data = {"written_by": [str(side) for side in written]}
    tell(act, engagement, "review_reminder", moment, by=None, to=missing, data=data)
