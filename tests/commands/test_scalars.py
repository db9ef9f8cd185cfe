"""`ner-lab scalars` on event files as training writes them."""

from __future__ import annotations

import csv
import shutil
from xml.etree import ElementTree

import pytest
from made_runs import gold, predicted, write_run
from pytorch_lightning.loggers import CSVLogger
from torch.utils.tensorboard import SummaryWriter

from ner_lab.commands import scalars
from ner_lab.report.curves import read
from ner_lab.types import UserError


def log(run, rows, **options) -> None:
    with SummaryWriter(str(run / "tensorboard"), **options) as writer:
        for tag, step, value, time in rows:
            writer.add_scalar(tag, value, step, walltime=time)


@pytest.fixture
def sweep(tmp_path):
    """Two losses with two seeds: training loss at steps 10, 20, 30, and validation at 15 and 30."""
    found = predicted(gold(5), 0.8, 1)
    for number, (loss, seed) in enumerate((loss, seed) for loss in ("nll", "focal") for seed in (1, 2)):
        config = {"loss._target_": f"x.{loss}.L", "seed": seed}
        run = write_run(tmp_path / "sweep" / str(number), found, config, (f"loss={loss}", f"seed={seed}"))
        rows = [("train/loss", step, number + 1 / step, 100.0 + step) for step in (10, 20, 30)]
        rows += [(tag, step, 0.25 * number, 100.0 + step) for tag in ("dev/loss", "dev/accuracy") for step in (15, 30)]
        log(run, rows)
    return tmp_path / "sweep"


def test_long_and_wide_tables_hold_what_was_logged(sweep, tmp_path):
    scalars.start([str(sweep), f"output={tmp_path / 'out'}"])
    long = list(csv.DictReader((tmp_path / "out" / "scalars.csv").open()))
    assert len(long) == 4 * (3 + 2 + 2)
    row = next(r for r in long if r["run"].endswith("/3") and r["tag"] == "train/loss" and r["step"] == "20")
    assert (row["label"], float(row["value"]), float(row["wall_time"])) == ("focal", pytest.approx(3.05), 120.0)
    wide = list(csv.DictReader((tmp_path / "out" / "scalars_wide.csv").open()))
    assert list(wide[0]) == ["run", "label", "step", "train/loss", "dev/loss", "dev/accuracy"]
    own = [r for r in wide if r["run"].endswith("/2")]
    assert [(r["step"], r["dev/loss"]) for r in own] == [("10", ""), ("15", "0.5"), ("20", ""), ("30", "0.5")]


def test_figures_have_a_line_a_run_and_one_for_the_mean_of_equal_runs(sweep, tmp_path):
    scalars.start([str(sweep), f"output={tmp_path / 'out'}"])
    for name in ("train_loss", "dev_loss", "dev_accuracy"):
        root = ElementTree.fromstring((tmp_path / "out" / f"{name}.svg").read_text())
        lines = list(root.iter("{http://www.w3.org/2000/svg}polyline"))
        assert len(lines) == 4 + 2
        assert {"nll", "focal", "optimizer steps"} <= set(root.itertext())
    # Runs 0 and 1 log 0 and 0.25 as dev loss: their mean lies in the middle.
    root = ElementTree.fromstring((tmp_path / "out" / "dev_loss.svg").read_text())
    heights = [
        float(line.get("points").split()[0].split(",")[1])
        for line in list(root.iter("{http://www.w3.org/2000/svg}polyline"))[:3]
    ]
    assert heights[2] == pytest.approx((heights[0] + heights[1]) / 2, abs=0.1)


def test_a_run_that_was_killed_does_not_cut_the_mean(sweep, tmp_path):
    killed = write_run(sweep / "4", predicted(gold(5), 0.8, 1), {"seed": 3, "loss._target_": "x.nll.L"}, ("loss=nll",))
    log(killed, [("train/loss", 10, 0.5, 100.0)])
    scalars.start([str(sweep), f"output={tmp_path / 'out'}"])
    root = ElementTree.fromstring((tmp_path / "out" / "train_loss.svg").read_text())
    lines = [line for line in root.iter("{http://www.w3.org/2000/svg}polyline") if line.get("stroke-width") == "2.2"]
    assert [len(line.get("points").split()) for line in lines] == [3, 3]


