"""Pages about saved searches. Plain forms: all of it works without scripts."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.callers import known_member, member_of
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError, NotFound
from services.actions import change_search, delete_search, look_at_search, save_search
from services.models import Alert, SavedSearch
from services.reader import reader_locale
from services.saved.forms import NewSavedSearchForm, SavedSearchForm
from services.saved.kinds import Kind, all_kinds, kind_of


@login_required
@never_cache
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """The member's saved searches of one kind, in words."""
    kind = _kind(request.GET.get("kind") or all_kinds()[0].key)
    searches = list(SavedSearch.objects.visible_to(member_of(request)).filter(kind=kind.key))
    words = kind.describe([search.given for search in searches], reader_locale(request))
    context = {
        "kind": kind,
        "kinds": all_kinds(),
        "rows": [
            {"search": search, "words": found, "new": kind.counted(search.new_count) if search.new_count else ""}
            for search, found in zip(searches, words, strict=True)
        ],
        "alerts": Alert.choices,
    }
    return render(request, "services/saved/searches.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Saves a search. Who is not logged in comes back here afterwards, with all that was filled in."""
    given = request.POST if request.method == "POST" else request.GET
    if known_member(request) is None:
        kept = {name: given[name] for name in NewSavedSearchForm.base_fields if given.get(name)}
        return redirect_to_login(f"{request.path}?{urlencode(kept)}")
    kind = _kind(given.get("kind", ""))
    if request.method != "POST":
        initial = {name: given[name] for name in NewSavedSearchForm.base_fields if given.get(name)}
        form = NewSavedSearchForm(initial={"name": _name(kind, initial.get("address", ""), request)} | initial)
        return render(request, "services/saved/new.html", {"form": form, "kind": kind})
    form = NewSavedSearchForm(request.POST)
    if form.is_valid() and _save(request, form):
        return redirect(f"{kind.path}?{QueryDict(form.cleaned_data['address']).urlencode()}")
    return render(request, "services/saved/new.html", {"form": form, "kind": kind}, status=400)


@login_required
@never_cache
@require_safe
def open_search(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Leads to the results; what is new in them counts as seen."""
    search = _own(request, search_id)
    look_at_search(actor=member_of(request), search=search)
    return redirect(_kind(search.kind).shown(search.given, reader_locale(request)))


@login_required
@require_POST
def change(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Sets name and alert."""
    search, form = _own(request, search_id), SavedSearchForm(request.POST)
    if form.is_valid():
        try:
            change_search(actor=member_of(request), search=search, changes=form.cleaned_data, now=utc_now())
        except MarketplaceError as error:
            form.add_error(None, _said(error))
    if form.errors:
        for problem in (str(each) for found in form.errors.values() for each in found):
            messages.error(request, problem)
    else:
        messages.success(request, _("Changed."))
    return redirect(f"/saved/?kind={search.kind}")


@login_required
@require_POST
def delete(request: HttpRequest, search_id: UUID) -> HttpResponse:
    """Forgets a saved search."""
    search = _own(request, search_id)
    delete_search(actor=member_of(request), search=search)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": search.name})
    return redirect(f"/saved/?kind={search.kind}")


def _save(request: HttpRequest, form: NewSavedSearchForm) -> bool:
    given = form.cleaned_data
    try:
        save_search(
            actor=member_of(request),
            kind=given["kind"],
            given=QueryDict(given["address"]),
            name=given["name"],
            alert=given["alert"],
            locale=reader_locale(request),
            now=utc_now(),
        )
    except MarketplaceError as error:
        form.add_error(None, _said(error))
        return False
    messages.success(request, _("Saved. You find it under “Saved” in your menu."))
    return True


def _said(error: MarketplaceError) -> str:
    """What is wrong, without the names of fields."""
    problems = [problem["message"] for found in (error.fields or {}).values() for problem in found]
    return " ".join(str(problem) for problem in problems) or str(error.message)


def _name(kind: Kind, address: str, request: HttpRequest) -> str:
    words = kind.describe([QueryDict(address)], reader_locale(request))[0]
    return ", ".join(words or [])[:120]


def _own(request: HttpRequest, search_id: UUID) -> SavedSearch:
    search = SavedSearch.objects.visible_to(member_of(request)).filter(pk=search_id).first()
    if search is None:
        raise Http404
    return search


def _kind(key: str) -> Kind:
    try:
        return kind_of(key)
    except NotFound:
        raise Http404 from None
