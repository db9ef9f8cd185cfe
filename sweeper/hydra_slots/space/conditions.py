"""Conditions between parameters: in which order they are chosen, and which can hold at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hydra_slots.errors import SweepError
from hydra_slots.space.parameter import Parameter
from hydra_slots.space.texts import same


def check_conditions(found: Mapping[str, Parameter]) -> None:
    """Raises:
    SweepError: a condition that holds under no value of the parameter that it names.
    """
    for parameter in found.values():
        for key, allowed in parameter.when.items():
            choices = found[key].choices if key in found else None
            if choices is None and key in found:
                raise SweepError(
                    f"hydra.sweeper.params.{parameter.key}: when {key}: a condition needs a parameter with choices, "
                    f"and {key} is {found[key].text}"
                )
            for value in allowed:
                if choices is not None and not any(same(value, choice) for choice in choices):
                    raise SweepError(
                        f"hydra.sweeper.params.{parameter.key}: when {key}: {value} never holds, {key} is one of "
                        f"{', '.join(choices)}"
                    )


def ordered(found: Mapping[str, Parameter], known: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Each parameter after those that its condition names; those that can never exist are left out."""
    sorted_: dict[str, Parameter] = {}
    waiting = dict(found)
    while waiting:
        ready = [key for key, p in waiting.items() if not any(other in waiting for other in p.when)]
        if not ready:
            raise SweepError(f"hydra.sweeper.params: the conditions of {' and '.join(waiting)} go in a circle")
        for key in ready[:1]:
            sorted_[key] = waiting.pop(key)
    possible: dict[str, Parameter] = {}
    for key, parameter in sorted_.items():
        if all(_can_be(other, allowed, possible, known) for other, allowed in parameter.when.items()):
            possible[key] = parameter
    return tuple(possible.values())


def _can_be(key: str, allowed: Sequence[str], possible: Mapping[str, Parameter], known: Mapping[str, str]) -> bool:
    if key in possible:
        values: Sequence[str] = possible[key].examples
    else:
        values = [known[key]] if key in known else []
    return any(same(value, one) for value in values for one in allowed)
