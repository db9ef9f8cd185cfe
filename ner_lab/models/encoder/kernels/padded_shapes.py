"""Few shapes, so that a recording of one serves many batches."""

from __future__ import annotations

from typing import Any

from torch import Tensor
from torch.nn import functional

from ner_lab.models.encoder.kernels.packing import FIRST_POSITION

ROWS = 8  # a batch is padded to a multiple of this, a large one to one of eight sizes between two powers of two
# And to one of these. A recording takes as long as 15 to 50 replays, and a GPU that is not full hardly longer for more
# subwords: on an H200 a step of 32 rows of MiniLM takes 3.3 ms at 64, and 2.8 at 24.
LENGTHS = (64, 128, 192, 256, 384, 512)


def padded_size(rows: int, length: int, longest: int = LENGTHS[-1]) -> tuple[int, int] | None:
    """The shape in which so many rows of this length are read; None if that is longer than all shapes.

    Args:
        rows, length: of the batch.
        longest: that the encoder can read: what embeds no position is never asked for one beyond.
    """
    fitting = next((most for most in LENGTHS if most >= length), None)
    step = max(ROWS, 1 << rows.bit_length() >> 4)
    return None if fitting is None or length > longest else (rows + -rows % step, min(fitting, longest))


def padded(
    input_ids_RS: Tensor, attention_mask_RS: Tensor, size: tuple[int, int], pad_id: int
) -> tuple[Tensor, Tensor]:
    """Ids and mask in a larger shape.

    A row that was added attends to its first position: a softmax over nothing would be no number.
    """
    R, S = input_ids_RS.shape
    more = (0, size[1] - S, 0, size[0] - R)
    ids_RS = functional.pad(input_ids_RS, more, value=pad_id)
    mask_RS = functional.pad(attention_mask_RS, more)
    mask_RS[R:, 0] = 1
    return ids_RS, mask_RS


def limits(model: Any) -> tuple[int, int]:
    """What a row is filled up with, and how long one may be; 0 of a model that is always asked itself."""
    first = FIRST_POSITION.get(model.config.model_type)
    longest = int(model.config.max_position_embeddings) - first(model.config) if first else 0
    return int(getattr(model.config, "pad_token_id", None) or 0), longest
