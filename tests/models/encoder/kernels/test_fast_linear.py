"""Linear layers through oneDNN are those of torch, in value and gradient."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from ner_lab.models.encoder.kernels import fast_linear
from ner_lab.models.encoder.kernels.fast_linear import Linear, replace_linear


@pytest.mark.skipif(not fast_linear.AVAILABLE, reason="this build of torch has no oneDNN")
@pytest.mark.parametrize("shape", [(5,), (7, 5), (1, 7, 5), (2, 3, 4, 5), (1, 5), (3, 0, 5)])
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("frozen", [True, False])
def test_values_and_gradients_are_those_of_torch(shape: tuple[int, ...], bias: bool, frozen: bool) -> None:
    torch.manual_seed(0)
    plain = nn.Linear(5, 3, bias=bias).requires_grad_(not frozen)
    fast = copy.deepcopy(plain)
    replace_linear(nn.Sequential(fast))
    assert type(fast) is Linear
    found = []
    for layer in (plain, fast):
        x = torch.randn(shape, generator=torch.Generator().manual_seed(1), requires_grad=True)
        y = layer(x)
        assert y.shape == (*shape[:-1], 3)
        y.square().sum().backward()
        found.append((y, x.grad, [p.grad for p in layer.parameters() if p.grad is not None]))
    torch.testing.assert_close(found[0], found[1], atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not fast_linear.AVAILABLE, reason="this build of torch has no oneDNN")
def test_float32_on_the_cpu_goes_through_onednn_and_nothing_else_does(monkeypatch) -> None:
    calls = []
    real = fast_linear.product
    monkeypatch.setattr(fast_linear, "product", lambda *arguments: calls.append(1) or real(*arguments))
    layer = Linear(4, 2)
    layer(torch.zeros(3, 4))
    assert len(calls) == 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert layer(torch.zeros(3, 4)).dtype == torch.bfloat16
    layer.double()(torch.zeros(3, 4, dtype=torch.float64))
    assert len(calls) == 1


def test_a_second_derivative_is_refused_not_zero() -> None:
    layer = Linear(4, 3)
    x = torch.randn(2, 4, requires_grad=True)
    for wanted in (x, layer.weight):
        (first,) = torch.autograd.grad(layer(x).pow(2).sum(), [wanted], create_graph=True)
        with pytest.raises(RuntimeError, match="once_differentiable"):
            first.pow(2).sum().backward()
