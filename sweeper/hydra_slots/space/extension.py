"""A function of the application that suggests further parameters, where sweeps and conditions cannot say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.settings import SEED
from hydra_slots.space.texts import plain, typed

if TYPE_CHECKING:
    from omegaconf import DictConfig
    from optuna import Trial


@dataclass(frozen=True)
class Extension:
    """`hydra.sweeper.custom_search_space`, as hydra-optuna-sweeper has it.

    Attributes:
        path: of the function, as typed.
        function: called with the trial's config and the trial, whose `params` are those that Optuna has drawn for it;
            what it suggests is set in the config under the name that it gives, `+name` for a new key.
        compose: the config under overrides.
    """

    path: str
    function: Callable[[DictConfig, Trial], Any]
    compose: Callable[[list[str]], DictConfig]

    def suggest(self, trial: Trial, chosen: Mapping[str, str], fixed: Sequence[str]) -> dict[str, str]:
        """What the function adds to the values chosen before, and to the overrides that all trials share.

        Raises:
            SweepError: the function fails, or suggests what is set already.
        """
        from hydra.errors import HydraException
        from optuna.exceptions import StorageInternalError

        where = f"hydra.sweeper.custom_search_space={self.path}"
        drawn = set(trial.params)
        try:
            config = self.compose([*fixed, *(f"{key}={value}" for key, value in chosen.items())])
        except HydraException:  # the trial itself will say so, and fail
            return {}
        try:
            self.function(config, trial)
        except StorageInternalError:
            raise
        except Exception as error:
            raise SweepError(f"{where} fails at {dict(trial.params)}: {type(error).__name__}: {error}") from error
        added = {key: value for key, value in trial.params.items() if key not in drawn}
        taken = {plain(override.partition("=")[0]) for override in (*fixed, *chosen)}
        for key in added:
            if plain(key) in taken:
                raise SweepError(f"{where} suggests {key}, which params or the command line set; leave one of them out")
            if plain(key) == SEED:
                raise SweepError(
                    f"{where} suggests {key}: a search would choose the luckiest seed; run every trial under several, "
                    "and take their mean, with hydra.sweeper.seeds=[1,2,3]"
                )
        return {key: typed(value) for key, value in added.items()}


def read(path: str | None, compose: Callable[[list[str]], DictConfig]) -> Extension | None:
    """The function of this path, if there is one.

    Raises:
        SweepError: no such function.
    """
    if path is None:
        return None
    function = named("custom_search_space", path)
    return Extension(path, function, compose)


def named(setting: str, path: str) -> Callable[..., Any]:
    """The function of the application that a setting names.

    Raises:
        SweepError: no such function.
    """
    from hydra.utils import get_method

    try:
        found: Callable[..., Any] = get_method(path)
    except (ImportError, ValueError) as error:
        raise SweepError(
            f"hydra.sweeper.{setting}={path}: no such function ({str(error).splitlines()[0]}); give "
            "MODULE.FUNCTION, such as my_app.configure"
        ) from None
    return found
