"""The request rate in the chosen range. All numbers of the axis are requests a minute, so that ranges compare."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from insights.dashboard.view import View
from insights.drawing import Chart, Column, Row
from insights.drawing.chart import Style
from insights.drawing.numbers import number_text
from insights.live import present_minute
from insights.ranges import COMPARED, NOW, YEARS
from insights.rates import STEPS, floor, series

MINUTE: Final = timedelta(minutes=1)
WEEK: Final = 7
Buckets = Sequence[tuple[datetime, int]]


def rate(view: View) -> Chart:
    """The chart of the range."""
    since, until = view.range.window(view.end)
    buckets = series(since=since, until=until, step=view.range.step, group=view.group)
    if view.range == COMPARED:
        return _compared(view, buckets)
    if view.range == YEARS:
        return _smoothed(view, buckets)
    return _by_minute(view, buckets) if view.range.step == "minute" else _averaged(view, buckets)


def _chart(view: View, columns: Sequence[Column], rows: Sequence[Row], *, summary: str, style: Style) -> Chart:
    title = str(view.range.title)
    if view.group:
        title = _("%(range)s, %(group)s") % {"range": title, "group": view.group.name}
    return Chart(
        key="rate",
        title=title,
        summary=summary,
        meaning=_("Requests a minute. Times are in UTC."),
        first=("start", _("Time (UTC)")),
        columns=columns,
        rows=rows,
        style=style,
        query=view.query,
    )


def _by_minute(view: View, buckets: Buckets) -> Chart:
    rows = [Row(_key(start), f"{start:%H:%M}", (count,), view.range.tick(start)) for start, count in buckets]
    total = sum(count for _start, count in buckets)
    if view.range == NOW:
        rows.append(_open_row(view))
    summary = _("%(requests)s in %(minutes)s closed minutes, %(peak)s in the busiest.") % {
        "requests": _requests(total),
        "minutes": len(buckets),
        "peak": number_text(max((count for _start, count in buckets), default=0)),
    }
    return _chart(view, [_count()], rows, summary=summary, style="bars")


def _open_row(view: View) -> Row:
    """The present minute, which still grows."""
    found = present_minute(now=view.now)
    number = found["groups"].get(view.group.slug, 0) if view.group else found["requests"]
    name = _("%(minute)s, still open") % {"minute": f"{found['minute']:%H:%M}"}
    return Row(_key(found["minute"]), name, (number,), _("now"), is_open=True)


def _averaged(view: View, buckets: Buckets) -> Chart:
    length = STEPS[view.range.step]
    rows = [
        Row(_key(start), _name(start, view.range.step), (count, _per_minute(count, length)), view.range.tick(start))
        for start, count in buckets
    ]
    words = _("hours") if view.range.step == "hour" else _("days")
    summary = _("%(requests)s in %(number)s full %(steps)s: %(average)s a minute on average.") % {
        "requests": _requests(sum(count for _start, count in buckets)),
        "number": len(buckets),
        "steps": words,
        "average": number_text(_mean(buckets, length), 1),
    }
    return _chart(view, [_count(is_drawn=False), _average()], rows, summary=summary, style="bars")


def _smoothed(view: View, buckets: Buckets) -> Chart:
    """Days, and the mean of the seven days that end with each, which takes the rhythm of the week out."""
    day = STEPS["day"]
    rates = [_per_minute(count, day) for _start, count in buckets]
    rows = [
        Row(
            _key(start),
            _name(start, "day"),
            (count, sum(rates[at - WEEK + 1 : at + 1]) / WEEK if at >= WEEK - 1 else None, rates[at]),
            view.range.tick(start),
        )
        for at, (start, count) in enumerate(buckets)
    ]
    columns = [
        _count(is_drawn=False),
        Column("seven_day_mean", _("Mean of seven days"), 2),
        Column("per_minute", _("Each day"), 2, is_faint=True),
    ]
    summary = _("%(requests)s in 730 full days: %(average)s a minute on average.") % {
        "requests": _requests(sum(count for _start, count in buckets)),
        "average": number_text(_mean(buckets, day), 1),
    }
    return _chart(view, columns, rows, summary=summary, style="lines")


def _compared(view: View, buckets: Buckets) -> Chart:
    """Weeks of the last 52, each beside the week 52 weeks before: the same days of the week."""
    weeks = [(buckets[at][0], sum(count for _s, count in buckets[at : at + WEEK])) for at in range(0, 728, WEEK)]
    length = WEEK * STEPS["day"]
    rows = [
        Row(
            _key(start),
            _("week of %(day)s") % {"day": _name(start, "day")},
            (count, before, _per_minute(count, length), _per_minute(before, length), _change(count, before)),
            view.range.tick(start),
        )
        for (start, count), (_start, before) in zip(weeks[52:], weeks[:52], strict=True)
    ]
    columns = [
        Column("requests", _("Requests"), is_drawn=False),
        Column("requests_year_before", _("Year before"), is_drawn=False),
        Column("per_minute", _("Last 52 weeks, a minute"), 2),
        Column("per_minute_year_before", _("52 weeks before, a minute"), 2),
        Column("change_percent", _("Change"), 1, is_drawn=False, is_percent=True),
    ]
    now, before = (sum(count for _start, count in part) for part in (weeks[52:], weeks[:52]))
    change = _change(now, before)
    summary = _("%(now)s in the last 52 weeks, %(before)s in the 52 weeks before%(change)s.") % {
        "now": _requests(now),
        "before": number_text(before),
        "change": "" if change is None else f" ({change:+.0f} %)".replace("-", "−"),
    }
    return _chart(view, columns, rows, summary=summary, style="lines")


def _count(*, is_drawn: bool = True) -> Column:
    return Column("requests", _("Requests"), is_drawn=is_drawn)


def _average() -> Column:
    return Column("per_minute", _("A minute"), 2)


def _per_minute(count: int, length: timedelta) -> float:
    return round(count / (length / MINUTE), 4)


def _mean(buckets: Buckets, length: timedelta) -> float:
    return sum(count for _start, count in buckets) / (length * len(buckets) / MINUTE)


def _change(now: int, before: int) -> float | None:
    return round((now / before - 1) * 100, 1) if before else None


def _key(start: datetime) -> str:
    return start.isoformat().replace("+00:00", "Z")


def _name(start: datetime, step: str) -> str:
    day = date_format(floor(start, "day"), "j M Y")
    return day if step == "day" else f"{day}, {start:%H:%M}"


def _requests(number: int) -> str:
    return ngettext("%(shown)s request", "%(shown)s requests", number) % {"shown": number_text(number)}
