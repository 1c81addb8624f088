"""Adding what was counted to the days. Safe under two beats and after a crash at any line."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final, cast
from uuid import UUID

import redis
from django.db import connection, transaction
from redis.exceptions import ResponseError

from marketplace.ids import new_id
from marketplace.quick_redis import Away, ask
from services.counters.tally import TALLY, VIEW
from services.models import CountedBatch

BATCHES: Final = f"{TALLY}:batches"
"""A list of the ids of batches that were cut off and perhaps not added yet."""
REMEMBERED: Final = timedelta(days=7)
ADD: Final = """
INSERT INTO services_pageday (page_id, day, views, impressions)
SELECT counted.page_id, counted.day, counted.views, counted.impressions
FROM unnest(%s::uuid[], %s::date[], %s::int[], %s::int[]) AS counted (page_id, day, views, impressions)
JOIN services_servicepage page ON page.id = counted.page_id
ORDER BY counted.page_id, counted.day
ON CONFLICT (page_id, day) DO UPDATE SET
    views = services_pageday.views + EXCLUDED.views, impressions = services_pageday.impressions + EXCLUDED.impressions
"""
Days = Mapping[tuple[UUID, date], list[int]]
"""Views and impressions by page and day."""


def flush(*, now: datetime) -> int:
    """Adds everything counted so far to the days; how many page days changed. Nothing while Valkey is away."""
    try:
        ask(cut_off)
        batches = [UUID(each.decode()) for each in ask(lambda client: cast(list[bytes], client.lrange(BATCHES, 0, -1)))]
        changed = sum(_add(batch, now) for batch in batches)
    except Away:
        return 0
    CountedBatch.objects.filter(counted_at__lt=now - REMEMBERED).delete()
    return changed


def cut_off(client: "redis.Redis") -> None:
    """Gives what was counted so far a name of its own; counting goes on in a fresh hash."""
    batch = new_id()
    if not client.exists(TALLY):
        return
    pipeline = client.pipeline(transaction=True)
    pipeline.rpush(BATCHES, str(batch))
    pipeline.rename(TALLY, _key(batch))
    try:
        pipeline.execute()
    except ResponseError:  # somebody else has just cut it off; the empty batch is removed when it is read
        return


def _add(batch: UUID, now: datetime) -> int:
    counts = cast(dict[bytes, bytes], ask(lambda client: client.hgetall(_key(batch))))
    days = _by_day(counts)
    with transaction.atomic():
        is_ours = _claim(batch, now)
        if days and is_ours:
            _store(days)
    ask(lambda client: _forget(client, batch))
    return len(days) if is_ours else 0


def _claim(batch: UUID, now: datetime) -> bool:
    """False where the batch was added before. Waits for whoever is adding it at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO services_countedbatch (id, counted_at) VALUES (%s, %s) ON CONFLICT DO NOTHING", [batch, now]
        )
        return bool(cursor.rowcount)


def _store(days: Days) -> None:
    pages, dates = zip(*days, strict=True)
    views, impressions = zip(*days.values(), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [list(pages), list(dates), list(views), list(impressions)])


def _by_day(counts: Mapping[bytes, bytes]) -> Days:
    days: dict[tuple[UUID, date], list[int]] = defaultdict(lambda: [0, 0])
    for field, count in counts.items():
        kind, page_id, day = field.decode().split(" ")
        days[UUID(page_id), date.fromisoformat(day)][0 if kind == VIEW else 1] += int(count)
    return days


def _forget(client: "redis.Redis", batch: UUID) -> None:
    pipeline = client.pipeline(transaction=True)
    pipeline.delete(_key(batch))
    pipeline.lrem(BATCHES, 0, str(batch))
    pipeline.execute()


def _key(batch: UUID) -> str:
    return f"{TALLY}:{batch}"
