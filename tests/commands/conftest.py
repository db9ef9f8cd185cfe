"""`ner-lab compare` in this process, for the tests of what it compares."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ner_lab.commands import compare


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[str, Any]]:
    """`run(*arguments)` gives what was printed and, with `json=`, what was written."""
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments: object) -> tuple[str, Any]:
        compare.start([*map(str, arguments), f"json={tmp_path / 'result.json'}", "overwrite=true"])
        return capsys.readouterr().out, json.loads((tmp_path / "result.json").read_text())

    return call


@pytest.fixture
def refused() -> Callable[..., str]:
    """`refused(*arguments)` gives the message with which it ends."""

    def call(*arguments: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            compare.start([*map(str, arguments)])
        return str(stopped.value)

    return call
