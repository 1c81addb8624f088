"""gunicorn's settings: pages and API by synchronous workers, one request at a time each."""

import os
import tempfile
from typing import Any

# Before prometheus_client is imported: each worker keeps its numbers in a file here, and /metrics adds them up.
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="prometheus-"))

from prometheus_client import multiprocess

bind = "0.0.0.0:8000"  # inside the container's own network
workers = int(os.environ.get("WEB_CONCURRENCY", "4"))
worker_class = "sync"
preload_app = True
timeout = 30
graceful_timeout = 20
max_requests = 10_000
max_requests_jitter = 1_000
worker_tmp_dir = "/dev/shm"  # noqa: S108  heartbeats that never wait for a disk
accesslog = None  # the application logs each request with its id


def child_exit(server: Any, worker: Any) -> None:
    """Forgets the gauges of a worker that is gone."""
    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
