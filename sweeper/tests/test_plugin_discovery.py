"""Hydra finds the sweeper wherever the project is installed, and starts no slower for it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import optuna
import pytest
import toy_sweep

ROOT = Path(__file__).parents[1]
HYDRA = {
    "1.3.8": ["hydra-core==1.3.8", "omegaconf==2.3.1"],
    "1.4.0rc3": ["hydra-core==1.4.0rc3", "omegaconf>=2.4.1rc1,<2.5.0.dev0"],
}
IGNORED = shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "__pycache__")


def test_the_plugin_imports_nothing_heavy():
    code = "import sys, hydra_plugins.hydra_slots_sweeper.sweeper; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "hydra_slots.settings" in loaded
    assert not loaded & {"optuna", "torch", "numpy", "rich", "sqlalchemy", "cloudpickle", "hydra_slots.sweeping"}


def test_the_plugin_stays_as_it_was_found():
    """Hydra would load a plugin's module without an underscore twice if it hid others behind itself."""
    from hydra.core.plugins import Plugins
    from hydra.plugins.sweeper import Sweeper

    found = [plugin for plugin in Plugins.instance().discover(Sweeper) if plugin.__name__ == "SlotsSweeper"]
    assert [plugin.__module__ for plugin in found] == ["hydra_plugins.hydra_slots_sweeper.sweeper"]


@pytest.mark.seconds
def test_the_former_name_says_what_to_write_now(tmp_path):
    """Configs that set it up in full compose, and a run that is no sweep has nothing to do with it."""
    former = ("hydra/sweeper=ner_lab", "hydra/sweeper/pruner=median", "hydra/sweeper/sampler=random")
    former += ("hydra.sweeper.n_trials=3", "hydra.sweeper.params={x: 'interval(0,1)'}")
    code, said = toy_sweep.run("-m", *former, f"hydra.sweep.dir={tmp_path}/s")
    assert code == 1 and "hydra/sweeper: ner_lab is called slots now; write hydra/sweeper: slots" in said
    assert "Traceback" not in said and not list(tmp_path.iterdir())
    code, said = toy_sweep.run(*former, f"hydra.run.dir={tmp_path}/r")
    assert code == 0, said


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without what lies around in it, since an installation writes into its folder."""
    folder = tmp_path_factory.mktemp("source") / "sweeper"
    shutil.copytree(ROOT, folder, ignore=IGNORED, symlinks=True)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("version", HYDRA)
@pytest.mark.parametrize("editable", [False, True], ids=["normal", "editable"])
def test_a_fresh_environment_sweeps(tmp_path: Path, source: Path, version: str, editable: bool) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    wanted = [*HYDRA[version], *(["-e"] if editable else []), str(source)]
    done = subprocess.run([*pip, *wanted], capture_output=True, text=True)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip(f"no registry that has hydra-core {version}")
    assert done.returncode == 0, done.stderr
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = Path(subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip())
    (own / "dependencies.pth").write_text(f"{Path(optuna.__file__).parents[1]}\n")  # everything else
    shutil.copytree(toy_sweep.APP.parent, tmp_path / "toy")
    seen = subprocess.run([python, "-c", "import hydra; print(hydra.__version__)"], capture_output=True, text=True)
    assert seen.stdout.strip() == version
    command = [python, "app.py", "-m", "hydra.sweep.dir=sweep", "x=interval(-5,5)", "hydra.sweeper.n_trials=8"]
    command += ["hydra.sweeper.pruner=median", "hydra.sweeper.seeds=[1,2]"]
    swept = subprocess.run(command, cwd=tmp_path / "toy", capture_output=True, text=True, timeout=200)
    assert swept.returncode == 0, swept.stderr
    states = toy_sweep.states(tmp_path / "toy" / "sweep")
    assert len(states) == 8 and set(states) <= {"COMPLETE", "PRUNED"}
    again = subprocess.run([*command, "shape=bowl,pit"], cwd=tmp_path / "toy", capture_output=True, text=True)
    assert again.returncode == 1 and "Could not find 'shape/pit'" in again.stderr and "Traceback" not in again.stderr
