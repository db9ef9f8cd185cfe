"""What a run says of code and hardware, without touching the repository."""

from __future__ import annotations

import subprocess

import pytest

from ner_lab.training import environment


def test_git_is_asked_without_a_lock(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = subprocess.run
    monkeypatch.setattr(
        environment.subprocess, "run", lambda command, **how: asked.append(command) or real(command, **how)
    )
    found = environment.describe()
    assert found["hardware"]["cores"] and set(found["packages"]) >= {"ner-lab", "torch"}
    assert all("--no-optional-locks" in command for command in asked if command[0] == "git")
    if found["git"]:
        assert len(found["git"]["commit"]) == 40 and isinstance(found["git"]["dirty"], bool)
