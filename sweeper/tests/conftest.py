"""What the tests share; nothing here, nor in what it imports, needs PyTorch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several tests run processes of their own

import pytest
from hypothesis import settings

# The same inputs on every run, so that a failure is about the change; --hypothesis-profile=default draws new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # in the background, and so in all that the tests start
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def with_torch() -> None:
    """Skips the test where PyTorch is not installed; fails it where SLOTS_NEEDS_TORCH says that it must be."""
    if find_spec("torch") is None:
        if os.environ.get("SLOTS_NEEDS_TORCH"):
            pytest.fail("SLOTS_NEEDS_TORCH is set, but there is no torch")
        pytest.skip("needs PyTorch: pip install 'hydra-slots[torch]'")


@pytest.fixture
def slots(tmp_path: Path):
    """`slots(*arguments)` runs `hydra-slots` in a process of its own, in an empty folder."""

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "hydra_slots", *map(str, arguments)]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)

    return run
