"""What is written into the logs."""

import io
import json
import logging.config
from collections.abc import Iterator

import pytest
import structlog
from django.conf import settings
from django.core.exceptions import DisallowedHost

from marketplace import logs


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What production would write."""
    before = structlog.get_config()
    made, stream = logs.configure(level="INFO", as_json=True), io.StringIO()
    made["handlers"]["console"]["stream"] = stream
    logging.config.dictConfig(made)
    yield stream
    logging.config.dictConfig(settings.LOGGING)
    structlog.configure(**before)


def test_a_foreign_host_is_a_line_without_a_traceback(written: io.StringIO) -> None:
    try:
        raise DisallowedHost("Invalid HTTP_HOST header: 'evil.example'.")
    except DisallowedHost as error:
        logging.getLogger("django.security.DisallowedHost").error(str(error), exc_info=error)
        logging.getLogger("shop").error("Ours.", exc_info=error)
    foreign, ours = map(json.loads, written.getvalue().splitlines())
    assert (foreign["level"], "exception" in foreign) == ("warning", False)
    assert "evil.example" in foreign["event"]
    assert (ours["level"], "DisallowedHost" in ours["exception"]) == ("error", True)
