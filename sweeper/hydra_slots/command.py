"""`hydra-slots ...`: look at a sweep, try its failed trials again, draw it, join it from another machine."""

from __future__ import annotations

import argparse
import re
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from hydra_slots import ask_command
from hydra_slots.ask_command import ASK_ACTIONS
from hydra_slots.errors import SweepError
from hydra_slots.files import write_whole
from hydra_slots.settings import meaning
from hydra_slots.studies.history import History
from hydra_slots.studies.opening import open_study, readable
from hydra_slots.views.listing import as_json, scores, status, table
from hydra_slots.visible import visible
from hydra_slots.worker_command import WORKER_ACTIONS, Program, start_worker

if TYPE_CHECKING:
    from optuna import Study

EXAMPLES = """\
examples:
  {name} status outputs/2026-01-31/12-00-00-multirun
  {name} best outputs/2026-01-31/12-00-00-multirun
  {name} list FOLDER --json
  {name} retry FOLDER --trials 3 7   then start the sweep's command again
  {name} html FOLDER --output sweep.html
  {name} status FOLDER --storage env:SWEEP_STORAGE   a folder alone is never believed which host to ask
  {name} status --storage env:SWEEP_STORAGE --study losses
  {name} ask FOLDER   then run it, and {name} tell FOLDER NUMBER VALUE
  {name} worker {app}study=losses storage=env:SWEEP_STORAGE slots=2
  {name} workers slurm.yaml {app}study=losses storage=env:SWEEP_STORAGE
"""
ACTIONS = {
    "status": "how far it is, what runs, the best so far",
    "best": "the best trial, the command that runs it again, and best.yaml",
    "list": "all trials",
    "retry": "queue failed trials once more",
    "html": "the plots as one page, sweep.html",
}


def main() -> None:
    """Entry point of the console script."""
    if sys.argv[1:] == ["--version"]:
        from importlib.metadata import version

        print(f"hydra-slots {version('hydra-slots')}")
    else:
        start(sys.argv[1:])


def start(arguments: Sequence[str], program: Program | None = None) -> None:
    """Runs one of the actions; exits with 1 and a line for what the user can mend.

    Args:
        arguments: as typed, the action first.
        program: who offers the actions, if that is not `hydra-slots`.
    """
    program = program or Program()
    action = arguments[0] if arguments else ""
    try:
        if action in WORKER_ACTIONS:
            start_worker(action, arguments[1:], program)
            return
        _run(_parser(program).parse_args(arguments), program.name)
    except SweepError as error:
        sys.exit(visible(f"{program.name} {action}: {error}", "\n\t"))
    except BrokenPipeError:  # `| head` has read enough
        sys.stderr.close()


