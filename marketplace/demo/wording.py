"""Titles and about texts of service pages."""

from random import Random

from marketplace.demo.banks import Bank, fill, some


def title(bank: Bank, words: dict[str, str], rng: Random) -> str:
    """A title of at most 120 characters. One that says nothing of the provider gets something added, mostly."""
    phrase = rng.choice(bank.titles)
    text = fill(phrase, words)
    if sum(f"{{{name}}}" in phrase for name in ("city", "industry", "skill", "years")) < 2 and rng.random() < 0.92:
        added = [f" in {words['city']}", f" with {words['skill']}", f" for {words['industry']}", f", {words['city']}"]
        added = [each for each in added if each.split(maxsplit=1)[-1] not in text and "," not in text]
        added = [each for each in added if " for " not in text or not each.startswith(" for ")]
        added = [each for each in added if " with " not in text or not each.startswith(" with ")]
        added = [each for each in added if " in " not in text or not each.startswith(" in ")]
        text += rng.choice(added) if added else ""
    return text if len(text) <= 120 else fill("{Service}", words) + f" in {words['city']}"


def about(bank: Bank, words: dict[str, str], rng: Random) -> str:
    """Two to four paragraphs in one of several orders."""
    opening = " ".join(some(bank.openings, 1, rng))
    method = " ".join(some(bank.methods, rng.choice((1, 1, 2)), rng))
    proof = " ".join(some(bank.proofs, rng.choice((1, 1, 2)), rng))
    closing = " ".join(some(bank.closings, 1, rng))
    got = _deliverables(bank, rng)
    extra = rng.choice(bank.outside) if bank.outside and rng.random() < 0.5 else ""
    order = rng.choice(
        (
            [f"{opening} {proof}", method, got, closing],
            [f"{opening} {method}", f"{got}\n\n{proof}", closing],
            [opening, f"{proof} {method}", f"{got} {closing}" if "\n" not in got else f"{got}\n\n{closing}"],
            [f"{method} {proof}", got, f"{opening} {closing}"],
            [f"{proof} {opening}", f"{method} {closing}"],
        )
    )
    return "\n\n".join(fill(paragraph, words) for paragraph in [*order[:1], *([extra] if extra else []), *order[1:]])


def _deliverables(bank: Bank, rng: Random) -> str:
    chosen = some(bank.deliverables, rng.choice((2, 3, 3, 4)), rng)
    if rng.random() < 0.3:
        lead = rng.choice(("What you get:", "Always part of it:", "In every order:", "This is included:"))
        return lead + "\n\n" + "\n".join(f"- {each}" for each in chosen)
    listed = ", ".join(chosen[:-1]) + f" and {chosen[-1]}"
    return rng.choice(
        ("You get {0}.", "Included: {0}.", "At the end you have {0}.", "Part of every job: {0}.")
    ).replace("{0}", listed)
