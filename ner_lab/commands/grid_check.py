"""What Hydra's own sweeper is asked to run, checked before its first job as hydra-slots checks its trials."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hydra.core.global_hydra import GlobalHydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.utils import get_method
from omegaconf import DictConfig

from ner_lab.commands.overrides import of_task
from ner_lab.types import UserError

BASIC = "hydra._internal.core_plugins.basic_sweeper.BasicSweeper"


def refuse_choices(config: DictConfig, check: str | None) -> None:
    """Hands the config of every value that is swept to a function, with the first value of the other keys.

    Args:
        config: of the multirun, with Hydra's own part.
        check: dotted name of a function that raises ValueError for a config of which no run would begin.

    Raises:
        UserError: no run of one of them would begin.
        HydraException: one of them cannot be composed.
    """
    if check is None or config.hydra.sweeper._target_ != BASIC:
        return
    loader: Any = GlobalHydra.instance().config_loader()
    for overrides in _choices(of_task(config.hydra.overrides.task), loader):
        try:
            get_method(check)(loader.load_sweep_config(config, overrides))
        except ValueError as error:
            raise UserError(str(error)) from error


def _choices(words: Sequence[str], loader: Any) -> Iterator[list[str]]:
    """Every value of each override at least once.

    >>> list(_choices(["lr=1,2", "loss=nll", "seed=range(3)"], None))[1:3]
    [['lr=2', 'loss=nll', 'seed=0'], ['lr=1', 'loss=nll', 'seed=1']]
    """
    values = []
    for override in OverridesParser.create(loader).parse_overrides(list(words)):
        swept = override.is_sweep_override()
        key = override.get_key_element()
        several = [f"{key}={value}" for value in override.sweep_string_iterator()] if swept else []
        values.append(several or [str(override.input_line)])
    first = [of_key[0] for of_key in values]
    yield first
    for place, of_key in enumerate(values):
        for word in of_key[1:]:
            yield [*first[:place], word, *first[place + 1 :]]
