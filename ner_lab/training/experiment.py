"""One run: the only place that wires the rooms together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig
from pytorch_lightning import Callback, Trainer, seed_everything
from pytorch_lightning.accelerators import CPUAccelerator
from pytorch_lightning.utilities.exceptions import MisconfigurationException
from torch import nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

from ner_lab.data.datamodule import DataModule
from ner_lab.data.ledger import count
from ner_lab.files import RunFolder, replacing, write_json
from ner_lab.files.plain import read_json
from ner_lab.losses import Loss
from ner_lab.models.encoder.pretrained import width
from ner_lab.training import console, environment, frozen, neighbours, resumption
from ner_lab.training.assembly import build, build_tagger
from ner_lab.training.callbacks.checkpoint import Checkpoint
from ner_lab.training.callbacks.pruning import Pruning
from ner_lab.training.callbacks.stopwatch import Stopwatch
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.training.fitting import fit
from ner_lab.training.loggers import build_loggers, keep_rows
from ner_lab.training.opening import open_run
from ner_lab.training.precision import of_training
from ner_lab.training.refusals import refuse_config
from ner_lab.training.scoring import score
from ner_lab.training.tagger import Tagger
from ner_lab.types import UserError


@dataclass(frozen=True)
class Result:
    """A finished run: its objective (higher is better), everything in `metrics.json`, and where it lies."""

    objective: float
    metrics: dict[str, Any]
    folder: Path

    def __repr__(self) -> str:
        f1 = [f"{split} F1 {100 * self.metrics[split]['f1']:.2f}" for split in ("dev", "test") if split in self.metrics]
        return f"<Result: {', '.join(f1)}; run {self.folder}>"

    def values(self, objectives: Sequence[str]) -> list[float]:
        """Several objectives at once; `dev/seconds` is the time to predict, score and write the dev set."""
        of_dev = {**self.metrics["dev"], "seconds": self.metrics["train"]["dev_seconds"]}
        return [float(of_dev[name.removeprefix("dev/")]) for name in objectives]


def run(cfg: DictConfig, folder: Path, overrides: Sequence[str] = (), resume: bool = False) -> Result | None:
    """Trains, evaluates the best checkpoint on dev and test, and fills the run folder.

    Args:
        cfg: the composed config of `ner-lab train`.
        folder: the run folder.
        overrides: the command line's overrides, for the record.
        resume: go on from the folder's last checkpoint.

    Returns:
        The result, on the first device; None on the others.

    Raises:
        UserError: the config, the data or the run folder cannot be used; nothing else is raised for bad input.
    """
    refuse_config(cfg, folder)
    runs = RunFolder(folder)
    seed_everything(cfg.seed, verbose=False)
    precision = of_training(cfg.trainer.precision, str(cfg.trainer.accelerator), width(str(cfg.model.encoder.name)))
    trainer: Trainer = _build_lightning(
        cfg.trainer,
        "trainer",
        Trainer,
        precision=precision,
        callbacks=_callbacks(cfg),
        logger=build_loggers(cfg, folder, resume),
    )
    data = build(cfg.data, "data")
    if not isinstance(data, DataModule):
        raise UserError(f"data._target_ must be a ner_lab.data.DataModule, got {type(data).__name__}")
    data.setup()
    if not cfg.get("score_test", True) and (test := data.sentences.pop("test", None)):
        data.ledger.enter("test", "left out", count(test, "score_test=false"))
    tagger, encoder = _new_tagger(cfg, data)
    if getattr(encoder, "cache_frozen", False):
        frozen.remember(encoder, data, trainer.strategy.root_device)
    described = {**environment.describe(), "data": data.fingerprint(), **_speed(tagger, precision)}
    resumed = resumption.check(runs, cfg, described, tagger.loss) if resume else None
    if resumed:
        described["resumed"] = resumed.record()
    if trainer.is_global_zero:
        if resumed:
            keep_rows(trainer.loggers, resumed.step)
        open_run(runs, cfg, overrides, data, encoder, described)
        console.start(cfg, data, tagger, runs.path)
        if resumed and resumed.changes:
            console.say(f"resumed at step {resumed.step} with changes: {', '.join(resumed.changes)}")
        if isinstance(trainer.accelerator, CPUAccelerator) and (crowd := neighbours.note(trainer.num_devices)):
            console.say(crowd)
    fit(trainer, tagger, data, runs, resumed)
    if not trainer.is_global_zero:
        return None
    return _finish(cfg, trainer, tagger, data, runs)


def _build_lightning(node: DictConfig, key: str, kind: type, **arguments: Any) -> Any:
    """`build`, of what may be refused in Lightning's own way.

    Raises:
        UserError: see `build`.
    """
    try:
        return build(node, key, kind, **arguments)
    except MisconfigurationException as error:
        raise UserError(f"{key} ({node.get('_target_')}): {error}") from error


def _callbacks(cfg: DictConfig) -> list[Any]:
    """The callbacks that the config names.

    Raises:
        UserError: one is missing that every run needs.
    """
    found = [_build_lightning(node, f"callbacks.{name}", Callback) for name, node in cfg.callbacks.items() if node]
    for kind, why in {
        Stopwatch: "the seconds and words/s in metrics.json come from it",
        Checkpoint: "the best checkpoint is what is scored; callbacks.checkpoint.keep=none keeps none in the end",
    }.items():
        if not any(isinstance(callback, kind) for callback in found):
            name = kind.__name__.lower()
            raise UserError(
                f"callbacks.{name} is missing, or null, and no run goes without it: {why}. Leave it in; a group of "
                f"callbacks of your own begins with defaults: [default]"
            )
    # A checkpoint holds what the others say of the step; and then a hopeless trial may end.
    return sorted(found, key=lambda one: (isinstance(one, Pruning), isinstance(one, Checkpoint)))


def _new_tagger(cfg: DictConfig, data: DataModule) -> tuple[Tagger, Any]:
    encoder = build(cfg.model.encoder, "model.encoder", nn.Module)
    data.encode(encoder.tokenizer, encoder.max_subwords, cfg.seed)
    loss = build(cfg.loss, "loss", Loss)
    tagger = build_tagger(
        cfg,
        data.labels,
        encoder,
        loss=loss,
        seed=cfg.seed,
        optimizer=lambda **arguments: build(cfg.optimizer, "optimizer", Optimizer, **arguments),
        scheduler=lambda **arguments: build(cfg.scheduler, "scheduler", LRScheduler, **arguments),
    )
    vectors_KD = encoder.embed_texts(_label_texts(data)) if loss.needs_label_vectors else None
    try:
        loss.setup(data.labels, data.counts_K(), vectors_KD, tagger.between.width)
    except ValueError as error:
        raise UserError(f"loss ({cfg.loss._target_}): {error}") from error
    return tagger, encoder


def _speed(tagger: Tagger, precision: Any) -> dict[str, Any]:
    """What was chosen for this machine; see `kernels.probe`."""
    return {"precision": precision, "kernels": list(tagger.encoder.kernels)}


def _label_texts(data: DataModule) -> list[str]:
    """What each label is called when its name is embedded: `data.label_names` by type, else the type itself."""
    names = data.label_names
    unknown = names.keys() - {label[2:] for label in data.labels} - {"O"}
    if unknown:
        raise UserError(
            f"data.label_names names types that the training data does not have: {', '.join(sorted(unknown))}"
        )
    position = {"B": "beginning of", "I": "inside of"}
    return [
        str(names.get("O", "other")) if label == "O" else f"{position[label[0]]} {names.get(label[2:], label[2:])}"
        for label in data.labels
    ]


def _finish(cfg: DictConfig, trainer: Trainer, tagger: Tagger, data: DataModule, runs: RunFolder) -> Result:
    """Scores the best checkpoint; `metrics.json` comes last and marks the run as finished."""
    best = read_checkpoint(runs.best)
    stripped = frozen.STRIPPED in best
    frozen.complete(tagger, best)
    tagger.load_state_dict(best["state_dict"])
    tagger.to(trainer.strategy.root_device).eval()
    metrics: dict[str, Any] = {"objective": 0.0}
    seconds: dict[str, float] = {}
    for split in [name for name in ("dev", "test") if name in data.sentences]:
        begin = time.perf_counter()
        metrics[split] = score(
            tagger,
            data.subword_encoder,
            split,
            data.sentences[split],
            data.eval_batch_size,
            runs,
            data.ledger,
            states=data.states.get(split),
        )
        seconds[split] = time.perf_counter() - begin
    watch = next(c for c in trainer.callbacks if isinstance(c, Stopwatch))  # type: ignore[attr-defined]
    keeper = next(c for c in trainer.callbacks if isinstance(c, Checkpoint))  # type: ignore[attr-defined]
    metrics["train"] = {
        "seconds": round(watch.seconds, 3),
        "words_per_s": round(watch.words_per_s, 1),
        "epochs": trainer.current_epoch,
        "steps": trainer.global_step,
        "best_step": keeper.best_step,
        "dev_seconds": round(seconds["dev"], 4),
    }
    metrics["objective"] = metrics["dev"][cfg.objective.removeprefix("dev/")]
    write_json(runs.ledger, data.ledger.as_dict())
    if stripped and keeper.keep != "none":
        with replacing(runs.best) as whole:
            torch.save(best, whole)
    keeper.clean()
    write_json(runs.metrics, metrics)
    console.finish(metrics, data, runs, str(cfg.objective))
    return Result(metrics["objective"], metrics, runs.path)


def finished(folder: Path) -> Result:
    """The result of a run that is complete already.

    Raises:
        UserError: its metrics are damaged.
    """
    file = RunFolder(folder).metrics
    metrics = read_json(file)
    if not isinstance(metrics, dict) or not isinstance(metrics.get("objective"), int | float):
        raise UserError(f"{file}: must be an object with the objective of the run; delete the folder, and train again")
    return Result(metrics["objective"], metrics, folder)
