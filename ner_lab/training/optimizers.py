"""Parameter groups: what is decayed, and which learning rate applies where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from torch import nn
from torch.optim import Optimizer

NORMS = (nn.LayerNorm, nn.GroupNorm, nn.RMSNorm)


def build_optimizer(
    encoder: Any,
    rest: Iterable[nn.Module],
    algorithm: Callable[..., Optimizer],
    lr: float,
    head_lr: float | None = None,
    weight_decay: float = 0.01,
    layer_decay: float = 1.0,
) -> Optimizer:
    """An optimizer over the encoder and the rest (head, loss, layers between).

    Biases and the weights of norms are not decayed. With `layer_decay` d < 1, the encoder's k-th layer from the top
    learns at `lr * d**(k+1)` and its embeddings below the lowest layer (Howard and Ruder 2018, "ULMFiT").

    Args:
        encoder: the `Encoder`; `rest`: the other modules with parameters.
        algorithm: the optimizer's constructor, taking parameter groups.
        lr: learning rate of all parameters; `head_lr` replaces it for `rest`.
        weight_decay: decoupled decay of matrices.
        layer_decay: in (0, 1].

    Raises:
        ValueError: a value out of range, by name.

    Examples:
        >>> import torch
        >>> encoder, head = torch.nn.Linear(4, 4), torch.nn.Linear(4, 3)
        >>> groups = build_optimizer(encoder, [head], torch.optim.AdamW, lr=1e-4, head_lr=1e-2).param_groups
        >>> [(group["lr"], group["weight_decay"]) for group in groups]  # matrices are decayed, biases are not
        [(0.0001, 0.01), (0.0001, 0.0), (0.01, 0.01), (0.01, 0.0)]
    """
    if lr <= 0 or (head_lr is not None and head_lr <= 0):
        raise ValueError(f"lr and head_lr must be > 0, got lr={lr}, head_lr={head_lr}")
    if not 0 < layer_decay <= 1:
        raise ValueError(f"layer_decay must be in (0, 1], got {layer_decay}")
    if weight_decay < 0:
        raise ValueError(f"weight_decay must be >= 0, got {weight_decay}")
    rate = {id(parameter): lr for parameter in encoder.parameters()}
    if layer_decay < 1:
        layers = encoder.layers()
        rate = {key: lr * layer_decay ** (len(layers) + 1) for key in rate}
        for depth, layer in enumerate(reversed(layers)):
            rate |= {id(parameter): lr * layer_decay ** (depth + 1) for parameter in layer.parameters()}
    groups: dict[tuple[float, float], list[nn.Parameter]] = defaultdict(list)
    seen: set[int] = set()
    for module in [encoder, *rest]:
        undecayed = {
            id(parameter)
            for part in module.modules()
            for name, parameter in part.named_parameters(recurse=False)
            if isinstance(part, NORMS) or name.startswith("bias") or parameter.ndim < 2
        }
        for parameter in module.parameters():
            if parameter.requires_grad and id(parameter) not in seen:
                seen.add(id(parameter))
                decay = 0.0 if id(parameter) in undecayed else weight_decay
                groups[rate.get(id(parameter), head_lr or lr), decay].append(parameter)
    return algorithm([{"params": params, "lr": r, "weight_decay": decay} for (r, decay), params in groups.items()])
