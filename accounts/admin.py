"""Admin pages of members, tokens and blocks."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django import forms
from django.apps import apps
from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.actions import close_account, ensure_member, reopen_account, revoke_token
from accounts.actions.members import verify_address
from accounts.callers import member_of
from accounts.models import ApiToken, Block, IdempotencyKey, Member
from marketplace.admin_base import PleasantAdmin, ReadOnlyAdmin, do_for_each

POWERS = ("is_staff", "is_superuser", "groups", "user_permissions")


class NewMemberForm(forms.ModelForm):
    """A member made by staff: she is verified, and sets her password through a reset."""

    class Meta:
        model = Member
        fields = ("email", "name")

    def clean_email(self) -> str:
        """Refuses an address that is taken, whatever its case."""
        email: str = self.cleaned_data["email"].lower()
        if Member.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("There is a member with this address."), code="taken")
        return email


class VerifiedFilter(admin.SimpleListFilter):
    """Whether the address is confirmed."""

    title = _("address")
    parameter_name = "verified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Django's hook."""
        return [("yes", _("confirmed")), ("no", _("not confirmed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Django's hook."""
        wanted = {"yes": True, "no": False}.get(self.value() or "")
        return queryset if wanted is None else queryset.filter(verified=wanted)


@admin.register(Member)
class MemberAdmin(PleasantAdmin):
    """Members are closed and opened here, never deleted: what they did with others stays true."""

    list_display = ("email", "name", "place", "verified", "is_active", "is_staff", "last_active_at", "created_at")
    list_filter = ("is_active", VerifiedFilter, "is_staff", "is_demo")
    search_fields = ("email", "name", "headline", "city")
    search_help_text = _("Address, name, headline or city")
    date_hierarchy = "created_at"
    ordering = ("-created_at",)
    actions = ("close", "reopen", "confirm_address", "send_reset")
    readonly_fields = ("email", "is_active", "is_demo", "created_at", "last_active_at", "last_login", "verified")
    filter_horizontal = ("groups", "user_permissions")
    fieldsets = (
        (None, {"fields": ("email", "verified", "name", "headline", "photo")}),
        (_("Where"), {"fields": ("city", "country", "latitude", "longitude", "time_zone", "languages")}),
        (_("State"), {"fields": ("is_active", "is_demo", "created_at", "last_login", "last_active_at")}),
        (_("Rights"), {"fields": POWERS, "description": _("Only those who may do everything change these.")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Member]:
        """Members, with whether their address is confirmed."""
        own = EmailAddress.objects.annotate(lower=Lower("email")).filter(
            user=OuterRef("pk"), lower=OuterRef("lower"), verified=True
        )
        members = super().get_queryset(request).annotate(lower=Lower("email"))
        found: QuerySet[Member] = members.annotate(verified=Exists(own))
        return found

    @admin.display(description=_("confirmed"), boolean=True, ordering="verified")
    def verified(self, member: Any) -> bool:
        """Whether the address is confirmed."""
        return bool(getattr(member, "verified", False))

    @admin.display(description=_("place"), ordering="city")
    def place(self, member: Member) -> str:
        """City and country."""
        return ", ".join(part for part in (member.city, member.country) if part)

    def get_fieldsets(self, request: HttpRequest, obj: Member | None = None) -> Any:
        """Adding asks for less."""
        return self.fieldsets if obj else self.add_fieldsets

    def get_readonly_fields(self, request: HttpRequest, obj: Member | None = None) -> Any:
        """Rights are given only by those who have them all."""
        if obj is None:
            return ()
        return self.readonly_fields if request.user.is_superuser else (*self.readonly_fields, *POWERS)

    def get_form(self, request: HttpRequest, obj: Member | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Adding has a form of its own."""
        return super().get_form(request, obj, change, **(kwargs if obj else {**kwargs, "form": NewMemberForm}))

    def save_model(self, request: HttpRequest, obj: Member, form: Any, change: bool) -> None:
        """A new member is made by the action that the command uses too."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = ensure_member(email=obj.email, name=obj.name)
        obj.pk, obj._state.adding = made.pk, False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: see the class."""
        return False

    @admin.action(description=_("Close: they can no longer log in"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        """Closes accounts."""
        do_for_each(request, queryset, lambda member: close_account(actor=member_of(request), member=member))

    @admin.action(description=_("Open again"), permissions=["change"])
    def reopen(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        """Opens closed accounts."""
        do_for_each(request, queryset, lambda member: reopen_account(actor=member_of(request), member=member))

    @admin.action(description=_("Mark the address as confirmed"), permissions=["change"])
    def confirm_address(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        """Confirms addresses of members who cannot."""
        do_for_each(request, queryset, verify_address)

    @admin.action(description=_("Send a link to reset the password"), permissions=["change"])
    def send_reset(self, request: HttpRequest, queryset: QuerySet[Member]) -> None:
        """Sends the mail that the log-in page sends."""

        def send(member: Member) -> None:
            form = ResetPasswordForm({"email": member.email})
            if form.is_valid():
                form.save(request)

        do_for_each(request, queryset, send)


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens; their secrets are nowhere."""

    list_display = ("name", "member", "powers", "created_at", "last_used_at")
    list_select_related = ("member",)
    list_filter = ("last_used_at",)
    search_fields = ("name", "member__email", "member__name")
    fields = ("member", "name", "powers", "created_at", "last_used_at")
    actions = ("revoke",)

    @admin.action(description=_("Revoke"))
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Revokes tokens."""
        do_for_each(request, queryset, lambda token: revoke_token(actor=member_of(request), token=token))


@admin.register(Block)
class BlockAdmin(ReadOnlyAdmin):
    """Who wants nothing to do with whom."""

    list_display = ("blocker", "blocked", "created_at")
    list_select_related = ("blocker", "blocked")
    search_fields = ("blocker__email", "blocked__email")


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Calls of the last 24 hours that carried an Idempotency-Key."""

    list_display = ("key", "member", "path", "status", "created_at")
    list_select_related = ("member",)
    search_fields = ("=key", "member__email")
    date_hierarchy = "created_at"
    ordering = (F("created_at").desc(),)
    fields = ("member", "path", "key", "status", "created_at")


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ReadOnlyAdmin):
    """Wrong passwords: who is kept out for the moment, and why."""

    list_display = ("username", "ip_address", "failures_since_start", "attempt_time", "user_agent")
    search_fields = ("username", "ip_address")
    ordering = ("-attempt_time",)
    actions = ("forget",)

    @admin.action(description=_("Forget: they can try again at once"))
    def forget(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        """Deletes attempts."""
        do_for_each(request, queryset, AccessAttempt.delete)


# What the admin calls the apps of others.
apps.get_app_config("axes").verbose_name = _("Log-in trouble")
apps.get_app_config("auth").verbose_name = _("Rights")
# One log-in page for all, with its throttling.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
