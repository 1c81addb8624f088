"""Admin pages of the catalogue, the service pages and the exchange rates."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.callers import member_of
from marketplace.admin_base import PleasantAdmin, do_for_each, in_tone
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from services import admin_saved  # noqa: F401  registers its pages
from services.actions import pause_page, publish_page, save_catalogue_row, save_exchange_rate, update_page
from services.currencies import CURRENCIES
from services.models import ExchangeRate, PageStatus, Question, Service, ServiceGroup, ServicePage
from services.presentation.price import price_words
from services.rules import clean_changes, require_publishable

TONES = {PageStatus.PUBLISHED: "good", PageStatus.PAUSED: "warn"}


class CatalogueAdmin(PleasantAdmin):
    """Rows of the catalogue are switched off, never deleted: pages and requests refer to them."""

    actions = ("switch_on", "switch_off")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves by the action, which keeps the row from being loaded over."""
        save_catalogue_row(actor=member_of(request), row=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The same for the questions below a group or service."""
        for question in formset.save(commit=False):
            if question.service_id:
                question.group_id = question.service.group_id
            save_catalogue_row(actor=member_of(request), row=question)

    @admin.action(description=_("Switch on"))
    def switch_on(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Shows the ticked rows again."""
        self._switch(request, rows, True)

    @admin.action(description=_("Switch off"))
    def switch_off(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Hides the ticked rows from those who choose; what refers to them stays as it is."""
        self._switch(request, rows, False)

    def _switch(self, request: HttpRequest, rows: QuerySet[Any], is_active: bool) -> None:
        def switch(row: Any) -> None:
            row.is_active = is_active
            save_catalogue_row(actor=member_of(request), row=row)

        do_for_each(request, rows, switch)


class QuestionInline(admin.TabularInline):
    """The questions of a group or a service."""

    model = Question
    fields = ("position", "key", "text", "type", "choices", "required", "is_active")
    extra = 0
    can_delete = False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Each control says what it is: in a table the heading alone is not heard."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field


class GroupQuestionInline(QuestionInline):
    """Questions for all services of a group."""

    verbose_name_plural = _("questions about all services of the group")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Question]:
        """Without the services' own."""
        return super().get_queryset(request).filter(service=None)


class ServiceQuestionInline(QuestionInline):
    """Questions for one service."""

    verbose_name_plural = _("own questions, asked after those of the group")


@admin.register(ServiceGroup)
class ServiceGroupAdmin(CatalogueAdmin):
    """Groups of services."""

    list_display = ("name", "slug", "icon", "position", "services", "is_active", "edited_by_host")
    list_filter = ("is_active", "edited_by_host")
    search_fields = ("name", "slug")
    readonly_fields = ("edited_by_host",)
    inlines = (GroupQuestionInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ServiceGroup]:
        """Groups with the number of their services."""
        groups: QuerySet[ServiceGroup] = super().get_queryset(request)
        return groups.annotate(service_count=Count("services", filter=Q(services__is_active=True)))

    @admin.display(description=_("services"), ordering="service_count")
    def services(self, group: Any) -> int:
        """How many services the group has."""
        return int(group.service_count)


@admin.register(Service)
class ServiceAdmin(CatalogueAdmin):
    """Services of the catalogue."""

    list_display = (
        "name",
        "group",
        "slug",
        "other_words",
        "usual_rate",
        "can_be_remote",
        "is_active",
        "edited_by_host",
    )
    list_filter = ("group", "is_active", "can_be_remote", "edited_by_host")
    list_select_related = ("group",)
    search_fields = ("name", "slug", "synonyms", "skills")
    search_help_text = _("Name, address, synonym or skill")
    readonly_fields = ("edited_by_host",)
    inlines = (ServiceQuestionInline,)

    @admin.display(description=_("synonyms"))
    def other_words(self, service: Service) -> str:
        """The first synonyms."""
        return ", ".join(service.synonyms[:4])

    @admin.display(description=_("USD an hour"), ordering="hourly_usd_low")
    def usual_rate(self, service: Service) -> str:
        """The usual band."""
        return f"{service.hourly_usd_low}–{service.hourly_usd_high}"


@admin.register(Question)
class QuestionAdmin(CatalogueAdmin):
    """All questions, for searching."""

    list_display = ("text", "group", "service", "type", "required", "is_active", "edited_by_host")
    list_filter = ("type", "required", "is_active", "edited_by_host", "group")
    list_select_related = ("group", "service")
    search_fields = ("text", "key", "service__name")
    autocomplete_fields = ("group", "service")
    readonly_fields = ("edited_by_host",)


class PageForm(forms.ModelForm):
    """What staff may correct on a page, by the same rules as for its provider."""

    class Meta:
        model = ServicePage
        fields = ("title", "about", "skills", "taking_work", "daily_leads")

    def clean(self) -> dict[str, Any]:
        """Reports what the rules refuse, and what a published page would lack."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        changes = {name: given[name] for name in self.changed_data if name in given}
        try:
            columns = clean_changes(changes, page=self.instance, today=utc_now().date())
            if self.instance.status == PageStatus.PUBLISHED:
                corrected = copy(self.instance)
                for name, value in columns.items():
                    setattr(corrected, name, value)
                require_publishable(corrected, offers_services=True)
        except InvalidInput as error:
            for name, problems in (error.fields or {}).items():
                self.add_error(name, [problem["message"] for problem in problems])
        return given


@admin.register(ServicePage)
class ServicePageAdmin(PleasantAdmin):
    """Service pages: found, corrected, published and paused; written by their providers."""

    form = PageForm
    list_display = ("name", "member", "state", "price", "place", "rating_shown", "taking_work", "updated_at")
    list_filter = ("status", "pricing", "work_location", "taking_work", "member__is_demo")
    list_select_related = ("member",)
    search_fields = ("title", "slug", "member__email", "member__name", "city")
    search_help_text = _("Title, address, provider or city")
    ordering = ("-updated_at",)
    actions = ("publish", "pause")
    readonly_fields = (
        "link",
        "member",
        "status",
        "slug",
        "price",
        "version",
        "created_at",
        "updated_at",
        "published_at",
    )
    fieldsets = (
        (None, {"fields": ("link", "member", "status", "title", "about", "skills")}),
        (_("Work"), {"fields": ("taking_work", "daily_leads", "price")}),
        (_("History"), {"fields": ("slug", "version", "created_at", "updated_at", "published_at")}),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: providers make their pages themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a page is paused."""
        return False

    def save_model(self, request: HttpRequest, obj: ServicePage, form: Any, change: bool) -> None:
        """Saves by the action, so that search, addresses and events follow."""
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        page = ServicePage.objects.get(pk=obj.pk)
        update_page(actor=member_of(request), page=page, changes=changes, now=utc_now(), version=page.version)

    @admin.display(description=_("title"), ordering="title")
    def name(self, page: ServicePage) -> str:
        """The title, or that there is none."""
        return str(page)

    @admin.display(description=_("state"), ordering="status")
    def state(self, page: ServicePage) -> SafeString:
        """The state, in its colour."""
        return in_tone(page.get_status_display(), TONES.get(PageStatus(page.status), ""))

    @admin.display(description=_("place"), ordering="city")
    def place(self, page: ServicePage) -> str:
        """City and country."""
        return ", ".join(part for part in (page.city, page.country) if part)

    @admin.display(description=_("rating"), ordering="rating_count")
    def rating_shown(self, page: ServicePage) -> str | None:
        """The mean, and of how many reviews."""
        return f"{page.rating:.1f} ({page.rating_count})" if page.rating_count and page.rating else None

    @admin.display(description=_("price"))
    def price(self, page: ServicePage) -> str:
        """The price in words."""
        return str(price_words(page.pricing, page.rate, page.currency, "en"))

    @admin.display(description=_("page"))
    def link(self, page: ServicePage) -> str:
        """The way to the page itself."""
        return format_html('<a href="/services/{0}/">/services/{0}/</a>', page.slug)

    @admin.action(description=_("Publish"))
    def publish(self, request: HttpRequest, pages: QuerySet[ServicePage]) -> None:
        """Publishes the ticked pages that are complete."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, pages, lambda page: publish_page(actor=actor, page=page, now=now))

    @admin.action(description=_("Pause"))
    def pause(self, request: HttpRequest, pages: QuerySet[ServicePage]) -> None:
        """Hides the ticked pages at once."""
        actor, now = member_of(request), utc_now()
        do_for_each(request, pages, lambda page: pause_page(actor=actor, page=page, now=now))


class ExchangeRateForm(forms.ModelForm):
    """A currency and what one euro buys."""

    class Meta:
        model = ExchangeRate
        fields = ("currency", "per_euro")

    def clean_currency(self) -> str:
        """Only currencies of ISO 4217."""
        code: str = self.cleaned_data["currency"].strip().upper()
        if code not in CURRENCIES:
            raise forms.ValidationError(_("This is not a currency code of ISO 4217."), code="unknown_currency")
        return code


@admin.register(ExchangeRate)
class ExchangeRateAdmin(PleasantAdmin):
    """Exchange rates. A currency without one has prices that neither filter nor rank."""

    form = ExchangeRateForm
    list_display = ("currency", "per_euro", "updated_at")
    search_fields = ("currency",)
    readonly_fields = ("updated_at",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The currency of a rate stays what it is."""
        return ("currency", "updated_at") if obj else ("updated_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody: a wrong rate is corrected."""
        return False

    def save_model(self, request: HttpRequest, obj: ExchangeRate, form: Any, change: bool) -> None:
        """Saves by the action, so that prices are compared anew."""
        save_exchange_rate(actor=member_of(request), rate=obj, now=utc_now())
