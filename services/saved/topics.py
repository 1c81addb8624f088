"""What members are told of their saved searches."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from notifications.models import Channel, Event, Notification, Timing
from notifications.topics import Message, Recipient, Topic
from services.models import SavedSearch
from services.saved.kinds import Hit, all_kinds, kind_of

Hits = Mapping[UUID, Hit]


def _member(event: Event) -> Iterable[Recipient]:
    return [Recipient(UUID(event.subject_id))]


def _render(notifications: Sequence[Notification]) -> Mapping[UUID, Message]:
    """One query for the searches and one for each kind; without what is no longer there."""
    found = {each.pk: each.event.data["found"] for each in notifications}
    named = list(chain.from_iterable(found.values()))
    searches = SavedSearch.objects.in_bulk({UUID(each["search"]) for each in named})
    hits = _hits(named, searches)
    messages = {}
    for pk, news in found.items():
        there = [each for each in news if UUID(each["search"]) in searches and _links([each], hits)]
        if there:
            messages[pk] = _words(there, searches, hits)
    return messages


def _hits(named: Sequence[Mapping[str, Any]], searches: Mapping[UUID, SavedSearch]) -> Hits:
    found: dict[UUID, Hit] = {}
    for kind in all_kinds():
        same = (each for each in named if (it := searches.get(UUID(each["search"]))) and it.kind == kind.key)
        ids = {UUID(hit) for each in same for hit in each["hits"]}
        found |= kind.hits(ids) if ids else {}
    return found


def _links(news: Sequence[Mapping[str, Any]], hits: Hits) -> list[Hit]:
    ids = dict.fromkeys(UUID(hit) for each in news for hit in each["hits"])
    return [hits[each] for each in ids if each in hits]


def _words(news: Sequence[Mapping[str, Any]], searches: Mapping[UUID, SavedSearch], hits: Hits) -> Message:
    links = _links(news, hits)
    if len(news) == 1:
        search = searches[UUID(news[0]["search"])]
        new = kind_of(search.kind).counted(max(news[0]["count"], len(links)))
        text = _("%(new)s for your search “%(name)s”") % {"new": new, "name": search.name}
        return Message(text=text, url=f"/saved/{search.pk}/", links=links, action=_("See the search"))
    names = ", ".join(f"“{searches[UUID(each['search'])].name}”" for each in news)
    text = ngettext("News in %(count)d saved search", "News in %(count)d saved searches", len(news))
    return Message(
        text=f"{text % {'count': len(news)}}: {names}",
        subject=text % {"count": len(news)},
        url="/saved/",
        links=links,
        action=_("See your searches"),
    )


TOPIC = Topic(
    key="saved_searches",
    label=gettext_lazy("Saved searches"),
    description=gettext_lazy("Something new fits a search that you saved. How often, you choose for each search."),
    kinds=("saved_search.news",),
    recipients=_member,
    render=_render,
    defaults={Channel.IN_APP: Timing.INSTANT, Channel.EMAIL: Timing.INSTANT},
)
