"""A rewritten transformer is the stock one: the same hidden states and gradients, up to rounding, with any kernels."""

from __future__ import annotations

import copy
from collections.abc import Callable
from itertools import chain, combinations
from pathlib import Path

import pytest
import torch
from torch import nn
from transformers import AutoModel

from ner_lab.models import Encoder
from ner_lab.models.encoder.kernels import embedding, probe, rewrites
from ner_lab.models.encoder.kernels.rewrites import ON_CPU, read_rows, rewrite

OF_MODELS = [name for name in ON_CPU if name != "rounded"]  # which is for rounded weights alone
SOME = [*chain.from_iterable(combinations(OF_MODELS, count) for count in range(len(OF_MODELS) + 1))]


@pytest.mark.parametrize("architecture", ["bert", "distilbert", "roberta", "deberta-v2"])
def test_states_and_gradients_are_those_of_the_stock_model(
    architecture: str, encoder_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "LARGE", 0)
    plain = AutoModel.from_pretrained(encoder_folder(architecture), dtype="float32").eval()
    names = [name for name, _ in plain.named_parameters()]
    ids_RS = torch.randint(10, 60, (6, 50), generator=torch.Generator().manual_seed(0))
    mask_RS = (torch.arange(50) < torch.tensor([50, 3, 4, 47, 9, 5])[:, None]).long()

    def states_and_gradients(model: nn.Module, kernels: tuple[str, ...] | None):
        stock = {"input_ids": ids_RS, "attention_mask": mask_RS}
        read = model(**stock).last_hidden_state if kernels is None else read_rows(model, ids_RS, mask_RS, kernels)
        (hidden_RSD := read * mask_RS[..., None]).square().mean().backward()
        gradients = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
        model.zero_grad()
        return hidden_RSD.detach(), gradients

    expected = states_and_gradients(plain, None)
    for kernels in SOME:
        rewrite(fast := copy.deepcopy(plain), kernels)
        assert [name for name, _ in fast.named_parameters()] == names
        found = states_and_gradients(fast, kernels)
        torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5, msg=lambda text, k=kernels: f"{k}: {text}")


def test_without_kernels_a_model_is_as_transformers_has_it(encoder_folder: Callable[[str], Path]) -> None:
    folder = encoder_folder("bert")
    stock = AutoModel.from_pretrained(folder, dtype="float32")
    encoder = Encoder(str(folder), kernels="stock")
    assert encoder.kernels == ()
    assert [type(part) for part in encoder.model.modules() if not _pooler(part)] == [
        type(part) for name, part in stock.named_modules() if not name.startswith("pooler")
    ]
    assert encoder.model.config._attn_implementation == stock.config._attn_implementation


def _pooler(part: nn.Module) -> bool:
    return type(part).__name__.endswith("Pooler")


@pytest.mark.parametrize("wanted", ["fast", ["packing", "fast"], [3]])
def test_a_kernel_that_is_none_is_refused(wanted) -> None:
    with pytest.raises(ValueError, match="kernels must be auto, stock, or a list of some of packing, linear"):
        Encoder("tiny", kernels=wanted)


def test_what_torch_does_not_have_is_stock_and_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(torch, "_softmax_backward_data")
    rewrites.missing.cache_clear()
    probe._probe.cache_clear()
    try:
        assert set(rewrites.missing()) == {"attention"}
        with pytest.raises(ValueError, match=r"attention cannot be had here .*_softmax_backward_data"):
            Encoder("tiny", kernels=["attention"])
        assert "attention" not in Encoder("tiny", kernels="auto").kernels
    finally:
        rewrites.missing.cache_clear()
        probe._probe.cache_clear()  # which was read without the kernel
