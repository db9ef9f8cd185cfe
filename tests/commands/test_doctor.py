"""`ner-lab doctor`: all of it on one screen, as text and as JSON; what it says is what a run does."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import torch

from ner_lab.commands import doctor
from ner_lab.models.encoder.kernels import choose, probe
from ner_lab.models.encoder.kernels.rewrites import ON_CPU, missing


def test_it_says_what_a_run_does(ner_lab) -> None:
    done = ner_lab("doctor")
    assert done.returncode == 0 and done.stderr == ""
    assert 8 <= len(done.stdout.splitlines()) <= 40
    for part in ("torch", "processor", "kernels", "precision", "again=true"):
        assert part in done.stdout
    found = json.loads(ner_lab("doctor", "json=true").stdout)
    assert found["packages"]["torch"] == torch.__version__
    assert [name for name in choose("auto") if name in ON_CPU] == found["probe"]["kernels"]
    for name in found["probe"]["gains"]:
        assert f"{name} " in done.stdout


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {"GOMP_SPINCOUNT": "4000"}),
        ({"GOMP_SPINCOUNT": "7"}, {"GOMP_SPINCOUNT": "7"}),
        ({"OMP_WAIT_POLICY": "ACTIVE"}, {"OMP_WAIT_POLICY": "ACTIVE"}),
    ],
)
def test_threads_that_wait_for_work_leave_the_cores_to_others(given: dict[str, str], expected: dict[str, str]) -> None:
    """In a command and in a program of one's own, which imports `ner_lab` first."""
    names = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")
    code = f"import json, os, ner_lab; print(json.dumps({{k: os.environ[k] for k in {names} if k in os.environ}}))"
    plain = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run([sys.executable, "-c", code], env=plain | given, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == expected


@pytest.mark.seconds
def test_it_measures_anew_when_it_is_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    doctor.start(["json=true"])
    first = json.loads(capsys.readouterr().out)["probe"]
    doctor.start(["json=true"])
    assert json.loads(capsys.readouterr().out)["probe"] == first
    doctor.start(["json=true", "again=true"])
    assert json.loads(capsys.readouterr().out)["probe"]["seconds"] != first["seconds"]


def test_what_is_missing_is_said_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda module: None)
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    missing.cache_clear()
    try:
        doctor.start([])
    finally:
        missing.cache_clear()
        probe._probe.cache_clear()
    printed = capsys.readouterr().out
    for extra, what in doctor.EXTRAS.values():
        assert f"{what}: pip install 'ner-lab[{extra}]'" in printed


@pytest.mark.parametrize("words", [["again"], ["again=yes"], ["RUN"], ["--again"], ["again=true", "x=true"]])
def test_other_words_are_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"ner-lab doctor: .*the options are again=true, exports=true and json=true"):
        doctor.start(words)
