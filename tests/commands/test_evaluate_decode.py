"""`ner-lab evaluate decode=`: from what the run saved, without its checkpoint; from the model on other data."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ner_lab.report import runs
from ner_lab.report.compare import compare

STORED = Path(__file__).parents[1] / "stored" / "run"

CRF = "_target_: ner_lab.models.crf.CRFHead\n    backend: native"
LINEAR = "_target_: ner_lab.models.LinearHead\n    decode: greedy"


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(STORED, tmp_path / "run"))
    config = (folder / "config.yaml").read_text()
    assert CRF in config
    (folder / "config.yaml").write_text(config.replace(CRF, LINEAR))
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.seconds
def test_a_run_without_its_checkpoint_is_decoded_and_left_as_it_is(ner_lab, stored, tmp_path):
    shutil.rmtree(stored / "checkpoints")
    shutil.rmtree(stored / "encoder")
    before = files(stored)
    done = ner_lab("evaluate", f"run={stored}", "decode=viterbi", "hydra.run.dir=said")
    assert done.returncode == 0, done.stderr
    said = json.loads((tmp_path / "said" / "evaluation.json").read_text())
    assert (said["decode"], said["split"]) == ("viterbi", "test") and "saved log-probabilities" in done.stderr
    for line in (tmp_path / "said" / "predictions" / "test.jsonl").read_text().splitlines():
        tags = json.loads(line)["predicted"]
        for last, tag in zip(["O", *tags], tags, strict=False):
            assert tag[0] != "I" or last[2:] == tag[2:]
    assert files(stored) == before
    done = ner_lab("evaluate", f"run={stored}", "decode=viterbi", "as_run=anew")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "anew" / "metrics.json").read_text())["test"].keys() >= {"f1", "per_type"}
    assert files(stored) == before
    found = ner_lab("compare", stored, "anew", "by=model.head.decode")
    assert found.returncode == 0 and "decode=viterbi" in found.stdout, found.stderr


@pytest.mark.seconds
def test_a_run_that_is_written_anew_is_called_as_the_old_one_is_and_says_nothing_of_other_tags(
    ner_lab, stored, tmp_path
):
    (stored / ".hydra").mkdir(exist_ok=True)
    choices = {"loss": "focal", "model/head": "linear"}
    (stored / ".hydra" / "hydra.yaml").write_text(json.dumps({"hydra": {"runtime": {"choices": choices}}}))
    (stored / "overrides.yaml").write_text("[seed=1, model.head.decode=greedy]")
    (stored / "predictions" / "test.jsonl").unlink()
    done = ner_lab("evaluate", f"run={stored}", "decode=viterbi", "data.split=dev", "as_run=anew")
    assert done.returncode == 0, done.stderr
    metrics = json.loads((tmp_path / "anew" / "metrics.json").read_text())
    assert "test" not in metrics and metrics["objective"] == metrics["dev"]["f1"]
    (found,) = runs.find([str(tmp_path / "anew")])
    assert found.choices == choices and found.overrides == ("seed=1", "model.head.decode=viterbi")
    labels = compare(stored, tmp_path / "anew", by="model.head", split="dev").test_sets[0].systems
    assert {system.label for system in labels} == {"linear(decode=greedy)", "linear(decode=viterbi)"}
    (stored / "predictions" / "dev.jsonl").unlink()
    done = ner_lab("evaluate", f"run={stored}", "decode=viterbi", "data.split=dev", "as_run=other")
    assert done.returncode == 1 and "no dev score can be decoded" in done.stderr


@pytest.mark.seconds
def test_what_cannot_be_decoded_is_refused(ner_lab, stored, tmp_path):
    def refused(*arguments: str) -> str:
        done = ner_lab("evaluate", f"run={stored}", *arguments)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        return done.stderr

    assert "decode=best: must be greedy or viterbi" in refused("decode=best")
    assert "say decode=viterbi or decode=greedy" in refused("as_run=x")
    lines = (stored / "predictions" / "test.jsonl").read_text().splitlines()
    row = json.loads(lines[0]) | {"log_probs": []}
    (stored / "predictions" / "test.jsonl").write_text("\n".join([json.dumps(row), *lines[1:]]) + "\n")
    assert "test.jsonl:1: has no log-probability for each of the" in refused("decode=viterbi")
    (stored / "config.yaml").write_text((STORED / "config.yaml").read_text())
    assert "the head CRFHead of" in refused("decode=greedy", "as_run=x", "data.split=dev")
    assert not (tmp_path / "x").exists()


def test_a_crf_has_its_own_tags_by_viterbi_and_those_of_its_marginals_by_greedy(ner_lab, tmp_path):
    rows = [json.loads(line) for line in (STORED / "predictions" / "dev.jsonl").read_text().splitlines()]
    for decode in ("viterbi", "greedy"):
        done = ner_lab("evaluate", f"run={STORED}", f"decode={decode}", "data.split=dev", f"hydra.run.dir={decode}")
        assert done.returncode == 0, done.stderr
        said = (tmp_path / decode / "predictions" / "dev.jsonl").read_text().splitlines()
        tags = [json.loads(line)["predicted"] for line in said]
        if decode == "viterbi":
            assert tags == [row["predicted"] for row in rows]
        else:
            assert [[tag[0] == "O" for tag in some] for some in tags] == [
                [max(range(len(at)), key=at.__getitem__) == 0 for at in row["log_probs"]] for row in rows
            ]
