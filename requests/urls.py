"""Addresses of pages about requests."""

from django.urls import path

from requests.views import board, guide, mine, request

app_name = "requests"

urlpatterns = [
    path("requests/", mine.mine, name="mine"),
    path("requests/leads/", mine.leads, name="leads"),
    path("requests/board/", board.board, name="board"),
    path("requests/new/", guide.new, name="new"),
    path("requests/new/review/", guide.review, name="review"),
    path("requests/new/discard/", guide.discard, name="discard"),
    path("requests/new/<slug:key>/", guide.step, name="step"),
    path("requests/<uuid:request_id>/", request.show, name="request"),
    path("requests/<uuid:request_id>/edit/", request.edit, name="edit"),
    path("requests/<uuid:request_id>/decline/", request.decline, name="decline"),
    *(path(f"requests/<uuid:request_id>/{verb}/", request.act, {"verb": verb}, name=verb) for verb in request.VERBS),
]
