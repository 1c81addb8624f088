"""What a member wants to be told, how and when."""

from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.callers import member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import InvalidInput
from notifications.actions import Choices, set_preferences
from notifications.actions.preferences import allowed_timings
from notifications.models import Channel, NotificationSettings, Preference, PushSubscription, Timing
from notifications.readers import zone_of
from notifications.topics import Audience, Topic, all_topics

Cell = tuple[str, forms.BoundField | None, str]
"""The channel's name; the field, or what stands there where there is no choice."""
AUDIENCES: Final = {
    Audience.CLIENT: gettext_lazy("As a client"),
    Audience.PROVIDER: gettext_lazy("As a provider"),
    Audience.EVERYBODY: gettext_lazy("Messages, engagements and account"),
}
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


@dataclass(frozen=True, slots=True)
class Group:
    """The topics of an audience, whose name is ``words``, each with its cells; ``is_wrong`` where one has an error."""

    audience: Audience
    words: str
    rows: list[tuple[Topic, list[Cell]]]

    @property
    def is_wrong(self) -> bool:
        """Whether what was sent for one of them is refused."""
        return any(field and field.errors for _topic, cells in self.rows for _channel, field, _words in cells)


class PreferencesForm(forms.Form):
    """A choice for each topic and channel that offers one, and the member's hours."""

    quiet_from = forms.TimeField(required=False, label=gettext_lazy("Quiet from"), widget=TIME)
    quiet_until = forms.TimeField(required=False, label=gettext_lazy("Quiet until"), widget=TIME)
    daily_at = forms.TimeField(label=gettext_lazy("Daily mail at"), widget=TIME)

    def __init__(self, data: Any = None, *, member: Member) -> None:
        hours = NotificationSettings.objects.filter(member=member).first() or NotificationSettings(member=member)
        initial = {name: getattr(hours, name) for name in ("quiet_from", "quiet_until", "daily_at")}
        super().__init__(data, initial=initial)
        chosen = {(row.topic, row.channel): row.timing for row in Preference.objects.filter(member=member)}
        self.keys: dict[str, tuple[str, Channel]] = {}
        for topic in all_topics():
            for channel in Channel:
                allowed = tuple(allowed_timings(topic, channel))
                if not allowed:
                    continue
                name = f"{topic.key}.{channel.value}"
                self.keys[name] = (topic.key, channel)
                self.fields[name] = forms.ChoiceField(
                    choices=[(each.value, each.label) for each in allowed],
                    initial=chosen.get((topic.key, channel), topic.channels[channel]),
                    label=f"{topic.label}: {channel.label}",
                )

    def choices(self) -> Choices:
        """The valid form as the action takes it. What was left as it is goes on following the topic's default."""
        given = self.cleaned_data
        return Choices(
            timings={key: Timing(given[name]) for name, key in self.keys.items() if name in self.changed_data},
            quiet_from=given["quiet_from"],
            quiet_until=given["quiet_until"],
            daily_at=given["daily_at"],
        )

    def groups(self) -> list[Group]:
        """The audiences, each with its topics, which have a cell for each channel."""
        return [
            Group(
                audience,
                str(words),
                [(topic, self._cells(topic)) for topic in all_topics() if topic.audience == audience],
            )
            for audience, words in AUDIENCES.items()
        ]

    def _cells(self, topic: Topic) -> list[Cell]:
        return [self._cell(topic, channel) for channel in Channel]

    def _cell(self, topic: Topic, channel: Channel) -> Cell:
        name = f"{topic.key}.{channel.value}"
        words = _("Always") if channel in topic.channels else "–"
        return str(channel.label), self[name] if name in self.keys else None, words


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """The form."""
    member = member_of(request)
    form = PreferencesForm(request.POST if request.method == "POST" else None, member=member)
    if form.is_bound and form.is_valid():
        try:
            set_preferences(actor=member, choices=form.choices(), now=utc_now())
        except InvalidInput as error:
            for name, problems in (error.fields or {}).items():
                for problem in problems:
                    form.add_error(name if name in form.fields else None, problem["message"])
        else:
            messages.success(request, _("Saved."))
            return redirect("notifications:preferences")
    with timezone.override(zone_of(member.time_zone)):
        context = {"form": form, "channels": Channel.choices, "zone": member.time_zone, "now": timezone.localtime()}
        context["browsers"] = PushSubscription.objects.filter(member=member)
        return render(request, "notifications/preferences.html", context, status=400 if form.errors else 200)
