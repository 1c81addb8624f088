"""Admin page of the learned rankings: how each did, which one is in force, and the host's hand in it."""

from collections import Counter
from typing import Any, ClassVar, Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.admin_base import ReadOnlyAdmin
from requests.learning import live
from requests.learning.train import ENOUGH
from requests.learning.trees import LEAF, Trees
from requests.matching.rank import SHIPPED
from requests.models import LearnedRanking
from sitesettings.models import SiteSettings

WITHOUT_TICKS: Final = {"pin_shipped": SHIPPED.version, "let_results_decide": ""}
"""Actions that concern no single ranking, by what they pin."""


def asked_features(ranking: LearnedRanking) -> list[tuple[str, float]]:
    """The features that a learned ranking asks for, those it asks for most first, each with its share of the splits."""
    trees = Trees.read(ranking.trees)
    counted = Counter(trees.names[number] for number in trees.feature.tolist() if number != LEAF)
    return [(name, number / counted.total()) for name, number in counted.most_common()]


@admin.register(LearnedRanking)
class LearnedRankingAdmin(ReadOnlyAdmin):
    """Every ranking that was learned, better or not, beside the one that it was compared with."""

    list_display = (
        "version",
        "in_force",
        "created_at",
        "learned_from",
        "judged",
        "against",
        "quality",
        "won",
        "retired_at",
    )
    exclude = ("trees",)
    readonly_fields = ("goes_by",)
    actions = ("pin", "pin_shipped", "let_results_decide")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LearnedRanking]:
        """Django's hook: without the trees, which are long."""
        found: QuerySet[LearnedRanking] = super().get_queryset(request).defer("trees")
        return found

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Django's hook: what is in force stands in the title, also where nothing was learned yet; what concerns no
        single ranking needs none to be ticked."""
        action = request.POST.get("action")
        if action in WITHOUT_TICKS and self.has_change_permission(request):
            self._pin(request, WITHOUT_TICKS[action])
            return redirect(request.get_full_path())
        title = _("Ranking in force: %(version)s") % {"version": live.version_in_force()}
        if SiteSettings.current().ranking:
            title += f" ({_('pinned')})"
        words = _(
            "One is learned each day from requests that came to something, once there are %(least)d, and goes into"
            " force where it orders later ones better than the one before. The higher the DCG@10, the nearer to the top"
            " stand those whom clients chose."
        ) % {"least": ENOUGH}
        return super().changelist_view(request, {"title": title, "subtitle": words} | (extra_context or {}))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who may change the site's settings may choose, though nobody edits a row."""
        return obj is None and request.user.has_perm("sitesettings.change_sitesettings")

    @admin.display(description=gettext_lazy("in force"), boolean=True)
    def in_force(self, ranking: LearnedRanking) -> bool:
        """Whether requests are matched by it now."""
        return ranking.version == live.scorer_in_force().version

    @admin.display(description=gettext_lazy("DCG@10, before and after"))
    def quality(self, ranking: LearnedRanking) -> str:
        """Both, and what the gain is at least."""
        return f"{ranking.before:.2f} → {ranking.after:.2f} (≥ {ranking.least_gain:+.2f})"

    @admin.display(description=gettext_lazy("asks for"))
    def goes_by(self, ranking: LearnedRanking) -> str:
        """Each feature, with the share of all questions of its trees that ask for it."""
        asked = asked_features(ranking)
        return ", ".join(f"{name} {share:.0%}".replace("%", " %") for name, share in asked) or "–"

    @admin.action(description=gettext_lazy("Use this one, whatever is learned later"))
    def pin(self, request: HttpRequest, rankings: QuerySet[LearnedRanking]) -> None:
        """Pins the one that is ticked."""
        if len(rankings) != 1:
            messages.error(request, _("Tick one ranking."))
            return
        self._pin(request, rankings[0].version)

    @admin.action(description=gettext_lazy("Use the shipped weights, whatever is learned later"))
    def pin_shipped(self, request: HttpRequest, rankings: QuerySet[LearnedRanking]) -> None:
        """Goes back to where there was nothing learned."""
        self._pin(request, SHIPPED.version)

    @admin.action(description=gettext_lazy("Let results decide again"))
    def let_results_decide(self, request: HttpRequest, rankings: QuerySet[LearnedRanking]) -> None:
        """Takes the pin away."""
        self._pin(request, "")

    def _pin(self, request: HttpRequest, version: str) -> None:
        live.pin(version)
        messages.success(request, _("In force: %(version)s.") % {"version": live.version_in_force()})

    ordering: ClassVar = ("-id",)
