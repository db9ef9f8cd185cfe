"""`ner-lab sweep`: looks at the sweeps of trainings, running or not, and joins them."""

from __future__ import annotations

from collections.abc import Sequence

from hydra_slots import command
from ner_lab.commands import COMMANDS, hydra_app


def start(arguments: Sequence[str]) -> None:
    """Runs the command of hydra-slots; its workers are training applications."""
    train = COMMANDS["train"]
    command.start(
        arguments, command.Program("ner-lab sweep", ("ner_lab", "sweep"), lambda words: hydra_app.start(train, words))
    )
