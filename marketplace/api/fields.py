"""Serializer fields for text from outside, cleaned by the rules of ``marketplace.validators``."""

from typing import Any

from rest_framework import serializers

from marketplace.validators import clean_line, clean_text


class LineField(serializers.CharField):
    """One line of at most ``most`` characters."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_internal_value(self, data: Any) -> str:
        """The cleaned line; raises ValidationError."""
        return clean_line(super().to_internal_value(data), most=self.most)


class ParagraphsField(serializers.CharField):
    """Text of several lines and at most ``most`` characters."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_internal_value(self, data: Any) -> str:
        """The cleaned text; raises ValidationError."""
        return clean_text(super().to_internal_value(data), most=self.most)
