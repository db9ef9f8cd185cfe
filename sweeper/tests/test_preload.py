"""Trials of an application that trains with torch start with all of it imported."""

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


@pytest.mark.seconds
@pytest.mark.usefixtures("with_torch")
def test_the_first_optimizer_of_a_trial_imports_nothing_any_more(tmp_path):
    (tmp_path / "app.py").write_text(APP)
    told = ("-m", "hydra/sweeper=slots", "hydra.sweeper.preload=[torch]", "+x=1,2", f"hydra.sweep.dir={tmp_path}/s")
    code, said = toy_sweep.run(*told, app=tmp_path / "app.py")
    assert code == 0, said
    assert [trial.values for trial in toy_sweep.trials(tmp_path / "s")] == [[0.0], [0.0]]
