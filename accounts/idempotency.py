"""Calls that take effect once, however often they are sent.

The answer is stored in the transaction that the call's own changes are made in, so either both are there or neither.
While a call runs it holds an advisory lock, which PostgreSQL releases whatever becomes of the process: a crashed call
blocks nobody. Only successful answers are kept. A refused call has changed nothing; its key may be used again, with
the same body or with a corrected one.
"""

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import orjson
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import IdempotencyKey, Member
from marketplace.api.rendering import to_json
from marketplace.clock import utc_now
from marketplace.errors import Conflict, InvalidInput

KEPT = timedelta(hours=24)
PRINTABLE = re.compile(r"[\x21-\x7e]{1,255}")
REPLAYED = "Idempotent-Replayed"
Handler = Callable[..., HttpResponseBase]


class InvalidIdempotencyKey(InvalidInput):
    """The header is not a usable key."""

    code = "invalid_idempotency_key"
    message = _("Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.")


class IdempotencyKeyReused(Conflict):
    """The key was used for another body."""

    code = "idempotency_key_reused"
    message = _("This Idempotency-Key was used for another body.")


class InProgress(Conflict):
    """The first call with this key has not ended yet."""

    code = "in_progress"
    message = _("The first call with this Idempotency-Key is still running.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered: its status and its body as sent."""

    status: int
    body: str


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its repetitions know it again."""

    member: Member
    path: str
    key: str
    digest: str

    def locks(self) -> tuple[int, int]:
        """Two signed 32-bit numbers that name the call among advisory locks."""
        name = "\n".join([str(self.member.pk), self.path, self.key])
        raw = hashlib.sha256(name.encode()).digest()
        return int.from_bytes(raw[:4], signed=True), int.from_bytes(raw[4:8], signed=True)


def answer_once(call: Call, run: Callable[[], Answer], *, now: datetime, wait: bool = False) -> tuple[Answer, bool]:
    """The answer of ``run``, or the stored one, and whether it is the stored one.

    Where the first call is still running: raises InProgress, or waits for it where ``wait`` is set.
    """
    with transaction.atomic():
        _lock(call, wait=wait)
        stored = IdempotencyKey.objects.filter(member=call.member, path=call.path, key=call.key).first()
        if stored is not None and stored.created_at > now - KEPT:
            if stored.body_digest != call.digest:
                raise IdempotencyKeyReused
            return Answer(stored.status, stored.answer), True
        if stored is not None:
            stored.delete()
        answer = run()
        if answer.status < 400:
            _store(call, answer, now=now)
    return answer, False


def _lock(call: Call, *, wait: bool) -> None:
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", call.locks())
            return
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", call.locks())
        if not cursor.fetchone()[0]:
            raise InProgress


def _store(call: Call, answer: Answer, *, now: datetime) -> None:
    IdempotencyKey.objects.create(
        member=call.member,
        path=call.path,
        key=call.key,
        body_digest=call.digest,
        status=answer.status,
        answer=answer.body,
        created_at=now,
    )


def idempotent(handler: Handler) -> Handler:
    """Decorator of an API view's ``post``: heeds the header ``Idempotency-Key`` of members.

    With a key the whole handler is one transaction.
    """

    @wraps(handler)
    def post(view: Any, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = request.headers.get("Idempotency-Key")
        if key is None or not isinstance(request.user, Member):
            return handler(view, request, *args, **kwargs)
        if not PRINTABLE.fullmatch(key):
            raise InvalidIdempotencyKey
        fresh: list[HttpResponseBase] = []

        def run() -> Answer:
            response = handler(view, request, *args, **kwargs)
            fresh.append(response)
            body = to_json(response.data) if isinstance(response, Response) else b""
            return Answer(response.status_code, body.decode())

        call = Call(member=request.user, path=request.path[:200], key=key, digest=_digest(request.data))
        answer, is_stored = answer_once(call, run, now=utc_now())
        if not is_stored:
            return fresh[0]
        headers = {REPLAYED: "true"}
        return HttpResponse(answer.body, status=answer.status, content_type="application/json", headers=headers)

    post.is_idempotent = True  # type: ignore[attr-defined]  # read by marketplace.api.schema
    return post


def submit_once(request: HttpRequest, run: Callable[[], str]) -> str:
    """The address that a page goes to after its form was submitted; ``run`` does the work and returns it.

    The form carries a hidden ``form_key`` (``new_form_key()``). The same form with the same contents, sent again by a
    double click or a reload, waits for the first and goes where it went. Without a member or a key, ``run`` just runs.
    """
    key = request.POST.get("form_key", "")
    if not isinstance(request.user, Member) or not PRINTABLE.fullmatch(key):
        return run()
    contents = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    digest = _digest(contents)
    call = Call(member=request.user, path=request.path[:200], key=f"form {key[:150]} {digest}", digest=digest)
    answer, _stored = answer_once(call, lambda: Answer(302, run()), now=utc_now(), wait=True)
    return answer.body


def new_form_key() -> str:
    """A fresh key for a form that ``submit_once`` will take."""
    return secrets.token_urlsafe(16)


def forget_old_answers(*, now: datetime) -> int:
    """Deletes what was kept for 24 hours; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lte=now - KEPT).delete()[0]


def _digest(body: object) -> str:
    return hashlib.sha256(orjson.dumps(body, default=_digest_file, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _digest_file(value: object) -> list[str]:
    """Name and digest of an uploaded file."""
    if not isinstance(value, UploadedFile):
        raise TypeError
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return [value.name or "", digest.hexdigest()]
