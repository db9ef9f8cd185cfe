"""Finds runs: what paths, globs and sweep folders hold, and why some of it cannot be compared."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ner_lab.files import RunFolder, with_public_names
from ner_lab.metrics.counts import Counts
from ner_lab.report import run_files, sentence_counts
from ner_lab.report.run_files import read_json, read_yaml
from ner_lab.report.sentence_counts import SentenceCounts
from ner_lab.types import UserError

_SEED_IN_NAME = re.compile(r"(?:(.+?)[-_.])?(?:seed|run)?[-_.=]?(\d+)")


@dataclass(frozen=True)
class Run:
    """A run as its folder describes it.

    Attributes:
        path: the run folder, or a column file of another toolkit.
        name: what the user calls its system, "" to find that from the config.
        state: `finished`, or why it is not: a reason in words.
        config: the resolved config.
        choices: options of config groups, such as `{"loss": "focal", "model/head": "crf"}`, as far as they are known.
        overrides: of the command line, in order.
        metrics, environment: the files of those names.
    """

    path: Path
    name: str = ""
    state: str = "finished"
    config: dict[str, Any] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    metrics: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, Any] = field(default_factory=dict)

    @property
    def foreign(self) -> bool:
        """Predictions of another toolkit, of which nothing else is known."""
        return self.path.is_file()

    def counts(self, split: str) -> SentenceCounts:
        """Counts of its predictions.

        Raises:
            UserError: no predictions, damaged ones, or ones that do not give the F1 that `metrics.json` has.
        """
        if self.foreign:
            return sentence_counts.of_columns(self.path)
        counted = sentence_counts.of_run(RunFolder(self.path), split)
        f1 = Counts(*counted.entities_STX.sum((0, 1)).tolist()).f1
        reported = self.metrics.get(split, {}).get("f1")
        if reported is not None and abs(f1 - reported) > 1e-6:
            raise UserError(
                f"predictions/{split}.jsonl gives an F1 of {f1:.4f} where metrics.json has {reported:.4f}: one of them "
                "was changed after the run"
            )
        return counted


def changes(environment: Mapping[str, Any]) -> list[str]:
    """What a run changed when it was resumed, by its `environment.json`, a few words each."""
    entries = environment.get("resumed")
    some = [entry.get("changes") for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    return list(dict.fromkeys(str(word) for words in some if isinstance(words, list) for word in words))


def as_paths(*given: Any) -> list[str]:
    """Paths as a function is given them: single ones and lists of them.

    Raises:
        UserError: something that is no path.
    """
    paths: list[str] = []
    for one in given:
        some = one if isinstance(one, list | tuple) else [one]
        if wrong := [path for path in some if not isinstance(path, str | Path)]:
            raise UserError(f"runs are given as paths, one or a list of them; got {wrong[0]!r}")
        paths += map(str, some)
    return paths


def find(paths: Iterable[str], names: Mapping[str, Sequence[str]] | None = None) -> list[Run]:
    """The runs below paths and globs, each once, in order; unfinished and damaged ones among them, with the reason.

    A folder with a `config.yaml` is a run; other folders are searched. A file is a column file of another toolkit,
    called after its name without a trailing number, which is its seed: `flair-seed3.txt`, `flair/3.txt`.

    Args:
        paths: of runs, folders of runs, and column files; globs where no such file exists.
        names: more of them, by what the user calls them.

    Raises:
        UserError: a path that does not exist, a folder without runs.
    """
    found: dict[Path, Run] = {}
    named = [(name, path) for name, some in (names or {}).items() for path in some]
    for name, path in [*(("", path) for path in paths), *named]:
        for place in _expand(path):
            some = [_column_file(place, name)] if place.is_file() else list(_below(place, name))
            if not some:
                raise UserError(
                    f"{place}: no run in this folder (a run folder has a config.yaml); predictions of another toolkit "
                    "are given as files"
                )
            for run in some:
                found.setdefault(run.path.resolve(), run)
    return list(found.values())


def _expand(path: str) -> list[Path]:
    if os.path.exists(path):
        return [Path(path)]
    if matches := sorted(glob.glob(path, recursive=True), key=_natural):
        return [Path(match) for match in matches]
    raise UserError(f"{path}: no such file or folder, and nothing matches it as a pattern")


def _natural(path: str) -> list[Any]:
    """So that job 2 comes before job 10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path)]


