"""Numbers as their readers write them."""

from django.utils.formats import number_format


def number_text(value: float, decimals: int = 0) -> str:
    """The number rounded to so many decimals (Django's own function cuts them off), in groups of three digits."""
    return number_format(round(value, decimals), decimals, force_grouping=True)
