"""The API's addresses of requests and matches."""

from django.urls import path

from requests import api
from requests import proposal_api as proposals
from requests.board.api import BoardView
from requests.price_api import PricesView
from requests.why_api import WhyView

urlpatterns = [
    path("requests/", api.RequestsView.as_view(), name="api-requests"),
    path("requests/<uuid:request_id>/", api.RequestView.as_view(), name="api-request"),
    path("requests/<uuid:request_id>/publish/", api.PublishView.as_view(), name="api-request-publish"),
    path("requests/<uuid:request_id>/close/", api.CloseView.as_view(), name="api-request-close"),
    path("requests/<uuid:request_id>/reopen/", api.ReopenView.as_view(), name="api-request-reopen"),
    path("requests/<uuid:request_id>/repost/", api.RepostView.as_view(), name="api-request-repost"),
    path("requests/<uuid:request_id>/matches/", api.RequestMatchesView.as_view(), name="api-request-matches"),
    path("requests/<uuid:request_id>/why/", WhyView.as_view(), name="api-request-why"),
    path("prices/", PricesView.as_view(), name="api-prices"),
    path("board/", BoardView.as_view(), name="api-board"),
    path("matches/", api.LeadsView.as_view(), name="api-leads"),
    path("matches/<uuid:match_id>/decline/", api.DeclineView.as_view(), name="api-lead-decline"),
    path("requests/<uuid:request_id>/proposals/", proposals.ProposalsView.as_view(), name="api-request-proposals"),
    path("proposals/", proposals.OwnProposalsView.as_view(), name="api-proposals"),
    path("proposals/<uuid:proposal_id>/", proposals.ProposalView.as_view(), name="api-proposal"),
    path("proposals/<uuid:proposal_id>/withdraw/", proposals.WithdrawView.as_view(), name="api-proposal-withdraw"),
    path("proposals/<uuid:proposal_id>/view/", proposals.ViewView.as_view(), name="api-proposal-view"),
    path("proposals/<uuid:proposal_id>/shortlist/", proposals.ShortlistView.as_view(), name="api-proposal-shortlist"),
    path("proposals/<uuid:proposal_id>/decline/", proposals.DeclineProposalView.as_view(), name="api-proposal-decline"),
    path("proposals/<uuid:proposal_id>/counter/", proposals.CounterView.as_view(), name="api-proposal-counter"),
]
