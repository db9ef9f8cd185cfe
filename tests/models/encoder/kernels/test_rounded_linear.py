"""Linear layers in oneDNN's order are those of torch under autocast, and hold nothing that a copy or a file would."""

from __future__ import annotations

import copy
import io

import pytest
import torch
from torch import Tensor, nn

from ner_lab.models.encoder.kernels import rounded_linear
from ner_lab.models.encoder.kernels.fast_linear import replace_linear
from ner_lab.models.encoder.kernels.rounded_linear import FEW, RoundedLinear, lacks, round_linear

HERE = pytest.mark.skipif(bool(lacks("rounded")), reason=lacks("rounded") or "here")


def layers(bias: bool = True, inner: int = 48) -> tuple[nn.Module, nn.Module]:
    """One with weights in float32, and one that is rounded."""
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Linear(inner, 32, bias=bias))
    rounded = copy.deepcopy(plain)
    round_linear(rounded, in_order=True)
    return plain, rounded


def read(layer: nn.Module, x: Tensor) -> Tensor:
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return layer(x)


@HERE
@pytest.mark.parametrize("shape", [(48,), (7, 48), (1, 7, 48), (2, 3, 4, 48), (3, 0, 48), (FEW - 1, 48), (FEW, 48)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_product_is_that_of_autocast(shape: tuple[int, ...], bias: bool, dtype: torch.dtype) -> None:
    plain, rounded = layers(bias)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    for _ in range(2):
        torch.testing.assert_close(read(rounded, x), read(plain, x), rtol=2**-7, atol=2**-7)


@HERE
def test_few_rows_meet_weights_in_order_and_many_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    _, rounded = layers()
    asked: list[int] = []
    real = RoundedLinear._in_order
    monkeypatch.setattr(RoundedLinear, "_in_order", lambda self: asked.append(1) or real(self))
    for rows, times in ((1, 1), (FEW - 1, 2), (FEW, 2), (4 * FEW, 2)):
        read(rounded, torch.ones(rows, 48))
        assert len(asked) == times


@HERE
def test_weights_that_change_are_put_in_order_anew() -> None:
    _, rounded = layers()
    x = torch.ones(2, 48)
    first = read(rounded, x)
    rounded.load_state_dict({name: 2 * value for name, value in rounded.state_dict().items()})
    assert torch.equal(read(rounded, x), 2 * first)


@HERE
def test_a_copy_and_a_file_hold_the_weights_once() -> None:
    _, rounded = layers()
    x = torch.ones(2, 48)
    expected = read(rounded, x)
    assert rounded[0]._ordered is not None
    torch.save(rounded, file := io.BytesIO())
    file.seek(0)
    for other in (copy.deepcopy(rounded), torch.load(file, weights_only=False)):
        assert other[0]._ordered is None and torch.equal(read(other, x), expected)
    assert rounded.state_dict().keys() == layers()[0].state_dict().keys()


@HERE
def test_weights_made_for_inference_are_read_too() -> None:
    with torch.inference_mode():
        plain, rounded = layers()
        torch.testing.assert_close(read(rounded, torch.ones(2, 48)), read(plain, torch.ones(2, 48)), rtol=2**-7, atol=0)


@HERE
def test_what_learns_or_is_not_in_bfloat16_goes_through_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    _, rounded = layers()
    monkeypatch.setattr(RoundedLinear, "_in_order", lambda self: pytest.fail("not torch's"))
    x = torch.ones(2, 48, dtype=torch.bfloat16, requires_grad=True)
    rounded(x).sum().backward()
    assert x.grad is not None and rounded[0].weight.grad is not None
    with torch.no_grad():
        assert rounded.float()(torch.ones(2, 48)).dtype == torch.float32


def test_without_order_layers_stay_what_they_are() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    replace_linear(model[:1])
    kinds = [type(part) for part in model]
    round_linear(model, in_order=False)
    assert [type(part) for part in model] == kinds and all(part.weight.dtype == torch.bfloat16 for part in model)
    round_linear(model, in_order=True)
    assert {type(part) for part in model} == {RoundedLinear}


def test_a_processor_without_bfloat16_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert "no oneDNN" in rounded_linear.lacks("rounded")
