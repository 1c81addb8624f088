"""The API's addresses of engagements and reviews."""

from django.urls import path

from engagements.api import engagements, past_clients, reviews

ONE = "engagements/<uuid:engagement_id>/"

urlpatterns = [
    path("proposals/<uuid:proposal_id>/accept/", engagements.AcceptView.as_view(), name="api-proposal-accept"),
    path("engagements/", engagements.EngagementsView.as_view(), name="api-engagements"),
    path(ONE, engagements.EngagementView.as_view(), name="api-engagement"),
    path(f"{ONE}start/", engagements.StartView.as_view(), name="api-engagement-start"),
    path(f"{ONE}complete/", engagements.CompleteView.as_view(), name="api-engagement-complete"),
    path(f"{ONE}not-yet/", engagements.SetBackView.as_view(), name="api-engagement-not-yet"),
    path(f"{ONE}cancel/", engagements.CancelView.as_view(), name="api-engagement-cancel"),
    path(f"{ONE}reviews/", reviews.ReviewsView.as_view(), name="api-engagement-reviews"),
    path("reviews/<uuid:review_id>/reply/", reviews.ReplyView.as_view(), name="api-review-reply"),
    path("past-clients/", past_clients.PastClientsView.as_view(), name="api-past-clients"),
    path(
        "past-clients/<uuid:past_client_id>/reply/",
        past_clients.PastClientReplyView.as_view(),
        name="api-past-client-reply",
    ),
]
