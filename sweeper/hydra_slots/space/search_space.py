"""The search space: parameters in Hydra's override grammar, some of which exist only under conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.space.extension import Extension
from hydra_slots.space.parameter import Parameter
from hydra_slots.space.texts import as_text, plain, same

if TYPE_CHECKING:
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

    def branches(self, most: int | None = None) -> Iterator[Choice]:
        """Combinations that contain every choice and both ends of every range at least once, where it can exist.

        Args:
            most: choices of one parameter; of more than these, so many that lie evenly among them, with both ends.
        """
        seen: set[tuple[tuple[str, str], ...]] = set()
        for parameter in self.parameters:
            reaching = self._reaching(parameter)
            for example in _spread(parameter.examples, most) if reaching is not None else ():
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


def _spread(values: Sequence[str], most: int | None) -> Sequence[str]:
    """As many of the values as may be, evenly, the first and the last among them."""
    if most is None or len(values) <= most:
        return values
    return [values[round(i * (len(values) - 1) / (most - 1))] for i in range(most)]
