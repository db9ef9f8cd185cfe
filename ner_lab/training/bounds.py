"""Which numbers a setting may be: of the classes of this project and of those of others that conf/ configures.

Losses and heads know their own; what stands here is refused before anything is built.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ner_lab.types import UserError


class Bound(NamedTuple):
    """A rule in words, and whether a number keeps it."""

    rule: str
    holds: Callable[[float], bool]


def at_least(low: int) -> Bound:
    return Bound(f"at least {low}", lambda value: value >= low)


def between(low: int, high: int) -> Bound:
    return Bound(f"from {low} to {high}", lambda value: low <= value <= high)


WIDEST = 16_384  # units of a layer
ABOVE_0 = Bound("above 0", lambda value: value > 0)
SHARE = Bound("from 0 to 1", lambda value: 0 <= value <= 1)
BELOW_1 = Bound("at least 0 and below 1", lambda value: 0 <= value < 1)
SEED = Bound("from 0 to 4294967295", lambda value: 0 <= value < 2**32)
PART = Bound(
    "a whole number from 1 to 1,000,000,000, or a share above 0 and up to 1.0",
    lambda value: 1 <= value <= 10**9 if isinstance(value, int) else 0 < value <= 1,
)
PART_OR_NONE = Bound(f"0 for none, {PART.rule}", lambda value: value == 0 or PART.holds(value))
EPOCHS = Bound("from 1 to 1,000,000 (trainer.max_steps ends a run by steps)", lambda value: 1 <= value <= 10**6)
STEPS = Bound("from 1 to 1,000,000,000, or -1 for no limit", lambda value: value == -1 or 1 <= value <= 10**9)

BOUNDS: dict[str, dict[str, Bound]] = {
    "DataModule": {
        "batch_size": at_least(1),
        "eval_batch_size": at_least(1),
        "batch_tokens": at_least(1),
        "num_workers": Bound("from 0 to 1024", lambda value: 0 <= value <= 1024),
        "size": PART,
        "fold": at_least(0),
        "folds": at_least(2),
        "document_context": at_least(0),
        "type_noise": SHARE,
        "boundary_noise": SHARE,
        "seed": SEED,
    },
    "NewswireData": {"size": between(1, 10_000_000), "imbalance": at_least(0)},
    "Encoder": {
        "max_subwords": at_least(1),
        "dropout": BELOW_1,
        "freeze_layers": at_least(-1),
        "lora.r": between(0, 4_096),
        "lora.alpha": ABOVE_0,
        "lora.dropout": BELOW_1,
    },
    "TaggingNetwork": {"dropout": BELOW_1},
    "BiLSTM": {"size": between(2, WIDEST), "layers": between(1, 64)},
    "MLP": {"size": between(1, WIDEST)},
    "CosineHead": {"scale": ABOVE_0},
    "build_optimizer": {
        "lr": ABOVE_0,
        "head_lr": ABOVE_0,
        "layer_decay": Bound("above 0 and up to 1", lambda value: 0 < value <= 1),
        "weight_decay": at_least(0),
    },
    "linear_schedule": {"warmup": at_least(0)},
    "cosine_schedule": {"warmup": at_least(0)},
    "constant_schedule": {"warmup": at_least(0)},
    "Checkpoint": {"every_n_steps": at_least(1), "rest": at_least(0)},
    "AdamW": {"betas": BELOW_1, "eps": at_least(0)},
    "SGD": {"momentum": at_least(0)},
    "EarlyStopping": {"patience": at_least(0)},
    "Trainer": {
        "max_epochs": EPOCHS,
        "max_steps": STEPS,
        "gradient_clip_val": at_least(0),
        "accumulate_grad_batches": at_least(1),
        "val_check_interval": PART,
        "check_val_every_n_epoch": at_least(1),
        "limit_train_batches": PART,
        "limit_val_batches": PART_OR_NONE,
        "log_every_n_steps": at_least(0),
        "num_sanity_val_steps": at_least(-1),
        "reload_dataloaders_every_n_epochs": at_least(0),
    },
}


def check_bounds(target: Callable[..., Any], settings: Mapping[str, Any], key: str) -> None:
    """Refuses numbers that mean nothing for the target, and everywhere those that are not finite.

    Raises:
        UserError: naming the key, the rule and the value.
    """
    bounds: dict[str, Bound] = {}
    for base in reversed(inspect.getmro(target) if inspect.isclass(target) else (target,)):
        if getattr(base, "__module__", "").split(".")[0] in ("ner_lab", "torch", "pytorch_lightning"):
            bounds |= BOUNDS.get(getattr(base, "__name__", ""), {})
    for name, value in _numbers(settings):
        keep(f"{key}.{name}", value, bounds.get(name))


def _numbers(settings: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, float]]:
    """Every number of plain settings with its key; those of a list have the list's."""
    for name, value in settings.items():
        if isinstance(value, Mapping) and "_target_" not in value:
            yield from _numbers(value, f"{above}{name}.")
        for one in value if isinstance(value, list | tuple) else (value,):
            if isinstance(one, int | float) and not isinstance(one, bool):
                yield f"{above}{name}", one


def keep(key: str, value: float, bound: Bound | None) -> None:
    """Refuses a number that is not finite or out of its bounds.

    Raises:
        UserError: naming the key, the rule and the value.
    """
    if not math.isfinite(value):
        raise UserError(f"{key} must be a finite number, got {value}")
    if bound and not bound.holds(value):
        raise UserError(f"{key} must be {bound.rule}, got {value}")


def whole(key: str, value: Any, bound: Bound) -> int:
    """The whole number of a command's own setting.

    Raises:
        UserError: it is of another type, or out of its bounds.
    """
    if not isinstance(value, int) or isinstance(value, bool) or not bound.holds(value):
        raise UserError(f"{key} must be a whole number, {bound.rule}, got {value!r}")
    return value
