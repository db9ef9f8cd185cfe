"""What a run says on the console."""

from __future__ import annotations

import pytest

from ner_lab.training import console


def metrics_of(types: int) -> dict[str, object]:
    row = {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    per_type = {f"T{i}": {**row, "support": i + 1} for i in range(types)}
    return {**row, "f1_strict": 0.5, "accuracy": 0.5, "per_type": per_type}


def test_thousands_of_types_end_in_a_table_that_can_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    console.scores("test", metrics_of(3000))
    shown = capsys.readouterr().err
    assert "T2999" in shown and "T0 " not in shown and "2950 types more" in shown and shown.count("\n") < 70
    assert str(3000 * 3001 // 2) in shown  # the total is of all


def test_few_types_stand_in_the_order_of_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    console.scores("test", metrics_of(3))
    shown = capsys.readouterr().err
    assert shown.index("T0") < shown.index("T1") < shown.index("T2") and "more" not in shown
