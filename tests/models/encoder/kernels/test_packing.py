"""Packed rows: how far they are filled up."""

from __future__ import annotations

from ner_lab.models.encoder.kernels.packing import filling


def test_rows_are_filled_up_by_little_and_to_few_lengths() -> None:
    lengths = range(1, 4097)
    assert all(1 <= filling(length) <= max(8, length / 8) for length in lengths)
    assert len({length + filling(length) for length in lengths}) < 100
