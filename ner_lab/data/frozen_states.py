"""The states of an encoder's frozen layers for every row of a split: computed once, read in every epoch and run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class FrozenStates:
    """States of Q positions: those of row r, special tokens and context included, are
    `states_QE[row_start_R1[r]:row_start_R1[r + 1]]`, and the rows of sentence s are
    `sentence_row_S1[s]:sentence_row_S1[s + 1]`.

    Where the whole encoder is frozen, they are those of words: a sentence is one row, and its words are the positions.
    """

    states_QE: NDArray[np.float32]
    row_start_R1: NDArray[np.int64]
    sentence_row_S1: NDArray[np.int64]
    of_words: bool = False

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All that is held, by name."""
        return {
            "states_QE": self.states_QE,
            "row_start_R1": self.row_start_R1,
            "sentence_row_S1": self.sentence_row_S1,
        }

    @staticmethod
    def from_arrays(arrays: Mapping[str, NDArray[Any]], of_words: bool = False) -> FrozenStates:
        """The states whose `arrays` these are."""
        return FrozenStates(of_words=of_words, **arrays)

    def of(self, sentences: NDArray[np.int64], longest: int) -> Tensor:
        """`states_RSE` of the rows of some sentences, one after the other, 0 behind the end of a row."""
        rows = [row for s in sentences for row in range(self.sentence_row_S1[s], self.sentence_row_S1[s + 1])]
        states_RSE = np.zeros((len(rows), longest, self.states_QE.shape[1]), dtype=np.float32)
        for r, row in enumerate(rows):
            begin, end = self.row_start_R1[row], self.row_start_R1[row + 1]
            states_RSE[r, : end - begin] = self.states_QE[begin:end]
        return torch.from_numpy(states_RSE)
