"""Serializer fields for text from outside, cleaned by the rules of ``marketplace.validators``."""

from typing import Any

from rest_framework import serializers

from marketplace.validators import clean_line, clean_text


class ParagraphsField(serializers.CharField):
    """Text of several lines and at most ``most`` characters."""

    clean = staticmethod(clean_text)

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_internal_value(self, data: Any) -> str:
        """The cleaned text; raises ValidationError, also where nothing is left of what may not be blank."""
        text = self.clean(super().to_internal_value(data), most=self.most)
        if not text and not self.allow_blank:
            self.fail("blank")
        return text


class LineField(ParagraphsField):
    """One line of at most ``most`` characters."""

    clean = staticmethod(clean_line)
