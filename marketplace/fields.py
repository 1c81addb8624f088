"""Form fields for text from outside, cleaned by the rules of ``marketplace.validators``."""

from typing import Any

from django import forms

from marketplace.validators import clean_line, clean_text


class LineField(forms.CharField):
    """One line of at most ``most`` characters."""

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_python(self, value: Any) -> str:
        """The cleaned line; raises ValidationError."""
        return clean_line(super().to_python(value) or "", most=self.most)


class ParagraphsField(forms.CharField):
    """Text of several lines and at most ``most`` characters."""

    widget = forms.Textarea

    def __init__(self, *, most: int, **options: Any) -> None:
        super().__init__(max_length=most, **options)
        self.most = most

    def to_python(self, value: Any) -> str:
        """The cleaned text; raises ValidationError."""
        return clean_text(super().to_python(value) or "", most=self.most)
