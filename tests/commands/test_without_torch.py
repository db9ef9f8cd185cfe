"""An export in ONNX is used where torch, transformers and Lightning cannot even be imported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

import ner_lab
from ner_lab.commands import export

pytestmark = pytest.mark.seconds

REFUSING = """
import sys

class Refusing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("torch", "transformers", "pytorch_lightning", "lightning", "scipy", "sklearn"):
            raise ModuleNotFoundError(f"{name} is refused here", name=name)

sys.meta_path.insert(0, Refusing())
"""
TEXTS = ["Angela Merkel met Tim Cook in Paris .\nThe Bank of Oslo 😀 said so .", "", "rain " * 200]


@pytest.fixture
def exported(train, tmp_path, monkeypatch):
    monkeypatch.setattr("ner_lab.metrics.calibration.FEWEST", 5)
    run = train("model/head=crf", "trainer.max_epochs=20", "data.batch_size=8", "data.document_context=1").folder
    output = tmp_path / "exported"
    wanted = {"run": str(run), "output": str(output), "format": "onnx", "precision": "float32", "tolerance": 0.5}
    export.export(OmegaConf.create(wanted))
    return run, output


def without_torch(code: str, *arguments: object, cwd: Path, input: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", REFUSING + code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, input=input, timeout=300)


def test_load_and_predict_without_torch_say_what_the_run_says(exported, tmp_path):
    run, output = exported
    (tmp_path / "texts.json").write_text(json.dumps(TEXTS))
    code = """
import json, ner_lab
tagger = ner_lab.load(sys.argv[1])
found = [[list(e) for e in entities] for entities in tagger(json.load(open("texts.json")))]
assert list(tagger(iter(["Oslo"]))) == [tagger("Oslo")]
print(json.dumps(found))
"""
    done = without_torch(code, output, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    expected = ner_lab.load(run)(TEXTS)
    assert expected[0] and json.loads((output / "export.json").read_text())["calibration"]["temperature"] != 1
    for theirs, ours in zip(json.loads(done.stdout), expected, strict=True):
        assert [e[:4] for e in theirs] == [list(e[:4]) for e in ours]
        assert [e[4] for e in theirs] == pytest.approx([e.confidence for e in ours], abs=1e-3)

    command = "\nfrom ner_lab.cli import main\nsys.argv[0] = 'ner-lab'\nmain()\n"
    done = without_torch(command, "predict", f"run={output}", "threshold=0.99", cwd=tmp_path, input=TEXTS[0] + "\n")
    assert done.returncode == 0, done.stderr
    assert f"{len(expected[0])} entities found, " in done.stderr and "below 0.99 dropped; on dev it " in done.stderr
    done = without_torch(command, "predict", f"run={output}", cwd=tmp_path, input=TEXTS[0] + "\n")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(e["text"], e["type"]) for row in rows for e in row["entities"]] == [e[:2] for e in expected[0]]


def test_a_folder_that_is_none_is_told_without_torch(tmp_path):
    done = without_torch("\nimport ner_lab\nner_lab.load('nowhere')", cwd=tmp_path)
    assert "UserError: run=nowhere: no such folder" in done.stderr
