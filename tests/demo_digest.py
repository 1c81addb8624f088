"""What a demo consists of, as a number for each kind of row, without what the database numbers or times by itself."""

import hashlib
from collections.abc import Sequence
from typing import Any, Final

from allauth.account.models import EmailAddress
from django.db.models import AutoField, Model

from accounts.models import Member
from engagements.models import Engagement, OutsideReview, PastClient, Review
from insights.models import PageDay, RequestDay, RequestHour, RequestMinute
from messaging.models import Conversation, Message, Seat
from notifications.models import Delivery, Event, Notification
from requests.models import ClientRecord, Invitation, Match, Proposal, ProposalTerms, ServiceRequest, Wave
from services.models import PageService, PageVector, SearchEntry, ServicePage
from services.models.counters import PageDay as SeenDay

MODELS: Final[Sequence[type[Model]]] = (
    *(Member, EmailAddress, ServicePage, PageService, SearchEntry, PageVector, ServiceRequest, Wave, Match),
    *(
        Invitation,
        Proposal,
        ProposalTerms,
        Engagement,
        Review,
        PastClient,
        OutsideReview,
        ClientRecord,
        Conversation,
        Seat,
        Message,
        SeenDay,
    ),
    *(Event, Notification, Delivery, RequestMinute, RequestHour, RequestDay, PageDay),
)
OF_THE_DATABASE: Final = {"indexed_at"}


def digest() -> dict[str, str]:
    """By the kind of row; the same for the same rows."""
    return {model._meta.label: hashlib.sha256(repr(_rows(model)).encode()).hexdigest() for model in MODELS}


def _rows(model: type[Model]) -> list[Any]:
    numbered = {field.attname for field in model._meta.concrete_fields if isinstance(field, AutoField)}
    kept = [field.attname for field in model._meta.concrete_fields if field.attname not in numbered | OF_THE_DATABASE]
    return sorted(map(repr, model._default_manager.values_list(*kept)))
