"""The configs of trials: Hydra's own, without the files being read and merged again where only values differ."""

from __future__ import annotations

import os
import pickle
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hydra_slots.space.texts import plain, scalar

if TYPE_CHECKING:
    from hydra.core.config_loader import ConfigLoader
    from hydra.core.override_parser.types import Override
    from omegaconf import DictConfig

MOST = 256  # configs that are remembered, one for each choice of groups


class Composer:
    """Gives what `ConfigLoader.load_sweep_config` does.

    Hydra merges the files that the groups choose, and then sets values, which choose no file. So what it has merged for
    one choice of groups is remembered, and later configs of the same choice differ in values alone. Whatever is not as
    plain as that, or fails, is Hydra's to do from the beginning.

    Args:
        loader: Hydra's.
        master: the config of the sweep.
    """

    def __init__(self, loader: ConfigLoader, master: DictConfig) -> None:
        self.loader, self.master = loader, master
        self._merged: dict[tuple[str, ...], bytes] = {}
        self._groups: dict[str, bool] = {}

    def __call__(self, overrides: Sequence[str]) -> DictConfig:
        """Raises:
        HydraException: as `load_sweep_config`.
        """
        with suppress(Exception):  # then Hydra says what is wrong, if it is
            return self._quickly(list(overrides))
        return self.loader.load_sweep_config(self.master, list(overrides))

    def remember(self, overrides: Sequence[str]) -> None:
        """Merges the files of this choice of groups, so that a process that is forked later need not."""
        with suppress(Exception):
            files, _ = self._split(self._parsed(overrides))
            self._known(files)

    def along(self, points: Iterable[tuple[Sequence[str], dict[str, str]]]) -> Iterator[DictConfig]:
        """The configs of points, given by the overrides that they share and by the values that they add.

        A point that differs from the one before in one plain value has its config, with that value in it; so a config
        is to be looked at, and not to be changed or kept.

        Raises:
            HydraException: as `load_sweep_config`.
        """
        config: DictConfig | None = None
        before: dict[str, str] = {}
        for shared, chosen in points:
            overrides = [*shared, *(f"{key}={value}" for key, value in chosen.items())]
            changed = [key for key in chosen if chosen[key] != before.get(key)]
            one = len(changed) == 1 and list(chosen) == list(before)
            if config is None or not one or not self._set(config, changed[0], chosen[changed[0]]):
                config = self(overrides)
            before = chosen
            yield config

    def _quickly(self, overrides: list[str]) -> DictConfig:
        from omegaconf import OmegaConf

        parsed = self._parsed(overrides)
        files, values = self._split(parsed)
        config: DictConfig = pickle.loads(self._known(files))
        for override in values:
            _update(config, override)
        self._note(config, parsed)
        OmegaConf.copy_cache(from_config=self.master, to_config=config)
        return config

    def _parsed(self, overrides: Sequence[str]) -> list[Override]:
        from hydra.core.override_parser.overrides_parser import OverridesParser

        return list(OverridesParser.create().parse_overrides(list(overrides)))

    def _split(self, overrides: Iterable[Override]) -> tuple[tuple[str, ...], list[Override]]:
        """Those that Hydra needs to find the files, or that are its own; and those that set a value, in their order.

        Raises:
            ValueError: one deletes, and it depends on its place among the others what is there in the end.
        """
        files, values = [], []
        for override in overrides:
            if override.is_delete():
                raise ValueError(f"{override.input_line} deletes")
            group = not isinstance(override.value(), dict) and self._is_group(override.key_or_group)
            own = override.is_sweep_override() or re.match(r"hydra([./]|$)", override.key_or_group)
            if group or own or override.package is not None:
                files.append(str(override.input_line))
            else:
                values.append(override)
        return tuple(files), values

    def _is_group(self, key: str) -> bool:
        """Whether files have this name, those of `hydra.searchpath` included."""
        if key not in self._groups:
            of_sweep = as_typed(self.master.hydra.overrides.hydra)
            name = self.master.hydra.job.config_name
            found = self.loader.get_group_options(key, None, name, of_sweep)
            self._groups[key] = bool(found) or key in self.master.hydra.runtime.choices
        return self._groups[key]

    def _known(self, files: tuple[str, ...]) -> bytes:
        if files not in self._merged:
            while len(self._merged) >= MOST:
                del self._merged[next(iter(self._merged))]
            self._merged[files] = pickle.dumps(self.loader.load_sweep_config(self.master, list(files)))
        return self._merged[files]

    def _note(self, config: DictConfig, overrides: Sequence[Override]) -> None:
        """What Hydra writes of a config's overrides, and of the process that composes it."""
        from omegaconf import OmegaConf, open_dict

        job = config.hydra.job
        task = [override for override in overrides if not override.is_hydra_override()]
        config.hydra.overrides.task = [override.input_line for override in task]
        if not OmegaConf.is_interpolation(job, "override_dirname"):  # which it is since Hydra 1.4
            naming = job.config.override_dirname
            shown = sorted(str(one.input_line) for one in task if one.key_or_group not in naming.exclude_keys)
            job.override_dirname = str(naming.item_sep).join(shown).replace("=", str(naming.kv_sep))
        with open_dict(config.hydra):
            for name in job.env_copy:
                job.env_set[name] = os.environ[name]
        config.hydra.runtime.cwd = os.getcwd()

    def _set(self, config: DictConfig, key: str, text: str) -> bool:
        """Whether a plain value could be set where another one stood; that of a group, or of Hydra, is none."""
        from omegaconf import OmegaConf

        name, value = plain(key), scalar(text)
        try:
            if value is None or re.search(r"^hydra([./]|$)|@", name) or self._is_group(name):
                return False
            OmegaConf.update(config, name, value, merge=True, force_add=key.startswith("+"))
        except Exception:  # the whole composition says what is wrong
            return False
        return True


def as_typed(overrides: Any) -> list[str]:
    """Overrides from a config, in which what they refer to (`${hydra.job.num}`) would be looked for otherwise."""
    from omegaconf import OmegaConf

    typed: Any = OmegaConf.to_container(overrides)
    return list(map(str, typed))


def message(overrides: Sequence[str], error: Exception) -> str:
    """What Hydra has against the overrides."""
    return f"{' '.join(overrides)}: {error}" + (f": {error.__cause__}" if error.__cause__ else "")


def _update(config: DictConfig, override: Override) -> None:
    """Sets a value as Hydra does.

    Raises:
        ValueError: what is to be added is there.
    """
    from omegaconf import OmegaConf

    key, value = override.key_or_group, override.value()
    there = OmegaConf.select(config, key, throw_on_missing=False) is not None
    if override.is_add() and there and not isinstance(value, dict | list):
        raise ValueError(f"{key} is there")
    OmegaConf.update(config, key, value, merge=True, force_add=override.is_add() or override.is_force_add())
