"""The form field for files. With JavaScript they are uploaded one by one as they are chosen; without, with the form.

Either way what was taken stays chosen when the form comes back with errors: its ids stand in check boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from attachments.actions import upload_attachment
from attachments.errors import MOST_BYTES, MOST_FILES, TooManyFiles, UnknownAttachment
from attachments.models import Attachment
from attachments.names import clean_name
from marketplace.clock import utc_now
from marketplace.errors import MarketplaceError

NEW = "_new"
"""Ending of the name of the control that takes files; the ids of those that are here already have the field's name."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a form sent: ids of files that are here, as they came, and new files."""

    ids: tuple[str, ...] = ()
    files: tuple[UploadedFile[Any], ...] = ()


class AttachmentsInput(forms.Widget):
    """The files that are here, each with a box that keeps it, and a control for new ones. See js/attachments.js."""

    template_name = "attachments/input.html"
    needs_multipart_form = True
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.shown: list[Attachment] = []
        self.most = MOST_FILES

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Chosen:
        """Django's hook."""
        ids = data.getlist(name) if hasattr(data, "getlist") else data.get(name, ())
        new = files.getlist(name + NEW) if hasattr(files, "getlist") else ()
        return Chosen(tuple(map(str, ids)), tuple(new))

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Boxes that are not ticked send nothing."""
        return False

    def id_for_label(self, id_: str) -> str:
        """Links from the list of errors lead to the control for new files."""
        return id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Django's hook."""
        context = super().get_context(name, value, attrs)
        return context | {"shown": self.shown, "new": name + NEW, "most": self.most, "largest": MOST_BYTES}


class AttachmentsField(forms.Field):
    """Up to ``most`` files. The value is a list of attachments in the order of choice; the action claims them.

    A form says whose files they are: ``form.fields["attachments"].belong_to(member, kept=proposal.attachments.all())``.
    """

    widget = AttachmentsInput

    def __init__(self, *, most: int = MOST_FILES, **options: Any) -> None:
        options.setdefault("label", _("Files"))
        words = _(
            "Up to %(most)s files of 20 MB each. We remove from pictures where they were taken; videos and other files "
            "are passed on as they are, with the place that a camera may have written into them."
        )
        options.setdefault("help_text", words % {"most": most})
        super().__init__(required=False, **options)
        self.most = self.widget.most = most
        self.member: Member | None = None
        self.kept: list[Attachment] = []

    def belong_to(self, member: Member, kept: Iterable[Attachment] = ()) -> None:
        """Whose uploads may be chosen, and what is part of the edited thing already and may stay."""
        self.member, self.kept = member, list(kept)
        self.widget.shown = list(self.kept)

    def clean(self, value: Chosen) -> list[Attachment]:
        """Takes what is new. A file that is refused does not cost the others."""
        assert self.member is not None  # the form has said whose they are
        here, problems = self._here(self.member, value.ids)
        room = self.most - len(here)
        for each in value.files[: max(room, 0)]:
            try:
                here.append(upload_attachment(actor=self.member, upload=each, now=utc_now()))
            except MarketplaceError as error:
                words = f"{clean_name(each.name)}: {error.message}"
                problems.append(forms.ValidationError(words, code=error.code))
        if len(value.files) > room or len(here) > self.most:
            problems.append(forms.ValidationError(str(TooManyFiles.message), code=TooManyFiles.code))
        self.widget.shown = here
        if problems:
            raise forms.ValidationError(problems)
        return here

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something was added or taken away."""
        return bool(data.files) or set(data.ids) != {str(each.pk) for each in self.kept}

    def _here(self, member: Member, ids: Sequence[str]) -> tuple[list[Attachment], list[forms.ValidationError]]:
        """The files of these ids that may be chosen, and what to say of the others."""
        wanted = [found for each in dict.fromkeys(ids) if (found := _uuid(each)) is not None][: 2 * self.most]
        mine = Attachment.objects.filter(uploader=member, attached_at__isnull=True, pk__in=wanted)
        known = {each.pk: each for each in [*self.kept, *(mine if wanted else ())]}
        here = [known[each] for each in wanted if each in known]
        if len(here) == len(set(ids)):
            return here, []
        return here, [forms.ValidationError(str(UnknownAttachment.message), code=UnknownAttachment.code)]


def _uuid(given: str) -> UUID | None:
    try:
        return UUID(given)
    except ValueError:
        return None
