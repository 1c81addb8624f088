"""Past clients from outside: whom providers invite to review them, and what they wrote."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from engagements.models.review import Opinion
from marketplace.ids import new_id
from notifications.models import AccountMail
from services.models import ServicePage


class PastClientStatus(models.TextChoices):
    """What became of an invitation."""

    INVITED = "invited", _("Invited")
    REVIEWED = "reviewed", _("Reviewed")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("No answer")


class PastClient(models.Model):
    """Somebody whom a provider worked for before or elsewhere, invited once by email.

    ``mailbox`` is the address in the one spelling by which it is known again. The link in the mail is signed, works
    once and until ``expires_at``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="past_clients")
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("email address"), max_length=254)
    mailbox = models.CharField(max_length=254, editable=False)
    status = models.CharField(max_length=8, choices=PastClientStatus.choices, default=PastClientStatus.INVITED)
    mail = models.ForeignKey(AccountMail, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    # Clocks: a sweep claims the rows whose time has come.
    remind_at = models.DateTimeField(null=True, editable=False)
    expires_at = models.DateTimeField(editable=False)

    class Meta:
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "mailbox"], name="engagements_pastclient_once"),
            models.CheckConstraint(
                condition=Q(status__in=PastClientStatus.values), name="engagements_pastclient_status"
            ),
        ]
        indexes: ClassVar = [
            # The sweeps, and the invitations that an address has open.
            models.Index(
                fields=["remind_at"],
                condition=Q(status="invited", remind_at__isnull=False),
                name="engagements_pastclient_remind",
            ),
            models.Index(fields=["expires_at"], condition=Q(status="invited"), name="engagements_pastclient_expiry"),
            models.Index(fields=["mailbox"], condition=Q(status="invited"), name="engagements_pastclient_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.page_id}"


class OutsideReview(Opinion):
    """What a past client from outside wrote. Shown apart and marked as such; no part of the rating."""

    past_client = models.OneToOneField(PastClient, on_delete=models.CASCADE, related_name="review")
    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="reviews_from_outside")
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(rating__range=(1, 5)), name="engagements_outsidereview_rating")
        ]
        # The public page, newest first.
        indexes: ClassVar = [models.Index(fields=["page", "-created_at"], name="engagements_outside_of_page")]

    def __str__(self) -> str:
        return f"{self.name} of {self.page_id}: {self.rating}"

    @property
    def published_at(self) -> object:
        """It is published as it is written."""
        return self.created_at


class NoMailWanted(models.Model):
    """An address that no provider may write to through us any more. Only a keyed digest of it is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "no mail wanted"

    def __str__(self) -> str:
        return self.digest[:12]
