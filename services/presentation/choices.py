"""The values of a facet, drawn: there are some sixty on a page of results, and a template takes five times as long."""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote_plus

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from marketplace.ui.icons import icon_svg


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet; the address chooses it, or takes it away where it is chosen."""

    label: str
    url: str
    is_chosen: bool
    count: int
    is_estimate: bool

    @property
    def html(self) -> str:
        """As an entry of a list."""
        chosen = ' aria-current="true"' if self.is_chosen else ""
        count = grouped(self.count, get_language() or "en")
        return (
            f'<li><a class="facet__value{" facet__value--chosen" if self.is_chosen else ""}" href="{escape(self.url)}"'
            f' rel="nofollow"{chosen}><span class="facet__box" aria-hidden="true">'
            f'{icon_svg("check", "s") if self.is_chosen else ""}</span><span class="facet__label" dir="auto">'
            f'{escape(self.label)}</span><span class="facet__count numbers">{"≈ " if self.is_estimate else ""}{count}'
            "</span></a></li>"
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Choices that are seen together."""

    choices: tuple[Choice, ...]

    @property
    def html(self) -> SafeString:
        """The entries of their list."""
        return mark_safe("".join(choice.html for choice in self.choices))  # noqa: S308  each escapes what it shows


class Links:
    """Addresses of the present search with one parameter changed, from the first page of results."""

    def __init__(self, given: QueryDict) -> None:
        self.given = given.copy()
        self.given.pop("cursor", None)
        self._all = self.given.urlencode()

    def with_value(self, name: str, value: str) -> str:
        """The address with the parameter set."""
        if name not in self.given:
            return f"?{self._all}{'&' if self._all else ''}{name}={quote_plus(value)}"
        return self._changed(name, value)

    def without(self, name: str) -> str:
        """The address without the parameter."""
        return self._changed(name, None)

    def _changed(self, name: str, value: str | None) -> str:
        query = self.given.copy()
        if value is None:
            query.pop(name, None)
        else:
            query[name] = value
        return f"?{query.urlencode()}"


@lru_cache(maxsize=4096)
def grouped(number: int, language: str) -> str:
    """The number with its thousands apart, as the language writes it, which has to be the active one."""
    return str(intcomma(number))
