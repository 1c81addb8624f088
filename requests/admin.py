"""Requests, the providers they were matched to, and proposals: for the host to look at, not to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from marketplace.admin_base import ReadOnlyAdmin, ReadOnlyInline, in_tone
from requests import admin_ranking  # noqa: F401  registers its page
from requests.matching.rank import KNOWN, gains_of, version_of
from requests.models import Match, MatchState, Proposal, ProposalStatus, RequestStatus, ServiceRequest, Wave
from requests.presentation import budget_words
from requests.presentation.proposals import days_words, outcome_words, price_words
from requests.serializers import reasons_of

STATUS_TONES = {RequestStatus.OPEN: "good", RequestStatus.IN_REVIEW: "warn", RequestStatus.AWARDED: "accent"}
MATCH_TONES = {MatchState.PROPOSED: "good", MatchState.VIEWED: "accent", MatchState.DECLINED: "bad"}
PROPOSAL_TONES = {
    ProposalStatus.SUBMITTED: "warn",
    ProposalStatus.SHORTLISTED: "accent",
    ProposalStatus.ACCEPTED: "good",
    ProposalStatus.DECLINED: "bad",
}


class WaveInline(ReadOnlyInline):
    """When providers were told, and out of how many."""

    model = Wave
    fields = ("number", "created_at", "candidates", "took_ms")
    readonly_fields = fields


class MatchInline(ReadOnlyInline):
    """Who was told, and why."""

    model = Match
    fields = ("rank", "page", "score", "state", "why", "notified_at")
    readonly_fields = fields
    ordering = ("rank",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Match]:
        """With what the rows name."""
        found: QuerySet[Match] = super().get_queryset(request)
        return found.select_related("page", "request")

    @admin.display(description=_("why"))
    def why(self, match: Match) -> str:
        """The reasons that the provider reads."""
        return " · ".join(reason["text"] for reason in reasons_of(match))


@admin.register(ServiceRequest)
class ServiceRequestAdmin(ReadOnlyAdmin):
    """What clients asked for, what became of it, and whom it reached."""

    list_display = ("title", "client", "service", "state", "budget", "proposal_count", "published_at")
    list_filter = ("status", "visibility", "budget_type", "work_location", "matching", "client__is_demo")
    list_select_related = ("client", "service")
    search_fields = ("=id", "=client__email", "title")
    search_help_text = _("Title, id, or the client's email address")
    date_hierarchy = "first_published_at"
    ordering = ("-id",)
    inlines = (WaveInline, MatchInline)
    fieldsets = (
        (None, {"fields": ("link", "why_not", "client", "service", "state", "title", "details", "close_reason")}),
        (_("Terms"), {"fields": ("budget", "work_location", "city", "country", "languages", "time_frame")}),
        (_("Who may answer"), {"fields": ("visibility", "proposal_cap", "proposal_count", "review_reason")}),
        (_("History"), {"fields": ("created_at", "published_at", "matched_at", "expires_at", "closed_at")}),
    )
    readonly_fields = ("link", "why_not", "state", "budget")

    @admin.display(description=_("state"), ordering="status")
    def state(self, request: ServiceRequest) -> SafeString:
        """The state, in its colour."""
        return in_tone(request.get_status_display(), STATUS_TONES.get(RequestStatus(request.status), ""))

    @admin.display(description=_("budget"))
    def budget(self, request: ServiceRequest) -> str:
        """The budget in words."""
        return budget_words(request, "en") or str(request.get_budget_type_display())

    @admin.display(description=_("page"))
    def link(self, request: ServiceRequest) -> SafeString:
        """The way to the request's own page."""
        return format_html('<a href="/requests/{0}/">/requests/{0}/</a>', request.pk)

    @admin.display(description=_("matching"))
    def why_not(self, request: ServiceRequest) -> SafeString:
        """The way to each rule and number, for any page."""
        return format_html('<a href="/requests/{}/why/">{}</a>', request.pk, _("Why not her?"))


