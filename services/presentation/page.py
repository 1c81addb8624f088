"""Everything that the public page shows, ready for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.languages import language_name
from marketplace.markdown import RENDERING
from services.countries import country_name
from services.models import PageStatus, ServicePage, WorkLocation
from services.presentation.fetch import Offered
from services.presentation.numbers import span_words
from services.presentation.price import PackageWords, Price, package_words, price_words
from services.presentation.sections import Loaded
from services.presentation.structured import json_ld


@dataclass
class PageWords:
    """A page in the reader's words. ``locale`` is how she writes numbers, ``services`` what the page offers."""

    page: ServicePage
    services: Sequence[Offered]
    locale: str
    today: date
    sections: Sequence[Loaded] = ()

    @cached_property
    def url(self) -> str:
        """Its one absolute address."""
        return f"{settings.SITE_ORIGIN}/services/{self.page.slug}/"

    @cached_property
    def about(self) -> SafeString:
        """The about text as HTML."""
        return mark_safe(self._rendered.about_as_html)  # noqa: S308  what it says is safe

    @cached_property
    def description(self) -> str:
        """The about text in a sentence or two, for search engines and previews."""
        return self._rendered.summary

    @cached_property
    def _rendered(self) -> ServicePage:
        if self.page.about_rendering != RENDERING:
            self.page.render_about()
        return self.page

    @cached_property
    def price(self) -> Price:
        """What it costs."""
        return price_words(self.page.pricing, self.page.rate, self.page.currency, self.locale)

    @cached_property
    def packages(self) -> list[PackageWords]:
        """The packages, if prices are named so."""
        return list(package_words(self.page, self.locale))

    @cached_property
    def place(self) -> str:
        """Town and country."""
        country = country_name(self.page.country, get_language() or "en") if self.page.country else ""
        return ", ".join(part for part in (self.page.city, country) if part)

    @cached_property
    def reach(self) -> str:
        """Where the work is done."""
        if self.page.work_location == WorkLocation.REMOTE:
            return _("Works remotely")
        around = ""
        if self.page.radius_km:
            around = _("up to %(km)d km around %(city)s") % {"km": self.page.radius_km, "city": self.page.city}
        where = (
            _("Works on site") if self.page.work_location == WorkLocation.ON_SITE else _("Works remotely and on site")
        )
        return f"{where}, {around}" if around else where

    @cached_property
    def languages(self) -> list[str]:
        """Names of the languages."""
        return [language_name(code, get_language() or "en") for code in self.page.languages]

    @cached_property
    def response_time(self) -> str:
        """Within what time half of the requests are answered; empty where too few were."""
        seconds = self.page.response_seconds
        return span_words(timedelta(seconds=seconds)) if seconds is not None else ""

    @property
    def is_preview(self) -> bool:
        """Whether only the provider sees this."""
        return self.page.status != PageStatus.PUBLISHED

    @property
    def starts_later(self) -> bool:
        """Whether the provider is free only from a day to come."""
        return self.page.available_from is not None and self.page.available_from > self.today

    def json_ld(self) -> SafeString:
        """Structured data."""
        photo = f"{settings.SITE_ORIGIN}{self.page.member.photo.url}" if self.page.member.photo else ""
        names = [service.name for service in self.services]
        more = {name: value for each in self.sections for name, value in each.structured.items()}
        return json_ld(self.page, url=self.url, description=self.description, services=names, photo=photo, more=more)
