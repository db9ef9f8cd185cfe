"""`ner-lab COMMAND`: finds the command, and imports nothing heavy before that."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

HELP = """\
ner-lab: train, evaluate and compare named-entity recognisers

usage: ner-lab COMMAND [OVERRIDES]        `ner-lab COMMAND --help` shows examples and settings

  train        train a tagger, score it on dev and test       ner-lab train loss=cross_entropy seed=1
  evaluate     score a run on a split, or on other data       ner-lab evaluate run=RUN data.split=test
  report       one page on a run: errors, scores, advice      ner-lab report run=RUN
  compare      which way of training wins, is it real         ner-lab compare outputs/DATE/TIME-multirun by=loss
  predict      tag raw text or JSON lines with a run          ner-lab predict run=RUN input=FILE output=FILE
  export       hand a run on to transformers                  ner-lab export run=RUN output=my_tagger
  data         show a corpus: sizes, types, scheme, overlap   ner-lab data data.dir=DIR json=FILE
  data errors  rank likely label errors by a run's model      ner-lab data errors run=RUN folds=5
  prepare      turn raw files into train, dev and test files  ner-lab prepare data.dir=RAW output=DIR data.ratio=0.8
  convert      from any format to any other                   ner-lab convert data.dir=DIR output=DIR format=jsonl
  pipeline     prepare, train and evaluate in one go          ner-lab pipeline data.dir=RAW
  sweep        look at a sweep, retry, draw and join it      ner-lab sweep status outputs/DATE/TIME-multirun
  scalars      curves as CSV and as figures for a paper       ner-lab scalars outputs/DATE/TIME output=curves
  tensorboard  open the curves of all runs                    ner-lab tensorboard outputs

An override is KEY=VALUE, or GROUP=OPTION for a file of the configuration (model, model/head, loss, data, ...).
`ner-lab train -m loss=nll,cross_entropy seed=1,2,3` runs every combination.
Tab completion: eval "$(ner-lab -sc install=bash)"
"""


def _hydra(name: str) -> Callable[[list[str]], None]:
    def command(arguments: list[str]) -> None:
        from ner_lab import applications

        applications.start(name, arguments)

    return command


def _data(arguments: list[str]) -> None:
    errors = arguments[:1] == ["errors"]
    _hydra("data_errors" if errors else "data")(arguments[errors:])


def _tensorboard(arguments: list[str]) -> None:
    from ner_lab import tensorboard_command

    tensorboard_command.start(arguments)


def _compare(arguments: list[str]) -> None:
    from ner_lab.report import compare

    compare.start(arguments)


def _scalars(arguments: list[str]) -> None:
    from ner_lab.report import scalars

    scalars.start(arguments)


def _sweep(arguments: list[str]) -> None:
    from hydra_slots.command import Program, start

    start(arguments, Program("ner-lab sweep", ("ner_lab", "sweep"), _hydra("train")))


COMMANDS: dict[str, Callable[[list[str]], None]] = {
    **{
        name: _hydra(name)
        for name in ("train", "evaluate", "report", "predict", "export", "prepare", "convert", "pipeline")
    },
    "data": _data,
    "compare": _compare,
    "scalars": _scalars,
    "sweep": _sweep,
    "tensorboard": _tensorboard,
}


def main() -> None:
    """Entry point of the console script and of `python -m ner_lab`."""
    arguments = sys.argv[1:]
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP, end="")
    elif arguments[0] == "--version":
        from importlib.metadata import version

        print(f"ner-lab {version('ner-lab')}")
    elif arguments[0] in ("-sc", "--shell-completion"):
        _complete(arguments)
    elif arguments[0] in COMMANDS:
        COMMANDS[arguments[0]](arguments[1:])
    else:
        print(f"ner-lab: no command {arguments[0]!r}; the commands are {', '.join(COMMANDS)}", file=sys.stderr)
        sys.exit(2)


def _complete(arguments: list[str]) -> None:
    """Shell completion: of the command's name here, of its overrides by Hydra, which must not see that name."""
    if not any(argument.startswith("query=") for argument in arguments):
        sys.argv[0] = "ner-lab"  # the name to complete, also for `python -m ner_lab`
        COMMANDS["train"](arguments)
        return
    line = os.environ.get("COMP_LINE", "")
    program, _, rest = line.partition(" ")
    name, space, overrides = rest.lstrip().partition(" ")
    if not space:
        print("\n".join(command for command in COMMANDS if command.startswith(name)))
    elif name in COMMANDS and name not in ("compare", "scalars", "sweep", "tensorboard"):
        os.environ["COMP_LINE"] = f"{program} {overrides}"
        os.environ["COMP_POINT"] = str(len(os.environ["COMP_LINE"]))
        COMMANDS[name](arguments)
