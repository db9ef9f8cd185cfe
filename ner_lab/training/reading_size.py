"""How much is read at once. Without torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ner_lab.types import UserError


def sentences_at_once(value: Any) -> int | None:
    """A value of `batch_size`; None for `auto`.

    Raises:
        UserError: another text, or a number below 1.
    """
    if value == "auto":
        return None
    number = int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
    if type(number) is not int or number < 1:
        raise UserError(f"batch_size must be auto, or a whole number, at least 1, got {value}")
    return number


def subwords_at_once(width: int) -> int:
    """Of a batch on a CPU: what fits into a quarter of the memory that is free, up to where more gains nothing."""
    return subwords_in(free_memory(), 4_096, width)


def subwords_in(free: float, most: int, width: int) -> int:
    """Subwords whose states take a quarter of so many bytes, between 512 and `most`."""
    # A layer holds about 28 numbers of 4 bytes for each hidden unit of a subword: its states, the four times wider ones
    # between its two products, queries, keys, values and their copies.
    return int(max(512, min(most, free / 4 / (28 * 4 * width))))


def free_memory() -> int:
    """Bytes, as Linux tells them; elsewhere half a gibibyte."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return 1024 * int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 2**29
