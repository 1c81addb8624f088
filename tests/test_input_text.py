"""Rules for text from outside: the same in forms and in the API."""

import pytest
from django.core.exceptions import ValidationError
from rest_framework import serializers as drf

from marketplace import fields
from marketplace.api import StrictSerializer
from marketplace.api import fields as api_fields
from marketplace.validators import clean_line, clean_text

GOOD_LINES = ["Zoë", "محمد علي", "שלום", "👩‍🔧 repairs", "日本語", "<script>alert(1)</script>", "a & b", "O’Neill"]
BAD_LINES = {
    "a\0b": "null_characters_not_allowed",
    "a\ud800b": "surrogate_characters",
    "a\x07b": "control_characters",
    "a\x85b": "control_characters",
    "a\nb": "several_lines",
    "a\tb": "several_lines",
    "gpj.\u202eexe": "direction_characters",
    "x" * 41: "max_length",
    "x" * 1_000_000: "max_length",
}


class LineSerializer(StrictSerializer):
    line = api_fields.LineField(most=40)


@pytest.mark.parametrize("text", GOOD_LINES)
def test_good_line_passes_everywhere(text: str) -> None:
    assert clean_line(text, most=40) == text
    assert fields.LineField(most=40).clean(text) == text
    serializer = LineSerializer(data={"line": text})
    assert serializer.is_valid()
    assert serializer.validated_data == {"line": text}


@pytest.mark.parametrize(("text", "code"), BAD_LINES.items(), ids=list(BAD_LINES.values()))
def test_bad_line_is_refused_everywhere_with_a_code(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as raised:
        clean_line(text, most=40)
    assert raised.value.code == code
    with pytest.raises(ValidationError):
        fields.LineField(most=40).clean(text)
    serializer = LineSerializer(data={"line": text})
    assert not serializer.is_valid()
    assert code in [one.code for one in serializer.errors["line"]]


def test_paragraphs_keep_lines_in_one_form() -> None:
    assert clean_text(" a\r\nb\rc\u2028d\t\n", most=20) == "a\nb\nc\nd"
    assert fields.ParagraphsField(most=5).clean("a\r\nb\r\nc") == "a\nb\nc"


def test_letters_are_composed_and_spaces_single() -> None:
    assert clean_line("Zoe\u0308   Müller", most=40) == "Zoë Müller"


def test_serializer_keeps_blank_and_null_rules() -> None:
    with pytest.raises(drf.ValidationError):
        api_fields.LineField(most=5).run_validation("  ")
    assert api_fields.LineField(most=5, allow_blank=True).run_validation("  ") == ""


@pytest.mark.parametrize(
    "text", ["\u200b\u200b", "\ufeff", "\u2063 \u00ad", "\u3164", "\u2800\u2800", "\u0301", "\ufe0f"], ids=ascii
)
def test_what_nobody_can_see_is_as_good_as_nothing(text: str) -> None:
    assert clean_line(text, most=40) == ""
    assert clean_text(f"{text}\n{text}", most=40) == ""
    with pytest.raises(ValidationError) as raised:
        fields.LineField(most=40).clean(text)
    assert raised.value.code == "required"
    assert fields.LineField(most=40, required=False).clean(text) == ""
    serializer = LineSerializer(data={"line": text})
    assert not serializer.is_valid()
    assert [one.code for one in serializer.errors["line"]] == ["blank"]
