"""Config files of the user's own as Hydra reads them: those that nothing could come of are refused by name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from hydra._internal.sources_registry import SourcesRegistry
from omegaconf import DictConfig, _utils

from ner_lab.commands.expansion import bounded_loader
from ner_lab.types import UserError

OF_THE_WHOLE = ("experiment", "debug", "search")  # groups whose files set keys of the whole config
PACKAGE = "# @package _global_"


@contextmanager
def checked_files() -> Iterator[None]:
    """While this lasts Hydra refuses a file that is no mapping, that unfolds into more than the memory holds, or whose
    settings would land where nothing reads them.

    Raises:
        UserError: such a file was read; the text names it.
    """
    files: Any = SourcesRegistry.instance().resolve("file")
    with (
        patch.object(_utils, "get_yaml_loader", bounded_loader),
        patch.object(files, "load_config", _named_in_errors(files.load_config)),
    ):
        yield


def _named_in_errors(load_config: Callable[[Any, str], Any]) -> Callable[[Any, str], Any]:
    def load(source: Any, config_path: str) -> Any:
        file = os.path.join(source.path, source._normalize_file_name(config_path))
        try:
            result = load_config(source, config_path)
        except OSError as error:
            raise UserError(f"{file}: {error.strerror or 'a config is a mapping of settings to values'}") from error
        except UnicodeDecodeError as error:
            raise UserError(f"{file}: not UTF-8 ({error})") from error
        if not isinstance(result.config, DictConfig):
            raise UserError(f"{file}: a config is a mapping of settings to values, got a list")
        group, inside, _ = config_path.partition("/")
        if inside and group in OF_THE_WHOLE and result.header.get("package") is None:
            where = f"its settings land in {group}.*, where nothing reads them"
            raise UserError(f"{file}: its first line must be `{PACKAGE}`; without it, {where}")
        return result

    return load
