"""Numbers of the configuration: nonsense is refused by key, rule and value, before anything is built."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from ner_lab.commands import config_folders, hydra_app
from ner_lab.training.assembly import check_settings
from ner_lab.types import UserError

CONF = Path(__file__).parents[2] / "conf"
GROUPS = ("data", "model", "model/between", "model/head", "loss", "optimizer", "scheduler", "trainer", "callbacks")
_SHOWN = {"model": ("minilm",), "callbacks": ("default", "early_stopping"), "trainer": ("cpu", "ddp")}
FORMATS = ("data=hub", "data=column", "data=csv", "data=newswire")  # the other data sets have the keys of these
OPTIONS = [
    option
    for group in GROUPS
    for file in sorted((CONF / group).glob("*.yaml"))
    if (option := f"{group}={file.stem}") in FORMATS or (group != "data" and file.stem in _SHOWN.get(group, file.stem))
]
NONSENSE = (0, -1, math.nan, math.inf, 1e9, 10**30, "text", None, [1], {"a": 1})


@cache
def composed(*words: str) -> dict[str, Any]:
    hydra_app.set_up()
    cfg = config_folders.configs("train").composed(["model=tiny", "logger=none", *words])
    assert cfg is not None
    plain = OmegaConf.to_container(cfg, resolve=False)
    assert isinstance(plain, dict)
    del plain["hydra"]
    plain["run_dir"] = "run"
    return plain


def numbers(node: DictConfig, above: str = "") -> Iterator[str]:
    """Keys whose value is a number, and those that may be one: null."""
    for name in node:
        child = node._get_node(name)
        if isinstance(child, DictConfig) and not child._is_none() and not child._is_interpolation():
            yield from numbers(child, f"{above}{name!s}.")
        elif child is not None and isinstance(child._value(), int | float | None) and child._value() is not True:
            yield f"{above}{name!s}"


def checked(words: tuple[str, ...], key: str, value: object) -> str:
    """What is said of a value; "" where it passes."""
    cfg = OmegaConf.create(composed(*words))
    OmegaConf.update(cfg, key, value, merge=False, force_add=True)
    if OmegaConf.is_missing(cfg.data, "dir"):
        cfg.data.dir = "folder"
    if OmegaConf.is_missing(cfg.data, "name"):
        cfg.data.name = "set"
    part = key.partition(".")[0]
    try:
        check_settings(cfg[part], part)
    except (UserError, OmegaConfBaseException) as error:
        return str(error)
    return ""


@pytest.mark.seconds
@pytest.mark.parametrize("option", OPTIONS)
def test_no_number_of_the_configuration_ends_in_anything_but_a_message(option: str) -> None:
    cfg = OmegaConf.create(composed(option))
    part = option.partition("=")[0].replace("/", ".")
    keys = list(numbers(OmegaConf.select(cfg, part), f"{part}."))
    for key in keys:
        for value in NONSENSE:
            said = checked((option,), key, value)
            assert "\n" not in said
            assert said or not isinstance(value, float) or math.isfinite(value), f"{key}={value}"


@pytest.mark.parametrize(
    ("key", "wrong", "right"),
    [
        ("trainer.max_epochs", (-1, 0), (1, None)),
        ("trainer.max_steps", (0, -2), (-1, 1)),
        ("trainer.accumulate_grad_batches", (0, -1), (1, 4)),
        ("trainer.gradient_clip_val", (-1.0, math.nan), (0, 1.0, None)),
        ("trainer.val_check_interval", (0, 0.0, -1, 1.5), (0.5, 1.0, 200)),
        ("trainer.limit_train_batches", (0, 0.0, -1), (0.5, 3)),
        ("trainer.limit_val_batches", (-1, 2.5), (0, 1.0, 3)),
        ("data.batch_size", (0, -1), (1,)),
        ("data.eval_batch_size", (0,), (1,)),
        ("data.num_workers", (-1, 10**9), (0, 2)),
        ("data.size", (0, -5), (1, 3000)),
        ("data.folds", (0, 1), (2,)),
        ("data.type_noise", (-0.1, 1.1), (0.0, 1.0)),
        ("data.seed", (-1, 2**40), (0, 2**32 - 1)),
        ("data.imbalance", (-1,), (0.5,)),
        ("optimizer.lr", (0, -1e-3, math.nan, math.inf), (1e-3,)),
        ("optimizer.head_lr", (0,), (None, 1e-3)),
        ("optimizer.layer_decay", (0, 1.1), (1, 0.9)),
        ("optimizer.algorithm.betas", ([0.9, 1.0], [-1, 0.9]), ([0.9, 0.99],)),
        ("scheduler.warmup", (-0.1,), (0, 0.1, 100)),
        ("model.dropout", (2, 1.0, -0.1), (0, 0.5)),
        ("model.encoder.dropout", (2,), (None, 0.1)),
        ("model.encoder.freeze_layers", (-2,), (-1, 0, 2)),
        ("model.lora.r", (-1,), (0, 8)),
        ("callbacks.checkpoint.every_n_steps", (0, -1), (1,)),
    ],
)
def test_bounds(key: str, wrong: tuple[object, ...], right: tuple[object, ...]) -> None:
    for value in wrong:
        said = checked((), key, value)
        assert said.startswith((f"{key} must be", "model.encoder.lora.r must be")) and f"got {_one(value)}" in said
    for value in right:
        assert checked((), key, value) == ""


def _one(value: object) -> str:
    return "" if isinstance(value, list) else str(value)


def test_a_run_may_go_without_evaluations_in_between() -> None:
    assert checked(("trainer=cpu",), "trainer.limit_val_batches", 0) == ""
    assert "0 for none" in checked(("trainer=cpu",), "trainer.limit_val_batches", -1)
