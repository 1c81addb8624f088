"""Numbers as their readers write them."""

from django.utils.formats import get_format, number_format

UNITS = ((86_400, "d"), (3600, "h"), (60, "min"))
SEPARATORS = str.maketrans({",": "\0", ".": "\1"})


def number_text(value: float, decimals: int = 0) -> str:
    """The number rounded to so many decimals, in groups of three digits, with the separators of the reader's language.

    Django's own function cuts decimals off, and takes ten times as long: a table of two years has 2,000 numbers.
    """
    text = f"{value:,.{decimals}f}".translate(SEPARATORS)
    return text.replace("\0", get_format("THOUSAND_SEPARATOR")).replace("\1", get_format("DECIMAL_SEPARATOR"))


def percent(fraction: float | None) -> str:
    """Such as "+65 %"; empty for None."""
    return f"{fraction * 100:+.0f} %".replace("-", "−") if fraction is not None else ""


def duration_text(seconds: float) -> str:
    """Such as 0.4 s, 12 s, 3.5 min, 2 d."""
    for length, unit in UNITS:
        if seconds >= length:
            return f"{_short(seconds / length)} {unit}"
    return f"{_short(seconds)} s"


def _short(value: float) -> str:
    """Two significant digits, without zeros at the end."""
    rounded = round(value, 2 if value < 1 else 1 if value < 10 else 0)
    return number_format(f"{rounded:g}")
