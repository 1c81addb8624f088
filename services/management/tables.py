"""What the commands that make or measure tables of the embedder have in common."""

import argparse
import os
from pathlib import Path
from typing import Final

from marketplace.yaml_files import read_yaml
from services.search.embedding.training_texts import Concepts, catalogue_names
from services.search.meant import FOREIGN

CATALOGUE: Final = Path(__file__).parents[1] / "data" / "catalogue"


def names_of_services() -> Concepts:
    """The names of each service of the shipped catalogue in all languages, those in English first. The limits of every
    table are measured on them."""
    foreign: dict[str, list[str]] = read_yaml(FOREIGN)
    return [[*names, *foreign.get(slug, ())] for slug, names in catalogue_names(CATALOGUE).items()]


def new_table(text: str) -> Path:
    """The path of a table that will be written, for argparse: learnt before the hour that the table takes."""
    path = Path(text)
    if path.suffix != ".npy":
        raise argparse.ArgumentTypeError(f"{text} does not end in .npy")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise argparse.ArgumentTypeError(f"{path.parent} is no folder that can be written to")
    return path
