"""`ner-lab sweep ...`: look at a sweep, try its failed trials again, draw it, join it from another machine."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ner_lab.sweep.history import History
from ner_lab.sweep.listing import as_json, scores, status, table
from ner_lab.sweep.opening import open_study
from ner_lab.sweep.parameter import quoted
from ner_lab.types import UserError

if TYPE_CHECKING:
    from optuna import Study

EXAMPLES = """\
examples:
  ner-lab sweep status outputs/2026-01-31/12-00-00-multirun
  ner-lab sweep best outputs/2026-01-31/12-00-00-multirun
  ner-lab sweep list FOLDER --json
  ner-lab sweep retry FOLDER --trials 3 7   then start the sweep's command again
  ner-lab sweep html FOLDER --output sweep.html
  ner-lab sweep status --storage env:SWEEP_STORAGE --study loss_and_head
  ner-lab sweep worker study=loss_and_head storage=env:SWEEP_STORAGE slots=2
  ner-lab sweep workers examples/workers/slurm.yaml study=loss_and_head storage=env:SWEEP_STORAGE
"""
ACTIONS = {
    "status": "how far it is, what runs, the best so far",
    "best": "the best trial, the command that runs it again, and best.yaml",
    "list": "all trials",
    "retry": "queue failed trials once more",
    "html": "the plots as one page, sweep.html",
}
# What `worker` takes, and the setting of the sweeper that each stands for.
WORKER = {"study": "study_name", "storage": "storage", "slots": "slots"}


def start(arguments: Sequence[str]) -> None:
    """Runs one of the actions; exits with 1 and a line for what the user can mend."""
    chosen = _parser().parse_args(arguments)
    try:
        if chosen.action == "workers":
            _start_workers(chosen.file, chosen.overrides)
        else:
            _run(chosen)
    except UserError as error:
        sys.exit(f"ner-lab sweep {chosen.action}: {error}")
    except BrokenPipeError:  # `| head` has read enough
        sys.stderr.close()


def joining(arguments: Sequence[str]) -> list[str]:
    """`study=... storage=...` as overrides of a multirun that joins the study instead of starting one.

    Exits with 1 and a line if an argument is not `KEY=VALUE`, a key is unknown, or study or storage is missing.
    """
    try:
        return _joining(arguments)
    except UserError as error:
        sys.exit(f"ner-lab sweep worker: {error}")


def _joining(arguments: Sequence[str]) -> list[str]:
    overrides = ["hydra.sweeper.worker=true"]
    given = set()
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not equals or not value or (key not in WORKER and not key.startswith("hydra.")):
            raise UserError(f"{argument!r}: give KEY=VALUE, with KEY one of {', '.join(WORKER)} or a key of hydra")
        given.add(key)
        overrides.append(f"hydra.sweeper.{WORKER[key]}={_quoted(value)}" if key in WORKER else argument)
    missing = [f"{key}=..." for key in ("study", "storage") if key not in given]
    if missing:
        raise UserError(
            f"{' and '.join(missing)} missing; a worker joins a study that a sweep elsewhere has started, "
            "such as: ner-lab sweep worker study=loss_and_head storage=env:SWEEP_STORAGE"
        )
    return overrides


def _quoted(value: str) -> str:
    """A URL holds characters that mean something in Hydra's grammar."""
    plain = value.replace("_", "").replace(":", "").isalnum()
    return value if plain else quoted(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ner-lab sweep",
        description="Looks at a sweep of `ner-lab train -m ...`, running or not, and works on it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=text)
        action.add_argument("folder", nargs="?", help="the sweep's folder (its hydra.sweep.dir)")
        action.add_argument(
            "--storage", help="its storage instead: env:NAME, a URL without password, or a journal file"
        )
        action.add_argument("--study", help="the study's name, where the storage holds several")
        if name == "list":
            action.add_argument("--json", action="store_true", help="as JSON, a list of trials")
        if name == "retry":
            action.add_argument(
                "--trials", nargs="+", type=int, default=[], help="only these (default: all that failed)"
            )
        if name == "best":
            action.add_argument("--trial", type=int, help="this trial instead of the best")
        if name in ("best", "html"):
            action.add_argument("--output", help="file to write (default: in the sweep's folder)")
    text = "join a study from anywhere: worker study=... storage=... [slots=...]"
    actions.add_parser("worker", help=text, description=text).add_argument("overrides", nargs="*", metavar="KEY=VALUE")
    text = "start many workers on a SLURM or Ray cluster"
    many = actions.add_parser("workers", help=text, description=text)
    many.add_argument("file", help="where and how many: see examples/workers")
    many.add_argument("overrides", nargs="*", metavar="KEY=VALUE", help="of each worker: study, storage, slots")
    return parser


def _start_workers(file: str, overrides: Sequence[str]) -> None:
    from ner_lab.sweep import workers

    _joining(overrides)  # a mistake is better found here than on every machine
    plan = workers.Plan.read(file)
    print(workers.start(plan, [sys.executable, "-m", "ner_lab", "sweep", "worker", *overrides]))


def _run(chosen: argparse.Namespace) -> None:
    if chosen.folder is None and chosen.storage is None:
        raise UserError("name the folder of a sweep, or give --storage (and --study)")
    study = open_study(chosen.folder, chosen.storage, chosen.study, writing=chosen.action == "retry")
    history = History.of(study)
    if chosen.action == "status":
        print(status(history))
    elif chosen.action == "list":
        print(as_json(history) if chosen.json else table(history))
    elif chosen.action == "best":
        print(_best(history, chosen))
    elif chosen.action == "html":
        from ner_lab.sweep import page

        print(_written(page.render(study), chosen, "sweep.html"))
    else:
        print(retry(study, history, chosen.trials))


def _best(history: History, chosen: argparse.Namespace) -> str:
    from ner_lab.sweep import best

    found = [history.record(chosen.trial)] if chosen.trial is not None else history.best()
    if not found:
        raise UserError(f"study {history.name!r}: no trial is complete yet")
    lines = []
    for record in found:
        lines += [f"trial {record.number}: {scores(history, record)}", f"  {best.command(history, record)}"]
    if chosen.output or chosen.folder:
        lines.append(_written(best.experiment(history, found[0]), chosen, "best.yaml"))
    return "\n".join(lines)


def retry(study: Study, history: History, numbers: Sequence[int]) -> str:
    """Queues failed trials again, each with its ticket, so that the study's total stays what it is."""
    from ner_lab.sweep.tickets import Tickets

    failed = {record.number: record for record in history.finished() if record.state == "FAIL"}
    chosen = [history.record(number) for number in numbers] or list(failed.values())
    if not chosen:
        return f"study {history.name}: no trial has failed"
    for record in chosen:
        if record.number not in failed:
            state = "queued again already" if record.number in history.superseded else history.state(record)
            raise UserError(
                f"trial {record.number} is {state}; only failed trials can be tried again"
                + (f": {', '.join(map(str, failed))}" if failed else ", and there are none")
            )
    tickets = Tickets(study.get_trials(deepcopy=False), history.total or 0, 0)
    for record in chosen:
        tickets.queue(study, record.user_attrs["ticket"], ())
    return (
        f"queued again: {', '.join(str(record.number) for record in chosen)}; now start the sweep's command once more"
    )


def _written(text: str, chosen: argparse.Namespace, name: str) -> str:
    path = Path(chosen.output or Path(chosen.folder or ".") / name)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot write ({error.strerror}); choose another file with --output") from None
    return str(path)
