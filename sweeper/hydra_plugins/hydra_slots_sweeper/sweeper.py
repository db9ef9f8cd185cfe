"""The plugin class. Hydra imports this at every start of every application, so it imports nothing heavy."""

from __future__ import annotations

from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.errors import CompactHydraException
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from hydra_slots.errors import SweepError
from hydra_slots.interruption import in_one_line
from hydra_slots.settings import GRIDS, PROMOTION, PRUNERS, SAMPLERS, defaults
from hydra_slots.visible import visible


class SlotsSweeper(Sweeper):
    """`hydra/sweeper: slots`: slots, pruning, conditional spaces and resuming, by Optuna (Akiba et al. 2019)."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        self.hydra = hydra_context, task_function, config

    def sweep(self, arguments: list[str]) -> Any:
        """Runs the sweep; returns the best value, or the list of values of each trial on the front."""
        try:
            with in_one_line("hydra-slots"):  # before the first trial has started, or while trials are ending
                from hydra_slots.sweeping import sweep

                return sweep(*self.hydra, arguments)
        except SweepError as error:
            raise CompactHydraException(visible(f"error: {error}", "\n\t")) from error.__cause__


class FormerNameSweeper(Sweeper):
    """`hydra/sweeper: ner_lab`, as it was called before it had a distribution of its own."""

    def __init__(self, **settings: Any) -> None:
        """Takes whatever the config says."""

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        raise CompactHydraException("error: hydra/sweeper: ner_lab is called slots now; write hydra/sweeper: slots")

    def sweep(self, arguments: list[str]) -> Any:
        """Never comes here."""


def _store(group: str, name: str, node: dict[str, Any]) -> None:
    """Offers a config; one that another plugin has stored under this name stays."""
    store = ConfigStore.instance()
    try:
        taken = f"{name}.yaml" in store.list(group)
    except OSError:  # no such group yet
        taken = False
    if not taken:
        store.store(group=group, name=name, node=node, provider="hydra_slots")


for _name, _kind in (("slots", SlotsSweeper), ("ner_lab", FormerNameSweeper)):
    _store(
        "hydra/sweeper",
        _name,
        {
            "defaults": ["_self_", {"sampler": "tpe"}, {"pruner": None}],
            "_target_": f"{__name__}.{_kind.__name__}",
            "_recursive_": False,  # samplers and pruners are built later, with their seeds
            **defaults(),
        },
    )
for _name in (*SAMPLERS, *(name for name in GRIDS if name.islower())):  # those to say what does the same
    _store("hydra/sweeper/sampler", _name, {"name": _name, "seed": None})
for _name in PRUNERS:
    _store("hydra/sweeper/pruner", _name, {"name": _name})
_store("hydra/sweeper/pruner", PROMOTION, {"name": PROMOTION, "min_steps": 1, "factor": 3, "max_steps": None})
