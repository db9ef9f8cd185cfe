"""Python's garbage collector leaves imported libraries alone, in processes that a command has to itself."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ner_lab.training.importing import importing

STORED = Path(__file__).parents[1] / "stored"


@pytest.fixture
def without_torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As in a process that has not imported it yet."""
    monkeypatch.delitem(sys.modules, "torch")
    yield
    gc.enable()
    gc.unfreeze()


def test_it_is_off_meanwhile_and_leaves_alone_what_there_is_then(
    without_torch: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with importing():
        assert not gc.isenabled()
        monkeypatch.setitem(sys.modules, "torch", pytest)
    assert gc.isenabled() and gc.get_freeze_count() > 10_000
    gc.unfreeze()
    with importing():  # of an application that has torch already, and objects of its own
        assert gc.isenabled()
    assert not gc.get_freeze_count()


def test_an_import_that_fails_leaves_it_as_it_was(without_torch: None) -> None:
    with pytest.raises(ImportError), importing():
        raise ImportError
    assert gc.isenabled() and not gc.get_freeze_count()
    gc.disable()
    with importing():
        pass
    assert not gc.isenabled(), "somebody else has turned it off"


@pytest.mark.seconds
@pytest.mark.parametrize(
    "words",
    [
        ["predict", f"run={STORED / 'run'}", "input=in.txt", "output=out.jsonl"],
        ["train", "model=tiny", "data.size=20", "trainer.max_steps=1", "hydra.run.dir=run"],
    ],
    ids=lambda words: words[0],
)
def test_commands_import_so(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "in.txt").write_text("Ada Lovelace wrote .\n")
    code = """
import gc, runpy, sys
freeze = gc.freeze
gc.freeze = lambda: (freeze(), print("left alone", gc.get_freeze_count()))
sys.argv[0] = "ner-lab"
runpy.run_module("ner_lab", run_name="__main__")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert int(done.stdout.split("left alone ")[-1]) > 100_000, done.stderr
    assert "nanobind" not in done.stderr, "Triton, of what was not freed"
