"""The search space: parameters in Hydra's override grammar, some of which exist only under conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.settings import SEED
from hydra_slots.space.conditions import check_conditions, ordered
from hydra_slots.space.extension import Extension
from hydra_slots.space.parameter import Parameter, as_text, parsed, plain, same

if TYPE_CHECKING:
    from hydra.core.config_loader import ConfigLoader
    from omegaconf import DictConfig
    from optuna import Trial

Choice = dict[str, str]  # override key -> value as typed, of the parameters that exist


@dataclass(frozen=True)
class Space:
    """Parameters, each after those that its condition names, and the overrides that all trials share.

    `known` holds the values of keys that conditions name but nothing varies, `extension` what suggests more.
    """

    parameters: tuple[Parameter, ...]
    fixed: tuple[str, ...] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    extension: Extension | None = None

    @property
    def finite(self) -> bool:
        return all(parameter.choices is not None for parameter in self.parameters)

    def active(self, parameter: Parameter, chosen: Choice) -> bool:
        values = {**self.known, **{plain(key): value for key, value in chosen.items()}}
        return all(
            key in values and any(same(values[key], allowed) for allowed in allowed_values)
            for key, allowed_values in parameter.when.items()
        )

    def walk(self, choose: Callable[[Parameter, Choice], str]) -> Choice:
        """Chooses a value for each parameter that exists under the values chosen before it."""
        chosen: Choice = {}
        for parameter in self.parameters:
            if self.active(parameter, chosen):
                chosen[parameter.key] = choose(parameter, chosen)
        return chosen

    def suggest(self, trial: Trial) -> Choice:
        """The values of a trial, which Optuna chooses (or has been told, when the trial was queued)."""
        chosen = self.walk(lambda parameter, _: parameter.suggest(trial))
        return chosen | self.extension.suggest(trial, chosen, self.fixed) if self.extension else chosen

    def overrides(self, chosen: Choice) -> list[str]:
        return [*self.fixed, *(f"{key}={value}" for key, value in chosen.items())]

    def points(self) -> Iterator[Choice]:
        """Every combination, the last parameter varying fastest; the space is finite."""

        def extend(index: int, chosen: Choice) -> Iterator[Choice]:
            if index == len(self.parameters):
                yield chosen
                return
            parameter = self.parameters[index]
            if not self.active(parameter, chosen):
                yield from extend(index + 1, chosen)
                return
            for value in parameter.choices or ():
                yield from extend(index + 1, {**chosen, parameter.key: value})

        return extend(0, {})

    def branches(self) -> Iterator[Choice]:
        """Combinations that contain every choice and both ends of every range at least once, where it can exist."""
        seen: set[tuple[tuple[str, str], ...]] = set()
        for parameter in self.parameters:
            reaching = self._reaching(parameter)
            for example in parameter.examples if reaching is not None else ():
                chosen = self._with({**(reaching or {}), parameter.key: example})
                if tuple(chosen.items()) not in seen:
                    seen.add(tuple(chosen.items()))
                    yield chosen
        if not self.parameters:
            yield {}

    def _with(self, wanted: Choice) -> Choice:
        """The combination that has these values, and the first of every other parameter."""
        return self.walk(lambda parameter, _: wanted.get(parameter.key, parameter.examples[0]))

    def _reaching(self, parameter: Parameter) -> Choice | None:
        """Values of other parameters under which this one exists; None if it never does."""
        named = set(parameter.when)
        before: list[Parameter] = []
        for other in reversed(self.parameters):  # each stands after those that its own condition names
            if plain(other.key) in named:
                before.append(other)
                named |= set(other.when)
        for values in product(*(other.examples for other in before)):
            wanted = dict(zip((other.key for other in before), values, strict=True))
            if parameter.key in self._with(wanted):
                return wanted
        return None

    def queued(self, point: Mapping[str, Any], where: str) -> dict[str, Any]:
        """A point that somebody names, as Optuna's parameters.

        Raises:
            SweepError: a key or value that is not in the space.
        """
        by_key = {plain(parameter.key): parameter for parameter in self.parameters}
        params = {}
        for key, value in point.items():
            if self.extension and plain(str(key)) not in by_key:
                params[str(key)] = value
                continue
            if plain(str(key)) not in by_key:
                raise SweepError(
                    f"{where}: {key} is not in the search space, which has {', '.join(by_key) or 'no key'}"
                )
            parameter = by_key[plain(str(key))]
            params[parameter.key] = parameter.value_of(as_text(value), where)
        return {key: value for key, value in params.items() if value is not None}

    def describe(self) -> dict[str, Any]:
        """The space as JSON, for the study's record and its fingerprint."""
        return {
            p.key: {"is": p.text, "when": {key: list(values) for key, values in p.when.items()}}
            for p in self.parameters
        }


def read(
    params: Mapping[str, Any] | None,
    arguments: Sequence[str],
    config: DictConfig,
    loader: ConfigLoader,
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
        known = {key: _value(key, given, config) for key in _named(found)}
    return Space(ordered(found, known), tuple(fixed), known)


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
