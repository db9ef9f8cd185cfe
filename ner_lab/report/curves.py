"""The curves of runs, from TensorBoard's event files."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ner_lab.types import UserError


@dataclass(frozen=True)
class Curves:
    """The scalars of one run: `values[tag][step]`, and when each was written (unix seconds)."""

    run: Path
    label: str
    values: dict[str, dict[int, float]]
    times: dict[str, dict[int, float]]


def read(run: Path, label: str) -> Curves | None:
    """The scalars of a run folder, None if it has none. Of a step that was logged again after a resumption the later
    value counts; a file that ends in the middle of a record is read up to there.

    Raises:
        UserError: a file that cannot be read.
    """
    values: dict[str, dict[int, float]] = defaultdict(dict)
    times: dict[str, dict[int, float]] = defaultdict(dict)
    for path in sorted((run / "tensorboard").glob("events.out.tfevents.*")):
        for tag, step, time, value in _events(path):
            if time >= times[tag].get(step, 0.0):
                values[tag][step], times[tag][step] = value, time
    return Curves(run, label, dict(values), dict(times)) if values else None


def _events(path: Path) -> Iterator[tuple[str, int, float, float]]:
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
    from tensorboard.util.tensor_util import make_ndarray

    try:
        for event in EventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name == "scalars":
                    yield value.tag, event.step, event.wall_time, float(make_ndarray(value.tensor))
    except (OSError, ValueError) as error:
        raise UserError(f"{path}: cannot be read as TensorBoard events: {error}") from error
    except Exception as error:  # TensorBoard raises its own kind for a record with a wrong checksum
        if type(error).__name__ != "DataLossError":
            raise


def long_csv(curves: Sequence[Curves]) -> str:
    """A row a value: run, label, tag, step, value, wall_time (unix seconds)."""
    rows = (
        (one.run, one.label, tag, step, f"{value:.9g}", f"{one.times[tag][step]:.3f}")
        for one in curves
        for tag, points in one.values.items()
        for step, value in sorted(points.items())
    )
    return _csv(("run", "label", "tag", "step", "value", "wall_time"), rows)


def wide_csv(curves: Sequence[Curves]) -> str:
    """A row a run and step, a column a tag; empty where a tag was not logged at that step."""
    tags = list(dict.fromkeys(tag for one in curves for tag in one.values))
    rows = []
    for one in curves:
        for step in sorted({step for points in one.values.values() for step in points}):
            cells = [one.values.get(tag, {}).get(step) for tag in tags]
            rows.append((one.run, one.label, step, *("" if cell is None else f"{cell:.9g}" for cell in cells)))
    return _csv(("run", "label", "step", *tags), rows)


def _csv(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
