"""What tests of the engine by columns ask."""

from uuid import UUID

import numpy as np

from services.models import SearchStatistics
from services.search.engine import Found
from services.search.engines.columns import files


def ids(found: Found) -> list[UUID]:
    """The pages that were found, in their order."""
    return [hit.row.page_id for hit in found.hits]


def parts() -> list[int]:
    """How many pages the parts have of which the index is made up now."""
    name = SearchStatistics.current().columns
    generation = files.open_generation(name)
    assert generation
    return [int(np.count_nonzero(part.alive)) for part in generation.parts]
