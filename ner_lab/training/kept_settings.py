"""Settings that a checkpoint keeps: what changed of them is refused, or set again after Lightning has restored the old.

Lightning restores optimizer, schedule and early stopping as they were saved, their settings included; without more, a
new `optimizer.lr` would be said and recorded, and have no effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.callbacks import EarlyStopping
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

RATES = ("optimizer.lr", "optimizer.head_lr", "optimizer.layer_decay")
ALGORITHM = "optimizer.algorithm."


class KeptSettings(Callback):
    """Keeps the optimizer's settings in the checkpoint, and sets those that are others now once it is restored.

    What else stands in the optimizer's groups (a rate that a callback has set, what an algorithm counts) is as saved.
    """

    def __init__(self) -> None:
        self.begun = False
        self._groups: list[dict[str, Any]] = []  # options of the optimizer's groups, as the config has them
        self._before: list[dict[str, Any]] | None = None  # as it had them when the checkpoint was saved

    def state_dict(self) -> dict[str, Any]:
        return {"groups": self._groups}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        self._before = state_dict["groups"]

    def on_load_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        for callback in trainer.callbacks:  # type: ignore[attr-defined]
            if isinstance(callback, EarlyStopping) and callback.state_key in checkpoint["callbacks"]:
                checkpoint["callbacks"][callback.state_key]["patience"] = callback.patience

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        # Lightning restores the optimizer between this and the start of training.
        self._groups = [
            {name: value for name, value in group.items() if _plain(value)}
            for optimizer in trainer.optimizers
            for group in optimizer.param_groups
        ]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.begun = True
        if self._before is None:
            return
        groups = [group for optimizer in trainer.optimizers for group in optimizer.param_groups]
        for group, new, old in zip(groups, self._groups, self._before, strict=True):
            # A schedule has made "lr" of "initial_lr"; what it is at the very first step is nothing to go on with.
            own = new.keys() - ({"lr"} if "initial_lr" in new else set())
            group |= {name: new[name] for name in own if new[name] != old.get(name)}
        for config in trainer.lr_scheduler_configs:
            if type(schedule := config.scheduler) is LambdaLR:  # of a schedule that may be another, or longer
                schedule.base_lrs = [group["initial_lr"] for group in schedule.optimizer.param_groups]
                factors = [factor(schedule.last_epoch) for factor in schedule.lr_lambdas]
                rates = [base * factor for base, factor in zip(schedule.base_lrs, factors, strict=True)]
                for group, rate in zip(schedule.optimizer.param_groups, rates, strict=True):
                    group["lr"] = rate
                schedule._last_lr = rates


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(one, int | float) for one in value)
    return value is None or isinstance(value, int | float | str)


def unfit(
    changed: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any], saved: Mapping[str, Any], loss: nn.Module
) -> str | None:
    """Why a run cannot go on with what changed, or None.

    Args:
        changed: the keys of the config that did.
        old: values by key, as the run began; `new`, as it is to go on.
        saved: the checkpoint.
        loss: as it is to go on.
    """
    if not saved.get("optimizer_states"):
        return "it holds weights alone, and no state of an optimizer to go on with"
    if "objective" in changed and "objective" in old:  # runs of earlier versions do not say
        return f"the best checkpoint so far was chosen by {old['objective']}"
    if (keys := [key for key in changed if key.startswith("loss.")]) and loss.state_dict():
        return f"the checkpoint keeps the state of the loss as it was, and {keys[0]} may ask for another"
    keys = [key for key in changed if key.startswith(("optimizer.", "scheduler."))]
    if keys and KeptSettings.__qualname__ not in saved.get("callbacks", {}):
        return f"an earlier version saved it, and {keys[0]} can be changed in runs of this one alone"
    options = saved["optimizer_states"][0]["param_groups"][0]
    for key in keys:
        name = key.removeprefix(ALGORITHM)
        if key.startswith(ALGORITHM) and not (name in options and _alike(options[name], new.get(key, options[name]))):
            return f"the optimizer's state was made with {key}={old.get(key, 'nothing')}"
        if key.startswith("optimizer.") and not key.startswith((*RATES, "optimizer.weight_decay", ALGORITHM)):
            return f"nothing is known of {key}, which may decide what state there is"
        if key.startswith("scheduler.") or key in RATES:
            for config in (old, new):
                if not str(target := config.get("scheduler._target_")).startswith("ner_lab."):
                    return f"nothing is known of {target} that {key} could be changed by"
    return None


def _alike(old: Any, new: Any) -> bool:
    """Whether an option only is another number; a switch, or a number that was 0, decides what state there is."""
    if old == new:
        return True
    numbers = [value for pair in (old, new) for value in (pair if isinstance(pair, list | tuple) else [pair])]
    return not any(isinstance(value, bool) or not isinstance(value, int | float) for value in numbers) and (
        bool(old) == bool(new)
    )
