"""Lists of service pages that a member keeps, and may show to others by a link."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from marketplace.ids import new_id
from services.models.page import ServicePage


class PageListQuerySet(models.QuerySet["PageList"]):
    """Sets of lists."""

    def visible_to(self, member: Member) -> "PageListQuerySet":
        """The member's own. Shared ones are found by their tokens alone."""
        return self.filter(member=member)


class PageList(models.Model):
    """A list by its name. ``token`` is the unguessable part of the address of a shared one; ``is_default`` marks the
    favourites, made on first use."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="page_lists")
    name = models.CharField(_("name"), max_length=80)
    is_default = models.BooleanField(default=False)
    token = models.CharField(max_length=43, null=True, unique=True)  # noqa: DJ001  null: unique where there is one
    created_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[models.Manager["PageList"]] = PageListQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "name"], name="services_pagelist_name_once"),
            models.UniqueConstraint(
                fields=["member"], condition=Q(is_default=True), name="services_pagelist_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def new_token() -> str:
        """256 random bits, as 43 characters of an address."""
        return secrets.token_urlsafe(32)


class ListedPage(models.Model):
    """A page on a list, with a note that only the list's member reads."""

    list = models.ForeignKey(PageList, on_delete=models.CASCADE, related_name="listed")
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="listed")
    note = models.CharField(_("note"), max_length=500, blank=True, default="")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-added_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["list", "page"], name="services_listedpage_once")]
        # A list, newest first.
        indexes: ClassVar = [models.Index(fields=["list", "-added_at", "-id"], name="services_listedpage_newest")]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.page_id}"
