"""The API's addresses of conversations."""

from django.urls import path

from messaging import api

urlpatterns = [
    path("conversations/", api.ConversationsView.as_view(), name="api-conversations"),
    path("conversations/<uuid:conversation_id>/", api.ConversationView.as_view(), name="api-conversation"),
    path("conversations/<uuid:conversation_id>/messages/", api.MessagesView.as_view(), name="api-messages"),
    path("conversations/<uuid:conversation_id>/read/", api.ReadView.as_view(), name="api-conversation-read"),
]
