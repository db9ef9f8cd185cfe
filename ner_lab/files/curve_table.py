"""The table of curves that Lightning's CSV logger writes: read to be shown, and to be gone on with."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from ner_lab.files.plain import open_file
from ner_lab.types import UserError


def read_curve_table(path: Path) -> list[tuple[int, dict[str, float]]]:
    """Steps, with the values that were logged there by name.

    A last line that has no end is left out: its run was killed while it wrote.

    Raises:
        UserError: it cannot be read, or is no such table.

    Examples:
        >>> from tempfile import NamedTemporaryFile
        >>> with NamedTemporaryFile(suffix=".csv") as file:
        ...     _ = file.write(b"dev/f1,lr,step\\n,0.1,9\\n0.5,,15\\n0.7,,3"), file.flush()
        ...     read_curve_table(Path(file.name))
        [(9, {'lr': 0.1}), (15, {'dev/f1': 0.5})]
    """
    found = []
    try:
        with open_file(path) as file:
            lines, end, _ = file.read().decode().rpartition("\n")
        for row in csv.DictReader(io.StringIO(lines + end, newline="")):
            step = int(float(row.pop("step")))
            found.append((step, {name: float(cell) for name, cell in row.items() if cell}))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, csv.Error) as error:
        raise UserError(f"{path}: cannot be read as a table of curves: {error!r}") from error
    return found
