"""The API's calls about accounts."""

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.actions.tokens import log_in_token
from accounts.callers import member_of
from accounts.models import Member
from accounts.serializers import LogInSerializer, MeSerializer, TokenSerializer
from marketplace.api import check_filters
from marketplace.errors import InvalidInput, NotAllowed


class InvalidCredentials(InvalidInput):
    """Address and password do not belong together, or nobody has that address."""

    code = "invalid_credentials"
    message = _("The email address or the password is wrong.")


class UnverifiedAddress(NotAllowed):
    """The address was never confirmed."""

    code = "email_not_verified"
    message = _("Please confirm your email address first: log in on the website.")


class TokensView(APIView):
    """Tokens of programs that log in by password."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=LogInSerializer, responses=TokenSerializer, auth=[])
    def post(self, request: Request) -> Response:
        """A new token for the member with this address and password."""
        check_filters(request)
        serializer = LogInSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        member = authenticate(request._request, email=given["email"].lower(), password=given["password"])
        if not isinstance(member, Member):
            raise InvalidCredentials
        if not member.has_verified_email:
            raise UnverifiedAddress
        return Response({"token": log_in_token(actor=member, name="API log-in")})


class MeView(APIView):
    """The caller herself."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Who the caller is."""
        check_filters(request)
        return Response(MeSerializer(member_of(request)).data)
