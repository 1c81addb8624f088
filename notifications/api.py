"""The API's calls about notifications."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from marketplace.api import check_filters
from marketplace.clock import utc_now
from notifications.actions import mark_all_read, mark_read
from notifications.models import Notification
from notifications.readers import zone_of
from notifications.rendering import render_all
from notifications.serializers import NotificationSerializer, ReadSerializer, UnreadSerializer, represent


class NotificationsView(GenericAPIView[Notification]):
    """The caller's own notifications."""

    serializer_class = NotificationSerializer

    def get_queryset(self) -> QuerySet[Notification]:
        """Newest first."""
        return Notification.objects.visible_to(member_of(self.request)).select_related("event")

    @extend_schema(responses=NotificationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The caller's notifications, newest first."""
        check_filters(request)
        page = self.paginate_queryset(self.get_queryset())
        assert page is not None
        with timezone.override(zone_of(member_of(request).time_zone)):
            found = [represent(notification, message) for notification, message in render_all(page)]
        return self.get_paginated_response(found)


class ReadView(APIView):
    """Marking as read."""

    @extend_schema(request=ReadSerializer, responses=UnreadSerializer)
    def post(self, request: Request) -> Response:
        """Marks notifications as read, by ids or all; answers how many are unread now. Repeats are harmless."""
        check_filters(request)
        serializer = ReadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        member, given = member_of(request), serializer.validated_data
        if given.get("all"):
            mark_all_read(actor=member, now=utc_now())
        else:
            mark_read(actor=member, ids=given["ids"], now=utc_now())
        return Response({"unread": Notification.objects.visible_to(member).count_unread()})
