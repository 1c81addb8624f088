"""The Django project. Its bottom layer knows no other app, its top layer may know all of them."""

import os

# Read once, when NumPy is first imported. Our products are a few thousand rows: threads of its own spin at the end of
# each for longer than the product takes (20 ms of processor time a search), on cores that other workers need.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Texts are tokenized word by word; and a process with the tokenizer's threads cannot fork.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

from marketplace.celery import app as celery_app

__all__ = ["celery_app"]
