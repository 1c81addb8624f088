"""How complete a page is: what publishing needs, and what makes a page better."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.models import ServicePage
from services.rules.publishing import missing_for_publishing

NEEDED = 7
"""How many things publishing needs: title, services, about, languages, where, place, price."""
LONG_ABOUT = 200
MANY_SKILLS = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """Something still to do. ``field`` is the page's field, or one of the provider's profile."""

    field: str
    message: str | Promise
    is_needed: bool


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is still to do, needed things first, and how far the page is, in percent."""

    advice: tuple[Advice, ...]
    percent: int


def completeness(page: ServicePage, *, offers_services: bool) -> Completeness:
    """How complete the page is. Reads the provider's profile too."""
    missing = missing_for_publishing(page, offers_services=offers_services)
    advice = [Advice(item.field, item.message, is_needed=True) for item in missing]
    wishes = list(_wishes(page))
    done = max(0, NEEDED - len(missing)) + sum(is_met for is_met, _advice in wishes)
    advice.extend(wish for is_met, wish in wishes if not is_met)
    return Completeness(tuple(advice), round(100 * done / (NEEDED + len(wishes))))


def _wishes(page: ServicePage) -> Iterator[tuple[bool, Advice]]:
    """Whether each wish is met, and what to say if it is not."""
    member = page.member

    def wish(is_met: bool, field: str, message: Promise) -> tuple[bool, Advice]:
        return is_met, Advice(field, message, is_needed=False)

    yield wish(len(page.skills) >= MANY_SKILLS, "skills", _("Name three skills or more: clients search for them."))
    yield wish(page.hours_per_week is not None, "hours_per_week", _("Say how many hours a week you can work."))
    long_enough = not page.about or len(page.about) >= LONG_ABOUT
    yield wish(long_enough, "about", _("Tell a little more about your work: a few sentences build trust."))
    yield wish(bool(member.name), "profile", _("Add your name to your profile."))
    yield wish(bool(member.photo), "profile", _("Add a photo to your profile."))
