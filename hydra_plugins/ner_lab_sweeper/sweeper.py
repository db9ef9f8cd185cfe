"""The plugin class. Hydra imports this at every start of every application, so it imports nothing heavy."""

from __future__ import annotations

from typing import Any

from hydra.core.config_store import ConfigStore
from hydra.errors import CompactHydraException
from hydra.plugins.sweeper import Sweeper
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from ner_lab.sweep.settings import PRUNERS, SAMPLERS, defaults
from ner_lab.types import UserError


class NerLabSweeper(Sweeper):
    """`hydra/sweeper: ner_lab`: slots, pruning, conditional spaces and resuming, by Optuna (Akiba et al. 2019)."""

    def __init__(self, **settings: Any) -> None:
        self.settings = settings

    def setup(self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig) -> None:
        self.hydra_context, self.task_function, self.config = hydra_context, task_function, config

    def sweep(self, arguments: list[str]) -> Any:
        """Runs the sweep; returns the best value, or the list of values of each trial on the front."""
        try:
            from ner_lab.sweep.sweeping import sweep

            return sweep(self.hydra_context, self.task_function, self.config, arguments)
        except UserError as error:
            raise CompactHydraException(f"error: {error}") from None
        except KeyboardInterrupt:  # before the first trial has started, or while trials are ending
            raise SystemExit(130) from None


def _store(group: str, name: str, node: dict[str, Any]) -> None:
    """Offers a config; one that another plugin has stored under this name stays."""
    store = ConfigStore.instance()
    try:
        taken = f"{name}.yaml" in store.list(group)
    except OSError:  # no such group yet
        taken = False
    if not taken:
        store.store(group=group, name=name, node=node, provider="ner_lab")


_store(
    "hydra/sweeper",
    "ner_lab",
    {
        "defaults": ["_self_", {"sampler": "tpe"}, {"pruner": None}],
        "_target_": f"{__name__}.{NerLabSweeper.__name__}",
        "_recursive_": False,  # samplers and pruners are built later, with their seeds
        **defaults(),
    },
)
for each in SAMPLERS:
    _store("hydra/sweeper/sampler", each, {"name": each, "seed": None})
for each in PRUNERS:
    _store("hydra/sweeper/pruner", each, {"name": each})
