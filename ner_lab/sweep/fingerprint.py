"""What a study was started with, and how another command differs from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ner_lab.sweep.space import Space

if TYPE_CHECKING:
    from omegaconf import DictConfig

SHOWN = 8  # differences named in a message


def describe(space: Space, config: DictConfig, directions: list[str], seeds: list[int] | None) -> dict[str, Any]:
    """Everything on which the value of a trial depends, as JSON: the space, and the config that it varies."""
    from omegaconf import OmegaConf

    base = OmegaConf.to_container(config, resolve=False)
    assert isinstance(base, dict)
    base.pop("hydra", None)
    described: dict[str, Any] = {"space": space.describe(), "config": base, "directions": directions, "seeds": seeds}
    if space.extension:
        described["custom_search_space"] = space.extension.path
    result: dict[str, Any] = json.loads(json.dumps(described, default=str))
    return result


def digest(described: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """What has changed, a line each: `config.optimizer.lr: was 0.001, now 0.01`."""
    old, new = dict(_flat(before)), dict(_flat(now))
    keys = [key for key in {**old, **new} if old.get(key, _flat) != new.get(key, _flat)]
    lines = [f"  {key}: was {_shown(old, key)}, now {_shown(new, key)}" for key in keys[:SHOWN]]
    return "\n".join(lines + [f"  and {len(keys) - SHOWN} more"] * (len(keys) > SHOWN))


def _flat(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, node


def _shown(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key]) if key in values else "absent"
