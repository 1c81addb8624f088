"""Pages about one's account, and suggestions of cities."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.actions import issue_token, revoke_token, unblock_member, update_profile
from accounts.callers import member_of
from accounts.forms import ProfileForm, TokenForm
from accounts.models import ApiToken, Block
from marketplace.errors import MarketplaceError
from marketplace.place_names import label
from marketplace.places import fold, suggest

DAY = 60 * 60 * 24


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """The member's own profile."""
    member = member_of(request)
    form = ProfileForm(request.POST, request.FILES) if request.method == "POST" else ProfileForm.filled(member)
    if form.is_bound and form.is_valid():
        update_profile(actor=member, profile=form.profile())
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=400 if form.is_bound else 200)


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """The member's API tokens, and a form for a new one; its secret stands only in the answer to that form."""
    member = member_of(request)
    form = TokenForm(request.POST if request.method == "POST" else None, member=member)
    secret = ""
    if request.method == "POST" and form.is_valid():
        try:
            _token, secret = issue_token(actor=member, name=form.cleaned_data["name"], scopes=form.scopes())
            form = TokenForm(member=member)
        except MarketplaceError as error:
            form.add_error(None, str(error.message))
    context = {"form": form, "secret": secret, "tokens": ApiToken.objects.filter(member=member)}
    return render(request, "accounts/tokens.html", context, status=400 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, token_id: str) -> HttpResponse:
    """Revokes one of the member's tokens."""
    member = member_of(request)
    revoke_token(actor=member, token=get_object_or_404(ApiToken, pk=token_id, member=member))
    messages.success(request, _("The token no longer works."))
    return redirect("accounts:tokens")


@login_required
@never_cache
@require_safe
def blocked(request: HttpRequest) -> HttpResponse:
    """Whom the member has blocked."""
    blocks = Block.objects.filter(blocker=member_of(request)).select_related("blocked").order_by("-created_at", "-pk")
    return render(request, "accounts/blocked.html", {"blocks": blocks})


@login_required
@require_POST
def unblock(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """Takes one of the member's blocks back."""
    member = member_of(request)
    block = get_object_or_404(Block.objects.select_related("blocked"), blocker=member, blocked=member_id)
    unblock_member(actor=member, blocked=block.blocked)
    messages.success(request, _("%(name)s is no longer blocked.") % {"name": block.blocked.display_name})
    return redirect("accounts:blocked")


@require_GET
@cache_control(public=True, max_age=DAY)
def places(request: HttpRequest) -> JsonResponse:
    """Cities whose name begins with ``q``: ``results``, each with label, city, country, lat, lon and time_zone."""
    text = request.GET.get("q", "")[:100].partition(",")[0]
    results = [
        {
            "label": label(city),
            "city": city.name,
            "country": city.country,
            "lat": city.latitude,
            "lon": city.longitude,
            "time_zone": city.timezone,
        }
        for city in (suggest(text) if fold(text) else [])
    ]
    return JsonResponse({"results": results})
