"""Counting how often pages are seen: in Valkey as it happens, added to ``PageDay`` by a worker once a minute.

A crash of Valkey loses what its own log had not written yet (at most a second, by ``appendfsync everysec``); a crash of
anything else loses nothing and counts nothing twice.
"""

from services.counters.flush import flush
from services.counters.tally import count_impressions, count_view, is_counted

__all__ = ["count_impressions", "count_view", "flush", "is_counted"]