class Parser(argparse.ArgumentParser):
    """One whose errors are a line, and name what may have been meant."""

    def error(self, message: str) -> NoReturn:
        typed = re.search(r"(?:invalid choice: '|unrecognized arguments: )([^\s']+)", message)
        known = [*self._options(), *ACTIONS, *ASK_ACTIONS, *WORKER_ACTIONS]
        meant = meaning(typed[1].partition("=")[0], known).strip() if typed else ""
        name = self.prog.partition(" -")[0]
        self.exit(2, visible(f"{name}: {message}; {f'{meant}; ' if meant else ''}see: {name} --help", "\n\t") + "\n")

    def _options(self) -> list[str]:
        found = list(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                found += [option for parser in action.choices.values() for option in parser._option_string_actions]
        return found


def _parser(program: Program) -> argparse.ArgumentParser:
    app = "" if program.application else "app.py "
    parser = Parser(
        prog=program.name,
        description="Looks at a sweep, running or not, and works on it.",
        epilog=EXAMPLES.format(name=program.name, app=app),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("folder", nargs="?", help="the sweep's folder (its hydra.sweep.dir)")
        _add_storage(action)
        if name == "list":
            action.add_argument("--json", action="store_true", help="as JSON, a list of trials")
        if name == "retry":
            action.add_argument(
                "--trials", nargs="+", type=int, default=[], help="only these (default: all that failed)"
            )
        if name == "best":
            trusted = "best.yaml also of a trial that names classes, resolvers or keys of Hydra"
            action.add_argument("--trust", action="store_true", help=trusted)
            action.add_argument("--trial", type=int, help="this trial instead of the best")
        if name in ("best", "html"):
            action.add_argument("--output", help="file to write (default: in the sweep's folder)")
    for name, text in ASK_ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("folder", help="the sweep's folder (its hydra.sweep.dir)")
        ask_command.add(action, name)
        if name != "create":
            _add_storage(action)
    for name, text in WORKER_ACTIONS.items():
        actions.add_parser(name, help=text)
    return parser


def _add_storage(action: argparse.ArgumentParser) -> None:
    action.add_argument("--storage", help="its storage instead: env:NAME, a URL without password, or a journal file")
    action.add_argument("--study", help="the study's name, where the storage holds several")


def _run(chosen: argparse.Namespace, program: str) -> None:
    if chosen.action in ASK_ACTIONS:
        print(ask_command.answer(chosen))
        return
    if chosen.folder is None and chosen.storage is None:
        raise SweepError("name the folder of a sweep, or give --storage (and --study)")
    study = open_study(chosen.folder, chosen.storage, chosen.study, writing=chosen.action == "retry")
    with readable(f"study {study.study_name!r}", Path(chosen.folder or "."), chosen.storage):
        history = History.of(study)
    if chosen.action == "status":
        print(status(history, f"{program} retry {_same_sweep(chosen)}"))
    elif chosen.action == "list":
        print(as_json(history) if chosen.json else table(history))
    elif chosen.action == "best":
        print("\n".join(map(visible, _best(history, chosen))))
    elif chosen.action == "html":
        from hydra_slots.views import page

        print(_written(page.render(study), chosen, "sweep.html"))
    else:
        print(visible(retry(study, history, chosen.trials)))


def _same_sweep(chosen: argparse.Namespace) -> str:
    """The words of a command that chose a sweep, for another command."""
    options = [f"--{name} {shlex.quote(value)}" for name in ("storage", "study") if (value := getattr(chosen, name))]
    return " ".join([shlex.quote(chosen.folder)] * bool(chosen.folder) + options)


def _best(history: History, chosen: argparse.Namespace) -> list[str]:
    from hydra_slots.views import best

    found = [history.record(chosen.trial)] if chosen.trial is not None else history.best()
    if not found:
        raise SweepError(f"study {history.name!r}: no trial is complete yet")
    lines = []
    for record in found:
        lines += [f"trial {record.number}: {scores(history, record)}", f"  {best.command(history, record)}"]
    if chosen.output or chosen.folder:
        text = best.experiment(history, found[0], chosen.trust)
        try:
            lines.append(_written(text, chosen, "best.yaml"))
        except SweepError as error:
            if chosen.output:  # asked for; else the answer stands above it
                raise
            lines.append(str(error))
    return lines


def retry(study: Study, history: History, numbers: Sequence[int]) -> str:
    """Queues failed trials again, each with its ticket, so that the study's total stays what it is."""
    from hydra_slots.studies.tickets import Tickets

    failed = {record.number: record for record in history.finished() if record.state == "FAIL"}
    chosen = [history.record(number) for number in numbers] or list(failed.values())
    if not chosen:
        return f"study {history.name}: no trial has failed"
    for record in chosen:
        if record.number not in failed:
            state = "queued again already" if record.number in history.superseded else history.state(record)
            raise SweepError(
                f"trial {record.number} is {state}; only failed trials can be tried again"
                + (f": {', '.join(map(str, failed))}" if failed else ", and there are none")
            )
    if without := [record.number for record in chosen if "ticket" not in record.user_attrs]:
        raise SweepError(
            f"study {history.name!r}: trial {without[0]} is of another program, and no sweep's to try again"
        )
    tickets = Tickets.of(study, history.total or 0, 0)
    for record in chosen:
        tickets.queue(study, record.user_attrs["ticket"], ())
    return (
        f"queued again: {', '.join(str(record.number) for record in chosen)}; now start the sweep's command once more"
    )


def _written(text: str, chosen: argparse.Namespace, name: str) -> str:
    path = Path(chosen.output or Path(chosen.folder or ".") / name)
    try:
        if chosen.output and path.exists() and not (path.is_file() or path.is_dir()):
            path.write_text(text, encoding="utf-8")  # /dev/stdout, or a pipe
        else:
            write_whole(path, text)  # not through a link that lies there
    except OSError as error:
        raise SweepError(f"{path}: cannot write ({error.strerror}); choose another file with --output") from None
    return str(path)
