"""Which groups the requests of the range belong to."""

from django.utils.translation import gettext as _

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.rates import group_totals


def groups(view: View) -> Chart:
    """Requests in each group. Imported history has its groups by the hour, not by the minute."""
    since, until = view.range.window(view.end)
    rows = group_totals(since=since, until=until, step=view.range.step)
    total = sum(count for _slug, _name, count in rows)
    most = rows[0][1] if rows else ""
    return Chart(
        key="groups",
        title=_("By group"),
        summary=_("Most requests were about %(group)s.") % {"group": most} if rows else "",
        meaning=_("Requests of the chosen time in each group, and the group's share."),
        first=("group", _("Group")),
        columns=[Column("requests", _("Requests"))],
        rows=[Row(slug, name, (count,), f"· {count / total:.0%}".replace("%", " %")) for slug, name, count in rows],
        style="sideways",
        most_drawn=10,
        query=view.query,
    )
