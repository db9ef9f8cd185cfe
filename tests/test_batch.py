"""A batch on its way to a device: what it says, and in how many pieces it travels."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from ner_lab.types import Batch


def batch(states_RSE: Tensor | None = None) -> Batch:
    ids_RS = torch.arange(12).view(3, 4)
    words = {"labels_BW": ids_RS[:2] - 1, "word_N": torch.arange(5), "subwords": 3, "step_words": 9}
    return Batch(
        ids_RS, ids_RS + 1, ids_RS[:2], ids_RS[:2] + 5, ids_RS[:2] > 3, torch.arange(2), **words, states_RSE=states_RSE
    )


@pytest.fixture
def without_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory that is pinned where there is nothing that reads it."""
    real = Tensor.new_empty
    monkeypatch.setattr(Tensor, "new_empty", lambda self, *size, pin_memory, **rest: real(self, *size, **rest))


@pytest.mark.usefixtures("without_a_gpu")
def test_a_pinned_batch_says_the_same_and_travels_by_types(monkeypatch: pytest.MonkeyPatch) -> None:
    given = batch(torch.randn(3, 4, 2))
    pinned = given.pin_memory()
    travelled: list[Tensor] = []
    real: Any = Tensor.to
    monkeypatch.setattr(Tensor, "to", lambda self, *a, **k: travelled.append(self) or real(self, torch.float64) * 1)
    moved = pinned.to("somewhere")
    assert sorted(str(one.dtype) for one in travelled) == ["torch.bool", "torch.float32", "torch.int64"]
    for name in Batch.__slots__:
        own, other, third = (getattr(one, name) for one in (given, pinned, moved))
        if isinstance(own, Tensor):
            assert own.dtype == other.dtype and torch.equal(own, other) and torch.equal(own.double(), third), name
        else:
            assert own == other == third, name


def test_what_is_a_part_of_more_than_the_batch_travels_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As states that are read from all that are known."""
    given = batch(torch.randn(1000, 4, 2)[:3])
    travelled: list[int] = []
    real: Any = Tensor.to
    monkeypatch.setattr(Tensor, "to", lambda self, *a, **k: travelled.append(self.numel()) or real(self, *a, **k))
    given.to("meta")
    assert max(travelled) == 24


def test_a_memory_with_gaps_or_a_beginning_of_its_own_does_not_travel_whole() -> None:
    for whole in (torch.arange(24)[::2], torch.arange(24)[12:]):
        base = whole.data  # no view of the rest to torch
        given = Batch(*[base.view(2, 6)[:, k : k + 1] for k in range(6)])
        assert given.to("meta").input_ids_RS.shape == (2, 1)
        assert torch.equal(given.to("cpu").index_B, base.view(2, 6)[:, 5:])
