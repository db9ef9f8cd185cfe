"""`ner-lab sweep`: looks at the sweeps of trainings, running or not, and joins them."""

from __future__ import annotations

from collections.abc import Sequence

from ner_lab.commands import COMMANDS, hydra_app
from ner_lab.sweep import command


def start(arguments: Sequence[str]) -> None:
    """Runs the command; a worker is a training application that joins a study."""
    if arguments[:1] == ["worker"] and not {"-h", "--help"} & set(arguments):
        hydra_app.start(COMMANDS["train"], ["-m", *command.joining(arguments[1:])])
    else:
        command.start(arguments)
