"""The house: imports run one way, to lower rooms, never sideways, upwards or in a circle; names stand once."""

from __future__ import annotations

import ast
import importlib
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from pkgutil import resolve_name

import pytest

import hydra_slots
import ner_lab
from ner_lab.files import OLD_NAMES

ROOT = Path(ner_lab.__file__).parent

# A room is a package or a module directly under `ner_lab`; the lowest first.
RANKS = (
    ("__init__", "conf", "tags", "types"),
    ("files",),
    ("losses", "metrics", "models"),
    ("data",),
    ("newswire",),
    ("report", "training"),
    ("serving",),
    ("commands",),
    ("cli",),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}


def imported(tree: ast.AST, module: str, package: bool) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, wherever in it, and for type checkers alone, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) - node.level + package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from ner_lab import console` names a module; `__version__` and all that other files hold do not.
                names_module = base == "ner_lab" and not alias.name.startswith("__")
                yield node.lineno, f"{base}.{alias.name}" if names_module else base


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def faults(source: str, module: str, package: bool = False) -> list[str]:
    """What is wrong with the imports of a module, a line each."""
    own = room_of(module)
    if own not in RANK:
        return [f"{module}: its room has no rank"]
    found = []
    for line, name in imported(ast.parse(source), module, package):
        if name.split(".")[0] != "ner_lab":
            continue
        room = room_of(name)
        if room == own or (room == "__init__" and own != "__init__"):
            continue
        if room not in RANK:
            found.append(f"{module}:{line} imports {name}, whose room has no rank")
        elif RANK[room] >= RANK[own]:
            found.append(f"{module}:{line} imports {name} {'sideways' if RANK[room] == RANK[own] else 'upwards'}")
    return found


def modules() -> list[tuple[str, Path]]:
    names = (
        (".".join(("ner_lab", *path.relative_to(ROOT).with_suffix("").parts)), path) for path in ROOT.rglob("*.py")
    )
    return sorted((name.removesuffix(".__init__"), path) for name, path in names)


@pytest.mark.parametrize(("module", "path"), modules(), ids=[name for name, _ in modules()])
def test_a_module_imports_only_downwards(module: str, path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8"), module, path.name == "__init__.py") == []


def test_all_rooms_are_looked_at() -> None:
    assert {room_of(module) for module, _ in modules()} >= {"cli", "training", "data", "models", "tags"}
    assert len(modules()) > 80


@pytest.mark.parametrize(
    ("source", "module", "fault"),
    [
        (
            "from ner_lab.training.experiment import run",
            "ner_lab.data.words",
            "imports ner_lab.training.experiment upwards",
        ),
        ("import ner_lab.training.tagger", "ner_lab.metrics.spans", "imports ner_lab.training.tagger upwards"),
        ("from ner_lab import training", "ner_lab.losses.nll", "imports ner_lab.training upwards"),
        ("def f():\n    from ner_lab.models.crf.crf_head import CRFHead", "ner_lab.losses.nll", "crf_head sideways"),
        ("from ..losses import nll", "ner_lab.models.linear", "imports ner_lab.losses sideways"),
        ("from .. import cli", "ner_lab.models.linear", "imports ner_lab.cli upwards"),
        ("from .. import cli", "ner_lab.training.tagger", "imports ner_lab.cli upwards"),
        (
            "try:\n    import ner_lab.models\nexcept ImportError:\n    pass",
            "ner_lab.metrics.spans",
            "ner_lab.models sideways",
        ),
        ("if TYPE_CHECKING:\n    import ner_lab.cli", "ner_lab.tags", "ner_lab.cli upwards"),
        ("import ner_lab.helpers", "ner_lab.cli", "whose room has no rank"),
        ("", "ner_lab.helpers", "its room has no rank"),
    ],
)
def test_a_wrong_import_is_found(source: str, module: str, fault: str) -> None:
    (found,) = faults(source, module)
    assert fault in found


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from ner_lab.data.formats.text import lines\nfrom .text import lines", "ner_lab.data.formats.jsonl"),
        ("from __future__ import annotations\nimport torch\nfrom ner_lab.types import Batch", "ner_lab.data.encode"),
        ("if TYPE_CHECKING:\n    from ner_lab.training.experiment import Result", "ner_lab.commands.train"),
        ("from ner_lab import __version__", "ner_lab.cli"),
    ],
)
def test_a_right_import_is_no_fault(source: str, module: str) -> None:
    assert faults(source, module) == []


def test_the_command_line_imports_nothing_but_the_standard_library_before_it_knows_the_command() -> None:
    slots = Path(str(hydra_slots.__file__)).parent
    for file, module in (
        (ROOT / "cli.py", "ner_lab.cli"),
        (ROOT / "commands/__init__.py", "ner_lab.commands"),
        (ROOT / "commands/interruption.py", "ner_lab.commands.interruption"),
        (ROOT / "types/printing.py", "ner_lab.types.printing"),
        (slots / "__init__.py", "hydra_slots"),
        (slots / "interruption.py", "hydra_slots.interruption"),
    ):
        body = ast.parse(file.read_text(encoding="utf-8"))
        at_import = ast.Module([n for n in body.body if not isinstance(n, ast.FunctionDef | ast.ClassDef | ast.If)], [])
        ours = {"ner_lab.commands", "ner_lab.commands.interruption", "ner_lab.types.printing", "ner_lab.types"}
        names = {name for _, name in imported(at_import, module, True)} - ours - {"hydra_slots.interruption"}
        assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_the_command_line_starts_where_no_terminal_hangs_up() -> None:
    program = "import signal; del signal.SIGHUP; import ner_lab.cli; from hydra_slots.interruption import SIGNALS"
    command = [sys.executable, "-c", f"{program}; print(*SIGNALS)"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [str(int(one)) for one in (signal.SIGINT, signal.SIGTERM)], done.stderr


def test_no_module_imports_itself_by_way_of_others() -> None:
    files = dict(modules())
    trees = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in files.items()}
    graph = {
        name: {
            target
            for base in {base for _, base in imported(tree, name, files[name].name == "__init__.py")}
            for target in _named(base, tree, files)
        }
        for name, tree in trees.items()
    }
    for name, targets in graph.items():
        assert name not in targets
    assert list(TopologicalSorter(graph).static_order())  # raises CycleError, which names the circle


def _named(base: str, tree: ast.Module, files: dict[str, Path]) -> set[str]:
    """The module of a `from base import ...`, or the modules that it names in a package; a face imports nothing."""
    if base not in files or files[base].name != "__init__.py":
        return {base} & files.keys()
    names = [a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module == base for a in n.names]
    return {f"{base}.{name}" for name in names} & files.keys()


def test_the_house_has_few_rooms() -> None:
    rooms = {room_of(module) for module, path in modules() if path.parent != ROOT}  # folders, not files beside them
    assert len(rooms) <= 12, rooms


def test_a_class_name_stands_once_in_the_project() -> None:
    places: dict[str, list[str]] = {}
    sources = [*ROOT.rglob("*.py"), *(ROOT.parent / "sweeper" / "hydra_slots").rglob("*.py")]
    for path in sources:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(path.name)
    assert len(places) > 100
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_a_file_name_stands_once_in_its_room() -> None:
    places: dict[tuple[str, str], list[str]] = {}
    for module, path in modules():
        if path.name != "__init__.py" and room_of(module) not in (path.stem,):
            places.setdefault((room_of(module), path.name), []).append(module)
    assert {key: found for key, found in places.items() if len(found) > 1} == {}


def test_configs_hold_public_names_alone() -> None:
    """A public name is a promise, a file path is not: it would be the on-disk format of every run."""
    named: dict[str, str] = {}
    for file in (ROOT.parent / "conf").rglob("*.yaml"):
        for name in re.findall(r"\bner_lab(?:\.\w+)+", file.read_text(encoding="utf-8")):
            named.setdefault(name, file.name)
    assert len(named) > 30
    named.pop("ner_lab.files.SINCE")  # what was called otherwise; the sweeper looks there for studies of that time
    named.pop("ner_lab.commands.own_folder.OwnFolder")  # of Hydra's own part, which no run folder is read for
    for name, file in named.items():
        room, _, last = name.rpartition(".")
        face = importlib.import_module("ner_lab.training.callbacks" if room == "ner_lab.callbacks" else room)
        assert last in face.__all__, f"conf/{file} names {name}, which is not a public name"


def test_old_names_lead_to_public_ones() -> None:
    for name in OLD_NAMES.values():
        assert callable(resolve_name(name))


def test_no_file_is_named_after_nothing() -> None:
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path for _, path in modules() if path.name in vague] == []
