"""One parameter of a search space: an override with a sweep, as Optuna's distribution and as text for Hydra."""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.space.texts import as_text, plain, same

if TYPE_CHECKING:
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import Override
    from optuna import Trial


MOST = 1_000_000  # values of a range


@dataclass(frozen=True)
class Parameter:
    """Attributes:
    key: of the override, with its `+` if it has one; the parameter's name in the study.
    text: the sweep as typed.
    choices: the values as texts, where they can be enumerated.
    values: the same as Optuna stores them; None for numbers that are drawn from `low` to `high`.
    low, high, step, log, whole: of numbers: both ends belong, `whole` for integers.
    when: key -> values under which the parameter exists.
    """

    key: str
    text: str
    choices: tuple[str, ...] | None
    values: tuple[Any, ...] | None = None
    low: float = 0
    high: float = 0
    step: float | None = None
    log: bool = False
    whole: bool = False
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, override: Override, when: Mapping[str, tuple[str, ...]]) -> Parameter:
        """Raises:
        SweepError: an empty sweep, an interval that is upside down, or a logarithm of something not above 0.
        """
        from hydra.core.override_parser.types import IntervalSweep, RangeSweep

        if override.is_delete():
            raise SweepError(f"{override.input_line}: a key that is deleted cannot be in the search space")
        key, text, value = override.get_key_element(), override.get_value_string(), override.value()
        if not override.is_sweep_override():
            only = override.get_value_element_as_str()
            return cls(key, text, (only,), (only,), when=when)
        tags: set[str] = getattr(value, "tags", set())
        if unknown := tags - {"log", "int"}:
            raise SweepError(f"{key}={text}: the tag {min(unknown)} means nothing here; there are log and int")
        if isinstance(value, IntervalSweep):
            assert value.start is not None and value.end is not None
            whole = "int" in tags or (isinstance(value.start, int) and isinstance(value.end, int))
            if not (math.isfinite(value.start) and math.isfinite(value.end)):
                raise SweepError(f"{key}={text}: both ends of an interval are finite numbers")
            low, high = (math.ceil(value.start), math.floor(value.end)) if whole else (value.start, value.end)
            if low >= high and not (whole and low == high):
                raise SweepError(
                    f"{key}={text}: the interval from {value.start} to {value.end} holds nothing"
                    + ("" if value.start < value.end else "; the smaller number comes first")
                )
            parameter = cls(key, text, None, None, low, high, None, "log" in tags, whole, when)
        else:
            _check_length(key, text, value)
            texts = tuple(_texts(override))
            if not texts:
                raise SweepError(f"{key}={text}: nothing to choose from")
            if isinstance(value, RangeSweep) and len(texts) > 1:
                ends = sorted(float(one) for one in (texts[0], texts[-1]))
                whole = all(isinstance(end, int) for end in (value.start, value.stop, value.step))
                low, high = (round(ends[0]), round(ends[1])) if whole else (ends[0], ends[1])
                parameter = cls(key, text, texts, None, low, high, abs(value.step), "log" in tags, whole, when)
                if parameter.log and (not whole or value.step != 1):
                    raise SweepError(
                        f"{key}={text}: tag log needs an interval, or a range of whole numbers in steps of 1"
                    )
            else:
                if tags:
                    raise SweepError(f"{key}={text}: the tag {min(tags)} is for intervals and ranges")
                parameter = cls(key, text, texts, _values(override, texts), when=when)
        if parameter.log and parameter.low <= 0:
            raise SweepError(f"{key}={text}: tag log needs numbers above 0")
        return parameter

    @property
    def examples(self) -> tuple[str, ...]:
        """All choices, or the two ends of a range."""
        return (
            self.choices
            if self.values is not None and self.choices
            else (self._shown(self.low), self._shown(self.high))
        )

    @cached_property
    def _places(self) -> dict[str, int]:
        """Where each choice stands, the first of those that are typed alike."""
        return {choice: i for i, choice in reversed(list(enumerate(self.choices or ())))}

    def suggest(self, trial: Trial) -> str:
        """Asks Optuna for a value; returns it as text. A constant is none of Optuna's parameters."""
        if self.values is not None:
            assert self.choices is not None
            if len(self.values) == 1:
                return self.choices[0]
            value = trial.suggest_categorical(self.key, self.values)
            return self.choices[_index(self.values, value)]
        if self.whole:
            step = int(self.step or 1)
            return str(trial.suggest_int(self.key, int(self.low), int(self.high), step=step, log=self.log))
        return self._shown(trial.suggest_float(self.key, self.low, self.high, step=self.step, log=self.log))

    def _shown(self, value: float) -> str:
        return str(int(value)) if self.whole else repr(float(value))

    def value_of(self, text: str, where: str) -> Any:
        """What Optuna stores for a value given as text; None for a constant.

        Raises:
            SweepError: the parameter cannot have this value.
        """
        if self.values is not None:
            assert self.choices is not None
            place = self._places.get(text)
            if place is None:
                place = next((i for i, choice in enumerate(self.choices) if same(choice, text)), None)
            if place is None:
                raise SweepError(f"{where}: {self.key}={text} is not one of {', '.join(self.choices)}")
            return self.values[place] if len(self.values) > 1 else None
        with suppress(ValueError):
            number = float(text)
            if self.low <= number <= self.high and (not self.whole or number.is_integer()):
                return int(number) if self.whole else number
        raise SweepError(f"{where}: {self.key}={text} is not in {self.text}")


