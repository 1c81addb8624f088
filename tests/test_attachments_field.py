"""The form field for files: what was taken stays taken, whatever else is wrong with the form."""

from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.timezone import now

from accounts.models import Member
from attachments.actions import attach, upload_attachment
from attachments.fields import AttachmentsField
from attachments.models import Attachment
from tests.pictures import upload

pytestmark = pytest.mark.django_db


class Letter(forms.Form):
    body = forms.CharField()
    attachments = AttachmentsField(most=3)


def letter(member: Member, *new: Any, ids: list[Any] | None = None, kept: Any = (), body: str = "Hello") -> Letter:
    data = QueryDict(mutable=True)
    data["body"] = body
    data.setlist("attachments", [str(each) for each in ids or []])
    form = Letter(data, MultiValueDict({"attachments_new": list(new)}))
    field = form.fields["attachments"]
    assert isinstance(field, AttachmentsField)
    field.belong_to(member, kept)
    return form


def here(member: Member) -> Attachment:
    return upload_attachment(actor=member, upload=upload("old.txt", b"x"), now=now())


def test_takes_new_files_and_those_that_are_here_in_order(paul: Member) -> None:
    first = here(paul)
    form = letter(paul, upload("new.txt", b"y"), ids=[first.pk])
    assert form.is_valid(), form.errors
    assert [each.name for each in form.cleaned_data["attachments"]] == ["old.txt", "new.txt"]


def test_a_form_with_errors_keeps_what_was_uploaded(paul: Member) -> None:
    form = letter(paul, upload("a.txt", b"y"), upload("b.pdf", b"not a pdf"), upload("c.txt", b""), body="")
    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["attachments"]] == ["wrong_type", "empty"]
    assert "b.pdf: " in str(form.errors["attachments"])
    kept = Attachment.objects.get()
    html = form.as_div()
    assert f'value="{kept.pk}" checked' in html
    assert 'type="file" multiple name="attachments_new"' in html
    again = letter(paul, ids=[kept.pk])
    assert again.is_valid()
    assert again.cleaned_data["attachments"] == [kept]


def test_refuses_what_is_somebody_elses_gone_or_nonsense_but_keeps_the_rest(paul: Member, sam: Member) -> None:
    mine, hers = here(paul), here(sam)
    for strange in (hers.pk, uuid4(), "nonsense", "'; DROP TABLE"):
        form = letter(paul, ids=[mine.pk, strange])
        assert [error.code for error in form.errors.as_data()["attachments"]] == ["unknown_attachment"]
        assert str(mine.pk) in form.as_div()
        assert "old.txt" in form.as_div()


def test_refuses_more_than_the_field_takes(paul: Member) -> None:
    form = letter(paul, *(upload(f"{number}.txt", b"y") for number in range(5)))
    assert [error.code for error in form.errors.as_data()["attachments"]] == ["too_many_files"]
    assert Attachment.objects.count() == 3, "those that fit stay chosen"


def test_what_is_part_already_may_stay_or_go(paul: Member) -> None:
    part = here(paul)
    attach(actor=paul, ids=[part.pk], now=now())
    assert letter(paul, ids=[part.pk], kept=[part]).is_valid()
    assert not letter(paul, ids=[part.pk]).is_valid()
    gone = letter(paul, kept=[part])
    assert gone.is_valid()
    assert gone.cleaned_data["attachments"] == []
    assert gone.changed_data == ["body", "attachments"]
