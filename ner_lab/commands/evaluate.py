"""`ner-lab evaluate`: a saved run scored on a split of its own data, or of other data."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

from ner_lab.data.cache import digest
from ner_lab.data.ledger import Ledger, count
from ner_lab.files import RunFolder, write_json
from ner_lab.metrics.counts import macro_f1
from ner_lab.report.run_files import read_json
from ner_lab.training import console, inference, redecoding
from ner_lab.training.assembly import build, check_settings, load_run, read_config
from ner_lab.training.bounds import at_least, whole
from ner_lab.training.scoring import record, score
from ner_lab.types import Sentence, UserError


def evaluate(cfg: DictConfig) -> None:
    """Scores `cfg.run` on `cfg.data`; the run folder is read, never written. With `cfg.decode` its tags are decoded
    anew: from its saved log-probabilities, or from the model where they are not of this data.

    Raises:
        UserError: the run cannot be loaded, the data has no such split, or `decode` or `as_run` cannot be had.
    """
    whole("batch_size", cfg.batch_size, at_least(1))
    device = inference.device(cfg.device)
    run = RunFolder.existing(cfg.run)
    split, decode = cfg.data.split, cfg.decode
    if decode is not None:
        redecoding.check(decode)
    output = RunFolder(HydraConfig.get().runtime.output_dir)
    ledger = Ledger()
    if cfg.as_run is not None:
        if decode is None:
            raise UserError(
                f"as_run={cfg.as_run}: is for runs that are decoded anew; say decode=viterbi or decode=greedy"
            )
        made = redecoding.write_run(run, cfg.as_run, decode)
        console.say(f"written to {made.path}: a run folder for compare and report, without a checkpoint")
    if decode is not None and _own_and_saved(cfg, run, split):
        found = redecoding.saved(run, split, decode)
        ledger.enter(split, "read", count((one.sentence for one in found), redecoding.NOTE))
        scored = record(found, split, output, ledger, cfg.types)
        notes = [redecoding.NOTE]
    else:
        scored, notes = _predicted(cfg, run, split, decode, device, output, ledger)
    write_json(output.ledger, ledger.as_dict())
    for note in notes:
        console.say(note)
    console.say(output.report(split).read_text(encoding="utf-8"))
    console.say(
        f"{run.path} on {split}: F1 {100 * scored['f1']:.2f}, strict F1 {100 * scored['f1_strict']:.2f}, "
        f"macro F1 {100 * macro_f1(scored['per_type']):.2f}, word accuracy {100 * scored['accuracy']:.2f}"
    )
    # Last, and not as metrics.json: this folder is no run.
    way = {} if decode is None else {"decode": decode}
    write_json(output.path / "evaluation.json", {"run": str(run.path.resolve()), "split": split, **way, split: scored})
    console.say(f"written to {output.path}")


def _own_and_saved(cfg: DictConfig, run: RunFolder, split: str) -> bool:
    """Whether what is asked for is a split that the run itself has scored, and nothing else is said of the data."""
    given = {key for key, value in cfg.data.items() if key != "split" and value is not None}
    return not given and run.predictions(split).is_file()


def _predicted(
    cfg: DictConfig,
    run: RunFolder,
    split: str,
    decode: Any,
    device: torch.device,
    output: RunFolder,
    ledger: Ledger,
) -> tuple[dict[str, Any], list[str]]:
    """The scores of what the model says of the data, and notes on it."""
    tagger, encoder, trained = load_run(run, cfg.get("trust", False))
    sentences, notes = _sentences(cfg, run, trained, split)
    tagger.to(device)
    ledger.enter(split, "read", count(sentences))
    again: Any = list
    if decode is not None:
        way = redecoding.own(OmegaConf.to_container(trained.model.head))
        again = partial(redecoding.redecode, labels=tagger.labels, decode=decode, trained=way, place=str(run.path))
    return score(tagger, encoder, split, sentences, cfg.batch_size, output, ledger, cfg.types, redecode=again), notes


def _sentences(cfg: DictConfig, run: RunFolder, trained: DictConfig, split: str) -> tuple[list[Sentence], list[str]]:
    given = OmegaConf.masked_copy(cfg.data, [str(key) for key in cfg.data if key != "split"])
    OmegaConf.set_struct(given, False)
    own = "_target_" not in given
    if own and given.get("dir") is not None and "dir" not in trained.data:
        raise UserError(f"data.dir={given.dir}: the run's own data has no folder; say what the files are: data=column")
    chosen = given
    if own:
        chosen = read_config(run, ["data"], cfg.get("trust", False)).data
        chosen.update({key: value for key, value in given.items() if value is not None})
        _refuse_lost(run, chosen.get("dir"), given.get("dir"))
    context = trained.data.get("document_context", 0)
    if given.get("document_context") not in (None, 0, context):
        raise UserError(
            f"data.document_context={given.document_context}: the run was trained with {context}, and is scored with it"
        )
    if context:
        chosen.document_context = context
    check_settings(chosen, "data")
    data = build(chosen, "data")
    splits = data.corpus()
    if not splits.get(split):
        raise UserError(f"data.split={split}: the data has no sentences in it; its splits are {', '.join(splits)}")
    sentences = list(splits[split])
    plain = next((s for s in sentences if s.tags is None), None)
    if plain:
        raise UserError(f"{plain.origin}: a sentence without gold tags cannot be scored; use `ner-lab predict`")
    if own and all(value is None for value in given.values()) and _changed(run, split, chosen, sentences):
        data.notes.append(
            f"{split} is no longer what it was when {run.path} was trained (by its digest in environment.json): "
            "this is not the run's own score again"
        )
    return sentences, data.notes


def _refuse_lost(run: RunFolder, folder: Any, given: Any) -> None:
    """A folder that the run names as it was typed, where the command has another working directory."""
    if given is None and folder is not None and not Path(str(folder)).is_absolute() and not Path(str(folder)).exists():
        raise UserError(
            f"data.dir={folder}: no such folder here; {run.path} names it from where it was trained. Start there, or "
            "say where the data is: +data.dir=FOLDER"
        )


def _changed(run: RunFolder, split: str, chosen: DictConfig, sentences: Sequence[Sentence]) -> bool:
    """Whether a split that no setting has changed on purpose is another than the run's."""
    if split == "train" and any(chosen.get(key) for key in ("size", "type_noise", "boundary_noise")):
        return False
    before = read_json(run.environment, {"data?": ({...: str}, None)}) if run.environment.is_file() else {}
    recorded = (before.get("data") or {}).get(split)
    return recorded is not None and recorded != digest(sentences)
