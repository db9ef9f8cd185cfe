"""Imports run one way: from higher rooms to lower ones, never sideways, and in no circle, type checkers' included."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import hydra_slots

ROOT = Path(hydra_slots.__file__).parent
PLUGIN = "hydra_plugins.hydra_slots_sweeper.sweeper"
# The lowest first. A room is a package under `hydra_slots`, or a module there; `__init__` is the face of them all.
RANKS = (
    ("errors", "files", "interruption", "redaction", "visible"),
    ("bounded", "reporting"),
    ("settings",),
    ("read_settings", "space"),
    ("composing", "studies"),
    ("trials",),
    ("promoting", "views"),
    ("asking", "plan", "hydra_side", "rehearsing"),
    ("control", "creating"),
    ("ending",),
    ("starting",),
    ("controller",),
    ("session",),
    ("joining", "leading"),
    ("clusters", "sweeping"),
    ("ask_command", "worker_command"),
    ("command", "__init__"),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}


def modules() -> dict[str, Path]:
    names = {".".join(("hydra_slots", *p.relative_to(ROOT).with_suffix("").parts)): p for p in ROOT.rglob("*.py")}
    return {name.removesuffix(".__init__"): path for name, path in names.items()}


MODULES = modules()


def imported(source: str, module: str) -> Iterator[str]:
    """The modules of the project that one imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] == "hydra_slots")
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{module}: imports are written in full"
            base = node.module or ""
            if base.partition(".")[0] == "hydra_slots":
                names = (f"{base}.{alias.name}" for alias in node.names)
                yield from (name if name in MODULES else base for name in names)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else "__init__"


def faults(source: str, module: str) -> list[str]:
    own = room_of(module)
    if own not in RANK:
        return [f"{module}: its room has no rank"]
    found = []
    for name in imported(source, module):
        room = room_of(name)
        if room not in RANK:
            found.append(f"{module} imports {name}, whose room has no rank")
        elif room != own and RANK[room] >= RANK[own]:
            found.append(f"{module} imports {name} {'sideways' if RANK[room] == RANK[own] else 'upwards'}")
    return found


@pytest.mark.seconds
@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_downwards(module):
    assert faults(MODULES[module].read_text(encoding="utf-8"), module) == []


@pytest.mark.parametrize(
    ("source", "module", "fault"),
    [
        ("from hydra_slots.views import page", "hydra_slots.studies.front", "views.page upwards"),
        ("def f():\n    import hydra_slots.trials.slots", "hydra_slots.space.parameter", "trials.slots upwards"),
        ("if TYPE_CHECKING:\n    from hydra_slots.plan import SweepPlan", "hydra_slots.hydra_side", "plan sideways"),
        ("from hydra_slots import controller", "hydra_slots.plan", "controller upwards"),
        ("from hydra_slots import report", "hydra_slots.plan", "hydra_slots upwards"),
        ("import hydra_slots.helpers", "hydra_slots.command", "no rank"),
        ("", "hydra_slots.helpers", "no rank"),
    ],
)
def test_a_wrong_import_is_found(source, module, fault):
    (found,) = faults(source, module)
    assert fault in found


def test_no_circle():
    graph = {name: set(imported(path.read_text(encoding="utf-8"), name)) - {name} for name, path in MODULES.items()}
    assert len(list(TopologicalSorter(graph).static_order())) == len(MODULES) > 40
    with pytest.raises(CycleError):
        list(TopologicalSorter({**graph, "hydra_slots.errors": {"hydra_slots.command"}}).static_order())


@pytest.mark.parametrize("room", ["space", "studies", "trials", "views"])
def test_a_room_says_which_of_its_modules_others_use(room):
    said = (ROOT / room / "__init__.py").read_text(encoding="utf-8")
    used = {
        name.split(".")[2]
        for module, path in MODULES.items()
        if room_of(module) != room and room_of(module) != "__init__"
        for name in imported(path.read_text(encoding="utf-8"), module)
        if room_of(name) == room and name.count(".") > 1
    }
    assert used and {name for name in used if f"`{name}" not in said} == set()


def test_nothing_but_the_five_dependencies_is_imported_at_the_top():
    """The rest are extras, imported where they are used."""
    allowed = {"hydra_slots", "hydra", "omegaconf", "optuna", "cloudpickle", "rich", *sys.stdlib_module_names}
    for module, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {name.partition(".")[0] for name in names} <= allowed, module


@pytest.mark.parametrize("code", ["from hydra_slots import report, SweepError", f"import {PLUGIN}"])
def test_what_every_application_imports_is_light(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; import sys; print(*sys.modules)"], capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "hydra_slots" in loaded, done.stderr
    assert not loaded & {"optuna", "torch", "numpy", "rich", "sqlalchemy", "cloudpickle", "hydra_slots.sweeping"}


def test_the_face_is_what_it_says():
    assert set(hydra_slots.__all__) <= set(dir(hydra_slots))
    for name in hydra_slots.__all__:
        assert getattr(hydra_slots, name).__name__ == name
    with pytest.raises(AttributeError, match="no_such_name"):
        hydra_slots.no_such_name  # noqa: B018


def test_a_name_stands_once():
    classes = [
        node.name
        for path in MODULES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    ]
    assert len(classes) == len(set(classes)) > 20
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert not [path for path in MODULES.values() if path.name in vague]
