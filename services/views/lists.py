"""Pages about a member's lists. Plain forms: all of it works without scripts."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import known_member, member_of
from accounts.models import Member
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError
from services import actions
from services.models import ListedPage, PageList, ServicePage
from services.presentation.results import in_words, kept_by
from services.reader import reader_locale
from services.saved.kinds import all_kinds
from services.search.cards import cards_of

PER_PAGE = 50
Made = TypeVar("Made")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """The member's lists, and a form for a new one."""
    member = member_of(request)
    if request.method == "POST":
        made = _try(request, lambda: actions.create_list(actor=member, name=_name(request), now=utc_now()))
        return redirect(f"/lists/{made.pk}/" if made else "/lists/")
    lists = PageList.objects.visible_to(member).annotate(pages=Count("listed"))
    return render(request, "services/lists/mine.html", {"lists": lists, "kinds": all_kinds(), "here": "lists"})


@login_required
@never_cache
@require_safe
def show(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """One of the member's lists, with notes; what is not published at present is greyed."""
    member = member_of(request)
    page_list = _own(member, list_id)
    page = Paginator(page_list.listed.select_related("page"), PER_PAGE).get_page(request.GET.get("page"))
    cards, locale = cards_of([each.page_id for each in page]), reader_locale(request)
    context = {
        "page_list": page_list,
        "page": page,
        "rows": [(each, in_words(cards[each.page_id], [], locale) if each.page_id in cards else None) for each in page],
        "kept": {each.page_id for each in page},
        "others": PageList.objects.visible_to(member).exclude(pk=page_list.pk),
        "link": f"{settings.SITE_ORIGIN}/lists/{page_list.token}/" if page_list.token else "",
    }
    return render(request, "services/lists/list.html", context)


@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A shared list, for whoever has its link: the published pages, without notes. Search engines are to pass by."""
    page_list = get_object_or_404(PageList.objects.select_related("member"), token=token, member__is_active=True)
    listed = page_list.listed.filter(page__in=ServicePage.objects.published())
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    cards, locale = cards_of([each.page_id for each in page]), reader_locale(request)
    context = {
        "page_list": page_list,
        "page": page,
        "results": [in_words(cards[each.page_id], [], locale) for each in page if each.page_id in cards],
        "kept": kept_by(known_member(request), cards),
    }
    response = render(request, "services/lists/shared.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """The heart of a page (POST), and the choice of lists for it. Who is not logged in comes back to the choice."""
    given = request.POST if request.method == "POST" else request.GET
    member = known_member(request)
    if member is None:
        return redirect_to_login(f"{request.path}?{urlencode({'page': given.get('page', '')})}")
    page = _page(member, given.get("page", ""))
    if request.method == "POST":
        return _keep(request, member, page)
    lists = PageList.objects.visible_to(member)
    on = set(ListedPage.objects.filter(list__member=member, page=page).values_list("list_id", flat=True))
    return render(request, "services/lists/keep.html", {"page": page, "lists": lists, "on": on})


@login_required
@require_POST
def act(request: HttpRequest, list_id: UUID, verb: str) -> HttpResponse:
    """Renames, deletes, shares a list, or stops sharing it."""
    member = member_of(request)
    page_list = _own(member, list_id)
    verbs: dict[str, tuple[Callable[[], object], str]] = {
        "rename": (lambda: actions.rename_list(actor=member, page_list=page_list, name=_name(request)), _("Renamed.")),
        "delete": (lambda: actions.delete_list(actor=member, page_list=page_list), _("The list is deleted.")),
        "share": (
            lambda: actions.share_list(actor=member, page_list=page_list),
            _("Whoever has the link sees the published pages of this list."),
        ),
        "unshare": (
            lambda: actions.stop_sharing(actor=member, page_list=page_list, now=utc_now()),
            _("The link is switched off."),
        ),
    }
    action, said = verbs[verb]
    _try(request, action, said)
    return redirect("/lists/" if verb == "delete" else f"/lists/{list_id}/")


@login_required
@require_POST
def change(request: HttpRequest, list_id: UUID, page_id: UUID) -> HttpResponse:
    """Removes a page from a list, moves it to another, or sets its note."""
    member = member_of(request)
    page_list = _own(member, list_id)
    listed = get_object_or_404(page_list.listed.select_related("page", "list"), page=page_id)
    match request.POST.get("do"):
        case "remove":
            actions.remove_page(actor=member, page_list=page_list, page_id=page_id)
        case "move":
            to = _own(member, request.POST.get("to", ""))
            _try(request, lambda: actions.move_page(actor=member, listed=listed, to=to, now=utc_now()), _("Moved."))
        case _:
            note = request.POST.get("note", "")
            _try(
                request,
                lambda: actions.keep_page(
                    actor=member, page=listed.page, page_list=page_list, note=note, now=utc_now()
                ),
                _("Noted."),
            )
    return redirect(f"/lists/{list_id}/")


def _keep(request: HttpRequest, member: Member, page: ServicePage) -> HttpResponse:
    chosen, error = request.POST.get("list"), None
    try:
        if request.POST.get("keep") == "false":
            actions.let_page_go(actor=member, page_id=page.pk)
        else:
            page_list = _own(member, chosen) if chosen else None
            actions.keep_page(actor=member, page=page, page_list=page_list, now=utc_now())
    except MarketplaceError as problem:
        error = problem
    if request.headers.get("Accept") == "application/json":
        return JsonResponse(error.body(), status=error.status) if error else HttpResponse(status=204)
    if error:
        messages.error(request, str(error.message))
    elif request.POST.get("keep") == "false":
        messages.success(request, _("Removed from your lists."))
    else:
        messages.success(request, _("Saved. You find it under “Saved” in your menu."))
    return redirect(_back(request) or f"/services/{page.slug}/")


def _try(request: HttpRequest, action: Callable[[], Made], said: str = "") -> Made | None:
    """What the action makes; None, and the error said, where it refuses."""
    try:
        made = action()
    except MarketplaceError as error:
        problems = [str(problem["message"]) for found in (error.fields or {}).values() for problem in found]
        messages.error(request, " ".join(problems) or str(error.message))
        return None
    if said:
        messages.success(request, said)
    return made


def _own(member: Member, list_id: UUID | str) -> PageList:
    try:
        return get_object_or_404(PageList.objects.visible_to(member), pk=UUID(str(list_id)))
    except ValueError:
        raise Http404 from None


def _page(member: Member, given: str) -> ServicePage:
    """The published page with this id; others the member keeps already can still be let go."""
    try:
        page = ServicePage.objects.select_related("member").filter(pk=UUID(given)).first()
    except ValueError:
        raise Http404 from None
    if page is None or not (ServicePage.objects.published().filter(pk=page.pk).exists() or kept_by(member, [page.pk])):
        raise Http404
    return page


def _name(request: HttpRequest) -> str:
    return request.POST.get("name", "")[:1000]


def _back(request: HttpRequest) -> str:
    there = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure())
    return there if is_ours else ""
