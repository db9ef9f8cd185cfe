"""`ner-lab data errors`: what is judged by whom, the ranking, and known noise."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hydra import compose, initialize_config_module
from hydra.core.global_hydra import GlobalHydra

from ner_lab.commands import data_errors as command
from ner_lab.files import RunFolder
from ner_lab.report.single.numbers import numbers
from ner_lab.report.single.source import read
from ner_lab.tags import Span, to_spans
from ner_lab.training import known_noise
from ner_lab.types import UserError

NOISE = ("data.type_noise=0.05", "data.boundary_noise=0.05")


def errors(*overrides: str) -> None:
    GlobalHydra.instance().clear()
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        command.show(compose("data_errors", list(overrides)))


@pytest.mark.seconds
def test_the_runs_own_model_judges_dev_and_test(train, capsys) -> None:
    run = RunFolder(train().folder)
    errors(f"run={run.path}", "top=5")
    found = json.loads(run.label_errors.read_text())
    metrics = json.loads(run.metrics.read_text())
    for split in ("dev", "test"):
        assert found["judged"][split] == sum(row["support"] for row in metrics[split]["per_type"].values())
    assert set(found["judged"]) == {"dev", "test"} and "noise" not in found
    chances = [row["probability"] for row in found["ranked"]]
    assert chances == sorted(chances) and chances
    assert all(
        row["origin"].endswith(f"{row['split']}.conll:{row['origin'].rpartition(':')[2]}") for row in found["ranked"]
    )
    out = capsys.readouterr().out
    assert found["ranked"][0]["origin"].rpartition("/")[2] in out and "folds=5" in out
    report = numbers(read(str(run.path), "test"))
    assert report["label_errors"]["ranked"] == found["ranked"][:100] and report["label_errors"]["in_all"] == len(
        chances
    )


@pytest.mark.seconds
def test_cross_validation_judges_every_training_entity_once(train, tmp_path: Path, capsys) -> None:
    run = RunFolder(train(*NOISE, "callbacks.checkpoint.keep=none").folder)
    errors(f"run={run.path}", "folds=2", "json=-")
    found = json.loads(capsys.readouterr().out)
    ledger = json.loads(run.ledger.read_text())
    for split, step in (("train", "corrupted"), ("dev", "read"), ("test", "read")):
        assert found["judged"][split] == ledger[split][step]["entities"]
    noise = found["noise"]
    assert noise["injected"] > 5 and noise["annotations"] == found["judged"]["train"]
    assert len(noise["precision_at_injected"]) == 4
    assert noise["precision_at_injected"]["at random"] == pytest.approx(noise["injected"] / noise["annotations"])
    trained = [(run.path / "label_errors" / f"fold-{k}" / "metrics.json").stat().st_mtime_ns for k in (0, 1)]
    errors(f"run={run.path}", "folds=2", "json=-")  # nothing is trained again
    again = json.loads(capsys.readouterr().out)
    assert again == found
    assert trained == [(run.path / "label_errors" / f"fold-{k}" / "metrics.json").stat().st_mtime_ns for k in (0, 1)]
    assert not list((run.path / "label_errors").rglob("*.ckpt"))  # folds keep no weights


def test_injected_errors_are_those_that_differ_from_the_clean_corpus(train) -> None:
    from omegaconf import OmegaConf

    from ner_lab.training.assembly import build

    cfg = OmegaConf.load(RunFolder(train(*NOISE).folder).config)
    data = build(cfg.data, "data")
    data.load()
    noisy = data.sentences["train"]
    wrong = known_noise.injected(cfg, noisy)
    number = sum(len(to_spans(s.tags or ())) for s in noisy)
    assert len(wrong) == round(0.05 * number) * 2
    assert all(span in to_spans(noisy[index].tags or ()) for index, span in wrong)
    cfg.data.type_noise = cfg.data.boundary_noise = 0.0
    assert known_noise.injected(cfg, noisy) == set()


def test_precision_counts_the_first_of_each_ranking() -> None:
    a, b, c, d = ((i, Span(0, 1, "PER")) for i in range(4))
    found = known_noise.precision({a, c}, {"good": [a, c, b, d], "poor": [b, a, c, d]})
    assert found == {
        "injected": 2,
        "annotations": 4,
        "precision_at_injected": {
            "good": 1.0,
            "poor": 0.5,
            "at random": 0.5,
        },
    }


@pytest.mark.seconds
def test_what_cannot_be_judged_is_refused(train, corpus: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for split in ("train", "dev", "test"):
        (own / f"{split}.conll").write_text((corpus / f"{split}.conll").read_text())
    run = train(f"data.dir={own}").folder
    for folds in (1, -1, "many"):
        with pytest.raises(UserError, match="folds must be a whole number, 0"):
            errors(f"run={run}", f"folds={folds}")
    with pytest.raises(UserError, match="top must be"):
        errors(f"run={run}", "top=-1")
    with pytest.raises(UserError, match="no such folder"):
        errors("run=nowhere")
    with (own / "dev.conll").open("a") as file:
        file.write("Oslo\tB-LOC\n\n")
    with pytest.raises(UserError, match=r"no longer what it was trained on \(split dev changed\)"):
        errors(f"run={run}")


@pytest.mark.seconds
def test_the_command_line_knows_both_data_and_data_errors(ner_lab) -> None:
    own, corpus = ner_lab("data", "errors", "--help"), ner_lab("data", "--help")
    assert "Likely label errors" in own.stdout and "shows a corpus" in corpus.stdout
    refused = ner_lab("data", "errors", "run=nowhere")
    assert refused.returncode == 1 and "no such folder" in refused.stderr and "Traceback" not in refused.stderr
