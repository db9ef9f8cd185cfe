"""What a run that goes on has otherwise than when it began: refused, or said and recorded."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf
from torch import nn

from ner_lab.files import RunFolder, with_public_names, write_atomically
from ner_lab.files.plain import read_json
from ner_lab.training import kept_settings
from ner_lab.training.assembly import read_config
from ner_lab.training.checkpoint_files import read_checkpoint
from ner_lab.types import UserError

# What changes no weight, and no score.
HARMLESS = (
    "run_dir", "logger", "callbacks.bar", "callbacks.checkpoint", "data.cache", "data.num_workers", "data.dir",
    "model.encoder.kernels",
)  # fmt: skip
ABSENT = "nothing"


@dataclass(frozen=True)
class Resumption:
    """A run that goes on.

    Attributes:
        step: the optimizer step that it goes on from.
        changes: what is otherwise than when it began, a few words each.
        earlier: the same of earlier resumptions, as `environment.json` has them.
        files: what the run folder says of its settings until now, as text.
    """

    step: int
    changes: list[str]
    earlier: list[Any]
    files: dict[Path, str]

    def record(self) -> list[Any]:
        """For `environment.json`: when and with what the run went on."""
        now = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        return [*self.earlier, {"time": now, "step": self.step, "changes": self.changes}]

    def put_back(self) -> None:
        """For a run that cannot go on with its changes: without them it can."""
        for file, text in self.files.items():
            write_atomically(file, text)


def check(runs: RunFolder, cfg: DictConfig, described: Mapping[str, Any], loss: nn.Module) -> Resumption:
    """What is otherwise than when the run began; nothing is written.

    Args:
        runs: the folder.
        cfg: with which it is to go on.
        described: its `environment.json`, as it would be written now.
        loss: as `cfg` has it, set up.

    Raises:
        UserError: there is no whole checkpoint, `config.yaml` or `environment.json` cannot be read, the training or
            dev data is another, or what changed is kept in the checkpoint.
    """
    if not runs.last.is_file():
        raise UserError(f"resume={runs.path}: no checkpoints/last.ckpt to go on from; start the run anew")
    before, (old, new) = _environment(runs), _both(runs, cfg)
    known, now = before.get("data") or {}, described["data"]
    changed = [split for split in known if now.get(split) != known[split]]
    if wrong := [split for split in changed if split != "test"]:
        raise UserError(
            f"resume={runs.path}: the data is no longer what the run began with (split {', '.join(wrong)} changed), "
            "and a run on two corpora says nothing of either; bring the data back, or train a run of its own: "
            "ner-lab train ... hydra.run.dir=FOLDER"
        )
    keys = [key for key in _differing(old, new) if not _under(key, HARMLESS)]
    saved = read_checkpoint(runs.last)
    if why := kept_settings.unfit(keys, old, new, saved, loss):
        raise unfit(runs, why)
    changes = _said(keys, old, new) + ["other test data"] * bool(changed)
    versions, now = _versions(before), _versions(described)
    changes += _said(_differing(versions, now), versions, now)
    files = {file: file.read_text() for file in (runs.config, runs.overrides, runs.environment) if file.is_file()}
    return Resumption(int(saved.get("global_step", 0)), changes, list(before.get("resumed") or []), files)


def refuse_drift(runs: RunFolder, cfg: DictConfig, given: Collection[str]) -> None:
    """A run goes on as it began, whatever config files say meanwhile; another value is for the command line.

    Args:
        runs: the folder.
        cfg: what the run's own overrides make of the config files as they are now.
        given: keys that the command line sets anew.

    Raises:
        UserError: a value is another than the one that the run began with.
    """
    old, new = _both(runs, cfg)
    keys = [key for key in _differing(old, new) if key in old and key in new and not _under(key, (*HARMLESS, *given))]
    if keys:
        first = f"resume={runs.path} {keys[0]}={old[keys[0]]}"
        raise UserError(
            f"resume={runs.path}: config files have changed since the run began ({', '.join(_said(keys, old, new))}); "
            f"undo that, or say what it goes on with, such as {first}"
        )


def unfit(runs: RunFolder, why: str) -> UserError:
    """What to say of settings that a run's checkpoint cannot go on with."""
    return UserError(
        f"resume={runs.path}: checkpoints/last.ckpt does not fit these settings ({why}); leave the changes out, or "
        "train a run of its own"
    )


def _both(runs: RunFolder, cfg: DictConfig) -> tuple[dict[str, Any], dict[str, Any]]:
    """The settings that the run began with, and those that it is to go on with, by key."""
    old, new = OmegaConf.to_container(read_config(runs)), with_public_names(OmegaConf.to_container(cfg, resolve=True))
    assert isinstance(old, dict)
    return _flat(old, str(old.get("run_dir"))), _flat(new, str(new.get("run_dir")))


def _under(key: str, above: Collection[str]) -> bool:
    return any(f"{key}.".startswith(f"{one}.") for one in above)


def _differing(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in {**old, **new} if old.get(key, ABSENT) != new.get(key, ABSENT)]


def _said(keys: Sequence[str], old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [f"{key} {old.get(key, ABSENT)} -> {new.get(key, ABSENT)}" for key in keys]


def _versions(environment: Mapping[str, Any]) -> dict[str, Any]:
    packages, git = environment.get("packages") or {}, environment.get("git") or {}
    chosen = {key: environment[key] for key in ("precision", "kernels") if key in environment}
    return {"python": environment.get("python"), **packages, "commit": git.get("commit"), **chosen}


def misfit(error: Exception) -> bool:
    """Whether Lightning or torch refuse a checkpoint for the settings that it is to go on with."""
    signs = ("loading state_dict", "loaded state dict", "restored a checkpoint", "state_dict")
    return any(sign in str(error) for sign in signs)


def _environment(runs: RunFolder) -> dict[str, Any]:
    try:
        found = read_json(runs.environment)
        if not isinstance(found, dict):
            raise UserError(f"{runs.environment}: must be an object")
    except UserError as error:
        raise UserError(f"{error}; so nobody knows which data the run began with: train a run of its own") from error
    return found


def _flat(node: Any, run_dir: str, prefix: str = "") -> dict[str, Any]:
    """Leaves by key; a path in the run folder is the same wherever that lies."""
    if not isinstance(node, Mapping) or not node:
        own = isinstance(node, str) and f"{node}/".startswith(f"{run_dir}/")
        return {prefix.rstrip("."): f"RUN{node[len(run_dir) :]}" if own else node}
    found: dict[str, Any] = {}
    for name, value in node.items():
        found |= _flat(value, run_dir, f"{prefix}{name}.")
    return found
