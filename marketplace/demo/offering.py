"""The words and the price of proposals."""

from dataclasses import dataclass
from math import log10
from typing import Final

from marketplace.demo.acts import Act
from marketplace.demo.catalogue import within
from marketplace.demo.countries import countries
from marketplace.demo.phrasing import Deck, first_name, phrases
from marketplace.demo.prices import hourly_usd, in_minor
from requests.duplicates.shingles import ALIKE, Shingles, containment, shingles
from requests.models import BudgetType, PriceType, Proposal

COPIED: Final = 0.06
"""Share of the proposals that nearly repeat a rival's."""
ASSISTED: Final = 0.14


@dataclass(frozen=True, slots=True)
class Offered:
    """What one provider writes."""

    scope: str
    answers: dict[str, str]
    amount: int
    days: int


class Offers:
    """The offers for one request, none of which says what another one says, unless it was copied."""

    def __init__(self, act: Act) -> None:
        request, bank = act.request, act.trade.bank
        self.act, self.rng, self.bank = act, act.rng, bank
        self.words = {
            "first": first_name(request.client.name),
            "title": request.title,
            "service": within(request.service.name),
            "Service": request.service.name,
            "skill": request.service.skills[0] if request.service.skills else within(request.service.name),
            "skill2": request.service.skills[-1] if request.service.skills else within(request.service.name),
            "industry": act.rng.choice(bank.industries),
            "city": request.city or request.client.city,
            "years": str(act.rng.randrange(3, 20)),
        }
        self.deck = Deck(act.rng, self.words)
        self.price_type = PriceType.HOURLY if request.budget_type == BudgetType.HOURLY else PriceType.FIXED
        country = next((each for each in countries() if each.code == request.client.country), countries()[0])
        self.currency = request.currency or country.currency
        hours = 1 if self.price_type == PriceType.HOURLY else act.rng.choice((6, 10, 16, 24, 40))
        usual = in_minor(hourly_usd(request.service, country, act.rng) * hours, self.currency)
        self.usual = request.budget_max or usual
        self.quoted: Shingles = shingles(f"{request.title}\n{request.details}")
        self.written: list[tuple[Proposal, Shingles]] = []

    def write(self, *, copies: bool = False) -> Offered:
        """Another offer; it ``copies`` the last one's words where there is one."""
        days = self.rng.choice((2, 3, 5, 7, 7, 10, 14, 14, 21, 30))
        scope = self._copy() if copies and self.written else self._scope(days)
        return Offered(scope, self._answers(), rounded(self.usual * self.rng.uniform(0.72, 1.12)), days)

    def compare(self, proposal: Proposal) -> None:
        """Notes which rival's words the proposal nearly repeats, by the product's own measure."""
        mine = shingles(proposal.scope) - self.quoted
        found = [(containment(mine, theirs), rival) for rival, theirs in self.written]
        share, rival = max(found, key=lambda each: each[0], default=(0.0, None))
        if rival is not None and share >= ALIKE:
            proposal.similar_to_id, proposal.similarity = rival.pk, round(share, 4)
        self.written.append((proposal, shingles(proposal.scope)))

    def _scope(self, days: int) -> str:
        written, said = phrases("proposals"), str(days)
        parts = [
            self.deck.say(written["hooks"], days=said),
            f"{self.deck.say(self.bank.methods)} {self.deck.say(written['plans'])}",
            self._list(self.deck.say(written["lists"])),
            self.deck.say(written["endings"]),
        ]
        if self.rng.random() < 0.4:
            parts.insert(2, self.deck.say(self.bank.proofs))
        return "\n\n".join(parts)

    def _list(self, lead: str) -> str:
        items = [self.deck.say(self.bank.deliverables) for _each in range(self.rng.choice((2, 3, 3)))]
        return f"{lead}\n\n" + "\n".join(f"- {item}" for item in items)

    def _copy(self) -> str:
        """The last one's words behind a beginning of one's own."""
        _first, *rest = self.written[-1][0].scope.split("\n\n")
        return "\n\n".join([self.deck.say(phrases("proposals")["hooks"], days="10"), *rest])

    def _answers(self) -> dict[str, str]:
        known = {each["text"]: each["answers"] for each in phrases("proposals")["screening"]}
        return {
            question["key"]: self.deck.say(known[question["text"]])
            for question in self.act.request.screening
            if question["required"] or self.rng.random() < 0.6
        }


def rounded(amount: float) -> int:
    """The amount in minor units as people name it: two digits that count."""
    step = 10 ** max(0, int(log10(max(1.0, amount))) - 1)
    return int(max(1, round(amount / step)) * step)
