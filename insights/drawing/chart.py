"""What a chart is made of: rows of numbers, from which drawing, table and CSV follow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from insights.drawing import sideways, upright
from insights.drawing.numbers import number_text
from insights.drawing.picture import Mark, Series

Number = int | float
Style = Literal["bars", "lines", "sideways"]


@dataclass(frozen=True, slots=True)
class Column:
    """One series of numbers. ``name`` heads it in the CSV, ``label`` on the page; ``is_drawn`` in the chart as well."""

    name: str
    label: str
    decimals: int = 0
    is_drawn: bool = True
    is_percent: bool = False
    is_faint: bool = False
    """Drawn as a background to the others."""

    def text(self, value: Number | None) -> str:
        """The number as its reader writes it."""
        if value is None:
            return "–"
        shown = number_text(value, self.decimals)
        return f"{shown} %" if self.is_percent else shown


@dataclass(frozen=True, slots=True)
class Row:
    """One place on the axis: ``key`` for machines, ``name`` for people, ``tick`` (may be empty) below the axis."""

    key: str
    name: str
    values: tuple[Number | None, ...]
    tick: str = ""
    is_open: bool = False
    """Its number still grows."""
    texts: tuple[str, ...] = ()
    """What the table says for the values, where their columns cannot know."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its table. ``summary`` says in a sentence what it shows, ``meaning`` what the numbers are."""

    key: str
    title: str
    summary: str
    meaning: str
    first: tuple[str, str]
    """What heads the first column: in the CSV, and on the page."""
    columns: Sequence[Column]
    rows: Sequence[Row] = field(default_factory=tuple)
    style: Style = "bars"
    query: str = ""
    """What the address of its CSV carries after the question mark."""
    csv_page: str = "insights:table"
    """Name of the page that gives its CSV, which takes the key."""
    empty: str = ""
    """What to say where there is nothing to draw."""
    most_drawn: int | None = None
    """How many of the rows are drawn; the table has all."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value for row in self.rows for value in row.values)

    @property
    def is_cut(self) -> bool:
        """Whether the table has more rows than the drawing."""
        return self.most_drawn is not None and len(self.rows) > self.most_drawn

    @property
    def drawn(self) -> list[tuple[int, Column]]:
        """The columns that are drawn, each with its position."""
        return [(position, column) for position, column in enumerate(self.columns) if column.is_drawn]

    def svg(self) -> SafeString:
        """The drawing, named by the title and described by the summary."""
        draw = {"bars": upright.bars, "lines": upright.lines, "sideways": sideways.bars}[self.style]
        rows = self.rows[: self.most_drawn]
        picture = draw([_series(rows, at, column) for at, column in self.drawn], marks=[_mark(row) for row in rows])
        return format_html(
            '<svg class="chart chart--{}" width="100%" height="{}" role="img" aria-labelledby="{k}-title {k}-text">'
            '<title id="{k}-title">{}</title><desc id="{k}-text">{}</desc>{}</svg>',
            self.style,
            picture.height,
            self.title,
            self.summary,
            picture.body,
            k=self.key,
        )

    def table_body(self) -> SafeString:
        """The rows of the table, newest first where they are in time. Joined here: templates take ten times as long."""
        rows = self.rows if self.style == "sideways" else reversed(self.rows)
        lines = (f'<tr><th scope="row">{escape(row.name)}</th>{self._cells(row)}</tr>' for row in rows)
        return mark_safe("".join(lines))  # noqa: S308  escaped names, and numbers

    def _cells(self, row: Row) -> str:
        said = row.texts or (column.text(value) for column, value in zip(self.columns, row.values, strict=True))
        return "".join(f'<td class="number">{escape(text)}</td>' for text in said)

    @property
    def first_label(self) -> str:
        """What heads the first column of the table."""
        return self.first[1]

    def csv_rows(self) -> Iterator[list[object]]:
        """The head and the rows of the CSV, with numbers and times for machines."""
        yield [self.first[0], *(column.name for column in self.columns)]
        for row in self.rows:
            yield [row.key, *("" if value is None else value for value in row.values)]


def _series(rows: Sequence[Row], at: int, column: Column) -> Series:
    return Series([row.values[at] for row in rows], column.text, is_faint=column.is_faint)


def _mark(row: Row) -> Mark:
    return Mark(row.name, row.tick, is_open=row.is_open)
