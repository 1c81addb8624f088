"""The catalogue: data files that people edit, loaded into tables that admins edit, and what is asked of clients."""

from services.catalogue.files import CatalogueError, read
from services.catalogue.load import DATA, LoadReport, load
from services.catalogue.questions import questions_among, questions_for, questions_of_group
from services.catalogue.tree import catalogue_tree

__all__ = [
    "DATA",
    "CatalogueError",
    "LoadReport",
    "catalogue_tree",
    "load",
    "questions_among",
    "questions_for",
    "questions_of_group",
    "read",
]