def parsed(parser: OverridesParser, key: str, node: Any) -> Parameter:
    """An entry of `hydra.sweeper.params`: a sweep as text, a single value, or `{when: {KEY: VALUE}, is: SWEEP}`.

    Raises:
        SweepError: anything else.
    """
    from hydra.errors import HydraException

    where = f"hydra.sweeper.params.{key}"
    when: dict[str, tuple[str, ...]] = {}
    if isinstance(node, Mapping):
        if set(node) != {"when", "is"} or not isinstance(node["when"], Mapping):
            raise SweepError(f"{where}: a condition is written {{when: {{KEY: VALUE}}, is: SWEEP}}, got {dict(node)}")
        for other, values in node["when"].items():
            several = values if isinstance(values, list) else [values]
            when[plain(str(other))] = tuple(as_text(value) for value in several)
        node = node["is"]
    if isinstance(node, list | Mapping):
        raise SweepError(f"{where}: write a sweep such as choice(a,b), range(1,5) or interval(0.0,1.0), got {node}")
    try:
        (override,) = parser.parse_overrides([f"{key}={as_text(node)}"])
    except HydraException as error:
        raise SweepError(f"{where}: {node!r} is no sweep of Hydra's grammar: {str(error).splitlines()[0]}") from None
    return Parameter.of(override, when)


def _check_length(key: str, text: str, value: Any) -> None:
    """Raises:
    SweepError: a range with more values than anyone lists.
    """
    from hydra.core.override_parser.types import RangeSweep

    if isinstance(value, RangeSweep):
        ends = float(value.start or 0), float(value.stop or 0), float(value.step or 0)
        if not all(map(math.isfinite, ends)) or not ends[2] or (ends[1] - ends[0]) / ends[2] > MOST:
            raise SweepError(
                f"{key}={text}: a range has at most {MOST} values, and a step other than 0; an interval such as "
                "int(interval(0,1000000)) has any number"
            )


def _texts(override: Override) -> list[str]:
    """The values of a discrete sweep as texts, in the order in which they stand there."""
    from hydra.core.override_parser.types import ChoiceSweep, Transformer

    value = override.value()
    if isinstance(value, ChoiceSweep):  # not by its iterator, which shuffles anew each time
        return [Transformer.str(one) for one in value.list]
    return list(override.sweep_string_iterator())


def _values(override: Override, texts: tuple[str, ...]) -> tuple[Any, ...]:
    """Choices as Optuna stores them: numbers, booleans and words as such, anything else as its text."""
    from hydra.core.override_parser.types import ChoiceSweep, QuotedString

    value = override.value()
    if not isinstance(value, ChoiceSweep):
        return texts
    raw = [one.text if isinstance(one, QuotedString) else one for one in value.list]
    # Optuna compares choices, and to Python 1, 1.0 and True are the same, and NaN is not itself.
    plain_values = all(isinstance(one, str | int | float | bool) and one == one for one in raw)
    return tuple(raw) if plain_values and len(set(raw)) == len(raw) else texts


def _index(values: tuple[Any, ...], value: Any) -> int:
    return next(i for i, one in enumerate(values) if type(one) is type(value) and one == value)
