"""Whether the installation is well: for load balancers, for people, for Prometheus."""

import hmac
import os
from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest, multiprocess

from marketplace.clock import utc_now
from notifications.health import DeliveryCollector, unattended_for
from notifications.models import Event
from requests.models import Matching, RequestStatus, ServiceRequest

TIMEOUT = 1.0
"""Seconds that a server has for its answer."""
OLDEST_JOB_SECONDS = 300
"""Age from which a waiting job says that nobody works."""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process is alive. Asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, cache and broker answer, and no job waits too long: 200, else 503, with what was found."""
    checks: dict[str, Callable[[], float | None]] = {
        "database": _ask_database,
        "cache": lambda: _ask_redis(settings.CACHE_URL),
        "broker": lambda: _ask_redis(settings.REDIS_URL),
        "oldest_job": _oldest_job,
    }
    found = {name: _tried(check) for name, check in checks.items()}
    is_ready = all(each["ok"] for each in found.values())
    return JsonResponse({"ready": is_ready, "checks": found}, status=200 if is_ready else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus metrics, for those who bring the key as a bearer token."""
    key = settings.METRICS_KEY
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not key or not hmac.compare_digest(given.encode(), key.encode()):
        raise Http404
    return HttpResponse(generate_latest(_registry()), content_type=CONTENT_TYPE_LATEST)


def _registry() -> CollectorRegistry:
    """This process's numbers, or those of all web processes where they share a folder of them."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    registry.register(DeliveryCollector())  # measured now, by whichever process is asked
    return registry


def _tried(check: Callable[[], float | None]) -> dict[str, object]:
    try:
        seconds = check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return {"ok": False, "problem": type(error).__name__}
    if seconds is None:
        return {"ok": True}
    return {"ok": seconds < OLDEST_JOB_SECONDS, "seconds": round(seconds, 1)}


def _ask_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _ask_redis(url: str) -> None:
    with redis.Redis.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT) as client:
        client.ping()


def _oldest_job() -> float:
    """Age in seconds of the oldest thing that somebody should have done by now; 0 where nothing waits."""
    now = utc_now()
    events = Event.objects.filter(fanned_out_at__isnull=True).order_by("created_at")
    waiting = ServiceRequest.objects.filter(status=RequestStatus.OPEN, matching=Matching.PENDING).order_by(
        "published_at"
    )
    moments = [
        events.values_list("created_at", flat=True).first(),
        waiting.values_list("published_at", flat=True).first(),
    ]
    ages = [(now - moment).total_seconds() for moment in moments if moment is not None]
    return max([unattended_for(now=now).total_seconds(), *ages])