def _column_file(path: Path, name: str) -> Run:
    match = _SEED_IN_NAME.fullmatch(path.stem)
    stem, seed = match.groups() if match else (path.stem, None)
    config = {} if seed is None else {"seed": int(seed)}
    return Run(path, name or stem or path.resolve().parent.name, config=config)


def _below(folder: Path, name: str) -> Iterator[Run]:
    states: dict[Path, str] = {}
    for place, folders, files in os.walk(folder):
        path = Path(place)
        if "study.journal" in files:
            states |= _trial_states(path)
        if "config.yaml" in files or _died_early(path, folders, files):
            yield _read(path, name, states.get(path.resolve()))
            folders.clear()
        folders[:] = sorted((f for f in folders if not f.startswith(".")), key=_natural)


def _died_early(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    """Whether Hydra started a training here that never wrote its config."""
    if ".hydra" not in folders or "evaluation.json" in files:
        return False
    try:
        hydra = read_yaml(RunFolder(path).hydra, {"hydra": {"job": {"name": str}}})
        return hydra["hydra"]["job"]["name"] == "train"
    except UserError:
        return False


def _trial_states(folder: Path) -> dict[Path, str]:
    """Why trials of a sweep have no result, by their folder."""
    from hydra_slots import History, SweepError, open_study  # with Optuna, which takes a second to import

    try:
        history = History.of(open_study(folder))
    except SweepError:
        return {}
    reasons = {}
    for record in history:
        if record.folder is None or record.state == "COMPLETE":
            continue
        error = str(record.user_attrs.get("error", "")).strip().splitlines()
        words = {"PRUNED": "pruned by the sweep", "FAIL": "failed", "RUNNING": "still running"}
        reason = words.get(record.state, record.state.lower()) + (f": {error[-1]}" if error else "")
        reasons[(folder / record.folder).resolve()] = reason
    return reasons


def _read(path: Path, name: str, state: str | None) -> Run:
    run = RunFolder(path)
    try:
        if not run.config.is_file():
            typed = run.hydra.with_name("overrides.yaml")
            overrides = tuple(read_yaml(typed, run_files.OVERRIDES)) if typed.is_file() else ()
            early = "unfinished: it stopped before the training began (see its train.log)"
            return Run(path, name, state or early, {}, _chosen(overrides), overrides)
        config = with_public_names(read_yaml(run.config, run_files.CONFIG))
        overrides = tuple(read_yaml(run.overrides, run_files.OVERRIDES)) if run.overrides.is_file() else ()
        runtime = read_yaml(run.hydra, run_files.HYDRA)["hydra"]["runtime"] if run.hydra.is_file() else {}
        choices = {str(k): str(v) for k, v in (runtime.get("choices") or _chosen(overrides)).items()}
        environment = read_json(run.environment, run_files.ENVIRONMENT) if run.environment.is_file() else {}
        if not run.finished:
            state = state or f"unfinished: no metrics.json; {run.way_on}"
            return Run(path, name, state, config, choices, overrides, {}, environment)
        metrics = read_json(run.metrics, run_files.METRICS)
    except UserError as error:
        return Run(path, name, f"damaged: {str(error).removeprefix(f'{path}/')}")
    return Run(path, name, state or "finished", config, choices, overrides, metrics, environment)


def _chosen(overrides: Iterable[str]) -> dict[str, str]:
    pairs = (override.lstrip("+").partition("=") for override in overrides)
    return {key.partition("@")[0]: value for key, _, value in pairs}
