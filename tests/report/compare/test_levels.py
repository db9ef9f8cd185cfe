"""experiments/levels.py, which turns a sweep along one key into a study's tables and figure."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from statistics import fmean
from xml.etree import ElementTree

import pytest
from made_runs import gold, predicted, write_run

SCRIPT = Path(__file__).parents[3] / "experiments" / "levels.py"
RIGHTS = {"nll": 0.7, "focal": 0.7, "dice": 0.9}
SIZES = (100, 50)


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    sentences, number = gold(), 0
    for size in SIZES:
        for loss, right in RIGHTS.items():
            for seed in range(1, 6):
                settings = {"loss": {"_target_": f"ner_lab.losses.{loss}.Loss"}, "seed": seed, "data.size": size}
                found = predicted(sentences, right - 0.1 * (size == 50), seed=number)
                write_run(tmp_path / "sweep" / str(number), found, settings, (f"loss={loss}", f"data.size={size}"))
                number += 1
    return tmp_path / "sweep"


def run(sweep: Path, output: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SCRIPT, sweep, "data.size", "training sentences", output]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True)


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.mark.seconds
def test_every_loss_is_compared_with_nll_at_every_level(sweep, tmp_path):
    done = run(sweep, tmp_path)
    assert done.returncode == 0, done.stderr
    scores: dict[tuple[str, str], list[float]] = {}
    for row in rows(tmp_path / "results.csv"):
        scores.setdefault((row["data.size"], row["loss"]), []).append(float(row["test_f1"]))
    assert len(scores) == 6 and {len(some) for some in scores.values()} == {5}
    saved = sorted(json.loads(file.read_text())["test"]["f1"] for file in sweep.glob("*/metrics.json"))
    assert sorted(score for some in scores.values() for score in some) == pytest.approx(saved, abs=1e-4)
    found = rows(tmp_path / "differences.csv")
    assert [(row["data.size"], row["a"], row["b"]) for row in found] == [
        (size, loss, "nll") for size in ("50", "100") for loss in ("focal", "dice")
    ]
    for row in found:
        means = [fmean(scores[row["data.size"], loss]) for loss in (row["a"], "nll")]
        assert float(row["difference"]) == pytest.approx(means[0] - means[1], abs=1e-4)
    # Holm's rule over all four: the smallest p times 4, the next times 3, ... and never falling.
    by_p = sorted(found, key=lambda row: float(row["p"]))
    highest = 0.0
    for rank, row in enumerate(by_p):
        highest = max(highest, min(1.0, float(row["p"]) * (4 - rank)))
        assert float(row["p_holm"]) == pytest.approx(highest, rel=1e-3)
    assert {row["a"] for row in found if float(row["p_holm"]) < 0.05} == {"dice"}
    drawn = ElementTree.parse(tmp_path / "figure.svg").getroot()
    assert len([mark for mark in drawn.iter() if mark.tag.endswith("circle")]) == 30


@pytest.mark.seconds
def test_an_unfinished_run_ends_the_study(sweep, tmp_path):
    (sweep / "3" / "metrics.json").unlink()
    done = run(sweep, tmp_path)
    assert done.returncode == 1 and str(sweep / "3") in done.stderr and "sweep's command again" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "results.csv").exists()
