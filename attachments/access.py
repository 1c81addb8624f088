"""Who may read a file. Upper apps say so from ``AppConfig.ready()``, each for what it attaches files to."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q

from accounts.models import Member
from attachments.models import Attachment

Rule = Callable[[Member], Q]
"""From a member to the condition on attachments that she may read for one reason."""

_rules: list[Rule] = []


def register(rule: Rule) -> None:
    """Adds a reason for which members may read attachments."""
    if rule not in _rules:
        _rules.append(rule)


def readable_by(member: Member) -> Q:
    """The condition on attachments that this member may read: her own uploads, and those that any rule gives her."""
    condition = Q(uploader=member)
    for rule in _rules:
        condition |= rule(member)
    return condition


def find_readable(member: Member, attachment_id: UUID) -> Attachment | None:
    """The attachment, if the member may read it."""
    return Attachment.objects.filter(readable_by(member), pk=attachment_id).distinct().first()
