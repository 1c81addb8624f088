"""The API's addresses of requests and matches."""

from django.urls import path

from requests import api
from requests.board.api import BoardView

urlpatterns = [
    path("requests/", api.RequestsView.as_view(), name="api-requests"),
    path("requests/<uuid:request_id>/", api.RequestView.as_view(), name="api-request"),
    path("requests/<uuid:request_id>/publish/", api.PublishView.as_view(), name="api-request-publish"),
    path("requests/<uuid:request_id>/close/", api.CloseView.as_view(), name="api-request-close"),
    path("requests/<uuid:request_id>/reopen/", api.ReopenView.as_view(), name="api-request-reopen"),
    path("requests/<uuid:request_id>/repost/", api.RepostView.as_view(), name="api-request-repost"),
    path("requests/<uuid:request_id>/matches/", api.RequestMatchesView.as_view(), name="api-request-matches"),
    path("board/", BoardView.as_view(), name="api-board"),
    path("matches/", api.LeadsView.as_view(), name="api-leads"),
    path("matches/<uuid:match_id>/decline/", api.DeclineView.as_view(), name="api-lead-decline"),
]
