"""Reports of errors to Sentry, or to anything that speaks its protocol, where SENTRY_DSN names one."""

import sentry_sdk
from django.core.exceptions import ImproperlyConfigured
from sentry_sdk.utils import BadDsn


def start(dsn: str, *, environment: str) -> bool:
    """Begins to report, without personal data; False, and nothing at all, without an address. Raises
    ImproperlyConfigured."""
    if not dsn:
        return False
    try:
        sentry_sdk.init(dsn=dsn, environment=environment, send_default_pii=False, traces_sample_rate=0.0)
    except BadDsn as error:
        raise ImproperlyConfigured(f"SENTRY_DSN is not an address of reports: {error}.") from None
    return True
