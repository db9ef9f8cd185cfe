"""Attention of packed rows that are sorted by length: those of one length stand in one run and attend where they stand.

For what is only read. A group of `packed_attention` is copied to its place and back, since its rows stand anywhere in
a batch of a training; a run is a view.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True)
class Runs:
    """Where P packed subwords stand: one run after the other, and then what they are filled up with.

    Attributes:
        shapes: `(rows, length)` of each run.
        fill: subwords that belong to no row.
    """

    shapes: list[tuple[int, int]]
    fill: int

    @classmethod
    def of(cls, length_R: Sequence[int], fill: int) -> Runs:
        """For rows of these lengths, those of one length together, that are packed in this order."""
        return cls([(len(list(rows)), length) for length, rows in groupby(length_R) if length], fill)


def attend_in_runs(
    query_1HPD: Tensor,
    key_1HPD: Tensor,
    value_1HPD: Tensor,
    runs: Runs,
    dropout: float = 0.0,
    scaling: float | None = None,
) -> Tensor:
    """`mixed_1PHD`, zero for what belongs to no row."""
    packed = [x_1HPD[0].transpose(0, 1) for x_1HPD in (query_1HPD, key_1HPD, value_1HPD)]
    sizes = [rows * length for rows, length in runs.shapes]
    parts = []
    with torch.autocast(query_1HPD.device.type, enabled=False):
        for shape, *run in zip(runs.shapes, *(x_PHD.split([*sizes, runs.fill]) for x_PHD in packed), strict=False):
            query, key, value = (x_NHD.unflatten(0, shape).transpose(1, 2) for x_NHD in run)
            mixed = functional.scaled_dot_product_attention(query, key, value, None, dropout, scale=scaling)
            parts.append(mixed.transpose(1, 2).flatten(0, 1))
    filled = packed[0].new_zeros(runs.fill, *packed[0].shape[1:])
    return torch.cat([*parts, filled])[None]