def test_a_resumed_run_is_one_curve_and_the_later_value_counts(tmp_path):
    log(tmp_path, [("train/loss", 10, 1.0, 100.0), ("train/loss", 20, 2.0, 101.0)])
    log(tmp_path, [("train/loss", 20, 5.0, 200.0), ("train/loss", 30, 3.0, 201.0)], filename_suffix=".later")
    assert read(tmp_path, "x").values == {"train/loss": {10: 1.0, 20: 5.0, 30: 3.0}}


def test_a_file_that_ends_in_the_middle_of_a_record_is_read_up_to_there(tmp_path):
    log(tmp_path, [("train/loss", step, 1.0, 100.0) for step in range(20)])
    (path,) = (tmp_path / "tensorboard").iterdir()
    path.write_bytes(path.read_bytes()[:-30])
    assert list(read(tmp_path, "x").values["train/loss"]) == list(range(19))
    whole = path.read_bytes()
    path.write_bytes(whole[:400] + b"\xff" + whole[401:])
    assert 0 < len(read(tmp_path, "x").values["train/loss"]) < 19


def test_a_damaged_table_of_curves_is_refused_by_its_name(tmp_path):
    (tmp_path / "curves").mkdir()
    for content in ("step,dev/f1\n10,x\n", "dev/f1\n0.5\n", "step,dev/f1\n,0.5\n"):
        (tmp_path / "curves" / "metrics.csv").write_text(content)
        with pytest.raises(UserError, match=r"metrics\.csv: cannot be read as a table of curves"):
            read(tmp_path)


def test_both_loggers_give_the_same_tables_and_figures(sweep, tmp_path):
    """The values once more through Lightning's CSV logger, as training would have written them."""
    for folder in sweep.iterdir():
        logger = CSVLogger(folder, name="curves", version="")
        found = read(folder)
        for step in sorted({step for points in found.values.values() for step in points}):
            logger.log_metrics({t: points[step] for t, points in found.values.items() if step in points}, step)
        logger.save()
    scalars.start([str(sweep), f"output={tmp_path / 'board'}"])
    for folder in sweep.iterdir():
        shutil.rmtree(folder / "tensorboard")
    scalars.start([str(sweep), f"output={tmp_path / 'csv'}"])

    def rows(logger):
        long = csv.DictReader((tmp_path / logger / "scalars.csv").open())
        return sorted((r["run"], r["label"], r["tag"], int(r["step"]), r["value"]) for r in long)

    assert rows("board") == rows("csv") and len(rows("csv")) == 4 * (3 + 2 + 2)
    for name in ("train_loss", "dev_loss", "dev_accuracy"):
        assert (tmp_path / "board" / f"{name}.svg").read_text() == (tmp_path / "csv" / f"{name}.svg").read_text()


def test_runs_without_curves_are_counted_or_refused(sweep, tmp_path, capsys):
    write_run(sweep / "4", predicted(gold(5), 0.8, 1), {"seed": 3, "loss._target_": "x.nll.L"}, ("loss=nll",))
    scalars.start([str(sweep), f"output={tmp_path / 'out'}"])
    assert "curves of 4 runs; 1 have none" in capsys.readouterr().err
    with pytest.raises(SystemExit, match=r"no curves in 1 runs below .*; logger=tensorboard and logger=csv write them"):
        scalars.start([str(sweep / "4")])


def test_every_run_can_have_its_own_line_in_the_legend(sweep, tmp_path, monkeypatch):
    monkeypatch.chdir(sweep)
    scalars.start(["0", "1", "by=run", f"output={tmp_path / 'out'}"])
    root = ElementTree.fromstring((tmp_path / "out" / "train_loss.svg").read_text())
    assert {"0", "1"} <= set(root.itertext())
    assert len(list(root.iter("{http://www.w3.org/2000/svg}polyline"))) == 2
