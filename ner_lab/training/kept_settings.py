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
    (options,) = [state["param_groups"][0] for state in saved["optimizer_states"]]
    for key in changed:
        name = key.removeprefix(ALGORITHM)
        if key.startswith(ALGORITHM) and not (name in options and _alike(options[name], new.get(key, options[name]))):
            return f"the state of the optimizer is one of {key}={old.get(key)}"
        if key.startswith("optimizer.") and not key.startswith((*RATES, "optimizer.weight_decay", ALGORITHM)):
            return f"nothing is known of {key}, which may decide what state there is"
        if key.startswith("scheduler.") or key in RATES:
            for config in (old, new):
                if not str(target := config["scheduler._target_"]).startswith("ner_lab."):
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


class KeptSettings(Callback):
    """Sets what changed again, once the checkpoint is restored.

    Args:
        changed: the keys of the config that did.
    """

    def __init__(self, changed: Sequence[str]) -> None:
        self.changed = changed
        self._fresh: list[dict[str, Any]] = []  # options of the optimizer's groups, as the config has them

    def on_load_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        for callback in trainer.callbacks:  # type: ignore[attr-defined]
            if isinstance(callback, EarlyStopping) and callback.state_key in checkpoint["callbacks"]:
                checkpoint["callbacks"][callback.state_key]["patience"] = callback.patience

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        # Lightning restores the optimizer between this and the start of training.
        self._fresh = [{**group, "params": None} for group in trainer.optimizers[0].param_groups]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        options = [key.removeprefix(ALGORITHM).removeprefix("optimizer.") for key in self.changed]
        if any(key in RATES for key in self.changed):
            options += ["lr", "initial_lr"]
        groups = trainer.optimizers[0].param_groups
        for group, fresh in zip(groups, self._fresh, strict=True):
            group.update({name: fresh[name] for name in options if name in fresh and name != "params"})
        schedule = trainer.lr_scheduler_configs[0].scheduler
        if not isinstance(schedule, LambdaLR):
            return
        schedule.base_lrs = [group["initial_lr"] for group in groups]
        for group, base, factor in zip(groups, schedule.base_lrs, schedule.lr_lambdas, strict=True):
            group["lr"] = base * factor(schedule.last_epoch)  # of a schedule that may be another, or longer
        schedule._last_lr = [group["lr"] for group in groups]
