"""Settings are checked against annotations, and what is wrong is said by key, type and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import wraps
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import pytest
from hydra import compose, initialize_config_module
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf
from pytorch_lightning import Trainer
from pytorch_lightning.loggers import TensorBoardLogger
from pytorch_lightning.strategies import DDPStrategy

from ner_lab.data.formats.jsonl import JsonlData
from ner_lab.losses import Focal
from ner_lab.training.assembly import build, check_settings
from ner_lab.training.setting_types import check, describe, fits
from ner_lab.types import UserError

CONF = Path(str(files("ner_lab.conf")))


class Base:
    def __init__(self, size: int = 1, share: float = 0.5) -> None:
        self.size, self.share = size, share


class Child(Base):
    """Hands on what it does not know, as the data sets do."""

    def __init__(
        self,
        folder: str,
        names: Sequence[str] | None = None,
        mode: Literal["a", "b"] = "a",
        weights: Mapping[str, float] | None = None,
        flag: bool = False,
        anything: Any = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.folder = folder


def picky(rate: float, steps: int = 1) -> float:
    if rate <= 0:
        raise ValueError(f"rate must be > 0, got {rate}")
    return rate * steps


RIGHT = {
    "folder": "x",
    "names": ["a"],
    "mode": "b",
    "weights": {"PER": 2},
    "flag": True,
    "anything": object(),
    "size": 3,
    "share": 1,
}


def test_settings_that_fit_pass() -> None:
    check(Child, RIGHT, "data")
    check(Child, {"folder": "x", "names": None, "weights": None, "share": 0.25}, "data")
    check(picky, {"rate": 1}, "optimizer")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("folder", 3, "text"),
        ("folder", None, "text"),
        ("names", "a,b", "a list or null"),
        ("mode", "c", "a or b"),
        ("weights", [1], "a mapping or null"),
        ("flag", "yes", "true or false"),
        ("flag", 1, "true or false"),
        ("size", 1.5, "a whole number"),
        ("size", True, "a whole number"),
        ("size", "3", "a whole number"),
        ("share", "0.5", "a number"),
        ("share", None, "a number"),
    ],
)
def test_a_wrong_type_is_refused_by_key_rule_and_value(name: str, value: object, rule: str) -> None:
    with pytest.raises(UserError) as caught:
        check(Child, {**RIGHT, name: value}, "data")
    assert str(caught.value) == f"data.{name} must be {rule}, got {value!r}"


@pytest.mark.parametrize(
    ("target", "name", "known"),
    [
        (Base, "sise", "size, share"),
        (Focal, "gama", "gamma"),
        (JsonlData, "siz", "size"),
        (Trainer, "max_epoch", "max_epochs"),
        (picky, "step", "steps"),
        (TensorBoardLogger, "foo", "save_dir.*flush_secs"),  # which takes anything, and hands it on when it first logs
        (TensorBoardLogger, "log_dir", "sub_dir.*flush_secs"),  # and gives this itself
    ],
)
def test_a_setting_that_there_is_not_is_refused_with_those_that_there_are(target, name, known) -> None:
    with pytest.raises(
        UserError, match=rf"key\.{name}: {target.__name__} has no such setting; there (is|are) .*{known}"
    ):
        check(target, {name: 1}, "key")


class Popping(Base):
    def __init__(self, **settings: Any) -> None:
        self.separator = settings.pop("separator", "")
        super().__init__(**settings)


class Made:
    def __new__(cls, extra: int = 0) -> Made:
        return super().__new__(cls)


@wraps(picky)
def wrapping(*arguments: Any, loud: bool = False, **settings: Any) -> float:
    return picky(*arguments, **settings)


@pytest.mark.parametrize("target", [lambda **anything: None, dict, Popping, Made, wrapping, DDPStrategy])
def test_what_may_take_anything_takes_anything(target) -> None:
    check(target, {"separator": 1, "loud": 1, "extra": 1, "static_graph": 1}, "key")


@pytest.mark.parametrize("option", [f"trainer={name.stem}" for name in (CONF / "trainer").glob("[!b]*.yaml")])
def test_the_settings_of_the_options_that_we_bring_are_known(option) -> None:
    with initialize_config_module("ner_lab.conf", version_base="1.3"):
        check_settings(compose("train", [option, "run_dir=x"]).trainer, "trainer")


def test_a_nested_target_is_left_to_its_own_check() -> None:
    check(Child, {"folder": {"_target_": "somewhere.Else"}}, "data")
    with pytest.raises(UserError, match=r"data\.folder must be text"):
        check(Child, {"folder": {"else": 1}}, "data")


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()))
def test_union_fits_what_one_of_its_options_fits(value: object) -> None:
    options = (int, float, str, bool, type(None), list[int])
    for first in options:
        for second in options:
            assert fits(value, first | second) == (fits(value, first) or fits(value, second))
    assert sum(fits(value, option) for option in options) == (2 if type(value) is int else 1)  # a whole number is one


def test_types_are_described_in_words() -> None:
    assert describe(int | None) == "a whole number or null"
    assert describe(Literal["first", "mean"]) == "first or mean"
    assert describe(list[str] | tuple[str, ...]) == "a list"


def test_a_config_is_checked_at_every_depth() -> None:
    config = {
        "outer": {
            "_target_": f"{__name__}.Child",
            "folder": "x",
            "anything": {"_target_": f"{__name__}.Base", "size": 2},
        }
    }
    check_settings(OmegaConf.create(config))
    config["outer"]["anything"]["size"] = "two"  # type: ignore[index]
    with pytest.raises(UserError, match=r"^outer\.anything\.size must be a whole number, got 'two'$"):
        check_settings(OmegaConf.create(config))


def test_a_target_that_does_not_exist_is_refused_by_key() -> None:
    for target in ("ner_lab.losses.no_such_file.Loss", "no_such_package.Loss", "ner_lab.losses.loss.NoSuchLoss"):
        with pytest.raises(UserError, match=r"^loss\._target_="):
            check_settings(OmegaConf.create({"loss": {"_target_": target}}))


def test_a_value_the_target_refuses_is_an_error_with_its_key() -> None:
    target = f"{__name__}.picky"
    assert build(OmegaConf.create({"_target_": target, "rate": 2.0}), "optimizer", steps=3) == 6
    for settings in ({"rate": -1.0}, {"rate": 1.0, "rat": 2}):
        with pytest.raises(UserError, match=r"^optimizer \(.*picky\): .*(rate must be > 0, got -1\.0|'rat')"):
            build(OmegaConf.create({"_target_": target, **settings}), "optimizer")


def test_arguments_of_the_program_are_never_read_as_config() -> None:
    label = "${oc.env:HOME}"
    made = build(OmegaConf.create({"_target_": f"{__name__}.Child"}), "data", folder=label)
    assert made.folder == label
