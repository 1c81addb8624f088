#!/usr/bin/env python3
"""How well near-copies of a text are found: recall on altered copies, false positives on different texts.

The threshold was chosen on O*NET's task statements. What counts are the figures on SkillSpan's job postings, which it
was not chosen on: real texts by many authors, cut into passages as long as a proposal.

A copy is altered in all of these ways or in one: single words exchanged for others, names and numbers changed,
sentences in another order, the end cut off, a greeting and sentences of another text put around it. A false positive is
a pair of passages of different postings or occupations that is called alike; passages that share whole sentences word
for word (employers' boilerplate) are copies themselves, and are left out of both sides.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness.options import Options, parser
from bench.harness.report import Report
from marketplace.settings import MARKETPLACE_DATA
from requests.duplicates.shingles import ALIKE, containment, shingles

Sentences = list[str]
Alter = Callable[[Sentences, random.Random, Sequence[str]], Sentences]
SEED: Final = 20_260_504
PASSAGE: Final = 8
"""Sentences in a passage: some 100 to 200 words."""
FEWEST_WORDS: Final = 40
PAIRS: Final = 20_000
GREETINGS: Final = ("Hello Maria,", "Dear team,", "Hi there, thanks for posting this.", "Good morning Mr Smith,")
CLOSINGS: Final = ("Kind regards, Anna", "I look forward to hearing from you.", "Best, Tom", "When can we talk?")


def main() -> int:
    """Prints the table; 0 also where the data is not there, which it says."""
    options = parser(__doc__ or "").parse_args(namespace=Options())
    report = Report("duplicates_text", options)
    for name, note, load in (
        ("O*NET task statements", "The threshold was chosen on these.", _onet),
        ("SkillSpan job postings", "Not used for any choice: these figures count.", _skillspan),
    ):
        documents = list(load(MARKETPLACE_DATA))
        if not documents:
            sys.stderr.write(f"{name}: no data under {MARKETPLACE_DATA} (MARKETPLACE_DATA); skipped.\n")
            continue
        _measure(report, name, note, documents)
    report.finish()
    return 0


def _measure(report: Report, name: str, note: str, documents: list[list[Sentences]]) -> None:
    """One table: recall by way of alteration, and false positives among different passages."""
    chance = random.Random(SEED)
    passages = [(number, passage) for number, document in enumerate(documents) for passage in document]
    words = [word for _number, passage in passages for sentence in passage for word in sentence.split()]
    section = report.section(f"{name}: {len(passages)} passages, alike from {ALIKE}", note)
    for title, alter in ALTERATIONS.items():
        found = [_share(passage, alter(passage, chance, words)) >= ALIKE for _number, passage in passages]
        section.add(title, {"pairs": len(found), "called alike": sum(found) / len(found)})
    begun = time.perf_counter()
    shares = list(_different(passages, chance))
    took = time.perf_counter() - begun
    wrong = sum(share >= ALIKE for share in shares)
    section.add(
        "different passages", {"pairs": len(shares), "called alike": wrong / len(shares), "highest": max(shares)}
    )
    section.add("time a comparison", {"microseconds": took / len(shares) * 1e6})


def _different(passages: list[tuple[int, Sentences]], chance: random.Random) -> Iterator[float]:
    """Containment of pairs of passages from different documents that share no whole sentence."""
    sets = [shingles(" ".join(passage)) for _number, passage in passages]
    known = [{_bare(sentence) for sentence in passage} for _number, passage in passages]
    made = 0
    while made < PAIRS:
        one, other = chance.randrange(len(passages)), chance.randrange(len(passages))
        if passages[one][0] == passages[other][0] or known[one] & known[other]:
            continue
        made += 1
        yield containment(sets[one], sets[other])


def _share(one: Sentences, other: Sentences) -> float:
    return containment(shingles(" ".join(one)), shingles(" ".join(other)))


def _bare(sentence: str) -> str:
    return re.sub(r"\W+", " ", sentence).casefold().strip()


def _exchange(share: float) -> Alter:
    def alter(passage: Sentences, chance: random.Random, words: Sequence[str]) -> Sentences:
        return [
            " ".join(chance.choice(words) if chance.random() < share else word for word in sentence.split())
            for sentence in passage
        ]

    return alter


def _rename(passage: Sentences, chance: random.Random, words: Sequence[str]) -> Sentences:
    """Other numbers, and another word for each that begins with a capital inside a sentence."""
    numbered = [re.sub(r"\d+", lambda _number: str(chance.randrange(1, 9999)), sentence) for sentence in passage]
    return [_rename_in(sentence, chance, words) for sentence in numbered]


def _rename_in(sentence: str, chance: random.Random, words: Sequence[str]) -> str:
    first, *others = sentence.split() or [""]
    return " ".join([first, *(chance.choice(words) if word[:1].isupper() else word for word in others)])


def _reorder(passage: Sentences, chance: random.Random, _words: Sequence[str]) -> Sentences:
    return chance.sample(passage, len(passage))


def _cut(passage: Sentences, _chance: random.Random, _words: Sequence[str]) -> Sentences:
    """The first six tenths of the words."""
    kept = sum(len(sentence.split()) for sentence in passage) * 6 // 10
    cut: Sentences = []
    for sentence in passage:
        words = sentence.split()[:kept]
        kept -= len(words)
        cut += [" ".join(words)] if words else []
    return cut


def _wrap(passage: Sentences, chance: random.Random, words: Sequence[str]) -> Sentences:
    """A greeting, a closing, and two sentences of words from elsewhere."""
    strange = [" ".join(chance.choice(words) for _word in range(15)) for _sentence in range(2)]
    return [chance.choice(GREETINGS), strange[0], *passage, strange[1], chance.choice(CLOSINGS)]


def _all(passage: Sentences, chance: random.Random, words: Sequence[str]) -> Sentences:
    for alter in (_cut, _reorder, _rename, _exchange(0.1), _wrap):
        passage = alter(passage, chance, words)
    return passage


ALTERATIONS: Final[dict[str, Alter]] = {
    "one word in ten exchanged": _exchange(0.1),
    "one word in five exchanged": _exchange(0.2),
    "names and numbers changed": _rename,
    "sentences reordered": _reorder,
    "cut to six tenths": _cut,
    "greeting and sentences added": _wrap,
    "all of these, one word in ten": _all,
}


def _onet(data: Path) -> Iterator[list[Sentences]]:
    """One document an occupation, in passages of its tasks."""
    path = data / "onet" / "tsv" / "task_statements.tsv"
    if not path.exists():
        return
    header, *lines = path.read_text("utf-8").splitlines()
    columns = header.split("\t")
    code, task = columns.index("O*NET-SOC Code"), columns.index("Task")
    by_occupation: dict[str, Sentences] = {}
    for line in lines:
        cells = line.split("\t")
        by_occupation.setdefault(cells[code], []).append(cells[task])
    for tasks in by_occupation.values():
        yield _passages(tasks)


def _skillspan(data: Path) -> Iterator[list[Sentences]]:
    """One document a posting."""
    by_posting: dict[tuple[str, str, int], Sentences] = {}
    for part in ("train", "dev", "test"):
        path = data / "skillspan" / f"{part}.json"
        if not path.exists():
            return
        for line in path.read_text("utf-8").splitlines():
            row = json.loads(line)
            by_posting.setdefault((part, row["source"], row["idx"]), []).append(" ".join(row["tokens"]))
    for sentences in by_posting.values():
        yield _passages(sentences)


def _passages(sentences: Sentences) -> list[Sentences]:
    cut = [sentences[at : at + PASSAGE] for at in range(0, len(sentences), PASSAGE)]
    return [passage for passage in cut if len(" ".join(passage).split()) >= FEWEST_WORDS]


if __name__ == "__main__":
    sys.exit(main())
