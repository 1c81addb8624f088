"""How well the product's search finds what judges found relevant, on a test collection in BEIR's form.

The documents become service pages in a scratch database (title and about, nothing else), are indexed by the product's
own bulk path, and are searched by the product's own search, with the engine that so many pages have.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

sys.path[0] = str(Path(__file__).resolve().parent.parent)  # bench/ itself hides the app insights

from bench.harness import environment

environment.start(keep=False)

from django.conf import settings
from django.db import connection, transaction

from accounts.models import Member
from bench.harness import clock
from bench.harness.beir import Malformed, Text, without_itself
from bench.harness.collections import Collection, from_files, known
from bench.harness.metrics import means
from bench.harness.options import Options
from bench.harness.report import Report, Section
from bench.harness.site import answers_from_columns, servers, write_columns
from marketplace.clock import utc_now
from marketplace.ids import new_id
from services.models import PageStatus, Pricing, ServicePage, WorkLocation
from services.rules.limits import TITLE
from services.search import statistics
from services.search.engine import search
from services.search.engines.chosen import engine
from services.search.index import reindex
from services.search.query import LONGEST_TEXT, SearchQuery
from services.search.ranking import Row

BATCH: Final = 1000
DEEP: Final = 1000
LONGEST_SLUG: Final = 100
TABLES: Final = (
    *("services_servicepage", "accounts_member"),
    *("services_searchword", "services_searchstatistics", "services_searchchange"),
)
"""What a collection fills; what belongs to its pages goes with them."""
PARTS: Final[Mapping[str, Callable[[Row], float]]] = {
    "": lambda row: row.order,
    ", words alone": lambda row: -row.words,
    ", meaning alone": lambda row: -row.similarity,
}
"""Orders of what was found: the product's, and that of each of its parts."""


class QualityOptions(Options):
    """The files of a test collection."""

    corpus: Path | None
    asked: Path | None
    qrels: Path | None
    language: str
    most: int


def main() -> None:
    """Runs the benchmark."""
    reader = _parser()
    options = reader.parse_args(namespace=QualityOptions())
    if options.corpus and options.asked and options.qrels:
        try:
            collections = iter([from_files(options.corpus, options.asked, options.qrels)])
        except (Malformed, OSError, UnicodeDecodeError) as error:
            reader.error(str(error))
    elif options.corpus or options.asked or options.qrels:
        reader.error("--corpus, --queries and --qrels belong together.")
    else:
        collections = known(settings.MARKETPLACE_DATA)
    report = Report("quality", options)
    section = report.section(
        "The product's search",
        "Means over the judged queries; times include everything. Parts: the same rows, ordered by one number alone.",
    )
    with servers():
        for collection in collections:
            measure(collection.sampled(options.most) if options.most else collection, options.language, section)
    written = report.finish()
    if not options.json:
        sys.stdout.write(f"\n{written.read_text()}")


def measure(collection: Collection, language: str, section: Section) -> None:
    """Indexes, searches, and adds a row to the table, and one for each part of the ranking alone."""
    asked = {query.id: collection.judgements[query.id] for query in collection.queries}
    ids: dict[UUID, str] = {}
    indexing = clock.measure(lambda: ids.update(index(collection.documents, language)))
    found: dict[str, list[Row]] = {}
    searching = clock.measure(lambda: found.update((query.id, answer(query)) for query in collection.queries))
    for part, order in PARTS.items():
        answers = {
            query: without_itself([ids[row.page_id] for row in sorted(rows, key=order)], query, asked[query])
            for query, rows in found.items()
        }
        section.add(
            f"{collection.name}{part}",
            means(answers, asked)
            | (
                {}
                if part
                else {
                    "engine": "columns" if answers_from_columns() else "PostgreSQL",
                    "queries": len(asked),
                    "queries/s": len(asked) / searching.wall * 1000,
                    "cpu ms/query": searching.cpu / len(asked),
                    "documents": len(ids),
                    "documents/s": len(ids) / indexing.wall * 1000,
                    "cpu ms/document": indexing.cpu / len(ids),
                }
            ),
        )


def index(documents: Sequence[Text], language: str) -> dict[UUID, str]:
    """Publishes the documents as pages of this scratch database; returns their ids by their pages'. Nothing is left of
    another collection: no words, no lengths, no files."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
    engine.cache_clear()  # it has files of the collection before open
    now = utc_now()
    ids: dict[UUID, str] = {}
    for batch in _batches(documents):
        pages = [page_of(document, language, now=now) for document in batch]
        with transaction.atomic():
            Member.objects.bulk_create(page.member for page in pages)
            ServicePage.objects.bulk_create(pages)
        reindex(page.pk for page in pages)
        ids |= {page.pk: document.id for page, document in zip(pages, batch, strict=True)}
    statistics.count_words()
    write_columns()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return ids


def page_of(document: Text, language: str, *, now: datetime) -> ServicePage:
    """An unsaved page with this text. What of a title is too long for one goes ahead of the text."""
    page_id = new_id()
    member = Member(email=f"{page_id.hex}@corpus.invalid", name="", password="!")
    whole = document.title if len(document.title) <= TITLE else ""
    return ServicePage(
        id=page_id,
        member=member,
        slug=page_id.hex[:LONGEST_SLUG],
        status=PageStatus.PUBLISHED,
        title=storable(document.title[:TITLE]),
        about=storable(document.text if whole == document.title else f"{document.title}\n\n{document.text}"),
        languages=[language],
        work_location=WorkLocation.REMOTE,
        pricing=Pricing.CONTACT,
        first_published_at=now,
        published_at=now,
    )


def storable(text: str) -> str:
    """The text as the product's forms would let it through."""
    return text.replace("\0", " ").encode("utf-8", "ignore").decode()


def answer(query: Text) -> list[Row]:
    """What the product's search finds, best first."""
    text = f"{query.title} {query.text}".strip()[:LONGEST_TEXT]
    found = search(SearchQuery(text=text), now=utc_now(), size=DEEP, with_facets=False)
    return [hit.row for hit in found.hits]


def _batches(documents: Sequence[Text]) -> Iterator[list[Text]]:
    rest = iter(documents)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _parser() -> argparse.ArgumentParser:
    reader = argparse.ArgumentParser(
        description=__doc__, allow_abbrev=False, epilog="Without files, the collections in MARKETPLACE_DATA are used."
    )
    reader.add_argument("--corpus", type=Path, help="documents, JSON lines of _id, title and text")
    reader.add_argument("--queries", type=Path, dest="asked", help="queries, JSON lines of _id and text")
    reader.add_argument("--qrels", type=Path, help="judgements, TSV of query-id, corpus-id and score, with that header")
    reader.add_argument("--language", default="en", metavar="xx", help="language of the documents, ISO 639-1 (en)")
    reader.add_argument("--most", type=int, default=0, metavar="N", help="ask only N of the queries, evenly spread")
    reader.add_argument("--keep", type=Path, help=argparse.SUPPRESS)  # of the other benchmarks; this one would spoil it
    reader.add_argument("--json", action="store_true", help="print JSON without the table")
    return reader


if __name__ == "__main__":
    main()
