"""The best trial as an experiment config, which runs it again: `best.yaml`."""

from __future__ import annotations

import shlex
from typing import Any

from hydra_slots.errors import SweepError
from hydra_slots.settings import SEED
from hydra_slots.studies.history import History, Record, short
from hydra_slots.studies.trust import names_code
from hydra_slots.visible import visible


def command(history: History, record: Record) -> str:
    """The shell command that runs the trial again, without any file."""
    words = program(history)
    try:
        split = shlex.split(words)
    except ValueError:  # an open quote: no program as it is typed
        split = [words]
    return shlex.join([*split, *overrides(record)])


def program(history: History) -> str:
    """The program of the sweep as it was typed."""
    return str(history.setting.get("app", "APP"))


def overrides(record: Record) -> list[str]:
    """All overrides of the trial."""
    return [str(override) for override in record.user_attrs.get("overrides", [])]


def experiment(history: History, record: Record, trusted: bool = False) -> str:
    """The trial as the text of a config file of the group `experiment`.

    Config groups become `override` entries of its defaults, everything else a tree of values.

    Args:
        trusted: whether the study is one's own, so that its trials may name classes.

    Raises:
        SweepError: the trial deletes keys (`~key`), which no config file can say; or its overrides are none, or name
            code.
    """
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.errors import HydraException
    from omegaconf import OmegaConf

    groups = {str(group).split("@")[0] for group in history.setting.get("groups", [])}
    below: list[Any] = []
    defaults: list[Any] = []
    tree = OmegaConf.create({})
    if not trusted and (reason := names_code(overrides(record))):
        raise SweepError(
            f"trial {record.number} sets {reason}: a config with it would run what the study says; if the study is "
            "yours, add --trust"
        )
    try:
        parsed = OverridesParser.create().parse_overrides(overrides(record))
    except (HydraException, RecursionError) as error:
        raise SweepError(f"trial {record.number}: its overrides are none of Hydra's: {error}") from None
    for override in parsed:
        name = override.key_or_group
        if override.is_delete():
            raise SweepError(
                f"trial {record.number}: {override.input_line} deletes a key, which a config file cannot do; "
                f"run it again with: {command(history, record)}"
            )
        if name == "experiment":  # the file takes this very place, so it carries the other one along
            below.append(override.value())
        elif name in groups or "/" in name:
            place = f"/{name}@{override.package}" if override.package else f"/{name}"
            defaults.append({place if override.is_add() else f"override {place}": override.value()})
        else:
            OmegaConf.update(tree, name, override.value(), force_add=True)
    values = ", ".join(
        f"{name} {short(value)}" for name, value in zip(history.objectives, record.values or (), strict=False)
    )
    seeds = [str(seed) for seed in record.user_attrs.get("seeds") or ()]
    runner = program(history)
    head = [
        "@package _global_",
        f"{runner} {'' if 'experiment' in groups else '+'}experiment=best",
        f"Trial {record.number} of the study {history.name}: {values or record.state}.",
        *([f"That is a mean over seeds: with -m {SEED}={','.join(seeds)} all of them run again."] if seeds else ()),
        "Copy this file to conf/experiment/best.yaml where you start the command. Without the file:",
        command(history, record),
    ]
    entries = [*below, *defaults, "_self_"]
    listed = OmegaConf.to_yaml(OmegaConf.create({"defaults": entries})) if below or defaults else ""
    comments = "".join(f"# {visible(line)}\n" for line in head)
    return comments + listed + (OmegaConf.to_yaml(tree) if tree else "")
