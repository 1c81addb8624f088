"""Distances in SQL."""

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""


def distance_sql(table: str) -> str:
    """Great-circle distance in km (haversine) from the row's place to ``%(latitude)s``, ``%(longitude)s``; null
    without a place."""
    return (
        f"(2 * {EARTH_RADIUS_KM} * asin(least(1, sqrt("
        f"power(sin(radians({table}.latitude - %(latitude)s) / 2), 2)"
        f" + cos(radians(%(latitude)s)) * cos(radians({table}.latitude))"
        f" * power(sin(radians({table}.longitude - %(longitude)s) / 2), 2)))))"
    )
