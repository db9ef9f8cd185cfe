"""What a study was started with, and how another command differs from it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from hydra_slots.errors import SweepError
from hydra_slots.space.search_space import Space
from hydra_slots.visible import visible

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


def _mapping(path: str) -> Mapping[str, str]:
    from hydra.utils import get_object

    try:
        found = get_object(path)
    except Exception as error:
        reason = str(error).splitlines()[0]
        raise SweepError(f"hydra.sweeper.renamed={path}: no such mapping ({reason}); give MODULE.NAME") from None
    if not isinstance(found, Mapping):
        raise SweepError(f"hydra.sweeper.renamed={path}: it is no mapping from old names to new ones, but {found!r}")
    return found


def _today(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {key: _today(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_today(value, names) for value in node]
    return names.get(node, node) if isinstance(node, str) else node


def differences(
    before: Mapping[str, Any], now: Mapping[str, Any], renamed: Mapping[str, str] | str | None = None
) -> str:
    """What has changed, a line each: `config.optimizer.lr: was 0.001, now 0.01`; empty if nothing has.

    Args:
        before, now: what `describe` gave.
        renamed: `hydra.sweeper.renamed`, for what is called otherwise today; a path is imported only if need be. A name
            `+KEY` is a key that the config did not have then; with its value there all is as it was.

    Raises:
        SweepError: the path leads to no mapping.
    """
    if renamed and digest(before) != digest(now):
        names = _mapping(renamed) if isinstance(renamed, str) else renamed
        before, now = _today(before, names), _today(now, names)
        since = {f"config.{name[1:]}": value for name, value in names.items() if name.startswith("+")}
    else:
        since = {}
    old, new = dict(_flat(before)), dict(_flat(now))
    new = {key: value for key, value in new.items() if key in old or key not in since or value != since[key]}
    keys = [key for key in {**old, **new} if _shown(old, key) != _shown(new, key)]
    lines = [f"  {visible(key)}: was {_shown(old, key)}, now {_shown(new, key)}" for key in keys[:SHOWN]]
    return "\n".join(lines + [f"  and {len(keys) - SHOWN} more"] * (len(keys) > SHOWN))


def _flat(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping) and node:
        for key, value in node.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    else:
        yield path, node


def _shown(values: Mapping[str, Any], key: str) -> str:
    return json.dumps(values[key]) if key in values else "absent"
