"""What a report is about: the predictions of a run, of an evaluation or of a column file, and what is known of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ner_lab.data.formats.column.predicted import read_predicted
from ner_lab.data.ledger import Ledger, count
from ner_lab.data.predictions import read_run
from ner_lab.files import RunFolder, with_public_names
from ner_lab.report import run_files
from ner_lab.report.run_files import read_json, read_yaml
from ner_lab.types import Prediction, Sentence, UserError


@dataclass(frozen=True)
class Source:
    """Predictions of one split with gold tags, and what stands beside them; None for what a file does not say.

    Attributes:
        name: of the run or file, as the user gave it.
        split: of the predictions; empty for a file.
        labels: K names, of the log-probabilities.
        entities: training entities: `text -> type -> number`.
        dev: the same model's predictions for dev, where the split is another one.
        own_dev: the split is the run's own dev.
        recorded: the split's entry of `metrics.json`.
        metrics, config, overrides, environment: of the run.
        ledger: of the run, the evaluation or the file.
        run: the folder of the run.
        ranking: where `ner-lab data errors` writes for these very sentences.
    """

    name: str
    split: str
    predictions: Sequence[Prediction]
    labels: tuple[str, ...] | None = None
    entities: dict[str, dict[str, int]] | None = None
    dev: Sequence[Prediction] | None = None
    own_dev: bool = False
    recorded: dict[str, Any] | None = None
    metrics: dict[str, Any] | None = None
    config: dict[str, Any] | None = None
    overrides: Sequence[str] = ()
    environment: dict[str, Any] | None = None
    ledger: dict[str, Any] | None = None
    run: RunFolder | None = None
    ranking: Path | None = None


def read(path: str, split: str | None = None) -> Source:
    """The predictions of a folder (of a run or of `ner-lab evaluate`) or of a column file.

    Args:
        path: of the folder or file.
        split: of a folder; None is what an evaluation was of, and test of a run.

    Raises:
        UserError: there are none, or a sentence has no gold tags or no words at all.
    """
    if Path(path).is_dir():
        source = _of_folder(path, split)
    elif Path(path).is_file():
        source = _of_file(path)
    else:
        raise UserError(f"{path}: no such run folder and no such file")
    for prediction in source.predictions:
        if prediction.sentence.tags is None:
            raise UserError(f"{prediction.sentence.origin}: a sentence without gold tags; there is nothing to report")
    if not source.predictions:
        raise UserError(f"{path}: no sentences, so there is nothing to report")
    return source


def _of_file(path: str) -> Source:
    repaired: Counter[str] = Counter()
    try:
        predictions = read_predicted(path, repaired)
    except UserError as error:
        # The advice that data sets give is about settings that a report does not have.
        problem, setting, _ = str(error).partition("; data.")
        raise UserError(f"{problem}; mend the file, or write it anew in UTF-8" if setting else problem) from error
    note = ", ".join(f"{reason}: {number:,} repaired" for reason, number in repaired.items())
    ledger = Ledger()
    ledger.enter("file", "read", count((p.sentence for p in predictions), note))
    ledger.enter("file", "decoded", count(Sentence(p.sentence.words, p.tags) for p in predictions))
    return Source(path, "", predictions, ledger=ledger.as_dict())


def _of_folder(path: str, split: str | None) -> Source:
    evaluation = Path(path) / "evaluation.json"
    if evaluation.is_file():
        split = split or read_json(evaluation, run_files.EVALUATION)["split"]
        found = read_json(evaluation, {**run_files.EVALUATION, f"{split}?": run_files.SCORED})
        return _of_run(path, RunFolder(path), RunFolder.existing(found["run"]), split, found.get(split))
    run = RunFolder.existing(path)
    if not run.finished:
        raise UserError(f"run={path}: unfinished; {run.way_on}")
    split = split or "test"
    return _of_run(path, run, run, split, read_json(run.metrics, run_files.METRICS).get(split))


def _of_run(name: str, folder: RunFolder, run: RunFolder, split: str, recorded: dict[str, Any] | None) -> Source:
    own_dev = split == "dev" and folder is run
    return Source(
        name=name,
        split=split,
        predictions=list(read_run(folder, split)),
        labels=run.labels(),
        entities=read_json(run.train_entities, run_files.ENTITIES),
        own_dev=own_dev,
        dev=None if own_dev or not run.predictions("dev").is_file() else list(read_run(run, "dev")),
        recorded=recorded,
        metrics=read_json(run.metrics, run_files.METRICS),
        config=with_public_names(read_yaml(run.config, {**run_files.CONFIG, "objective": str})),
        overrides=read_yaml(run.overrides, run_files.OVERRIDES) if run.overrides.is_file() else (),
        environment=read_json(run.environment, run_files.ENVIRONMENT),
        ledger=read_json(folder.ledger, run_files.LEDGER),
        run=run,
        ranking=run.label_errors if folder is run else None,
    )
