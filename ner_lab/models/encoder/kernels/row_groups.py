"""Rows of similar length, so that a random batch wastes little on padding where rows cannot be packed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

OVERHEAD = 24  # subwords whose time one more call of the encoder costs on a CPU: an estimate, not tuned


def row_groups(length_R: NDArray[np.int64], overhead: int = OVERHEAD) -> list[NDArray[np.int64]]:
    """Splits the rows of a batch into groups that are each padded to their own longest row.

    The split has the least cost of all splits of the rows sorted by length, where a group costs its rows times its
    longest row, plus `overhead`: dynamic programming over R rows, R^2 additions.

    Returns:
        The row indices of each group; together every row once.
    """
    order = np.argsort(-length_R, kind="stable")
    sorted_R = length_R[order]
    rows = len(order)
    # best[r]: least cost of the first r rows (the longest ones); a group i..r is padded to its first row.
    best, begin_of = np.zeros(rows + 1), np.zeros(rows + 1, dtype=np.int64)
    for r in range(1, rows + 1):
        costs = best[:r] + sorted_R[:r] * (r - np.arange(r)) + overhead
        begin_of[r] = int(costs.argmin())
        best[r] = costs[begin_of[r]]
    groups, end = [], rows
    while end:
        groups.append(order[begin_of[end] : end])
        end = int(begin_of[end])
    return groups


def read_grouped(
    model: Any,
    input_ids_RS: Tensor,
    attention_mask_RS: Tensor,
    call: Callable[..., Tensor],
    states_RSE: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """`hidden_PD` and where they stand in the flattened R * S positions, from a call of `model` for each group."""
    S = input_ids_RS.shape[1]
    length_R = attention_mask_RS.sum(1)
    parts, positions = [], []
    for group in row_groups(length_R.numpy()):
        rows, longest = torch.from_numpy(group), int(length_R[group].max())
        read = {"input_ids": input_ids_RS[rows, :longest], "attention_mask": attention_mask_RS[rows, :longest]}
        states = None if states_RSE is None else states_RSE[rows, :longest]
        parts.append(call(model, states, **read).flatten(0, 1))
        positions.append((rows[:, None] * S + torch.arange(longest)).flatten())
    return torch.cat(parts), torch.cat(positions)
