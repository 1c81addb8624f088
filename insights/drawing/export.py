"""Charts as files."""

import csv

from django.http import HttpResponse

from insights.drawing.chart import Chart


def csv_answer(chart: Chart) -> HttpResponse:
    """The chart's numbers as a CSV file of its name."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{chart.key}.csv"'
    csv.writer(response).writerows([_safe(value) for value in row] for row in chart.csv_rows())
    return response


def _safe(value: object) -> object:
    """A text so that no spreadsheet takes it for a formula; anything else as it is."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
