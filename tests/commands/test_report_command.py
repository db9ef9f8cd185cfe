"""`ner-lab report` as it is called: what it writes where, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import reported_runs
import torch
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from pytorch_lightning.loggers import CSVLogger
from torch.utils.tensorboard import SummaryWriter

from ner_lab.commands import report as command
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.source import read
from ner_lab.types import UserError

FOREIGN = """\
# a file of another toolkit
Ann NNP S-PER S-PER
Lee NNP O O
met VBD O O
the DT O B-ORG
Bank NNP B-ORG I-ORG
of IN I-ORG I-ORG
Oslo NNP E-ORG E-ORG

Rain NN O S-LOC
"""


def report(*overrides: str) -> None:
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        command.report(compose("report", list(overrides)))


def test_page_and_numbers_of_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = reported_runs.make_run(tmp_path / "run")
    report(f"run={run.path}", f"json={tmp_path / 'numbers.json'}")
    found = json.loads((tmp_path / "numbers.json").read_text())
    assert run.page.read_text().startswith("<!DOCTYPE html>") and run.page.stat().st_size < 5_000_000
    said = capsys.readouterr().err
    assert f"{found['taxonomy']['errors']:,} errors" in said and str(run.page) in said
    report(f"run={run.path}", "json=-", "split=dev")
    assert json.loads(capsys.readouterr().out)["source"]["split"] == "dev"


def test_a_column_file_of_another_toolkit(tmp_path: Path) -> None:
    (tmp_path / "p.conll").write_text(FOREIGN)
    report(f"file={tmp_path / 'p.conll'}", f"json={tmp_path / 'p.json'}")
    found = json.loads((tmp_path / "p.json").read_text())
    kinds = {kind: row["number"] for kind, row in found["taxonomy"]["kinds"].items()}
    assert kinds == {"boundary": 1, "type": 0, "both": 0, "missed": 0, "spurious": 1}
    assert [row["id"] for row in found["sentences"]] == ["line 2", "line 10"]
    assert found["confidence"] is None and found["config"] is None
    page = (tmp_path / "p.conll.report.html").read_text()
    assert "has no probabilities" in page and "those of ner-lab train" in page
    assert found["ledger"]["file"]["read"] == {"sentences": 2, "words": 8, "entities": 2, "note": ""}


def test_repairs_of_a_column_file_are_counted(tmp_path: Path) -> None:
    (tmp_path / "p.conll").write_text("Ann B-PER O\nin I-LOC O\n\nBob B-PER I-PER\nLee I-PER I-PER\n\n")
    report(f"file={tmp_path / 'p.conll'}", f"json={tmp_path / 'p.json'}")
    found = json.loads((tmp_path / "p.json").read_text())
    assert found["ledger"]["file"]["read"]["note"] == "I- where iob2 has B-: 1 repaired"
    assert found["violations"] == {"I- where iob2 has B-": 1}
    assert "1 repaired" in (tmp_path / "p.conll.report.html").read_text()


def test_numbers_on_standard_output_come_with_the_page_where_one_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=6)
    report(f"run={run.path}", "json=-")
    assert not run.page.exists()
    report(f"run={run.path}", "json=-", f"output={tmp_path / 'x.html'}")
    assert (tmp_path / "x.html").is_file() and capsys.readouterr().out.count('"taxonomy"') == 2


def test_a_run_against_its_own_column_file_differs_in_nothing(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run")
    columns = run.predictions("test").with_suffix(".conll")
    report(f"run={run.path}", f"against={columns}", f"json={tmp_path / 'n.json'}", f"output={tmp_path / 'n.html'}")
    against = json.loads((tmp_path / "n.json").read_text())["against"]
    assert against["difference"] == {"f1": 0, "interval": [0, 0]} and set(against["sentences"].values()) == {0}
    assert "Against the other" in (tmp_path / "n.html").read_text() and not run.page.exists()


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ([], "either run=RUN or file=FILE"),
        (["run={run}", "file={run}"], "either run=RUN or file=FILE"),
        (["run={run}/nowhere"], "no such folder"),
        (["file={run}"], "no such file; a run folder is given as run=RUN"),
        (["run={run}", "split=tset"], "splits with predictions: dev, test"),
        (["run={run}", "against=nowhere"], "nowhere: no such run folder and no such file"),
        (["run={run}", "output=/proc/nowhere/x.html"], "output=/proc/nowhere/x.html: there is no folder /proc/nowhere"),
        (["run={run}", "json=/proc/nowhere/x.json"], "json=/proc/nowhere/x.json: there is no folder /proc/nowhere"),
        (["run=3"], "run=3: no such folder"),
        (["file={file}", "split=dev"], "split=dev: a file has no splits"),
        (["file={ragged}"], "columns: 2, others have 3 .*; mend the file"),
    ],
)
def test_what_cannot_be_reported_is_refused(tmp_path: Path, overrides: list[str], message: str) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=6)
    files = {"file": FOREIGN, "ragged": "Ann B-PER B-PER\nLee I-PER\nsat O O\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    places = {name: tmp_path / name for name in files}
    with pytest.raises(UserError, match=message):
        report(*(override.format(run=run.path, **places) for override in overrides))


def test_an_unfinished_run_and_untagged_sentences_are_refused(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run", number=6)
    rows = [json.loads(line) for line in run.predictions("test").read_text().splitlines()]
    rows[2]["gold"] = None
    run.predictions("raw").write_text("".join(json.dumps(row) + "\n" for row in rows))
    with pytest.raises(UserError, match=r"raw\.jsonl:3: a sentence without gold tags"):
        report(f"run={run.path}", "split=raw")
    run.metrics.unlink()
    with pytest.raises(UserError, match=r"unfinished; it has no checkpoints/last\.ckpt"):
        report(f"run={run.path}")
    run.last.parent.mkdir(exist_ok=True)
    run.last.touch()
    with pytest.raises(UserError, match="unfinished; go on with: ner-lab train resume="):
        report(f"run={run.path}")


def test_the_curves_of_both_loggers_are_the_same(tmp_path: Path) -> None:
    values = {"train/loss": {15: 2.0}, "dev/f1": {10: 0.1, 20: 0.7}, "epoch": {10: 0, 20: 1}}
    of_board, of_csv = (reported_runs.make_run(tmp_path / name, number=6) for name in ("board", "csv"))
    with SummaryWriter(str(of_board.tensorboard)) as writer:
        writer.add_scalar("dev/f1", 0.9, 10)  # a resumed run logs a step again
        for tag, points in values.items():
            for step, value in points.items():
                writer.add_scalar(tag, value, step)
    logger = CSVLogger(of_csv.path, name="curves", version="")
    for tag, points in values.items():
        for step, value in points.items():
            logger.log_metrics({tag: torch.tensor(value, dtype=torch.float32)}, step)
    logger.save()
    found = [numbers(read(str(run.path)))["curves"] for run in (of_board, of_csv)]
    assert found[0] == found[1] and list(found[0]) == ["train/loss", "dev/f1"]
    assert found[0]["dev/f1"] == [(10, pytest.approx(0.1)), (20, pytest.approx(0.7))]
    assert numbers(read(str(reported_runs.make_run(tmp_path / "none", number=6).path)))["curves"] == {}


def test_an_evaluation_on_other_data_is_reported_with_what_its_run_knows(tmp_path: Path) -> None:
    run = reported_runs.make_run(tmp_path / "run")
    other = reported_runs.make_run(tmp_path / "evaluation", seed=3)
    metrics = json.loads(other.metrics.read_text())
    for path in (other.config, other.metrics, other.train_entities, other.environment, other.predictions("dev")):
        path.unlink()
    (other.path / "evaluation.json").write_text(
        json.dumps({"run": str(run.path), "split": "test", "test": metrics["test"]})
    )
    # The ranking of label errors is of the run's own data, so it is not shown here.
    run.label_errors.write_text(json.dumps({"folds": 5, "judged": {"train": 9}, "ranked": []}))
    report(f"run={other.path}", f"json={tmp_path / 'n.json'}")
    found = json.loads((tmp_path / "n.json").read_text())
    assert found["scores"]["all"]["f1"] == pytest.approx(metrics["test"]["f1"])
    assert found["confidence"]["temperature"] and "seen in training" in found["breakdowns"] and other.page.is_file()
    assert found["label_errors"]["folds"] == 0 and set(found["label_errors"]["judged"]) == {"test"}
    other.predictions("test").rename(other.predictions("raw"))
    (other.path / "evaluation.json").write_text(json.dumps({"run": str(run.path), "split": "raw"}))
    with pytest.raises(UserError, match="is there already; nothing is overwritten"):
        report(f"run={other.path}", f"json={tmp_path / 'n.json'}")
    report(f"run={other.path}", f"json={tmp_path / 'n.json'}", "overwrite=true")
    assert json.loads((tmp_path / "n.json").read_text())["source"]["split"] == "raw"
