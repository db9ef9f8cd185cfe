"""What trials need is imported before they start, while the application's own check looks at their configs."""

from __future__ import annotations

import pytest
import toy_sweep

APP = """
import sys

import hydra


@hydra.main(version_base="1.3", config_path=None, config_name=None)
def main(cfg):
    before = set(sys.modules)
    import torch

    torch.optim.AdamW([torch.zeros(1, requires_grad=True)])
    return len([name for name in set(sys.modules) - before if name.startswith("torch")])


if __name__ == "__main__":
    main()
"""

CHECKED = """
import os, time
from pathlib import Path

import hydra

HERE = Path(__file__).parent


def check(cfg):
    deadline = time.monotonic() + 20
    while not (HERE / "importing").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    server = int((HERE / "importing").read_text())
    assert server != os.getpid()
    if cfg.x == 2:
        raise ValueError("x=2 is refused")


@hydra.main(version_base="1.3", config_path=None, config_name=None)
def main(cfg):
    return cfg.x


if __name__ == "__main__":
    main()
"""
PRELOADED = """
import os, time
from pathlib import Path
(Path(__file__).parent / "writing").write_text(str(os.getpid()))
(Path(__file__).parent / "writing").rename(Path(__file__).parent / "importing")
time.sleep({seconds})
"""


@pytest.mark.seconds
@pytest.mark.parametrize(("values", "seconds", "outcome"), [("1,3", 0.2, 0), ("1,2", 60, 1)])
def test_the_application_checks_its_configs_while_the_server_imports(tmp_path, values, seconds, outcome):
    (tmp_path / "checked_app.py").write_text(CHECKED)
    (tmp_path / "slow_to_preload.py").write_text(PRELOADED.format(seconds=seconds))
    told = ("-m", "hydra/sweeper=slots", "hydra.sweeper.preload=[slow_to_preload]", f"+x={values}")
    told += ("hydra.sweeper.check=checked_app.check", f"hydra.sweep.dir={tmp_path}/s")
    code, said = toy_sweep.run(*told, app=tmp_path / "checked_app.py")
    assert code == outcome and ("x=2 is refused" in said) == bool(outcome), said
    assert (tmp_path / "s").exists() != bool(outcome)
    assert not toy_sweep.alive(int((tmp_path / "importing").read_text()))


@pytest.mark.seconds
@pytest.mark.usefixtures("with_torch")
def test_the_first_optimizer_of_a_trial_imports_nothing_any_more(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    told = ("-m", "hydra/sweeper=slots", "hydra.sweeper.preload=[torch]", "+x=1,2", f"hydra.sweep.dir={tmp_path}/s")
    code, said = toy_sweep.run(*told, app=tmp_path / "app.py")
    assert code == 0, said
    assert [trial.values for trial in toy_sweep.trials(tmp_path / "s")] == [[0.0], [0.0]]
