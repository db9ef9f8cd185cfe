"""A function of the application that suggests further parameters, where sweeps and conditions cannot say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ner_lab.sweep.parameter import as_text
from ner_lab.types import UserError

if TYPE_CHECKING:
    from hydra.core.config_loader import ConfigLoader
    from omegaconf import DictConfig
    from optuna import Trial

    from ner_lab.sweep.space import Space

BARE = re.compile(r"[\w.+-]+")  # needs no quotes in an override


@dataclass(frozen=True)
class Extension:
    """`hydra.sweeper.custom_search_space`, as hydra-optuna-sweeper has it.

    Attributes:
        path: of the function, as typed.
        function: called with the config and the trial, whose `params` are those of the space; what it suggests is
            set in the config under the name it gives, `+name` for a new key.
        config: the application's, with the overrides that all trials share.
    """

    path: str
    function: Callable[[DictConfig, Trial], Any]
    config: DictConfig

    def suggest(self, trial: Trial, chosen: Collection[str]) -> dict[str, str]:
        """What the function adds to the values chosen before.

        Raises:
            UserError: the function fails.
        """
        before = {*chosen, *trial.params}
        try:
            self.function(self.config, trial)
        except Exception as error:
            raise UserError(
                f"hydra.sweeper.custom_search_space={self.path} fails at {dict(trial.params)}: "
                f"{type(error).__name__}: {error}"
            ) from error
        return {key: _typed(value) for key, value in trial.params.items() if key not in before}


def extended(space: Space, path: str | None, config: DictConfig, loader: ConfigLoader) -> Space:
    """The space with the function of this path, if there is one.

    Raises:
        UserError: no such function, or an override that the config does not take.
    """
    if path is None:
        return space
    from hydra.errors import HydraException
    from hydra.utils import get_method

    try:
        function = get_method(path)
        composed = loader.load_sweep_config(config, list(space.fixed))
    except (ImportError, ValueError) as error:
        raise UserError(
            f"hydra.sweeper.custom_search_space={path}: no such function ({str(error).splitlines()[0]}); give "
            "MODULE.FUNCTION, such as my_app.configure"
        ) from None
    except HydraException as error:
        raise UserError(str(error)) from None
    return replace(space, extension=Extension(path, function, composed))


def _typed(value: Any) -> str:
    text = as_text(value)
    if not isinstance(value, str) or BARE.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