@admin.register(Match)
class MatchAdmin(ReadOnlyAdmin):
    """Each request at each page, and what its score is made of, for those who ask why they stand where they do."""

    list_display = ("created_at", "request", "page", "wave", "rank", "score_shown", "progress")
    list_filter = ("state", "wave", "reserved_place")
    list_select_related = ("request", "page")
    search_fields = ("=request__id", "=page__member__email", "=request__client__email")
    search_help_text = _("Id of the request, or email address of one of the two")
    ordering = ("-id",)
    fields = ("request", "page", "wave", "rank", "score_shown", "made_of", "reserved_place", "progress")
    readonly_fields = ("score_shown", "made_of", "progress")

    @admin.display(description=_("score"), ordering="score")
    def score_shown(self, match: Match) -> str:
        """Three digits tell ranks apart."""
        return f"{match.score:.3f}"

    @admin.display(description=_("state"), ordering="state")
    def progress(self, match: Match) -> SafeString:
        """How far the provider got, in its colour."""
        return in_tone(match.get_state_display(), MATCH_TONES.get(MatchState(match.state), ""))

    @admin.display(description=_("made of"))
    def made_of(self, match: Match) -> SafeString:
        """Every feature with its value, its weight where the ranking has weights, and what it added to the score
        against one of which nothing is known; by the ranking of then, what added or took away most first."""
        version, gains = version_of(match.features), gains_of(match.features)
        weights = KNOWN[version].weights if version in KNOWN else {}
        rows = [
            (
                name,
                f"{match.features[name]:.2f}" if name in match.features else "–",
                f"{weights[name]:.2f}" if name in weights else "–",
                f"{gains[name]:+.3f}",
            )
            for name in sorted(gains, key=lambda name: -abs(gains[name]))
        ]
        body = format_html_join("", "<tr><th scope='row'>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>", rows)
        titles = ((each,) for each in (_("feature"), _("value"), _("weight"), _("adds")))
        head = format_html_join("", "<th scope='col'>{}</th>", titles)
        table = "<table><caption>{}: {}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>"
        return format_html(table, _("Ranking"), version, head, body)


@admin.register(Proposal)
class ProposalAdmin(ReadOnlyAdmin):
    """What providers offered, and how it ended. Drafts and the client's private notes are nobody else's business."""

    list_display = ("submitted_at", "request", "page", "state", "price", "days", "is_ai_assisted", "alike", "viewed_at")
    list_filter = ("status", "price_type", "is_ai_assisted")
    list_select_related = ("request", "page")
    search_fields = ("=id", "=page__member__email", "=request__client__email")
    search_help_text = _("Id, or email address of one of the two")
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": ("request", "page", "state", "price", "time", "scope")}),
        (_("Conduct"), {"fields": ("is_ai_assisted", "similar_to", "alike")}),
        (_("History"), {"fields": ("created_at", "submitted_at", "viewed_at", "decided_at", "outcome")}),
    )
    readonly_fields = ("state", "price", "time", "alike", "outcome")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Proposal]:
        """Those that were sent."""
        proposals: QuerySet[Proposal] = super().get_queryset(request)
        return proposals.exclude(status=ProposalStatus.DRAFT)

    @admin.display(description=_("state"), ordering="status")
    def state(self, proposal: Proposal) -> SafeString:
        """The state, in its colour."""
        return in_tone(proposal.get_status_display(), PROPOSAL_TONES.get(ProposalStatus(proposal.status), ""))

    @admin.display(description=_("price"))
    def price(self, proposal: Proposal) -> str:
        """The price in words."""
        return price_words(proposal)

    @admin.display(description=_("time"))
    def time(self, proposal: Proposal) -> str:
        """Days to delivery in words."""
        return days_words(proposal)

    @admin.display(description=_("like another"), ordering="similarity")
    def alike(self, proposal: Proposal) -> str | None:
        """The share of its text that stands in another proposal of the same provider."""
        return None if proposal.similarity is None else f"{proposal.similarity:.0%}"

    @admin.display(description=_("outcome"))
    def outcome(self, proposal: Proposal) -> str:
        """How it ended, in words."""
        return outcome_words(proposal)
