"""`ner-lab data errors`: the gold annotations that a run's model finds most improbable."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from omegaconf import DictConfig

from ner_lab.commands import data_errors_table as table
from ner_lab.data.datamodule import DataModule
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder, output_path, write_json
from ner_lab.metrics.label_errors import Suspect, suspects
from ner_lab.report.run_files import read_json
from ner_lab.training import known_noise
from ner_lab.training.assembly import build, read_config
from ner_lab.training.bounds import Bound, at_least, whole
from ner_lab.training.cross_validation import POOL, Judged, judged
from ner_lab.training.run_lock import refuse_links
from ner_lab.training.trust import check_patterns
from ner_lab.types import Sentence, UserError
from ner_lab.types.printing import print_json

FOLDS = Bound("0 (no cross-validation) or at least 2", lambda value: value == 0 or value >= 2)
Ranked = tuple[Suspect, str, int, float]  # with its split, the index of its sentence, and that sentence's loss


def show(cfg: DictConfig) -> None:
    """Ranks the annotations of `cfg.run`'s data, prints the first and writes `label_errors.json` into its folder.

    Without `cfg.folds`, those of dev and test, which the run's own model was not trained on; with it, those of train
    and dev by cross-validation, too.

    Raises:
        UserError: the run or its data cannot be read, or the data is not what the run was trained on.
    """
    whole("folds", cfg.folds, FOLDS)
    whole("top", cfg.top, at_least(0))
    run = RunFolder.existing(str(cfg.run))
    if not run.finished:
        raise UserError(f"run={cfg.run}: unfinished; {run.way_on}")
    if cfg.json not in (None, "-"):
        output_path("json", str(cfg.json), overwrite=cfg.get("overwrite", False))
    if cfg.folds:
        refuse_links(run.path, cfg.get("trust", False) is True)
    parts = ("data", "model", "loss", "optimizer", "scheduler", "trainer", "callbacks") if cfg.folds else ("data",)
    trained = read_config(run, parts, cfg.get("trust", False))
    if cfg.folds and not cfg.get("trust", False):
        check_patterns(trained.model, "model", run.config)
    splits = _splits(trained, run)
    report = rank(trained, splits, cfg.folds, run)
    write_json(run.label_errors, report)
    if cfg.json == "-":
        print_json(json.dumps(report, indent=2, ensure_ascii=False))
        return
    table.show(report, cfg.top, run)
    if cfg.json is not None:
        try:
            write_json(Path(str(cfg.json)), report)
        except OSError as error:
            raise UserError(f"json={cfg.json}: {error.strerror or error}") from error


def rank(cfg: DictConfig, splits: Mapping[str, Sequence[Sentence]], folds: int, run: RunFolder) -> dict[str, Any]:
    """The report: `judged` (split -> gold entities), `not_judged` (entities of types the model does not know),
    `ranked` (where the model disagrees, the most improbable first) and, for a run with noise, `noise`."""
    rows: list[Ranked] = []
    counts: dict[str, int] = {}
    skipped = 0
    for split, index, prediction, labels in _judged(cfg, splits, folds, run):
        gold = prediction.sentence.tags or ()
        found = suspects(labels, gold, prediction.tags, prediction.log_probs_WK)
        entities = sum(s.gold is not None for s in found)
        counts[split] = counts.get(split, 0) + entities
        skipped += sum(tag.startswith("B-") for tag in gold) - entities
        loss = prediction.loss if prediction.loss is not None else float("inf")
        rows += [(suspect, split, index, loss) for suspect in found]
    rows.sort(key=lambda row: (row[0].probability, row[1], row[2]))
    report: dict[str, Any] = {"run": str(run.path), "folds": folds, "judged": counts, "not_judged": skipped}
    if wrong := known_noise.injected(cfg, splits["train"]) if folds else set():
        gold_rows = [row for row in rows if row[1] == "train" and row[0].gold is not None]
        words = [len(sentence.words) for sentence in splits["train"]]
        by_loss = sorted(gold_rows, key=lambda row: (-row[3], row[2], row[0].gold))
        per_word = sorted(gold_rows, key=lambda row: (-row[3] / words[row[2]], row[2], row[0].gold))
        rankings = {
            "by probability of the annotation": _places(gold_rows),
            "by loss of the sentence": _places(by_loss),
            "by loss of the sentence per word": _places(per_word),
        }
        report["noise"] = known_noise.precision(wrong, rankings)
    report["ranked"] = [_entry(row, splits[row[1]][row[2]]) for row in rows if row[0].kind != "none"]
    return report


def _places(rows: Sequence[Ranked]) -> list[known_noise.Place]:
    return [(index, suspect.gold) for suspect, _, index, _ in rows if suspect.gold is not None]


def _judged(cfg: DictConfig, splits: Mapping[str, Sequence[Sentence]], folds: int, run: RunFolder) -> Iterator[Judged]:
    if folds:
        yield from judged(cfg, splits, folds, run)
    labels = run.labels()
    for split in ("test",) if folds else ("dev", "test"):
        if split in splits:
            for index, prediction in enumerate(read_run(run, split)):
                yield split, index, prediction, labels


def _splits(cfg: DictConfig, run: RunFolder) -> dict[str, Sequence[Sentence]]:
    """The data of a run, as it was trained on."""
    data: DataModule = build(cfg.data, "data")
    data.load()
    before = read_json(run.environment, {"data": {...: str}})["data"]
    now = data.fingerprint()
    changed = [split for split in before if now.get(split) != before[split]]
    if changed:
        raise UserError(
            f"run={run.path}: its data is no longer what it was trained on (split {', '.join(changed)} changed); "
            "train it again, or bring the data back"
        )
    missing = [split for split in POOL if split not in data.sentences]
    if missing:  # training refuses such data
        raise UserError(f"run={run.path}: its data has no split {', '.join(missing)}; it was changed after the run")
    return data.sentences


def _entry(row: Ranked, sentence: Sentence) -> dict[str, Any]:
    suspect, split, index, loss = row
    return {
        "kind": suspect.kind,
        "probability": round(suspect.probability, 6),
        "split": split,
        "index": index,
        "origin": sentence.origin,
        "document": sentence.document,
        "words": list(sentence.words),
        "gold": suspect.gold._asdict() if suspect.gold else None,
        "model": [span._asdict() for span in suspect.model],
        "loss": loss if loss != float("inf") else None,
    }
