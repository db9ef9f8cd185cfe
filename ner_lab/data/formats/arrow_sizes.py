"""What Parquet and Arrow files say that they unpack to, read before anything is unpacked."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ner_lab.types import UserError

SMALL = 1 << 26  # bytes that any file may unpack to
MOST_BYTES = 100  # times its size, which a file may unpack to; text comes to some 10 times
FEW, MOST_VALUES = 10**7, 20  # values that any file may have, and that it may have a byte; words come to some 2
_BATCHES = ("record batch", "dictionary")


def refuse_unpacking(path: Path) -> None:
    """Refuses a file that would fill the memory.

    Raises:
        UserError: it has more bytes or values than a corpus of its size.
        OSError: it cannot be read.
        ValueError: it is damaged.
    """
    sizes = _of_parquet(path) if path.suffix.lower() == ".parquet" else _of_arrow(path)
    size, unpacked, values = path.stat().st_size, 0, 0
    for more_bytes, more_values in sizes:
        unpacked, values = unpacked + more_bytes, values + more_values
        if unpacked > max(SMALL, MOST_BYTES * size) or values > max(FEW, MOST_VALUES * size):
            raise UserError(
                f"{path}: {size:,} bytes unpack to {unpacked:,} bytes and {values:,} values, which no corpus does"
            )


def _of_parquet(path: Path) -> Iterator[tuple[int, int]]:
    from pyarrow import parquet

    metadata = parquet.read_metadata(path)
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for column in map(group.column, range(group.num_columns)):
            yield max(0, column.total_uncompressed_size), max(0, column.num_values)


def _of_arrow(path: Path) -> Iterator[tuple[int, int]]:
    import pyarrow
    from pyarrow import ipc

    with pyarrow.memory_map(str(path)) as source:
        if source.read(6) == b"ARROW1":
            source.seek(8)  # a stream and its table of contents
        else:
            source.seek(0)
        while True:
            try:
                message = ipc.read_message(source)
            except EOFError:
                return
            if message.type in _BATCHES:
                try:
                    yield _declared(message)
                except (struct.error, IndexError) as error:
                    raise ValueError(f"a damaged {message.type}") from error


def _declared(message: Any) -> tuple[int, int]:
    """Bytes and values of a batch. Its head is a FlatBuffer (Arrow's `Message.fbs`), its body the buffers, of which
    each that is compressed begins with its size."""
    head, body = message.metadata.to_pybytes(), memoryview(message.body)

    def number(form: str, at: int) -> int:
        return int(struct.unpack_from(form, head, at)[0])

    def field(table: int, place: int) -> int:
        """Where a field of a table stands; 0 if it has none."""
        fields = table - number("<i", table)
        known = 4 + 2 * place < number("<H", fields)
        offset = number("<H", fields + 4 + 2 * place) if known else 0
        return table + offset if offset else 0

    def follow(at: int) -> int:
        return at + number("<I", at)

    def pairs(at: int) -> Iterator[tuple[int, int]]:
        vector = follow(at) if at else 0
        for k in range(number("<I", vector) if at else 0):
            first, second = struct.unpack_from("<qq", head, vector + 4 + 16 * k)
            yield first, second

    batch = follow(field(number("<I", 0), 2))
    if message.type == "dictionary":
        batch = follow(field(batch, 1))
    values = sum(max(0, length) for length, _ in pairs(field(batch, 1)))
    if not field(batch, 3):
        return len(body), values
    sizes = [struct.unpack_from("<q", body, offset)[0] for offset, length in pairs(field(batch, 2)) if length >= 8]
    return len(body) + sum(max(0, size) for size in sizes), values
