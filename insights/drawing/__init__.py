"""Charts as SVG, made here: no scripts, readable by screen readers, beside a table of the same numbers."""

from insights.drawing.chart import Chart, Column, Row

__all__ = ["Chart", "Column", "Row"]
