"""The wheel carries everything: installed somewhere else, the command works from an empty folder."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_wheel_works_from_an_empty_folder(tmp_path):
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    for source in (ROOT / "conf").rglob("*.yaml"):
        assert f"ner_lab/conf/{source.relative_to(ROOT / 'conf')}" in inside
    for source in (ROOT / "ner_lab").rglob("*.py"):
        assert str(source.relative_to(ROOT)) in inside
    # A fresh environment that borrows the dependencies, but not the project, from this one.
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "--quiet", "install", "--no-deps", wheel], check=True)
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], capture_output=True, text=True
    )
    Path(site.stdout.strip(), "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    empty = tmp_path / "empty"
    empty.mkdir()
    command = tmp_path / "venv" / "bin" / "ner-lab"
    shown = subprocess.run([command, "train", "--cfg", "job"], cwd=empty, capture_output=True, text=True)
    assert "NewswireData" in shown.stdout, shown.stderr
    asked = [python, "-c", "import ner_lab; print(ner_lab.__file__)"]
    where = subprocess.run(asked, cwd=empty, capture_output=True, text=True)
    assert str(tmp_path) in where.stdout
    trained = subprocess.run([command, "train", "debug=quick"], cwd=empty, capture_output=True, text=True)
    assert trained.returncode == 0, trained.stderr
