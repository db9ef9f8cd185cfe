"""Layers between encoder and head: a sentence does not feel the padding behind it or its neighbours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from ner_lab.models.between import MLP, BiLSTM, Nothing

LAYERS: dict[str, Callable[[], nn.Module]] = {
    "none": lambda: Nothing(6),
    "mlp": lambda: MLP(6, size=5),
    "bilstm": lambda: BiLSTM(6, size=4, layers=2),
}


@pytest.fixture(params=LAYERS)
def layer(request: pytest.FixtureRequest) -> nn.Module:
    torch.manual_seed(0)
    return LAYERS[request.param]().double()


def ragged(lengths: list[int], width: int) -> Tensor:
    return torch.arange(width) < torch.tensor(lengths)[:, None]


def test_width_is_what_comes_out(layer: nn.Module) -> None:
    assert layer(torch.randn(2, 3, 6).double(), ragged([3, 1], 3)).shape == (2, 3, layer.width)
    assert [LAYERS[name]().width for name in ("none", "mlp", "bilstm")] == [6, 5, 8]


@pytest.mark.parametrize("padding", [0.0, 1e3])
def test_padding_and_neighbours_do_not_matter(layer: nn.Module, padding: float) -> None:
    lengths = [5, 2, 1]
    mask_BW = ragged(lengths, 9)
    hidden_BWD = torch.randn(3, 9, 6).double().masked_fill(~mask_BW[..., None], padding)
    together = layer(hidden_BWD, mask_BW)
    for b, length in enumerate(lengths):
        alone = layer(hidden_BWD[b : b + 1, :length], ragged([length], length))
        torch.testing.assert_close(together[b, :length], alone[0])


def test_a_sentence_without_words_is_no_error(layer: nn.Module) -> None:
    assert layer(torch.zeros(2, 3, 6).double(), ragged([3, 0], 3)).isfinite().all()


def test_the_lstm_reads_both_ways() -> None:
    layer, mask_BW = BiLSTM(6, size=4), ragged([4], 4)
    hidden_BWD = torch.randn(1, 4, 6)
    for changed, other in ((0, 3), (3, 0)):
        moved = hidden_BWD.clone()
        moved[0, changed] += 1
        assert not torch.allclose(layer(hidden_BWD, mask_BW)[0, other], layer(moved, mask_BW)[0, other])
