"""Reports of errors to Sentry, or to anything that speaks its protocol, where SENTRY_DSN names one."""

import sentry_sdk


def start(dsn: str, *, environment: str) -> bool:
    """Begins to report, without personal data; False, and nothing at all, without an address."""
    if not dsn:
        return False
    sentry_sdk.init(dsn=dsn, environment=environment, send_default_pii=False, traces_sample_rate=0.0)
    return True
