"""Forms about conversations."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.fields import AttachmentsField
from marketplace.fields import ParagraphsField
from messaging.actions.reporting import LONGEST_WORDS
from messaging.actions.sending import Draft
from messaging.models import LONGEST_BODY, LONGEST_CLIENT_ID, ReportReason


class MessageForm(forms.Form):
    """A message. The hidden ``client_id`` makes a form that is sent twice one message."""

    body = ParagraphsField(
        most=LONGEST_BODY,
        required=False,
        label=_("Your message"),
        widget=forms.Textarea(
            attrs={"rows": 2, "autocomplete": "off", "dir": "auto", "placeholder": _("Write a message …")}
        ),
    )
    client_id = forms.CharField(max_length=LONGEST_CLIENT_ID, widget=forms.HiddenInput)
    attachments = AttachmentsField()

    def __init__(self, data: Any = None, files: Any = None, *, member: Member) -> None:
        super().__init__(data, files, initial={"client_id": uuid4().hex})
        field = self.fields["attachments"]
        assert isinstance(field, AttachmentsField)
        field.belong_to(member)

    def draft(self) -> Draft:
        """The valid form as the action takes it."""
        given = self.cleaned_data
        return Draft(given["body"], given["client_id"], [each.pk for each in given["attachments"]])


class ReportForm(forms.Form):
    """Why something is reported."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=ReportReason.choices, widget=forms.RadioSelect)
    words = ParagraphsField(
        most=LONGEST_WORDS,
        required=False,
        label=_("What should we know?"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
