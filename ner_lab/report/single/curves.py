"""Training curves of a run, from the files of its logger."""

from __future__ import annotations

import csv
from pathlib import Path

from ner_lab.files import RunFolder

CURVES = ("train/loss", "dev/loss", "dev/accuracy", "dev/f1")

Points = list[tuple[int, float]]  # step, value


def curves(run: RunFolder) -> dict[str, Points]:
    """The points of each of `CURVES` that the run logged: from TensorBoard's files, else from `curves/metrics.csv`.

    Empty for a run without a logger.
    """
    if any(run.tensorboard.glob("events.out.tfevents.*")):
        return _from_events(run.tensorboard)
    table = run.path / "curves" / "metrics.csv"
    return _from_csv(table) if table.is_file() else {}


def _from_events(folder: Path) -> dict[str, Points]:
    # The file with the reader loads the compiler of protocol buffers, so only where it is needed.
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    events = EventAccumulator(str(folder), size_guidance={"scalars": 0})
    events.Reload()
    there = events.Tags()["scalars"]
    # A resumed run logged some steps twice; the later value counts.
    return {
        name: sorted({event.step: float(event.value) for event in events.Scalars(name)}.items())
        for name in CURVES
        if name in there
    }


def _from_csv(path: Path) -> dict[str, Points]:
    found: dict[str, dict[int, float]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for name in CURVES:
                if row.get(name):
                    found.setdefault(name, {})[int(float(row["step"]))] = float(row[name])
    return {name: sorted(found[name].items()) for name in CURVES if name in found}
