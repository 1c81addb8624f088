"""Handing messages to push services."""

import logging
from http import HTTPStatus
from types import TracebackType
from typing import Self

import httpx
from django.conf import settings
from pydantic import AnyHttpUrl
from webpush import WebPush
from webpush.types import WebPushKeys, WebPushSubscription

from notifications.mail.outcomes import Cancelled, Failed, Later, Outcome, Sent
from notifications.models import PushKeys, PushSubscription

logger = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(5.0)
KEPT_SECONDS = 24 * 60 * 60
"""How long a service keeps a message for a browser that is away."""
SIGNED_SECONDS = 12 * 60 * 60
LONGEST_ANSWER = 200
NO_ANSWER = (httpx.TimeoutException, httpx.ConnectError)
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class PushService:
    """Sends messages over connections that are kept between them. Redirects are not followed.

    A host that does not answer is not called again: each call of it would last as long as the first.
    """

    def __init__(self, keys: PushKeys, *, client: httpx.Client | None = None) -> None:
        self._sealer = WebPush(
            private_key=keys.private_key.encode(),
            public_key=keys.public_key.encode(),
            subscriber=settings.DEFAULT_FROM_EMAIL,
            ttl=KEPT_SECONDS,
            expiration=SIGNED_SECONDS,
        )
        self._client = client or httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)
        self._silent: set[bytes] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def send(self, payload: bytes, subscription: PushSubscription, *, urgent: bool) -> Outcome:
        """What the browser's service made of the message; Cancelled: the browser takes none any more.

        Whatever is wrong with one browser is its own outcome: others are sent to at the same time.
        """
        try:
            return self._hand_over(payload, subscription, urgent=urgent)
        except httpx.HTTPError as error:
            return Later(_described(error))
        except (httpx.InvalidURL, ValueError) as error:  # its address or its keys, which nobody can write to
            return Cancelled(_described(error))
        except Exception as error:
            logger.exception("A push message could not be sent")
            return Later(_described(error))

    def _hand_over(self, payload: bytes, subscription: PushSubscription, *, urgent: bool) -> Outcome:
        address = httpx.URL(subscription.endpoint)
        if address.netloc in self._silent:
            return Later("The push service did not answer others a moment ago.")
        sealed = self._sealer.get(payload, _as_library_takes_it(subscription))
        headers = dict(sealed.headers) | {
            "content-type": "application/octet-stream",
            "urgency": "high" if urgent else "normal",
        }
        try:
            answer = self._client.post(address, content=sealed.encrypted, headers=headers)
        except NO_ANSWER:
            self._silent.add(address.netloc)
            raise
        return _outcome(answer)


def _as_library_takes_it(subscription: PushSubscription) -> WebPushSubscription:
    keys = WebPushKeys(auth=subscription.auth, p256dh=subscription.p256dh)
    return WebPushSubscription(endpoint=AnyHttpUrl(subscription.endpoint), keys=keys)


def _outcome(answer: httpx.Response) -> Outcome:
    """RFC 8030, section 5, and what the large services answer besides."""
    if answer.is_success:
        return Sent()
    words = f"{answer.status_code} {answer.text[:LONGEST_ANSWER]}"
    if answer.status_code in GONE:
        return Cancelled(words)
    return Later(words) if answer.status_code in AGAIN or answer.is_server_error else Failed(words)


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
