"""Supply and demand: who offers what is asked for."""

from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.models import MilestoneDay
from insights.progress import first_day
from requests.milestones import AWARDED, POSTED
from services.models import PageService, PageStatus

MOST: Final = 50


def supply(view: View) -> Chart:
    """The services that were asked for most, with the pages that offer them. Two queries."""
    wanted = _wanted(view)
    offers = PageService.objects.filter(service_id__in=[row[0] for row in wanted], page__status=PageStatus.PUBLISHED)
    pages = dict(offers.order_by().values_list("service_id").annotate(number=Count("pk")))
    return Chart(
        key="supply",
        title=_("Supply and demand"),
        summary=_("The %(number)s services that were asked for most.") % {"number": len(wanted)},
        meaning=_(
            "Requests of the last 30 days for a service, and the published pages that offer it now. Each colour has "
            "its own scale. Fill rate: the share of these requests that was awarded."
        ),
        first=("service", _("Service")),
        columns=[
            Column("requests", _("Requests")),
            Column("pages", _("Pages")),
            Column("fill_rate_percent", _("Fill rate"), 1, is_drawn=False, is_percent=True),
        ],
        rows=[
            Row(slug, name, (posted, pages.get(pk, 0), round((awarded or 0) / posted * 100, 1)))
            for pk, slug, name, posted, awarded in wanted
        ],
        style="sideways",
        most_drawn=10,
        query=view.query,
    )


def _wanted(view: View) -> list[tuple[int, str, str, int, int | None]]:
    """(id, slug, name, posted, awarded) of the services that were asked for most."""
    rows = MilestoneDay.objects.filter(day__gte=first_day(view.now).date())
    if view.group:
        rows = rows.filter(service__group=view.group)
    counted = rows.order_by().values_list("service_id", "service__slug", "service__name")
    counted = counted.annotate(
        posted=Sum("requests", filter=Q(milestone=POSTED.key)), awarded=Sum("requests", filter=Q(milestone=AWARDED.key))
    )
    rows_of_services: Any = counted.filter(posted__gt=0).order_by("-posted", "service__name")[:MOST]
    return list(rows_of_services)
