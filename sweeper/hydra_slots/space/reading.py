"""The search space as it is read: `hydra.sweeper.params`, with the overrides of the command line on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.settings import SEED
from hydra_slots.space.conditions import check_conditions, ordered
from hydra_slots.space.parameter import Parameter, parsed
from hydra_slots.space.search_space import Space
from hydra_slots.space.texts import as_text, plain

if TYPE_CHECKING:
    from hydra.core.config_loader import ConfigLoader
    from omegaconf import DictConfig


def read(
    params: Mapping[str, Any] | None,
    arguments: Sequence[str],
    config: DictConfig | None,
    loader: ConfigLoader | Any,
    known: Mapping[str, str] | None = None,
) -> Space:
    """The space of `hydra.sweeper.params` and the overrides of the command line, which come on top.

    A sweep override adds a parameter, or takes the place of the one with its key; a fixed one makes it a constant. The
    condition of a parameter stays. `known` holds the values of keys that conditions name but nothing varies; by default
    they are the config's.

    Raises:
        SweepError: text that is no sweep of Hydra's grammar, a condition that can never hold or goes in a circle.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException

    parser = OverridesParser.create(config_loader=loader)
    found: dict[str, Parameter] = {}
    for key, node in (params or {}).items():
        parameter = parsed(parser, str(key), node)
        found[plain(parameter.key)] = parameter
    check_conditions(found)
    try:
        overrides = parser.parse_overrides(list(arguments))
    except HydraException as error:
        raise SweepError(str(error)) from None
    fixed: list[str] = []
    given: dict[str, str] = {}
    for override in overrides:
        name = plain(override.get_key_element())
        when = found[name].when if name in found else {}
        if override.is_sweep_override() or (name in found and when):
            found[name] = Parameter.of(override, when)
        else:
            found.pop(name, None)
            fixed.append(str(override.input_line))
            given[name] = "" if override.is_delete() else override.get_value_element_as_str()
    if known is None:
        assert config is not None
        known = {key: _value(key, given, config) for key in _named(found)}
    return Space(ordered(found, known), tuple(fixed), known)


def check_finite(space: Space, grid: bool) -> None:
    """Raises:
    SweepError: a grid has no end.
    """
    if grid and not space.finite:
        endless = next(p for p in space.parameters if p.choices is None)
        raise SweepError(
            f"{endless.key}={endless.text}: an interval has no end of values to try; give the number of trials, such "
            "as hydra.sweeper.n_trials=20"
        )


def check_seeds(space: Space, grid: bool, seeds: Sequence[int] | None) -> None:
    """Refuses to choose the luckiest seed.

    Raises:
        SweepError: the seed is a parameter of a search, or stands beside `seeds`.
    """
    varied = [p for p in space.parameters if plain(p.key) == SEED]
    if varied and not grid:
        raise SweepError(
            f"{varied[0].key}={varied[0].text}: a search would choose the luckiest seed; run every trial under "
            "several, and take their mean, with hydra.sweeper.seeds=[1,2,3]"
        )
    fixed = [override for override in space.fixed if plain(override.partition("=")[0]) == SEED]
    if seeds and (varied or fixed):
        raise SweepError(
            f"hydra.sweeper.seeds={list(seeds)} gives every trial its seeds, so {SEED}=... beside it means nothing; "
            "leave one of them out"
        )


def _named(found: Mapping[str, Parameter]) -> list[str]:
    return [key for parameter in found.values() for key in parameter.when if key not in found]


def _value(key: str, given: Mapping[str, str], config: DictConfig) -> str:
    """What a key that nothing varies is set to: by an override, by the choice of a group, or in the config.

    Raises:
        SweepError: there is no such key.
    """
    from omegaconf import OmegaConf

    if key in given:
        return given[key]
    choices = config.hydra.runtime.choices
    if key in choices:
        return as_text(choices[key])
    absent = object()
    value = OmegaConf.select(config, key, default=absent)
    if value is absent:
        raise SweepError(
            f"hydra.sweeper.params: a condition names {key}, which is neither in params, nor a group, nor in the config"
        )
    return as_text(OmegaConf.to_container(value) if OmegaConf.is_config(value) else value)
