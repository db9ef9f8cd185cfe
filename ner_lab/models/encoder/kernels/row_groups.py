"""Rows of similar length, so that a random batch wastes little on padding where rows cannot be packed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

OVERHEAD = 24  # subwords whose time one more call of the encoder costs on a CPU: an estimate, not tuned


def row_groups(length_R: NDArray[np.int64], overhead: int = OVERHEAD, power: int = 1) -> list[NDArray[np.int64]]:
    """Splits the rows of a batch into groups that are each padded to their own longest row.

    The split has the least cost of all splits of the rows sorted by length, where a group costs its rows times its
    longest row to the given power, plus `overhead`: dynamic programming over U different lengths, U^2 additions.

    Returns:
        The row indices of each group, shortest first; together every row once.
    """
    order = np.argsort(-length_R, kind="stable")
    length_U, count_U = np.unique(-length_R, return_counts=True)  # the longest first
    cost_U = (-length_U) ** power
    rows = np.concatenate([[0], np.cumsum(count_U)])
    # best[u]: least cost of the rows of the first u lengths; a group i..u is padded to its first length.
    best, begin_of = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    for u in range(1, len(rows)):
        costs = best[:u] + cost_U[:u] * (rows[u] - rows[:u]) + overhead
        begin_of[u] = int(costs.argmin())
        best[u] = costs[begin_of[u]]
    groups, end = [], len(rows) - 1
    while end:
        groups.append(order[rows[begin_of[end]] : rows[end]])
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
