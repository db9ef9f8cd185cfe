"""The card of an export: the hub's metadata, scores with intervals, nothing of this machine, and its way to the hub."""

from __future__ import annotations

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import huggingface_hub
import pytest
import yaml
from huggingface_hub import constants
from omegaconf import OmegaConf

from ner_lab.commands import export, hub_upload
from ner_lab.files import RunFolder
from ner_lab.metrics import spans
from ner_lab.training import redecoding
from ner_lab.types import UserError


def exported(run, output, **more):
    wanted = {"run": str(run), "output": str(output), "format": "onnx", "precision": "float32", "tolerance": 0.5}
    return export.export(OmegaConf.create({**wanted, **more}))


def card_of(folder):
    _, head, text = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(head), text


@pytest.mark.seconds
def test_a_card_has_the_scores_of_the_run_and_no_path_of_this_machine(train, tmp_path):
    run = train("model.encoder.pooling=first", "trainer.max_epochs=8", "data.batch_size=8").folder
    folder = exported(run, tmp_path / "tagger")
    head, text = card_of(folder)
    test = json.loads(RunFolder(run).metrics.read_text())["test"]
    (result,) = head["model-index"][0]["results"]
    assert {m["type"]: m["value"] for m in result["metrics"]} == {
        score: round(test[score], 4) for score in ("f1", "precision", "recall")
    }
    assert (head["pipeline_tag"], head["library_name"]) == ("token-classification", "ner-lab")
    assert "license" not in head and "onnx" in head["tags"]
    assert huggingface_hub.ModelCard.load(folder / "README.md").data.eval_results[0].metric_value == round(
        test["f1"], 4
    )
    for part in (
        "## Scores",
        "| PER |",
        "## Known errors",
        "## Settings",
        "## Data",
    ):
        assert part in text, part
    units = r"\d+ (sentences|blocks of about \d+ consecutive sentences)"
    assert re.search(rf"95 % intervals over {units}, of the run's own model\.", text)
    assert "its tags on all 24 sentences of dev are those of the run" in text and 'ner_lab.load("tagger")' in text
    assert str(tmp_path) not in (folder / "README.md").read_text()


@pytest.mark.seconds
def test_a_card_for_a_pipeline_has_the_scores_of_what_a_pipeline_does(train, tmp_path):
    run = RunFolder(train("model.encoder.pooling=first", "trainer.max_epochs=12", "data.batch_size=8").folder)
    head, text = card_of(exported(run.path, tmp_path / "tagger", format="transformers"))
    said = {m["type"]: m["value"] for m in head["model-index"][0]["results"][0]["metrics"]}
    test = redecoding.saved(run, "test", "greedy")
    scored = spans.scores([one.sentence.tags for one in test], [one.tags for one in test])
    assert said == {score: round(scored[score], 4) for score in ("f1", "precision", "recall")}
    assert said["f1"] != round(json.loads(run.metrics.read_text())["test"]["f1"], 4)
    assert "the run decodes with Viterbi" in text and "Scores and errors below are its own" in text
    assert ", of this export." in text and "of the run's own model" not in text
    assert "| train | read |" in text and "LinearHead, viterbi" in text, "what it was trained on, and how"
    run.metrics.unlink()
    head, text = card_of(exported(run.path, tmp_path / "again", format="transformers"))
    assert "model-index" not in head and "The run is unfinished, and has no scores." in text
    assert "the run decodes with Viterbi" in text and "Scores and errors below" not in text


def test_text_from_data_is_only_text_in_a_card(train, corpus, tmp_path):
    hostile = tmp_path / "<script>alert(1)</script>"
    hostile.mkdir(parents=True)
    for file in corpus.iterdir():
        content = file.read_text(encoding="utf-8").replace("-PER", "-[x](http:`y")
        (hostile / file.name).write_text(content, encoding="utf-8")
    run = train(f"data.dir='{hostile}'", "trainer.max_steps=1", "model.encoder.pooling=first").folder
    head, text = card_of(exported(run, tmp_path / "tagger", format="transformers"))
    assert head["library_name"] == "transformers"
    assert "<script>" not in text and "[x](" not in text.replace("\\[", "")


class Hub(BaseHTTPRequestHandler):
    """As much of the hub as an upload of small files asks for."""

    files: ClassVar[dict[str, bytes]] = {}
    repos: ClassVar[list[dict]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if not body and self.headers.get("Transfer-Encoding") == "chunked":
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
        if self.headers["Authorization"] != "Bearer hf_stand_in":
            return self.answer({"error": "who are you?"}, 401)
        if self.path.endswith("/repos/create"):
            self.repos.append(json.loads(body))
            return self.answer({"url": f"{constants.ENDPOINT}/org/name"})
        if "/preupload/" in self.path:
            asked = json.loads(body)["files"]
            return self.answer(
                {"files": [{"path": f["path"], "uploadMode": "regular", "shouldIgnore": False} for f in asked]}
            )
        if "/commit/" in self.path:
            for line in body.splitlines():
                row = json.loads(line)
                if row["key"] == "file":
                    self.files[row["value"]["path"]] = base64.b64decode(row["value"]["content"])
            return self.answer(
                {"success": True, "commitOid": "c0ffee", "commitUrl": f"{constants.ENDPOINT}/org/name/commit/c0ffee"}
            )
        return self.answer({"config": {}, "errors": [], "warnings": []})

    def do_GET(self):
        if self.headers["Authorization"] != "Bearer hf_stand_in":
            return self.answer({"error": "who are you?"}, 401)
        return self.answer({"id": "org/name", "siblings": [], "sha": "c0ffee", "private": True})

    def answer(self, value, status=200):
        content = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def hub(monkeypatch):
    Hub.files, Hub.repos = {}, []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_TOKEN", "hf_stand_in")
    yield Hub
    server.shutdown()
    server.server_close()


@pytest.mark.seconds
def test_push_sends_the_whole_folder_to_a_private_repository(hub, train, tmp_path):
    run = train("trainer.max_steps=1").folder
    folder = exported(run, tmp_path / "tagger", push="org/name")
    assert hub.files == {path.name: path.read_bytes() for path in folder.iterdir()}
    (made,) = hub.repos
    assert (made["name"], made["organization"], made.get("private") or made.get("visibility") == "private") == (
        "name",
        "org",
        True,
    )
    assert b'ner_lab.load("org/name")' in hub.files["README.md"]


def test_a_hub_that_refuses_is_one_message_and_the_export_stays(hub, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_other")
    (tmp_path / "tagger").mkdir()
    with pytest.raises(UserError, match=r"push=org/name: not sent \(.*401.*hf upload org/name"):
        hub_upload.upload(tmp_path / "tagger", "org/name", True)
    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"push=org/name: not sent \("):
        hub_upload.upload(tmp_path / "tagger", "org/name", True)


@pytest.mark.parametrize(
    ("push", "message"), [("name", "must be ORG/NAME"), ("a/b/c", "ORG/NAME"), (3, "ORG/NAME"), ("a/-", "ORG/NAME")]
)
def test_names_that_are_none_are_refused_before_anything_is_made(push, message):
    with pytest.raises(UserError, match=message):
        hub_upload.checked(push, True)


def test_without_the_hub_or_a_login_nothing_is_begun(monkeypatch):
    with pytest.raises(UserError, match="HF_HUB_OFFLINE is set"):
        hub_upload.checked("org/name", True)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setattr(huggingface_hub, "get_token", lambda: None)
    with pytest.raises(UserError, match="nobody is logged in"):
        hub_upload.checked("org/name", True)
    assert hub_upload.checked(None, True) == ""
