"""`worker` and `workers`: an application joins a sweep that runs elsewhere, once here or many times on a cluster."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hydra_slots import clusters
from hydra_slots.errors import SweepError
from hydra_slots.redaction import redacted
from hydra_slots.settings import meaning
from hydra_slots.space.texts import typed

WORKER_ACTIONS = {
    "worker": "join a study from anywhere",
    "workers": "start many workers on a SLURM or Ray cluster",
}
# What a worker takes, and the setting of the sweeper that each stands for.
SETTINGS = {"study": "study_name", "storage": "storage", "slots": "slots"}
FLAGS = (("-cp", "--config-path"), ("-cn", "--config-name"), ("-cd", "--config-dir"))


@dataclass(frozen=True)
class Program:
    """Who offers the actions.

    Attributes:
        name: as it is typed.
        module: what `python -m` starts it with.
        application: runs the one application that it has, under these arguments; None where the command line names one.
    """

    name: str = "hydra-slots"
    module: tuple[str, ...] = ("hydra_slots",)
    application: Callable[[list[str]], None] | None = None


def start_worker(action: str, arguments: Sequence[str], program: Program) -> None:
    """Becomes a worker, or starts many.

    Raises:
        SweepError: an argument is not `KEY=VALUE`, a key is unknown, or the application, study or storage is missing.
    """
    chosen, unknown = _parser(action, program).parse_known_intermixed_args(arguments)
    words = [*chosen.words, *unknown]
    if action == "workers":
        file = clusters.WorkersFile.read(words.pop(0) if words else "FILE")
    command = [] if program.application else _application(chosen, words, program)
    words = words[bool(command) and not chosen.module :]
    if command and not any(word.startswith("hydra/sweeper=") for word in words):
        words = ["hydra/sweeper=slots", *words]  # as the sweep may have been told on its command line
    overrides = joining(words, program)  # a mistake is better found here than on every machine
    if action == "workers":
        print(clusters.start(file, [sys.executable, "-m", *program.module, "worker", *command, *words]))
    elif program.application:
        program.application(["-m", *overrides])
    else:
        os.execv(sys.executable, [sys.executable, *command, "-m", *overrides])


def joining(words: Sequence[str], program: Program) -> list[str]:
    """`study=... storage=...` as overrides of a multirun that joins the study instead of starting one.

    Raises:
        SweepError: a word is not `KEY=VALUE`, a key is unknown, or study or storage is missing.
    """
    overrides = ["hydra.sweeper.worker=true"]
    given = set()
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or not value or (key not in SETTINGS and not key.startswith(("hydra.", "hydra/"))):
            meant = meaning(key.lstrip("-"), SETTINGS)
            raise SweepError(
                f"{redacted(word)!r}: {meant}give KEY=VALUE, with KEY one of {', '.join(SETTINGS)} or a key of hydra"
            )
        given.add(key)
        shown = value if key == "slots" else typed(value)  # which may be a mapping; the others are texts
        overrides.append(f"hydra.sweeper.{SETTINGS[key]}={shown}" if key in SETTINGS else word)
    missing = [f"{key}=..." for key in ("study", "storage") if key not in given]
    if missing:
        app = "" if program.application else "app.py "
        raise SweepError(
            f"{' and '.join(missing)} missing; a worker joins a study that a sweep elsewhere has started, "
            f"such as: {program.name} worker {app}study=losses storage=env:SWEEP_STORAGE"
        )
    return overrides


def _application(chosen: argparse.Namespace, words: Sequence[str], program: Program) -> list[str]:
    """The application's start as arguments of Python, with the flags by which it finds its config.

    Raises:
        SweepError: none is named, or there is no such file.
    """
    flags = [f"{flag}={value}" for _, flag in FLAGS if (value := getattr(chosen, flag[2:].replace("-", "_")))]
    if chosen.module and "=" not in chosen.module:
        return ["-m", chosen.module, *flags]
    if not words or "=" in words[0]:
        raise SweepError(
            "no application; name its script, or its module by -m MODULE, such as: "
            f"{program.name} worker app.py study=losses storage=env:SWEEP_STORAGE"
        )
    if not Path(words[0]).is_file():
        raise SweepError(f"{words[0]}: no such file; name the application's script, or its module by -m MODULE")
    return [os.path.abspath(words[0]), *flags]  # tasks of Ray start elsewhere


def _parser(action: str, program: Program) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"{program.name} {action}", description=WORKER_ACTIONS[action])
    told = "of each worker: " if action == "workers" else ""
    app = "" if program.application else "APP "
    file = "FILE " if action == "workers" else ""
    parser.usage = f"{program.name} {action} {file}{app}study=... storage=... [slots=...]"
    parser.add_argument("words", nargs="*", metavar="KEY=VALUE", help=f"{told}study, storage, slots, or a key of hydra")
    if not program.application:
        parser.add_argument("-m", "--module", help="the application as a module, instead of its script APP")
        for short, long in FLAGS:
            parser.add_argument(short, long, help="as the sweep was started")
    return parser
