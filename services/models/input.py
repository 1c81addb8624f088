"""What a provider typed and has not saved."""

from typing import ClassVar

from django.db import models

from services.models.page import ServicePage


class PageInput(models.Model):
    """A step of the guided form as it was typed: not valid yet, or not to be shown to others yet.

    ``data`` has the form's fields, each with the list of its values.
    """

    page = models.ForeignKey(ServicePage, on_delete=models.CASCADE, related_name="inputs")
    step = models.CharField(max_length=20)
    data = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "step"], name="services_pageinput_once")]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.step}"
