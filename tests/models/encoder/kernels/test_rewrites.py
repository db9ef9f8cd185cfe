"""A rewritten transformer is the stock one: the same hidden states and gradients, up to rounding."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from transformers import AutoModel

from ner_lab.models.encoder.kernels.rewrites import read_rows, rewrite


def stock(model: nn.Module, input_ids_RS: Tensor, attention_mask_RS: Tensor) -> Tensor:
    return model(input_ids=input_ids_RS, attention_mask=attention_mask_RS).last_hidden_state


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_states_and_gradients_are_those_of_the_stock_model(
    architecture: str, encoder_folder: Callable[[str], Path]
) -> None:
    plain = AutoModel.from_pretrained(encoder_folder(architecture), dtype="float32").eval()
    fast = copy.deepcopy(plain)
    rewrite(fast)
    names = [name for name, _ in plain.named_parameters()]
    assert [name for name, _ in fast.named_parameters()] == names
    ids_RS = torch.randint(10, 60, (6, 50), generator=torch.Generator().manual_seed(0))
    mask_RS = (torch.arange(50) < torch.tensor([50, 3, 4, 47, 9, 5])[:, None]).long()
    results = []
    for model, read in ((plain, stock), (fast, read_rows)):
        hidden_RSD = read(model, ids_RS, mask_RS) * mask_RS[..., None]
        hidden_RSD.square().mean().backward()
        gradients = {name: p.grad for name, p in model.named_parameters() if p.grad is not None}
        results.append((hidden_RSD, gradients))
    torch.testing.assert_close(*results, rtol=1e-4, atol=1e-5)
