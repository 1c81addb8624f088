"""How the sitemap is cut into files."""

from typing import ClassVar

from django.db import models


class SitemapChunk(models.Model):
    """One file of the sitemap: the published ones among the pages from ``first_page`` up to the next chunk's.

    Ids ascend in time, so the border of a chunk never moves: only the last one grows, until another begins.
    """

    first_page = models.UUIDField(primary_key=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["first_page"]

    def __str__(self) -> str:
        return str(self.first_page)
