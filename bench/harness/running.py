"""The product's own processes: web, workers."""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.harness import web
from bench.harness.site import say
from marketplace.running.processes import Child, Family


@contextmanager
def running(home: Path) -> Iterator[tuple[int, int]]:
    """Web process and workers as ``manage.py run`` has them: the port, and the process id of the web process."""
    port = web.free_port()
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "marketplace", "worker", "--loglevel", "ERROR"]
    worker = [*celery, "--without-gossip", "--without-mingle", "-Q", "matching,notification", "-c", "2"]
    command = [
        *(sys.executable, "-m", "uvicorn", "marketplace.asgi:application", "--port", str(port), "--lifespan", "off"),
        *("--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"),
    ]
    with ExitStack() as stack:
        family = Family(os.environ | {"PYTHONWARNINGS": "ignore"}, say)
        stack.callback(family.stop)
        family.add(Child("worker", worker))
        pid = stack.enter_context(web.serving(command, port, {}, log=home / "stream.log"))
        yield port, pid
