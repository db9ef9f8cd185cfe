"""Imports run one way: a module imports from lower ranks or from its own room, never sideways or upwards."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import ner_lab

ROOT = Path(ner_lab.__file__).parent

# A room is a package or a module directly under `ner_lab`; the lowest first.
RANKS = (
    ("__init__", "conf", "tags", "types"),
    ("files",),
    ("losses", "metrics", "models"),
    ("data",),
    ("newswire",),
    ("report", "training"),
    ("commands",),
    ("cli",),
    ("__main__",),
)
RANK = {room: rank for rank, rooms in enumerate(RANKS) for room in rooms}


def imported(tree: ast.AST, module: str, package: bool) -> Iterator[tuple[int, str]]:
    """Line and full name of everything a module imports, wherever in it; imports for type checkers are no imports."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            yield from imported(ast.Module(node.orelse, []), module, package)
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".")
            above = parts[: len(parts) - node.level + package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                # `from ner_lab import console` names a module; `__version__` and all that other files hold do not.
                names_module = base == "ner_lab" and not alias.name.startswith("__")
                yield node.lineno, f"{base}.{alias.name}" if names_module else base
        else:
            yield from imported(node, module, package)


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
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import ner_lab.cli", "ner_lab.tags", "ner_lab.cli upwards"),
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
        ("if TYPE_CHECKING:\n    from ner_lab.training.experiment import Result", "ner_lab.training.console"),
        ("from ner_lab import __version__", "ner_lab.cli"),
    ],
)
def test_a_right_import_is_no_fault(source: str, module: str) -> None:
    assert faults(source, module) == []


def test_the_command_line_imports_nothing_but_the_standard_library_before_it_knows_the_command() -> None:
    for file, module in (("cli.py", "ner_lab.cli"), ("commands/__init__.py", "ner_lab.commands")):
        body = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        at_import = ast.Module([n for n in body.body if not isinstance(n, ast.FunctionDef | ast.ClassDef)], [])
        names = {name for _, name in imported(at_import, module, True)} - {"ner_lab.commands"}
        assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_no_file_is_named_after_nothing() -> None:
    vague = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [path for _, path in modules() if path.name in vague] == []
