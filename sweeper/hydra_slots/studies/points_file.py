"""Start points from a file: CSV with a header of keys, one point a row, an empty cell where a key is not given."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hydra_slots.bounded import LARGEST
from hydra_slots.errors import SweepError
from hydra_slots.space.texts import plain, scalar

ENDING = ".csv"


def read(file: str, known: Sequence[str] | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """`FILE:LINE` and the point of each row.

    Args:
        file: its path.
        known: the keys that a column may have; None for any.

    Raises:
        SweepError: the file cannot be read, its header is none, or a row has more cells than that.
    """
    rows = _rows(file)
    line, header = next(rows, (1, []))
    keys = [cell.strip() for cell in header]
    doubled = sorted({key for key in keys if [plain(one) for one in keys].count(plain(key)) > 1})
    if not any(keys) or not all(keys) or doubled:
        found = f"{doubled[0]!r} twice" if doubled and doubled[0] else f"{','.join(header)!r}"
        raise SweepError(f"{file}:{line}: the first line names the key of each column, such as lr,batch; got {found}")
    for key in keys if known is not None else ():
        if plain(key) not in (known or ()):
            held = ", ".join(known or ()) or "no key"
            raise SweepError(f"{file}:{line}: {key} is not in the search space, which has {held}")
    for line, row in rows:
        if len(row) > len(keys):
            raise SweepError(f"{file}:{line}: {len(row)} cells under the {len(keys)} keys of the header")
        point = {key: cell.strip() for key, cell in zip(keys, row, strict=False) if cell.strip()}
        yield f"{file}:{line}", {key: text if scalar(text) is None else scalar(text) for key, text in point.items()}


def _rows(file: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each line in which anything stands."""
    try:
        with Path(file).open("rb") as opened:
            raw = opened.read(LARGEST + 1) if Path(file).is_file() else b""
        if len(raw) > LARGEST:
            raise SweepError(f"{file}: more than {LARGEST // 2**20} MB are no list of start points; it is not read")
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except OSError as error:
        raise SweepError(f"{file}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise SweepError(f"{file}: not UTF-8 ({error.reason} at byte {error.start})") from None
    except csv.Error as error:
        raise SweepError(f"{file}:{reader.line_num}: no CSV ({error})") from None
