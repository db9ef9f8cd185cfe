"""Runs as a data frame, and the pandas that it takes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ner_lab.report.compare import metric
from ner_lab.report.run_settings import RunSettings
from ner_lab.report.runs import as_paths, find
from ner_lab.types import UserError

if TYPE_CHECKING:
    import pandas


def runs(*paths: str | Path | Sequence[str | Path]) -> pandas.DataFrame:
    """The runs below paths or globs, a row a run, unfinished and damaged ones included.

    Columns: `folder`, `state` (`finished`, or the reason why not), `seed`; one for each key that a command line set, or
    that the runs differ in, named like the key (a config group has the name of its option); scores
    as `metrics.json` has them (`dev.f1`, `test.f1`, `test.per_type.PER.f1`, from 0 to 1) and `test.f1_macro`, the mean
    over the types that gold has; `objective`, and `train.seconds`, `train.words_per_s`. Missing where a run does not
    have it.

    Raises:
        UserError: a path without runs, or pandas is not installed.

    Examples:
        >>> table = runs("outputs/losses")  # doctest: +SKIP
        >>> table.groupby("loss")["test.f1"].agg(["mean", "std", "count"])  # doctest: +SKIP
    """
    DataFrame = pandas_for("ner_lab.runs").DataFrame
    found = [run for run in find(as_paths(*paths)) if not run.foreign]
    settings = RunSettings(found)
    keys = list(dict.fromkeys([*settings.typed(), *settings.varied()]))
    rows = []
    for number, run in enumerate(found):
        row: dict[str, Any] = {"folder": str(run.path), "state": run.state, "seed": run.config.get("seed")}
        row |= {key: settings.plain(number, key) for key in keys}
        row |= _flat(run.metrics)
        for split in ("dev", "test"):
            if (macro := metric.reported(run.metrics.get(split) or {}, metric.MACRO)) is not None:
                row[f"{split}.{metric.MACRO}"] = macro
        rows.append(row)
    return DataFrame(rows)


def pandas_for(what: str) -> ModuleType:
    """The module pandas.

    Raises:
        UserError: it is not installed, and `what` needs it.
    """
    try:
        import pandas
    except ImportError as error:
        raise UserError(
            f"{what} needs pandas, which ner-lab itself does without; install it: pip install 'ner-lab[notebook]'"
        ) from error
    return pandas


def _flat(metrics: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in metrics.items():
        found |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return found
