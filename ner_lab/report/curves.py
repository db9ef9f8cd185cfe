"""The curves of runs, from TensorBoard's event files or Lightning's CSV table, and as tables of one's own."""

from __future__ import annotations

import csv
import io
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ner_lab.files import RunFolder, read_curve_table
from ner_lab.files.plain import open_file
from ner_lab.types import UserError
from ner_lab.types.printing import cell

LARGEST_RECORD = 2**20  # bytes; one of a scalar has about 100

Value = tuple[str, int, float, float | None]  # tag, step, value, and when it was written, where that is known


@dataclass(frozen=True)
class Curves:
    """The scalars of one run: `values[tag][step]`, and when each was written (unix seconds), where that is known."""

    run: Path
    label: str
    values: dict[str, dict[int, float]]
    times: dict[str, dict[int, float]]

    def points(self, tag: str) -> list[tuple[int, float]]:
        """Steps and values in order; none of a tag that was not logged."""
        return sorted(self.values.get(tag, {}).items())


def read(run: Path, label: str = "") -> Curves | None:
    """The scalars of a run folder, None if it has none: TensorBoard's (`logger=tensorboard`), else those of
    `curves/metrics.csv` (`logger=csv`).

    Of a step that was logged again after a resumption the later value counts; an event file that ends in the middle of
    a record is read up to there.

    Raises:
        UserError: a file that cannot be read.
    """
    values: dict[str, dict[int, float]] = defaultdict(dict)
    times: dict[str, dict[int, float]] = defaultdict(dict)
    for tag, step, value, time in _logged(RunFolder(run)):
        if time is None:
            values[tag][step] = value
        elif time >= times[tag].get(step, 0.0):
            values[tag][step], times[tag][step] = value, time
    return Curves(run, label, dict(values), dict(times)) if values else None


def _logged(run: RunFolder) -> Iterator[Value]:
    if events := sorted(run.tensorboard.glob("events.out.tfevents.*")):
        for path in events:
            yield from _events(path)
    elif (table := run.path / "curves" / "metrics.csv").is_file():
        for step, values in read_curve_table(table):
            yield from ((tag, step, value, None) for tag, value in values.items())


def _events(path: Path) -> Iterator[Value]:
    # The file with the reader loads the compiler of protocol buffers, so only where it is needed.
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
    from tensorboard.util.tensor_util import make_ndarray

    try:
        _refuse_large_records(path)
        for event in EventFileLoader(str(path)).Load():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name == "scalars":
                    if value.tensor.tensor_shape.dim:  # an array is made of the size that it claims
                        raise ValueError(f"{value.tag[:80]!r} is no single number")
                    yield value.tag, event.step, float(make_ndarray(value.tensor)), event.wall_time
    except Exception as error:  # TensorBoard and protocol buffers raise kinds of their own
        if type(error).__name__ != "DataLossError":  # a record with a wrong checksum: what is before it counts
            raise UserError(f"{path}: cannot be read as TensorBoard events: {error or type(error).__name__}") from error


def _refuse_large_records(path: Path) -> None:
    """TensorBoard reads a record whole, whatever length it claims, and checks it byte by byte, in Python."""
    with open_file(path) as file:
        while len(head := file.read(12)) == 12:
            if (length := int.from_bytes(head[:8], "little")) > LARGEST_RECORD:
                raise ValueError(f"a record of {length:,} bytes, as no scalar has")
            file.seek(length + 4, os.SEEK_CUR)


def long_csv(curves: Sequence[Curves]) -> str:
    """A row a value: run, label, tag, step, value, wall_time (unix seconds; empty where it is not known)."""
    rows = (
        (one.run, one.label, tag, step, f"{value:.9g}", _time(one, tag, step))
        for one in curves
        for tag, points in one.values.items()
        for step, value in sorted(points.items())
    )
    return _csv(("run", "label", "tag", "step", "value", "wall_time"), rows)


def _time(one: Curves, tag: str, step: int) -> str:
    time = one.times.get(tag, {}).get(step)
    return "" if time is None else f"{time:.3f}"


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
    writer.writerows(map(cell, row) for row in (head, *rows))  # people open it in a spreadsheet
    return text.getvalue()
