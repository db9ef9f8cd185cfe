"""Settings of a command's own: of the type of their default, before anything is read or written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from omegaconf import DictConfig, ListConfig, OmegaConf

from ner_lab.types import UserError


def check_own(cfg: DictConfig, packaged: Mapping[str, Any], above: str = "") -> None:
    """Refuses a switch that is neither true nor false, and what is no text where one is wanted (5 is the text `5`).

    Args:
        cfg: the composed config.
        packaged: the file of conf/ that has the defaults; null there is a text that may be left out.
        above: the key of `cfg`, with a dot.

    Raises:
        UserError: naming the key, the rule and the value.
    """
    for name, default in packaged.items():
        if OmegaConf.is_missing(cfg, name):
            continue
        key, value = f"{above}{name}", cfg.get(name)
        if isinstance(default, Mapping) and isinstance(value, DictConfig):
            if name != "hydra" and "_target_" not in default:
                check_own(value, default, f"{key}.")
        elif isinstance(default, bool):
            if not isinstance(value, bool):
                raise UserError(f"{key}={value}: must be true or false")
        elif isinstance(default, float):
            if not isinstance(value, int | float) or isinstance(value, bool):
                raise UserError(f"{key} must be a number, got {value!r}")
        elif isinstance(default, str | None) and not isinstance(value, str | ListConfig | DictConfig):
            if type(value) in (int, float):
                cfg[name] = str(value)  # a file may be called 5, and a precision be 0.95
            elif value is not None or default is not None:
                raise UserError(f"{key}={'null' if value is None else str(value).lower()}: must be text")
