from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from service import STORED, Service


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of two runs: `run`, which the tests keep, and `other`, whose model is another one."""
    pytest.importorskip("fastapi", reason="the extra serve is not installed")
    pytest.importorskip("uvicorn", reason="the extra serve is not installed")
    folder = tmp_path_factory.mktemp("service")
    shutil.copytree(STORED, folder / "run")
    shutil.copytree(STORED, folder / "other")
    _change(folder / "other" / "checkpoints" / "best.ckpt")
    started = Service("run=[run,other]", "precision=float32", "body=200000", "seconds=60", cwd=folder)
    yield started
    started.process.kill()
    started.process.communicate()


def _change(checkpoint: Path) -> None:
    """Another head, which says other things."""
    import torch

    content = torch.load(checkpoint, weights_only=True)
    for name, value in content["state_dict"].items():
        if name.startswith("head.") and value.is_floating_point():
            content["state_dict"][name] = value + 0.6 * torch.randn(value.shape, generator=torch.manual_seed(1))
    torch.save(content, checkpoint)
