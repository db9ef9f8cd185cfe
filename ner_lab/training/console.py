"""What a run says: its config, its progress and its result, on standard error; data goes to standard output."""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from ner_lab.metrics.counts import macro_f1
from ner_lab.types.printing import console as shown_console
from ner_lab.types.printing import shown

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from ner_lab.data.datamodule import DataModule
    from ner_lab.files import RunFolder

TYPES_SHOWN = 50  # rows of a table of scores on the console; files have all of them

stderr = shown_console(stderr=True, soft_wrap=True)
_turn = threading.RLock()
_log = logging.getLogger(__name__)


class LogFormatter(logging.Formatter):
    """Lines of a log file as they may be read in a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return shown(super().format(record), lines=True)


def say(text: str, log: bool = True) -> None:
    """To people, and to the log of the run; without `log`, of one that is kept as it is."""
    if log:
        _log.info("%s", text)
    stderr.print(escape(shown(text, lines=True)), highlight=False)


def quiet_libraries() -> None:
    """Libraries log to the run's `train.log`, not to the console."""
    logging.raiseExceptions = False  # a log that cannot be written is no reason for a traceback
    logging.captureWarnings(True)
    warnings.simplefilter("default")
    # Not so here: the order of batches is a function of seed and epoch, entered where the checkpoint left it.
    warnings.filterwarnings("ignore", message="You're resuming from a checkpoint that ended before the epoch ended")
    quiet_imported()


def quiet_imported() -> None:
    """The same for what was imported since: to import transformers takes seconds, and not all commands need it."""
    if "transformers" in sys.modules:
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_default_handler()
        transformers_logging.enable_propagation()
        transformers_logging.disable_progress_bar()
    for name in ("pytorch_lightning", "lightning", "lightning.pytorch", "lightning.fabric", "lightning_fabric"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


@contextmanager
def logged(path: Path) -> Iterator[None]:
    """What libraries log and warn of goes to a file, and nowhere else, as in a run of the command line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(LogFormatter())
    with _logging_to(handler):
        yield


@contextmanager
def silence() -> Iterator[None]:
    """Neither ner-lab nor its libraries write to the console. Threads take turns: logging is the process's."""
    with _turn:
        quiet, stderr.quiet = stderr.quiet, True
        try:
            with _logging_to(logging.NullHandler()):
                yield
        finally:
            stderr.quiet = quiet


@contextmanager
def _logging_to(handler: logging.Handler) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with warnings.catch_warnings():
        root.handlers[:] = [handler]
        root.setLevel(logging.INFO)
        quiet_libraries()
        try:
            yield
        finally:
            logging.captureWarnings(False)
            root.handlers[:] = handlers
            root.setLevel(level)
            handler.close()


@contextmanager
def counting(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar over `total` words; yields a function to be told the words done."""
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} words"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=stderr, transient=True, disable=not stderr.is_terminal) as bar:
        task = bar.add_task(shown(what), total=total)
        yield lambda words: bar.update(task, advance=words)


def start(cfg: DictConfig, data: DataModule, tagger: Any, folder: Path) -> None:
    """The config of a run in a few lines."""
    sizes = ", ".join(f"{split} {len(sentences)}" for split, sentences in data.sentences.items())
    types = sorted({label[2:] for label in tagger.labels if label != "O"})
    parameters = sum(p.numel() for p in tagger.parameters())
    trained = sum(p.numel() for p in tagger.parameters() if p.requires_grad)
    rows = {
        "data": f"{_target(cfg.data)}: {sizes} sentences; types {', '.join(types)}",
        "model": f"{cfg.model.encoder.name}, {_settings(cfg.model.head)}; "
        f"{parameters / 1e6:.1f} M parameters, {trained / 1e6:.1f} M trained",
        "loss": _settings(cfg.loss),
        "optimizer": f"lr {cfg.optimizer.lr:g}, {_target(cfg.scheduler)} schedule, batch {cfg.data.batch_size}",
        "trainer": f"{cfg.trainer.max_epochs} epochs, {cfg.trainer.accelerator}, seed {cfg.seed}",
        "folder": str(folder),
    }
    for name, text in rows.items():
        say(f"{name:>9}  {text}")
    for note in data.notes:
        say(f"{'':>9}  {note}")


def _target(node: DictConfig) -> str:
    return str(node._target_).rsplit(".", 1)[-1]


def _settings(node: DictConfig) -> str:
    settings = ", ".join(f"{name!s}={value}" for name, value in node.items() if name != "_target_")
    return _target(node) + (f"({settings})" if settings else "")


def scores(title: str, metrics: dict[str, Any]) -> None:
    """A table of span scores per type, in percent; of many types the most frequent ones."""
    table = Table(title=escape(shown(title)), title_justify="left")
    for column in ("type", "precision", "recall", "F1", "support"):
        table.add_column(column, justify="left" if column == "type" else "right")
    rows = metrics["per_type"]
    most = sorted(rows, key=lambda type_: -rows[type_]["support"])[:TYPES_SHOWN] if len(rows) > TYPES_SHOWN else rows
    for type_ in most:
        table.add_row(
            escape(shown(type_)),
            *(f"{100 * rows[type_][k]:.2f}" for k in ("precision", "recall", "f1")),
            str(rows[type_]["support"]),
        )
    total = sum(row["support"] for row in rows.values())
    table.add_section()
    if len(rows) > TYPES_SHOWN:
        table.add_row(f"and {len(rows) - TYPES_SHOWN} types more: metrics.json", "", "", "", "")
    table.add_row("all (micro)", *(f"{100 * metrics[k]:.2f}" for k in ("precision", "recall", "f1")), str(total))
    stderr.print(table)
    say(
        f"strict F1 {100 * metrics['f1_strict']:.2f}, macro F1 {100 * macro_f1(rows):.2f}, "
        f"word accuracy {100 * metrics['accuracy']:.2f}"
    )


def finish(metrics: dict[str, Any], data: DataModule, folder: RunFolder, objective: str) -> None:
    """The result of a run, and what to do next; `objective` chose the checkpoint."""
    split = "test" if "test" in metrics else "dev"
    by = "dev F1" if objective == "dev/f1" else objective
    scores(f"{split} (best checkpoint by {by}, step {metrics['train']['best_step']})", metrics[split])
    say(
        f"dev F1 {100 * metrics['dev']['f1']:.2f}"
        + (f", test F1 {100 * metrics['test']['f1']:.2f}" if split == "test" else "")
        + f"; trained {metrics['train']['seconds']:.0f} s at {metrics['train']['words_per_s']:.0f} words/s"
    )
    for name, steps in data.ledger.steps.items():
        first = next(iter(steps.values()))
        notes = "; ".join(entry.note for step, entry in steps.items() if entry.note and step != "scored")
        say(
            f"{name}: {first.sentences} sentences, {first.words} words, {first.entities} entities read, none lost"
            + (f"; {notes}" if notes else "")
        )
    say(f"run folder: {folder.path}")
