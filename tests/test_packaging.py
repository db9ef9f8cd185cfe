"""Both distributions carry everything: built and installed together elsewhere, they work from an empty folder."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# What lies around in a checkout; what an earlier build left there would get into this one.
IGNORED = shutil.ignore_patterns(".*", "build", "dist", "outputs", "*.egg-info", "__pycache__", "experiments", "tests")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """By distribution, each built from its own sdist, which so has everything that the wheel needs."""
    source, built = tmp_path_factory.mktemp("source") / "checkout", tmp_path_factory.mktemp("dist")
    shutil.copytree(ROOT, source, ignore=IGNORED, symlinks=True)
    if (link := source / "ner_lab" / "conf").is_symlink():
        link.unlink()
    for project in (source, source / "sweeper"):
        done = subprocess.run(
            [sys.executable, "-m", "build", "--outdir", built, project], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert len(list(built.glob("*.tar.gz"))) == 2
    return {path.name.partition("-")[0]: path for path in built.glob("*.whl")}


@pytest.mark.slow
def test_the_wheels_hold_every_source(wheels):
    inside = {name: set(zipfile.ZipFile(wheel).namelist()) for name, wheel in wheels.items()}
    for source in (ROOT / "conf").rglob("*.yaml"):
        assert f"ner_lab/conf/{source.relative_to(ROOT / 'conf')}" in inside["ner_lab"]
    for folder, name in ((ROOT, "ner_lab"), (ROOT / "sweeper", "hydra_slots"), (ROOT / "sweeper", "hydra_plugins")):
        for source in (folder / name).rglob("*.py"):
            assert str(source.relative_to(folder)) in inside["ner_lab" if name == "ner_lab" else "hydra_slots"]
    assert "hydra_slots/py.typed" in inside["hydra_slots"]
    assert not any(name.startswith(("hydra_plugins/", "hydra_slots/")) for name in inside["ner_lab"])


@pytest.mark.slow
def test_both_work_from_an_empty_folder(tmp_path, wheels):
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    here, empty = tmp_path / "venv" / "bin", tmp_path / "empty"
    pip = [here / "pip", "install", "--quiet", "--disable-pip-version-check", "-c", ROOT / "constraints.txt"]
    done = subprocess.run([*pip, *wheels.values()], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    empty.mkdir()

    def run(*command: str) -> str:
        done = subprocess.run([here / command[0], *command[1:]], cwd=empty, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    assert str(tmp_path) in run("python", "-c", "import ner_lab, hydra_slots; print(ner_lab.__file__)")
    assert run("ner-lab", "--version").startswith("ner-lab ")
    assert "hydra-slots status" in run("hydra-slots", "--help")
    assert "NewswireData" in run("ner-lab", "train", "--cfg", "job")
    small = ("model=tiny", "data.size=20", "trainer.max_steps=2", "logger=none")
    assert "test F1" in run("ner-lab", "train", *small)
    assert "2 of 2 trials: 2 complete" in run("ner-lab", "train", "-m", *small, "seed=1,2", "hydra.sweep.dir=sweep")
    assert "2 of 2 trials finished" in run("hydra-slots", "status", "sweep")
