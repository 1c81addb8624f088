"""What the learned ranking gains over the shipped weights, on later requests of simulated marketplaces, and whom it
shows. ``bench/harness/worlds.py`` says what a world of one's own looks like."""

import importlib
import importlib.util
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from types import ModuleType
from typing import Any, Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start(keep=False)


from bench.harness import preferences
from bench.harness.market import Market
from bench.harness.options import Options, parser
from bench.harness.report import Report, Section
from bench.harness.worlds import World
from requests.learning.chances import Chances, estimate
from requests.learning.examples import Example, telling
from requests.learning.fit import fit
from requests.learning.judge import Verdict, challenge, compare, outlived, split
from requests.learning.scorer import LearnedScorer
from requests.learning.train import ENOUGH
from requests.learning.trees import Trees
from requests.matching.rank import SHIPPED, Scorer

LATER: Final = 300
"""Requests after the learning, by which the two are compared."""


class LearningOptions(Options):
    """Which worlds, and how long in each."""

    world: str | None
    seeds: int
    outcomes: int
    rounds: int


def main() -> None:
    """Runs the benchmark."""
    options = _options()
    report = Report("learning", options)
    families = {options.world: _loaded(options.world)} if options.world else preferences.FAMILIES
    note = (
        f"{options.seeds} seeds; {options.rounds} x {options.outcomes} requests with outcomes, {LATER} later. Goals:"
        " 0.15; noise −0.01."
    )
    gains = report.section("Gain of nDCG@10 over the shipped weights", note)
    shown = report.section("Share of all places, later requests", "Goals (E3): top 1 % at most 0.05.")
    for name, world in families.items():
        lives = [_told(name, seed, world(seed), options) for seed in range(1, options.seeds + 1)]
        _add(gains, shown, name, lives)
    report.finish()


def _told(name: str, seed: int, world: World, options: LearningOptions) -> "Life":
    """A life, with a line about it when it has ended: twenty of them take minutes."""
    found = live(world, options.outcomes, options.rounds)
    sys.stderr.write(f"{name}, seed {seed}: {found.gain:+.3f}{'' if found.is_learned else ', shipped weights'}\n")
    return found


def _options() -> LearningOptions:
    reader = parser(__doc__ or "")
    reader.add_argument("--world", help="module with a class World, by name or file")
    reader.add_argument("--seeds", type=int, default=20)
    reader.add_argument("--outcomes", type=int, default=2000, help="requests that are learned from (2,000)")
    reader.add_argument("--rounds", type=int, default=1, help="so often as many more, with learning after each (1)")
    return reader.parse_args(namespace=LearningOptions())


def _loaded(name: str) -> Callable[[int], World]:
    """The class World of a module, given by its name (in the current folder too) or its file."""
    sys.path.append(str(Path.cwd()))
    try:
        module = _of_file(name) if name.endswith(".py") else importlib.import_module(name)
    except FileNotFoundError:
        raise SystemExit(f"--world {name}: there is no such file.") from None
    except ModuleNotFoundError as error:
        if not name.startswith(error.name or " "):
            raise
        raise SystemExit(f"--world {name}: there is no such module; a file ends in .py.") from None
    if not hasattr(module, "World"):
        raise SystemExit(f"--world {name}: there is no class World in it.")
    world: Callable[[int], World] = module.World
    return world


def _of_file(name: str) -> ModuleType:
    """The module, which may import what lies beside it, and is found by its name as dataclasses want it."""
    spec = importlib.util.spec_from_file_location("given_world", name)
    assert spec is not None
    assert spec.loader is not None, "The name ends in .py."
    sys.path.append(str(Path(name).resolve().parent))
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class Life:
    """What one world was like: mean quality of the shipped weights and of the ranking in force on later requests, the
    last verdict, whether what is in force was learned, and how many places each page got."""

    before: float
    after: float
    verdict: Verdict
    is_learned: bool
    places: Counter[Any]
    new_places: int
    pages: int

    @property
    def gain(self) -> float:
        """Relative to the shipped weights."""
        return self.after / self.before - 1 if self.before else 0.0

    @property
    def top_share(self) -> float:
        """Share of all places that the most shown 1 % of pages got."""
        most = self.places.most_common(max(1, self.pages // 100))
        return sum(count for _page, count in most) / max(1, self.places.total())


def live(world: World, outcomes: int, rounds: int = 1) -> Life:
    """Shows requests by the shipped weights, learns, and so on for each round, as the marketplace would; then compares
    on later requests."""
    market = Market(world)
    examples: list[Example] = []
    in_force: Scorer = SHIPPED
    for _round in range(rounds):
        examples += [market.show(request, in_force)[0] for request in world.requests(outcomes)]
        in_force, verdict = _best(examples, in_force)
    market.forget_places()
    pairs = [market.compared(request, in_force) for request in world.requests(LATER)]
    return Life(
        before=fmean(before for before, _after in pairs),
        after=fmean(after for _before, after in pairs),
        verdict=verdict,
        is_learned=in_force is not SHIPPED,
        places=market.places,
        new_places=market.new_places,
        pages=len(market.pages),
    )


def _best(examples: Sequence[Example], in_force: Scorer) -> tuple[Scorer, Verdict]:
    """What the marketplace would go by from then on (``requests.learning.train``)."""
    earlier, later = split(examples)
    if telling(examples) < ENOUGH:
        return in_force, compare([], in_force, in_force, seen=Chances())
    seen = estimate(earlier)
    if outlived(in_force, later, seen=seen):
        in_force = SHIPPED
    learned = _learned(earlier)
    verdict = challenge(examples, in_force, learned, seen=seen, learn=_learned)
    return (learned if verdict.is_better else in_force), verdict


def _learned(examples: Sequence[Example]) -> LearnedScorer:
    return LearnedScorer("learned", Trees.read(fit(examples)))


def _add(gains: Section, shown: Section, name: str, lives: Sequence[Life]) -> None:
    gains.add(
        name,
        {
            "mean": fmean(each.gain for each in lives),
            "worst": min(each.gain for each in lives),
            "best": max(each.gain for each in lives),
            "learned": sum(each.is_learned for each in lives),
            "nDCG before": fmean(each.before for each in lives),
            "nDCG after": fmean(each.after for each in lives),
        },
    )
    shown.add(
        name,
        {
            "top 1 %": fmean(each.top_share for each in lives),
            "worst": max(each.top_share for each in lives),
            "new providers": fmean(each.new_places / max(1, each.places.total()) for each in lives),
        },
    )


if __name__ == "__main__":
    main()
