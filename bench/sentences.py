#!/usr/bin/env python3
"""How well a sentence that a client types is understood as a service of the catalogue.

The sentences are our own, in English, German, Spanish and French, each with the services that would be right (none
where it asks for none), written before anybody looked at what the code makes of them. What is chosen, thresholds and
weights, is chosen on the developing half. The later ones were written when everything was chosen, the names of services
too, and avoid those names: they are the hardest, and what a stranger's sentence meets.
"""

import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start(keep=False)

from bench.harness import clock
from bench.harness.clock import Reading
from bench.harness.figures import Summary
from bench.harness.options import Options, parser
from bench.harness.report import Figure, Report
from bench.harness.site import servers
from services.sentence.catalogue import Sentence, understand

DATA: Final = Path(__file__).resolve().parent / "data"
LOCALES: Final = {"en": "en_US", "de": "de_DE", "es": "es_ES", "fr": "fr_FR"}
TODAY: Final = date(2026, 11, 27)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence, its language, and the slugs of the services that would be right."""

    language: str
    text: str
    right: frozenset[str]


def main() -> int:
    """Prints a table for each part."""
    options = parser(__doc__ or "").parse_args(namespace=Options())
    report = Report("sentences", options)
    with servers():
        for half, note in (
            ("developing", "Weights and thresholds were chosen on these."),
            ("reporting", "Not used for any choice of weights; by the author of the services' names."),
            ("later", "Written after all choices: these figures count."),
        ):
            sentences = list(labelled(half))
            found: list[Sentence] = []
            readings = clock.measure_all(partial(_understand, found), sentences, warm_up=sentences[:1])
            del found[0]  # of the warm-up, in which the catalogue is read
            section = report.section(f"{len(sentences)} sentences, {half}", note)
            for language in ("", *LOCALES):
                chosen = [place for place, each in enumerate(sentences) if each.language.startswith(language)]
                section.add(
                    language or "all",
                    figures(
                        [sentences[place] for place in chosen],
                        [found[place] for place in chosen],
                        [readings[place] for place in chosen],
                    ),
                )
    report.finish()
    return 0


def labelled(half: str) -> Iterator[Labelled]:
    """The sentences of a part."""
    with (DATA / f"sentences_{half}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield Labelled(row["language"], row["text"], frozenset(row["services"].split()))


def _understand(found: list[Sentence], sentence: Labelled) -> None:
    found.append(understand(sentence.text, today=TODAY, locale=LOCALES[sentence.language]))


def figures(sentences: Sequence[Labelled], found: Sequence[Sentence], readings: Sequence[Reading]) -> dict[str, Figure]:
    """Shares of those sentences that ask for a service (first, one of three), and of all (set rightly, wrongly)."""
    pairs = list(zip(sentences, found, strict=True))
    asking = [(each, sentence) for each, sentence in pairs if each.right]
    offered = [([service.slug for service in sentence.services], each.right) for each, sentence in asking]
    clear = [sentence.services[0].slug in each.right for each, sentence in pairs if sentence.is_clear]
    times = Summary.of([each.cpu for each in readings])
    return {
        "sentences": len(pairs),
        "first is right": sum(slugs[:1] != [] and slugs[0] in right for slugs, right in offered) / len(asking),
        "one of three": sum(not right.isdisjoint(slugs) for slugs, right in offered) / len(asking),
        "set rightly": sum(clear) / len(pairs),
        "set wrongly": (len(clear) - sum(clear)) / len(pairs),
        "cpu ms": times.mean,
        "cpu p95": times.p95,
    }


if __name__ == "__main__":
    sys.exit(main())
