"""Who is decayed and who learns how fast."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from ner_lab.models.between import BiLSTM
from ner_lab.models.crf.crf_head import CRFHead
from ner_lab.models.encoder.encoder import Encoder
from ner_lab.tags import label_set
from ner_lab.training.optimizers import build_optimizer

LABELS = label_set(["PER"])
ADAMW = partial(torch.optim.AdamW, fused=False)


@pytest.fixture(params=["bert", "distilbert", "roberta", "deberta-v2"])
def encoder(request: pytest.FixtureRequest, encoder_folder: Callable[[str], Path]) -> Encoder:
    return Encoder(str(encoder_folder(request.param)))


@pytest.fixture
def rest() -> list[nn.Module]:
    between = BiLSTM(16, size=4)
    return [between, CRFHead(between.width, LABELS)]


def settings_of(optimizer: torch.optim.Optimizer, modules: list[nn.Module]) -> dict[str, dict[str, Any]]:
    """Learning rate and decay by parameter name, `0.` for the first module and so on."""
    group_of = {id(parameter): group for group in optimizer.param_groups for parameter in group["params"]}
    return {
        name: {"lr": group_of[id(parameter)]["lr"], "decay": group_of[id(parameter)]["weight_decay"]}
        for name, parameter in nn.ModuleList(modules).named_parameters()
        if id(parameter) in group_of
    }


def test_every_trainable_parameter_is_in_exactly_one_group(encoder: Encoder, rest: list[nn.Module]) -> None:
    encoder.layers()[0].requires_grad_(False)
    optimizer = build_optimizer(encoder, [*rest, rest[0]], ADAMW, 1e-3, head_lr=1e-2, layer_decay=0.9)
    grouped = [id(parameter) for group in optimizer.param_groups for parameter in group["params"]]
    wanted = {id(p) for module in [encoder, *rest] for p in module.parameters() if p.requires_grad}
    assert len(grouped) == len(set(grouped)) and set(grouped) == wanted


def test_biases_and_norms_are_not_decayed_and_matrices_are(encoder: Encoder, rest: list[nn.Module]) -> None:
    modules = [encoder, *rest]
    found = settings_of(build_optimizer(encoder, rest, ADAMW, 1e-3, weight_decay=0.1), modules)
    norms = {
        f"{name}.{own}"
        for name, module in nn.ModuleList(modules).named_modules()
        if "norm" in type(module).__name__.lower()
        for own, _ in module.named_parameters(recurse=False)
    }
    biases = {name for name in found if name.rpartition(".")[2].startswith("bias")}
    assert len(norms) > 5 and len(biases) > 10
    for name, setting in found.items():
        matrix = nn.ModuleList(modules).get_parameter(name).ndim > 1
        assert setting["decay"] == (0.1 if matrix and name not in norms | biases else 0.0), name
    assert {setting["decay"] for setting in found.values()} == {0.0, 0.1}


def test_norms_and_biases_of_any_shape_are_not_decayed() -> None:
    class Biased(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bias = nn.Parameter(torch.ones(2, 2))
            self.weight = nn.Parameter(torch.ones(2, 2))

    modules = [nn.LayerNorm((2, 3)), Biased()]
    found = settings_of(build_optimizer(nn.Identity(), modules, ADAMW, 1.0, weight_decay=0.1), modules)
    assert {name for name, setting in found.items() if setting["decay"]} == {"1.weight"} and len(found) == 4


def test_decay_moves_weights_that_have_no_gradient_and_leaves_biases() -> None:
    layer = nn.Linear(2, 2)
    nn.init.ones_(layer.weight)
    nn.init.ones_(layer.bias)
    optimizer = build_optimizer(nn.Identity(), [layer], ADAMW, 0.5, weight_decay=0.1)
    layer(torch.zeros(1, 2)).mul(0).sum().backward()
    optimizer.step()
    assert torch.allclose(layer.weight, torch.tensor(0.95)) and torch.equal(layer.bias, torch.ones(2))


def test_lr_is_for_all_unless_the_rest_has_its_own(encoder: Encoder, rest: list[nn.Module]) -> None:
    modules = [encoder, *rest]
    assert {
        setting["lr"] for setting in settings_of(build_optimizer(encoder, rest, ADAMW, 1e-3), modules).values()
    } == {1e-3}
    found = settings_of(build_optimizer(encoder, rest, ADAMW, 1e-3, head_lr=5e-2), modules)
    assert all(setting["lr"] == (1e-3 if name.startswith("0.") else 5e-2) for name, setting in found.items())


def test_layers_learn_slower_the_lower_they_are(encoder: Encoder, rest: list[nn.Module]) -> None:
    found = settings_of(build_optimizer(encoder, rest, ADAMW, 1.0, layer_decay=0.5), [encoder, *rest])
    for name, setting in found.items():
        if not name.startswith("0."):
            expected = 1.0
        elif "layer.1." in name:
            expected = 0.5
        elif "layer.0." in name:
            expected = 0.25
        else:
            expected = 0.125  # embeddings
        assert setting["lr"] == expected, name
    assert {setting["lr"] for setting in found.values()} == {1.0, 0.5, 0.25, 0.125}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"lr": 0.0}, "lr and head_lr must be > 0, got lr=0.0"),
        ({"head_lr": -1.0}, "head_lr=-1.0"),
        ({"layer_decay": 0.0}, r"layer_decay must be in \(0, 1\], got 0.0"),
        ({"layer_decay": 1.5}, r"layer_decay must be in \(0, 1\], got 1.5"),
        ({"weight_decay": -0.1}, "weight_decay must be >= 0, got -0.1"),
    ],
)
def test_values_out_of_range_are_refused_by_name(settings: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_optimizer(nn.Linear(2, 2), [], ADAMW, **{"lr": 1.0, **settings})
