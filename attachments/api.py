"""The API's calls about files."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.callers import member_of
from accounts.idempotency import idempotent
from attachments.access import find_readable
from attachments.actions import discard_attachment, upload_attachment
from attachments.models import Attachment
from attachments.serializers import AttachmentSerializer, UploadSerializer
from marketplace.api import check_filters
from marketplace.clock import utc_now
from marketplace.errors import NotFound


class AttachmentsView(APIView):
    """Handing in files."""

    parser_classes = [MultiPartParser]

    @extend_schema(
        request={"multipart/form-data": UploadSerializer}, responses={201: AttachmentSerializer}, tags=["attachments"]
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Takes one file. Name its id in a message, a proposal or a request within 24 hours, or it is forgotten.

        Pictures are written anew, without metadata; videos and other files stay as they are, with the place that a
        camera may have written into them, and are only downloaded, never shown in place. Errors: `empty`, `too_large`,
        `wrong_type`, `executable`, `unsupported_picture`, `unreadable`, `too_many_pixels`, `upload_quota_reached`.
        """
        check_filters(request)
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        upload = serializer.validated_data["file"]
        made = upload_attachment(actor=member_of(request), upload=upload, now=utc_now())
        return Response(AttachmentSerializer(made).data, status=201)


class AttachmentView(APIView):
    """One file."""

    @extend_schema(responses=AttachmentSerializer, tags=["attachments"])
    def get(self, request: Request, attachment_id: UUID) -> Response:
        """What it is; its contents are at its `url`."""
        check_filters(request)
        return Response(AttachmentSerializer(_readable(request, attachment_id)).data)

    @extend_schema(responses={204: None}, tags=["attachments"])
    def delete(self, request: Request, attachment_id: UUID) -> Response:
        """Removes an upload of one's own that is part of nothing yet."""
        check_filters(request)
        discard_attachment(actor=member_of(request), attachment=_readable(request, attachment_id))
        return Response(status=204)


def _readable(request: Request, attachment_id: UUID) -> Attachment:
    found = find_readable(member_of(request), attachment_id)
    if found is None:
        raise NotFound
    return found
