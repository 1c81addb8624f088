"""Trains the table of the static embedder, and says how it does on what was held out."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.management.tables import CATALOGUE, names_of_services, new_table
from services.search.embedding import evaluate, limits
from services.search.embedding.distil import Recipe, distil
from services.search.embedding.static import TABLE_PATH, StaticEmbedder, limits_path
from services.search.embedding.training_texts import training_concepts
from services.search.embedding.transformer import TransformerUnavailable


class Command(BaseCommand):
    """See the module's docstring."""

    help = (
        "Distils the embedder's table from MiniLM and trains it on open data; the same data gives the same table. "
        "Takes an hour on two cores. The shipped table stays as it is unless --output names it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's hook."""
        parser.add_argument("--data", type=Path, default=settings.MARKETPLACE_DATA, help="folder with the open data")
        parser.add_argument("--wordnet", type=Path, help="folder with WordNet's data.noun, data.verb and so on")
        parser.add_argument(
            "--output", type=new_table, required=True, help=f"a .npy file; {TABLE_PATH} is the shipped one"
        )
        parser.add_argument("--epochs", type=int, default=Recipe().epochs)

    def handle(self, *args: Any, data: Path, wordnet: Path | None, output: Path, epochs: int, **options: Any) -> None:
        """Django's hook."""
        try:
            concepts = training_concepts(data, CATALOGUE, wordnet)
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing: --data needs onet, esco and jobbert_titles.") from error
        try:
            distil(output, concepts=concepts, recipe=Recipe(epochs=epochs), report=self.stdout.write)
        except TransformerUnavailable as error:
            raise CommandError(str(error)) from error
        table = StaticEmbedder(table=output)
        limits.write(limits.measured(table.embed, names_of_services()), limits_path(output))
        evaluate.report(data, [StaticEmbedder(), table], write=self.stdout.write)
