"""Where the contents of files are."""

from django.urls import path

from attachments.views import contents

app_name = "attachments"

urlpatterns = [path("attachments/<uuid:attachment_id>/<str:name>", contents, name="contents")]
