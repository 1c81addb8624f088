"""A member: anyone signed up. The same account can be provider and client."""

from typing import Any, ClassVar
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.ids import new_id


def validate_time_zone(value: str) -> None:
    """Raises ValidationError unless ``value`` is an IANA time zone such as ``Europe/Vienna``."""
    if value not in available_timezones():
        raise ValidationError(_("%(value)s is not a time zone."), code="unknown_time_zone", params={"value": value})


class MemberQuerySet(models.QuerySet["Member"]):
    """Sets of members."""

    def active(self) -> "MemberQuerySet":
        """Those who may log in."""
        return self.filter(is_active=True)


class MemberManager(BaseUserManager["Member"]):
    """Creates members."""

    def get_queryset(self) -> MemberQuerySet:
        """Django's hook."""
        return MemberQuerySet(self.model, using=self._db)

    def active(self) -> MemberQuerySet:
        """Those who may log in."""
        return self.get_queryset().active()

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """A member with this address, which is not yet verified. Without a password she can only reset it."""
        member: Member = self.model(email=self.normalize_email(email).lower(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Member":
        """A member who may do everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Member":
        """By address, whatever its case."""
        member: Member = self.get(email__iexact=username)
        return member


class Member(AbstractBaseUser, PermissionsMixin):
    """Anyone signed up."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("email address"), max_length=254)
    name = models.CharField(_("name"), max_length=120, blank=True, default="")
    headline = models.CharField(_("headline"), max_length=160, blank=True, default="")
    photo = models.ImageField(_("photo"), upload_to="members/", blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, default="")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    languages = ArrayField(models.CharField(max_length=3), verbose_name=_("languages"), default=list, blank=True)
    interface_language = models.CharField(_("language of the interface"), max_length=8, default="en")
    is_staff = models.BooleanField(_("staff"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_demo = models.BooleanField(_("made by the demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("member since"), default=timezone.now, editable=False)
    last_active_at = models.DateTimeField(_("last active"), null=True, blank=True, editable=False)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_member_email_unique")]

    def __str__(self) -> str:
        return self.display_name

    _staff_powers_set_aside = False

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._staff_powers_set_aside and kwargs.get("update_fields") is None:
            kept = {"is_staff", "is_superuser"}
            kwargs["update_fields"] = [
                field.name for field in self._meta.concrete_fields if field.name not in kept and not field.primary_key
            ]
        super().save(*args, **kwargs)

    def act_without_staff_powers(self) -> None:
        """Makes this object an ordinary member's for the rest of the call; what is stored stays as it is."""
        self.is_staff = self.is_superuser = False
        self._staff_powers_set_aside = True

    @property
    def display_name(self) -> str:
        """The name shown to others; the part of the address before the @ where no name was given."""
        return self.name or self.email.split("@")[0]

    def get_full_name(self) -> str:
        """Django's word for the display name."""
        return self.display_name

    def get_short_name(self) -> str:
        """The first word of the display name."""
        return self.display_name.split()[0]

    @property
    def has_verified_email(self) -> bool:
        """Whether the present address was confirmed."""
        return bool(EmailAddress.objects.filter(user=self, email__iexact=self.email, verified=True).exists())
