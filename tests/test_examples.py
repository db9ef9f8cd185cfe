"""The examples in the docstrings of public names run, and every public name that can have one has one."""

from __future__ import annotations

import doctest
import importlib
import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import ner_lab

ROOT = Path(ner_lab.__file__).parent
# The faces, by what a user types.
FACES = [".".join(("ner_lab", *stub.parent.relative_to(ROOT).parts)) for stub in sorted(ROOT.rglob("__init__.pyi"))]
# Public names without an example, and why.
WITHOUT = {
    "Checkpoint": "a callback: a training shows it",
    "Hyperparameters": "a callback: a training shows it",
    "LabelSimilarity": "a callback: a training shows it",
    "Pruning": "a callback: a training shows it",
    "Stopwatch": "a callback: a training shows it",
    "TrainingBar": "a callback: a training shows it",
    "FoundEntity": "shown by load",
    "Recognizer": "shown by load",
    "Reading": "what Recognizer.read returns",
    "Limits": "settings of serve",
    "ServedModel": "what serve starts",
    "application": "what serve starts",
    "serve": "does not end",
    "Result": "shown by train",
    "TYPES": "a constant",
    "HubData": "needs the network",
    "LogFormatter": "named in the configuration of logging",
    "Tagger": "built by a run from its config",
    "OLD_NAMES": "a table",
    "SINCE": "a table",
    "disk_faults": "needs a full disk",
    "refuse_trial": "takes the config of a sweep",
    "replacing": "writes files",
    "write_atomically": "writes files",
    "write_json": "writes files",
    "UserError": "an exception",
    "Match": "what align returns",
    "Suspect": "what suspects returns",
    "SCHEMES": "a table",
    "find": "reads run folders, as runs does",
    "Run": "what find returns",
    "Curves": "what report and scalars draw",
}


def public() -> dict[str, Any]:
    """Every name of the package and its rooms that is no room itself, by its dotted name; each object once. What rooms
    within rooms have for their neighbours is left out."""
    found: dict[int, tuple[str, Any]] = {}
    for face in (face for face in FACES if face.count(".") < 2 or face == "ner_lab.training.callbacks"):
        module = importlib.import_module(face)
        for name in module.__all__:
            if not isinstance(thing := getattr(module, name), ModuleType):
                found.setdefault(id(thing), (f"{face}.{name}", thing))
    return dict(found.values())


PUBLIC = public()


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_of_a_public_name_run(name: str) -> None:
    thing = PUBLIC[name]
    tests = [test for test in doctest.DocTestFinder().find(thing, name, globs={"ner_lab": ner_lab}) if test.examples]
    if name.rpartition(".")[2] in WITHOUT:
        assert not tests, f"{name} has an example now: take it out of WITHOUT"
        return
    assert tests, f"{name}: its docstring shows no example"
    for test in tests:
        test.globs.update(vars(inspect.getmodule(thing)))
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test)
        assert result.failed == 0, f"{test.name}: {result.failed} of {result.attempted} examples fail"


def test_no_reason_is_left_for_a_name_that_is_gone() -> None:
    assert WITHOUT.keys() <= {name.rpartition(".")[2] for name in PUBLIC}


@pytest.mark.parametrize("face", FACES)
def test_a_public_name_is_documented_and_has_its_stub(face: str) -> None:
    module = importlib.import_module(face)
    assert module.__doc__ and module.__all__
    for name in module.__all__:
        thing = getattr(module, name)
        assert isinstance(thing, tuple | list | dict) or inspect.getdoc(thing), f"{face}.{name} has no docstring"
