"""Addresses of pages about engagements."""

from django.urls import path

from engagements.views import accept, engagement, mine, outside, past_clients

app_name = "engagements"
ONE = "engagements/<uuid:engagement_id>/"

urlpatterns = [
    path("proposals/<uuid:proposal_id>/accept/", accept.accept, name="accept"),
    path("requests/<uuid:request_id>/engagement/", engagement.of_request, name="of_request"),
    path("past-clients/", past_clients.past_clients, name="past_clients"),
    path("past-clients/reviews/<uuid:review_id>/reply/", past_clients.reply, name="outside_reply"),
    path("past-client/<str:token>/", outside.review, name="outside_review"),
    path("past-client/<str:token>/stop/", outside.stop, name="outside_stop"),
    path("engagements/", mine.mine, name="mine"),
    path(ONE, engagement.show, name="engagement"),
    path(f"{ONE}review/", engagement.review, name="review"),
    path(f"{ONE}reviews/<uuid:review_id>/reply/", engagement.reply, name="reply"),
    *(path(f"{ONE}{verb}/", engagement.act, {"verb": verb}, name=verb) for verb in engagement.VERBS),
]
