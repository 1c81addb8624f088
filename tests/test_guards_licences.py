"""What runs in production is licensed so that anybody may host it, and needs no HTTP library named ``requests``."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
PERMITTED = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|MPL|Mozilla Public|LGPL|Lesser General|PostgreSQL|Unlicense|"
    r"HPND|0BSD|CC0|Zlib|MIT-CMU)\b",
    re.IGNORECASE,
)
READ_BY_A_PERSON: dict[str, str] = {}
"""Packages whose metadata do not say their licence, with what their LICENSE file says."""


def pinned() -> list[Requirement]:
    """The requirements of requirements.txt that apply to this machine."""
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    found = [Requirement(line.split("\\")[0].strip()) for line in lines if re.match(r"[a-zA-Z0-9]", line)]
    return [each for each in found if each.marker is None or each.marker.evaluate()]


def licence(name: str) -> str:
    """All that a package's metadata say of its licence."""
    metadata = distribution(name).metadata
    classifiers = [each for each in metadata.get_all("Classifier") or [] if each.startswith("License ::")]
    fields = [*(metadata.get_all("License-Expression") or []), *(metadata.get_all("License") or [])]
    return " ".join([*classifiers, *(str(field)[:200] for field in fields)])


def test_requirements_are_pinned_with_hashes() -> None:
    text = (ROOT / "requirements.txt").read_text()
    assert pinned()
    assert all(str(each.specifier).startswith("==") for each in pinned())
    assert text.count("==") <= text.count("--hash=sha256:")


@pytest.mark.parametrize("name", sorted(each.name for each in pinned()))
def test_licence_permits_hosting_by_anybody(name: str) -> None:
    said = READ_BY_A_PERSON.get(name) or licence(name)
    assert PERMITTED.search(said), f"{name}: {said!r}"
    assert not re.search(r"\b(AGPL|SSPL|BUSL|Affero|Business Source|Commons Clause)\b", said, re.IGNORECASE)
    if re.search(r"\bGPL|GNU General Public", said):
        assert re.search(r"LGPL|Lesser|MIT|BSD|Apache|MPL", said), f"{name} is under the GPL alone: {said!r}"


def test_nothing_needs_the_http_library() -> None:
    needing = []
    for each in pinned():
        assert each.name.lower() != "requests"
        for line in distribution(each.name).requires or []:
            needed = Requirement(line)
            if needed.name.lower() == "requests" and applies(needed, each.extras):
                needing.append(each.name)
    assert needing == []


def applies(needed: Requirement, extras: set[str]) -> bool:
    """Whether a package installed with these extras needs this."""
    return needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras or {""})


def test_all_of_it_is_installed() -> None:
    for each in pinned():
        try:
            assert distribution(each.name).version in each.specifier
        except PackageNotFoundError:
            pytest.fail(f"{each.name} of requirements.txt is not installed")
