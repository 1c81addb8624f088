"""Addresses of pages about requests."""

from django.urls import path

from requests.views import board, describe, guide, mine, proposal, propose, request, why

app_name = "requests"

urlpatterns = [
    path("requests/", mine.mine, name="mine"),
    path("requests/leads/", mine.leads, name="leads"),
    path("requests/board/", board.board, name="board"),
    path("requests/new/", guide.new, name="new"),
    path("requests/new/describe/", describe.describe, name="describe"),
    path("requests/new/review/", guide.review, name="review"),
    path("requests/new/discard/", guide.discard, name="discard"),
    path("requests/new/<slug:key>/", guide.step, name="step"),
    path("requests/<uuid:request_id>/", request.show, name="request"),
    path("requests/<uuid:request_id>/why/", why.why_page, name="why"),
    path("requests/<uuid:request_id>/edit/", request.edit, name="edit"),
    path("requests/<uuid:request_id>/decline/", request.decline, name="decline"),
    path("requests/<uuid:request_id>/propose/", propose.propose, name="propose"),
    path("proposals/", mine.proposals, name="proposals"),
    path("proposals/<uuid:proposal_id>/", proposal.show, name="proposal"),
    path("proposals/<uuid:proposal_id>/edit/", propose.edit, name="edit_proposal"),
    path("proposals/<uuid:proposal_id>/counter/", proposal.counter, name="counter"),
    *(
        path(f"proposals/<uuid:proposal_id>/{verb}/", proposal.act, {"verb": verb}, name=f"proposal-{verb}")
        for verb in proposal.VERBS
    ),
    *(path(f"requests/<uuid:request_id>/{verb}/", request.act, {"verb": verb}, name=verb) for verb in request.VERBS),
]
