"""What tells systems apart, and what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from ner_lab.report.run_settings import RunSettings, chosen
from ner_lab.report.runs import Run
from ner_lab.types import UserError


def run(words: str, choices: dict[str, str] | None = None, **config) -> Run:
    base = {"loss": {"_target_": "ner_lab.losses.NLL"}, "optimizer": {"lr": 0.001}, "seed": 0}
    return Run(Path("r"), config=base | config, overrides=tuple(words.split()), choices=choices or {})


def focal(gamma: float) -> dict:
    return {"_target_": "ner_lab.losses.Focal", "gamma": gamma}


@pytest.mark.parametrize(
    ("runs", "keys", "labels"),
    [
        ([run(""), run("loss=focal", loss=focal(2.0))], ["loss"], ["NLL", "Focal"]),
        ([run("seed=1", seed=1), run("seed=2", seed=2)], [], ["", ""]),
        (
            [run("loss=focal loss.gamma=1", loss=focal(1.0)), run("loss=focal loss.gamma=2.5", loss=focal(2.5))],
            ["loss"],
            ["Focal(gamma=1)", "Focal(gamma=2.5)"],
        ),
        (
            [
                run("loss=focal", loss=focal(2.0)),
                run("loss=focal optimizer.lr=1e-4", loss=focal(2.0), optimizer={"lr": 1e-4}),
            ],
            ["optimizer.lr"],
            ["lr=0.001", "lr=0.0001"],
        ),
        (  # rounding makes no two settings one
            [run("optimizer.lr=1e-3", optimizer={"lr": 1e-3}), run("optimizer.lr=x", optimizer={"lr": 0.0010000001})],
            ["optimizer.lr"],
            ["lr=0.001", "lr=0.0010000001"],
        ),
        (  # what follows from another setting by interpolation is no setting of its own
            [
                run("model=a", {"model": "a"}, model={"name": "a"}, optimizer={"lr": 1}),
                run("model=b", {"model": "b"}, model={"name": "b"}, optimizer={"lr": 2}),
            ],
            ["model"],
            ["a", "b"],
        ),
        (  # a node without option or class, and one that is not there
            [run("a.b=1", a={"b": 1}), run("a.b=2", a={"b": 2}), run("~a")],
            ["a"],
            ["a(b=1)", "a(b=2)", "no a"],
        ),
        ([run("a=[x,y]", a={"x": {"z": 1}}), run("a=x", {"a": "x"}, a={"x": {"z": 2}})], ["a"], ["a", "x"]),
        (  # differences that nobody typed: the config says what
            [run(""), run("", loss=focal(2.0), optimizer={"lr": 5})],
            ["loss"],
            ["NLL", "Focal"],
        ),
        ([run("", data={"fold": 0}), run("", data={"fold": 1})], [], ["", ""]),
        ([run("", run_dir="x/1", a="x/1/c"), run("", run_dir="x/2", a="x/2/c")], [], ["", ""]),
    ],
)
def test_keys_and_labels(runs, keys, labels):
    settings = RunSettings(runs)
    assert chosen(settings, None) == keys
    assert [settings.label(number, keys) for number in range(len(runs))] == labels


def test_labels_say_everything_once_and_tell_keys_of_the_same_last_word_apart():
    runs = [run("", loss=focal(g), model={"lr": r}, optimizer={"lr": r}) for g, r in ((1.0, 0.1), (2.0, 0.2))]
    settings = RunSettings(runs)
    assert settings.label(0, ["loss", "loss.gamma"]) == "Focal, gamma=1"
    assert settings.label(1, ["model.lr", "optimizer.lr"]) == "model.lr=0.2, optimizer.lr=0.2"
    assert settings.label(1, ["model.lr", "loss"]) == "lr=0.2, Focal(gamma=2)"


def test_groups_within_groups_are_written_with_slash_or_dot():
    heads = [{"head": {"_target_": f"ner_lab.models.{name}"}} for name in ("LinearHead", "CRFHead")]
    runs = [run(f"model/head={name}", model=head) for name, head in zip(("linear", "crf"), heads, strict=True)]
    settings = RunSettings(runs)
    assert chosen(settings, ["model/head"]) == chosen(settings, None) == ["model.head"]
    assert settings.label(1, ["model.head"]) == "CRFHead"
    with pytest.raises(UserError, match=r"by=head: no run has this key.*model\.head"):
        chosen(settings, ["head"])
