"""Where trials lie: as `hydra.sweep.subdir` says, and never in a folder that something lies in already."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from omegaconf import OmegaConf, open_dict

NUMBER = ("${hydra.job.num}", "${hydra:job.num}", "${hydra.job.id}", "${hydra:job.id}")


class Folders:
    """Called with a trial's number and overrides, returns its folder, relative to the sweep folder."""

    def __init__(self, hydra: Any, folder: Path) -> None:
        self._hydra, self._folder = hydra, folder
        raw = OmegaConf.to_container(hydra.config.hydra.sweep, resolve=False)
        assert isinstance(raw, dict)
        self._by_number = str(raw["subdir"]) in NUMBER
        self._given: set[str] = set()

    def __call__(self, number: int, overrides: Sequence[str]) -> str:
        wanted = str(number) if self._by_number else self._composed(number, overrides)
        name, attempt = wanted, 1
        while name in self._given or (self._folder / name).exists():
            attempt += 1
            name = f"{wanted}_{attempt}"
        self._given.add(name)
        return name

    def _composed(self, number: int, overrides: Sequence[str]) -> str:
        from hydra.core.hydra_config import HydraConfig

        config = self._hydra.compose(overrides)
        with open_dict(config):
            config.hydra.job.id, config.hydra.job.num = str(number), number
        before = HydraConfig.instance().cfg
        try:
            HydraConfig.instance().set_config(config)
            return str(config.hydra.sweep.subdir)
        finally:
            HydraConfig.instance().cfg = before
