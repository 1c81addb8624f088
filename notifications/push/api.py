"""The API's calls about push messages, which the site's own pages use too."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from marketplace.api import StrictSerializer, check_filters
from marketplace.clock import utc_now
from notifications.actions import add_browser, remove_endpoint, renew_browser
from notifications.models import PushSubscription
from notifications.push.keys import application_server_key


class KeysSerializer(StrictSerializer):
    """The browser's keys, as ``PushSubscription.toJSON()`` gives them."""

    p256dh = serializers.CharField()
    auth = serializers.CharField()


class BrowserInput(StrictSerializer):
    """A browser's subscription, as ``PushSubscription.toJSON()`` gives it."""

    endpoint = serializers.CharField()
    keys = KeysSerializer()
    expirationTime = serializers.IntegerField(required=False, allow_null=True)  # noqa: N815  the browser's name


class RenewalInput(BrowserInput):
    """A subscription that takes the place of another."""

    old_endpoint = serializers.CharField()


class EndpointInput(StrictSerializer):
    """The address of a subscription."""

    endpoint = serializers.CharField()


class BrowserSerializer(serializers.Serializer[Any]):
    """A browser that takes push messages."""

    id = serializers.UUIDField()
    browser = serializers.CharField()
    created_at = serializers.DateTimeField()


class PushKeySerializer(serializers.Serializer[Any]):
    """The site's public key."""

    application_server_key = serializers.CharField(help_text="For PushManager.subscribe(), in base64url.")


class PushView(APIView):
    """The caller's browsers."""

    @extend_schema(responses=PushKeySerializer)
    def get(self, request: Request) -> Response:
        """The key that a browser subscribes with."""
        check_filters(request)
        return Response({"application_server_key": application_server_key()})

    @extend_schema(request=BrowserInput, responses={201: BrowserSerializer})
    def post(self, request: Request) -> Response:
        """From now on this browser takes the caller's push messages. Repeating it is harmless."""
        given = _read(request, BrowserInput)
        subscription = add_browser(
            actor=member_of(request),
            endpoint=given["endpoint"],
            p256dh=given["keys"]["p256dh"],
            auth=given["keys"]["auth"],
            agent=request.headers.get("User-Agent", ""),
            now=utc_now(),
        )
        return Response(_represent(subscription), status=201)

    @extend_schema(request=EndpointInput, responses={204: None})
    def delete(self, request: Request) -> Response:
        """This browser takes no more. Repeating it is harmless."""
        remove_endpoint(actor=member_of(request), endpoint=_read(request, EndpointInput)["endpoint"])
        return Response(status=204)


class PushRenewalView(APIView):
    """Another address for a browser that is known."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=RenewalInput, responses=BrowserSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """For service workers, which hear of it while nobody is logged in; they have to know the old address."""
        given = _read(request, RenewalInput)
        subscription = renew_browser(
            old_endpoint=given["old_endpoint"],
            endpoint=given["endpoint"],
            p256dh=given["keys"]["p256dh"],
            auth=given["keys"]["auth"],
        )
        return Response(_represent(subscription))


def _read(request: Request, shape: type[StrictSerializer]) -> dict[str, Any]:
    check_filters(request)
    serializer = shape(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _represent(subscription: PushSubscription) -> dict[str, Any]:
    return {"id": subscription.pk, "browser": subscription.browser, "created_at": subscription.created_at}
