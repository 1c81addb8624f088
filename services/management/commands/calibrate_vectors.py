"""Measures anew which cosines are near and which far; see ``services.search.embedding.limits``."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.management.tables import CATALOGUE, names_of_services
from services.search.embedding import limits, shortened
from services.search.embedding.base import Embedder
from services.search.embedding.static import TABLE_PATH, StaticEmbedder, limits_path
from services.search.embedding.training_texts import training_concepts
from services.search.embedding.transformer import TransformerEmbedder, TransformerUnavailable

SAMPLE = 4096
"""Texts from which the transformer's components are computed."""


class Command(BaseCommand):
    """See the module's docstring."""

    help = (
        "Writes the embedder's limits beside its table, measured on the shipped catalogue. With --transformer those of "
        "the sentence model, and the components by which its vectors are shortened. The same data gives the same files."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's hook."""
        parser.add_argument("--table", type=Path, default=TABLE_PATH, help="a .npy file; default: the shipped one")
        parser.add_argument("--transformer", action="store_true", help="of the transformer instead of a table")
        parser.add_argument("--data", type=Path, default=settings.MARKETPLACE_DATA, help="folder with the open data")

    def handle(self, *args: Any, table: Path, transformer: bool, data: Path, **options: Any) -> None:
        """Django's hook."""
        embedder, path = self._transformer(data) if transformer else (StaticEmbedder(table=table), limits_path(table))
        measured = limits.measured(embedder.embed, names_of_services())
        limits.write(measured, path)
        self.stdout.write(f"{path}: {measured}")

    def _transformer(self, data: Path) -> tuple[Embedder, Path]:
        try:
            model = TransformerEmbedder(threads=2)
            texts = [text for concept in training_concepts(data, CATALOGUE) for text in concept]
            shortened.write_components(model.embed(texts[:: -(-len(texts) // SAMPLE)]))
        except TransformerUnavailable as error:
            raise CommandError(str(error)) from error
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing: --data needs onet, esco and jobbert_titles.") from error
        return shortened.ShortTransformer(transformer=model), shortened.LIMITS_PATH
