"""What models say of sentences that they were not trained on: the other folds of a cross-validation."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from ner_lab.data.datamodule import DataModule
from ner_lab.data.formats import jsonl
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder
from ner_lab.training import console, experiment
from ner_lab.training.assembly import build, read_config
from ner_lab.types import Prediction, Sentence, UserError

POOL = ("train", "dev")
_PLACE = re.compile(r"(train|dev)\.jsonl:(\d+)$")

Judged = tuple[str, int, Prediction, tuple[str, ...]]  # split, index in it, prediction, the labels of its model


def judged(
    cfg: DictConfig, splits: Mapping[str, Sequence[Sentence]], folds: int, folder: RunFolder
) -> Iterator[Judged]:
    """Every sentence of train and dev, annotated by a model that was trained on the other folds of the two.

    The folds are those of `data.fold`; each is a run like the one that `cfg` is of, in `label_errors/fold-K` of its
    folder. One that is finished already is not trained again.

    Args:
        cfg: the config of the run.
        splits: its sentences as it was trained on them: with its subset and its noise.
        folds: how many, at least 2.
        folder: of the run.

    Raises:
        UserError: as in training; the config names a place outside of the run to write to; fewer documents (or
            sentences) than folds.
    """
    corpus = folder.path / "label_errors" / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for split in POOL:
        jsonl.write(corpus / f"{split}.jsonl", splits[split])
    for fold in range(folds):
        run = RunFolder(folder.path / "label_errors" / f"fold-{fold}")
        of_fold = fold_config(cfg, corpus, fold, folds, run)
        if not (run.finished and read_config(run) == of_fold):
            console.say(f"\nfold {fold + 1} of {folds}")
            with console.logged(run.path / "train.log"):
                experiment.run(of_fold, run.path)
        data: DataModule = build(of_fold.data, "data")
        labels = run.labels()
        for sentence, prediction in zip(data.corpus()["dev"], read_run(run, "dev"), strict=True):
            place = _PLACE.search(sentence.origin)
            assert place and prediction.sentence.words == sentence.words, sentence.origin
            yield place[1], int(place[2]) - 1, prediction, labels


def fold_config(cfg: DictConfig, corpus: Path, fold: int, folds: int, run: RunFolder) -> DictConfig:
    """The run's config for one fold of a corpus that is written out as it was trained on."""
    shared = inspect.signature(DataModule.__init__).parameters
    changed: dict[str, Any] = _moved(OmegaConf.to_container(cfg, resolve=True), str(cfg.run_dir), str(run.path))
    changed["data"] = {
        **{name: value for name, value in changed["data"].items() if name in shared},
        "_target_": "ner_lab.data.JsonlData",
        "dir": str(corpus),
        "scheme": "iob2",
        "fold": fold,
        "folds": folds,
        "size": None,
        "type_noise": 0.0,
        "boundary_noise": 0.0,
    }
    changed["logger"] = {}
    changed["trainer"] |= {"profiler": None, "default_root_dir": str(run.path)}
    for name, callback in changed["callbacks"].items():
        if callback and "folder" in callback:
            _refuse_outside(f"callbacks.{name}.folder", callback["folder"], run)
    if "checkpoint" in changed["callbacks"]:
        changed["callbacks"]["checkpoint"]["keep"] = "none"  # the predictions are all that is wanted
    return OmegaConf.create(changed)


def _refuse_outside(key: str, place: Any, run: RunFolder) -> None:
    if not Path(str(place)).resolve().is_relative_to(run.path.resolve()):
        raise UserError(
            f"{key}={place}: a fold writes into {run.path} alone, as a run does; mend the run's config.yaml"
        )


def _moved(node: Any, old: str, new: str) -> Any:
    """The settings with the paths in the run's folder moved to another."""
    if isinstance(node, dict):
        return {key: _moved(value, old, new) for key, value in node.items()}
    if isinstance(node, list):
        return [_moved(value, old, new) for value in node]
    return new + node[len(old) :] if isinstance(node, str) and node.startswith(old) else node
